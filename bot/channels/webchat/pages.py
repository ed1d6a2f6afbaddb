"""The pages and message fragments of the web chat, rendered by Jinja with everything escaped."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.webchat.assets import HERE, Assets
from bot.channels.webchat.guard import LOCALE_COOKIE, form_token
from bot.channels.webchat.posted import Refused
from bot.channels.webchat.records import View
from bot.channels.webchat.transcript import Entry, entries, settled
from locales import LOCALES, translator

MENU = ("back", "status", "help", "person", "restart")
SCRIPT_WORDS = {
    "sending": "sending",
    "waiting": "waiting",
    "offline": "offline",
    "offlineNow": "offline-now",
    "fresh": "fresh",
    "cancel": "cancel",
    "retry": "retry",
    "remove": "remove",
    "edit": "edit",
    "broken": "broken",
    "empty": "empty",
    "tooLarge": "too-large",
    "tooLong": "too-long",
    "length": "length",
    "tick": "tick",
    "comma": "comma",
    "cookies": "cookies",
}
# The questions everybody passes, in the flow's order; the line at the top grows with them.
PATH = (
    "consent",
    "safety",
    "story",
    "procedure",
    "when",
    "place",
    "symptoms",
    "follow_up",
    "conditions",
    "photos",
    "wrong",
    "wants",
    "contact",
    "review",
)
BESIDE = {
    "safety_one": "safety",
    "detail": "safety",
    "procedure_in_region": "procedure",
    "first_wish": "wants",
}


def progress(state: str) -> int:
    """How far the intake is, 1-100; 0 where there is no such thing (an alarm, a sent case)."""
    state = BESIDE.get(state, state)
    return round(100 * (PATH.index(state) + 1) / (len(PATH) + 1)) if state in PATH else 0


def wanted_locale(request: Request, found: View | None, house: str) -> str:
    """The conversation's language; before there is one, the person's choice, browser, then the house's."""
    if found is not None and found.locale in LOCALES:
        return found.locale
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    first = request.headers.get("accept-language", "").split(",")[0].strip().lower()
    return {"zh": "zh-CN", "en": "en"}.get(first.split("-")[0], house)


class Pages:
    """Everything the web chat shows."""

    def __init__(self, assets: Assets) -> None:
        self.assets = assets
        self._jinja = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals["static"] = assets.url
        self._fragment = self._jinja.get_template("message.html").module

    def _labels(self, locale: str) -> dict[str, str]:
        words = translator(locale).text
        return {"start": words("web-start")} | {name: words(f"web-menu-{name}") for name in MENU}

    def _entries(self, view: View, locale: str) -> list[Entry]:
        """What of the view is shown. Its lead only explains what follows."""
        lead = view.lead[-1].id if view.lead else 0
        shown = entries([*view.lead, *view.messages], translator(locale).text, self._labels(locale))
        return settled([entry for entry in shown if entry.id > lead], view.open_question)

    def chat(
        self,
        token: str,
        locale: str,
        view: View | None,
        refused: Refused | None = None,
    ) -> HTMLResponse:
        """The page at `/`."""
        words = translator(locale).text
        other = next(code for code in LOCALES if code != locale)
        html = self._jinja.get_template("page.html").render(
            t=words,
            locale=locale,
            other_locale=other,
            words=json.dumps(self._script_words(locale), ensure_ascii=False),
            known=view is not None,
            last=view.messages[-1].id if view and view.messages else 0,
            open=view.open_question if view else "",
            state=view.state if view else "",
            progress=progress(view.state) if view else 0,
            entries=self._entries(view, locale) if view else [],
            earlier=view.earlier if view else None,
            menu=[(name, words(f"web-menu-{name}")) for name in MENU],
            form=form_token(token),
            key=uuid4().hex,
            notice=words(refused.key) if refused else "",
            draft=refused.text if refused else "",
        )
        return HTMLResponse(html, status_code=refused.status if refused else 200)

    def batch(self, token: str, view: View, after: int, house: str) -> dict[str, Any]:
        """New messages as the page's scripts, or any other program, take them."""
        locale = view.locale if view.locale in LOCALES else house
        return {
            "messages": [self._json(entry, token, locale) for entry in self._entries(view, locale)],
            "last": view.messages[-1].id if view.messages else after,
            "open": view.open_question,
            "state": view.state,
            "progress": progress(view.state),
            "locale": locale,
            "case": view.thread.case.number if view.thread.case else None,
            "known": True,
        }

    def _json(self, entry: Entry, token: str, locale: str) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": entry.id,
            "who": entry.who,
            "type": entry.kind,
            "text": entry.text,
            "at": entry.at.isoformat(),
            "html": self._html(entry, token, locale),
        }
        if entry.kind == "ask":
            made |= {
                "asked": entry.asked,
                "multi": entry.multi,
                "wants_photo": entry.wants_photo,
                "edit": entry.edit,
                "choices": [{"id": choice.id, "label": choice.label} for choice in entry.choices],
            }
        if entry.files:
            made["files"] = [{"id": file.id, "thumb": file.thumb} for file in entry.files]
        return made

    def _html(self, entry: Entry, token: str, locale: str) -> str:
        render = self._fragment.render  # type: ignore[attr-defined]  # a macro of the template
        return str(render(entry, form_token(token), uuid4().hex, translator(locale).text))

    def _script_words(self, locale: str) -> dict[str, str]:
        words = translator(locale).text
        made = {name: words(f"web-js-{key}", count="{count}") for name, key in SCRIPT_WORDS.items()}
        return made | {"blank": words("web-blank")}

    # -- pages that say one thing

    def _single(self, locale: str, texts: Sequence[tuple[str, str]], **more: Any) -> HTMLResponse:
        status = more.pop("status", 200)
        blank = {"action": "", "form": "", "link": "", "label": "", "call": ""}
        html = self._jinja.get_template("plain_page.html").render(
            locale=locale, title=translator(locale).text("web-title"), texts=texts, **(blank | more)
        )
        return HTMLResponse(html, status_code=status)

    def cover(self, token: str, locale: str) -> HTMLResponse:
        """After a quick exit: nothing of the conversation until the person asks for it."""
        words = translator(locale).text
        return self._single(
            locale,
            [(words("web-cover-title"), words("web-cover-text"))],
            action="/chat/continue",
            form=form_token(token),
            label=words("web-cover-continue"),
        )

    def lost(self, locale: str) -> HTMLResponse:
        """An address we do not know."""
        words = translator(locale).text
        return self._single(
            locale,
            [(words("web-lost-title"), words("web-lost-text"))],
            link="/",
            label=words("web-lost-back"),
            status=404,
        )

    def busy(self, locale: str, status: int) -> HTMLResponse:
        """Something failed on our side, or storage is away for the moment."""
        words = translator(locale).text
        return self._single(
            locale,
            [(words("web-app-name"), words("web-refused-unavailable"))],
            link="/",
            label=words("web-offline-again"),
            call=words("web-call", number="120"),
            status=status,
        )

    def offline(self) -> HTMLResponse:
        """Kept by the service worker, so in both languages at once."""
        texts = [
            (translator(locale).text("web-offline-title"), translator(locale).text("web-offline-text"))
            for locale in LOCALES
        ]
        again = " / ".join(translator(locale).text("web-offline-again") for locale in LOCALES)
        call = " / ".join(translator(locale).text("web-call", number="120") for locale in LOCALES)
        return self._single("zh-CN", texts, link="/", label=again, call=call)

    def blank(self, locale: str) -> HTMLResponse:
        """Where a quick exit without scripts ends: an empty page."""
        title = translator(locale).text("web-blank")
        return HTMLResponse(f"<!doctype html><html lang={locale}><meta charset=utf-8><title>{title}</title>")

    def manifest(self, locale: str) -> dict[str, Any]:
        """What makes the page installable; nothing in it says what it is for."""
        name = translator(locale).text("web-app-name")
        return {
            "id": "/",
            "name": name,
            "short_name": name,
            "lang": locale,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f3ee",
            "theme_color": "#f6f3ee",
            "icons": [
                {"src": self.assets.url(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
                for size in (192, 512)
            ],
        }
