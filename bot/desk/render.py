"""The desk's pages out of templates and words: Jinja2 with autoescape, one set of words per language."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.desk.access import HEADERS
from bot.speech import Speaker
from flows.conversation import Term, Words
from flows.protocol import Text
from flows.sources import Cited
from flows.sources import cited as lines_of
from locales import DEFAULT, HOUSE_TIME

HERE = Path(__file__).parent
NEAR = timedelta(minutes=30)
ASSETS = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


class Assets:
    """The style sheet, the script and the icon, held in memory; `build` names their state."""

    def __init__(self) -> None:
        self.files = {name: (HERE / "static" / name).read_bytes() for name in ASSETS}
        self.build = hashlib.sha256(b"".join(self.files.values())).hexdigest()[:12]


class Pages:
    """Renders templates in the language of the reader."""

    def __init__(self, speaker: Callable[[str], Speaker], build: str) -> None:
        self._speaker = speaker
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["dashed"] = lambda code: str(code).replace("_", "-")
        self._build = build

    def show(self, template: str, locale: str, /, status: int = 200, **values: Any) -> HTMLResponse:
        """The page as an answer; never cached, with the desk's security headers."""
        html = self.text(template, locale, **values)
        return HTMLResponse(html, status, headers=HEADERS | {"Cache-Control": "no-store"})

    def text(self, template: str, locale: str, /, **values: Any) -> str:
        """The page as text."""
        words = words_of(self._speaker(locale))
        frame: dict[str, Any] = {
            "build": self._build,
            "locale": locale,
            "staff": None,
            "csrf": "",
            "frame_csrf": "",
            "number": None,
        }
        frame |= {"notice": None, "alarms": (), "here": "/desk"}
        return self._templates.get_template(template).render(**{**frame, **words, **values})


def words_of(speaker: Speaker) -> Mapping[str, Any]:
    """The functions by which templates speak: t, say, term, tx, ago, clock, stamp."""
    t = speaker.text

    def say(words: Words) -> str:
        return speaker(words)

    def term(kind: str, code: str) -> str:
        return speaker(Term(kind, code))

    def tx(text: Text) -> str:
        return _picked(speaker, text)

    def span(passed: timedelta) -> str:
        minutes = max(1, int(passed.total_seconds()) // 60)
        if minutes < 90:
            return t("desk-span-minutes", n=str(minutes))
        if minutes < 36 * 60:
            return t("desk-span-hours", n=str(minutes // 60))
        return t("desk-span-days", n=str(minutes // 1440))

    def ago(at: datetime) -> str:
        passed = datetime.now(UTC) - at
        return t("desk-just-now") if passed < timedelta(minutes=1) else t("desk-ago", span=span(passed))

    def clock(due: datetime) -> Mapping[str, str]:
        left = due - datetime.now(UTC)
        if left < timedelta(0):
            return {"tone": "over", "text": t("desk-overdue", span=span(-left))}
        return {"tone": "near" if left < NEAR else "", "text": t("desk-left", span=span(left))}

    def stamp(at: datetime) -> str:
        local = at.astimezone(HOUSE_TIME)
        same_year = local.year == datetime.now(HOUSE_TIME).year
        return local.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d %H:%M")

    # The script goes on telling the time with the same words.
    script = {
        "minutes": t("desk-span-minutes", n="{n}"),
        "hours": t("desk-span-hours", n="{n}"),
        "days": t("desk-span-days", n="{n}"),
        "now": t("desk-just-now"),
        "ago": t("desk-ago", span="{t}"),
        "over": t("desk-overdue", span="{t}"),
        "left": t("desk-left", span="{t}"),
        "unsent": t("desk-unsent"),
        "fresh": t("desk-fresh"),
    }
    return {
        "t": t, "say": say, "term": term, "tx": tx, "cited": _citing(speaker), "ago": ago, "clock": clock,
        "stamp": stamp,
        "clock_words": json.dumps(script, ensure_ascii=False),
    }  # fmt: skip


def _citing(speaker: Speaker) -> Callable[[str], list[str]]:
    """Says what a rule rests on, one line for each document and reference."""
    t = speaker.text

    def line(one: Cited) -> str:
        if one.document is not None:
            return t("desk-cited-section", document=_picked(speaker, one.document), section=one.section)
        if one.reference:
            return t("desk-cited-reference", number=one.reference, text=one.text)
        if one.unchecked:
            return t("desk-cited-unchecked-of", what=one.text) if one.text else t("desk-cited-unchecked")
        return one.text

    return lambda source: [line(one) for one in lines_of(source)]


def _picked(speaker: Speaker, text: Text) -> str:
    return (text.zh if speaker.locale == DEFAULT else text.en).strip()
