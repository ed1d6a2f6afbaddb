"""What the person sees of a conversation: stored messages become entries, entries become HTML or JSON."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage.messages import StoredMessage

# Shown where scripts cannot put in the device's own zone; the service answers in China.
HOME_ZONE = ZoneInfo("Asia/Shanghai")
# Numbers of the alarm texts (protocol, clinical rules) that a tap should call: ambulance, police, helpline.
_PHONE = re.compile(r"(?<![\d.])(120|110|12356)(?![\d.])")
INSTEAD = frozenset({"none", "unsure"})  # choices that stand for the whole tick list
MAIN = frozenset({"agree", "submit", "done"})
ROLES = frozenset({"expert", "legal_aid", "coordinator"})
PICKED = "✓"  # a choice whose question lies too far back to name it

Words = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    phone: bool = False


@dataclass(frozen=True, slots=True)
class ShownFile:
    id: str
    label: str
    thumb: bool


@dataclass(frozen=True, slots=True)
class ShownChoice:
    id: str
    label: str
    selected: bool
    role: str  # main | minor | instead | wide | ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on the page."""

    id: int
    who: str  # bot | me | staff
    kind: str  # say | ask | alarm | text
    at: datetime
    text: str = ""
    sender: str = ""
    files: tuple[ShownFile, ...] = ()
    choices: tuple[ShownChoice, ...] = ()
    multi: bool = False
    wants_photo: bool = False
    asked: str = ""
    edit: bool = False

    @property
    def clock(self) -> str:
        return self.at.astimezone(HOME_ZONE).strftime("%m-%d %H:%M")

    @property
    def lines(self) -> list[list[Part]]:
        """The text line by line, cut at phone numbers."""
        return [
            [Part(piece, phone=place % 2 == 1) for place, piece in enumerate(_PHONE.split(line)) if piece]
            for line in self.text.splitlines()
            if line.strip()
        ]

    @property
    def phones(self) -> list[str]:
        """Numbers for the big buttons: the ambulance always, the helpline where the text names it."""
        named = dict.fromkeys(_PHONE.findall(self.text))
        return ["120", *(["12356"] if "12356" in named else [])]


def entries(messages: Iterable[StoredMessage], words: Words, commands: Mapping[str, str]) -> list[Entry]:
    """The entries a person may see, in order. `commands` gives the names of menu commands."""
    shown = []
    labels: dict[str, str] = {}  # of the question asked last
    for message in messages:
        entry: Entry | None = None
        if message.direction == "in":
            entry = _from_person(message, words, commands, labels)
        elif message.direction == "out":
            entry = _from_bot(message)
            labels = {choice.id: choice.label for choice in entry.choices} or labels
        elif message.direction == "staff":
            entry = _from_staff(message, words)
        # Notes between colleagues and marks of the system are not for the person.
        if entry is not None:
            shown.append(entry)
    return shown


def _from_person(
    message: StoredMessage, words: Words, commands: Mapping[str, str], labels: Mapping[str, str]
) -> Entry | None:
    body = message.body
    files = tuple(_file(item, words) for item in body.get("media", ()))
    text = body.get("text", "")
    if body.get("picks"):
        text = words("web-js-comma").join(body.get("picked") or [labels.get(pick, PICKED) for pick in body["picks"]])
    elif body.get("command"):
        text = commands.get(body["command"], "")
    if not text and not files:
        return None
    return Entry(id=message.id, who="me", kind="text", at=message.at, text=text, files=files)


def _file(item: Mapping[str, Any], words: Words) -> ShownFile:
    kind = item.get("kind", "document")
    usable = item.get("problem") is None
    return ShownFile(id=str(item["id"]), label=words(f"web-file-{kind}"), thumb=usable and kind == "photo")


def _from_staff(message: StoredMessage, words: Words) -> Entry:
    role = str(message.body.get("role") or "")
    sender = words(f"web-staff-{role.replace('_', '-')}" if role in ROLES else "web-staff")
    return Entry(id=message.id, who="staff", kind="text", at=message.at, text=message.body["text"], sender=sender)


def _from_bot(message: StoredMessage) -> Entry:
    body = message.body
    kind = body.get("type", message.kind)
    choices = tuple(
        ShownChoice(c["id"], c["label"], bool(c.get("selected")), _role(c["id"], multi=bool(body.get("multi"))))
        for c in body.get("choices", ())
    )
    return Entry(
        id=message.id,
        who="bot",
        kind=kind,
        at=message.at,
        text=body["text"],
        choices=choices,
        multi=bool(body.get("multi")),
        wants_photo=bool(body.get("wants_photo")),
        asked=body.get("asked") or "",
        edit=bool(body.get("edit")),
    )


def _role(choice_id: str, *, multi: bool) -> str:
    if multi:
        return "instead" if choice_id in INSTEAD else ""
    if choice_id in MAIN:
        return "main"
    return "minor" if choice_id.startswith("change_") else ""


def settled(shown: Sequence[Entry], open_question: str) -> list[Entry]:
    """The same as the page shows it at rest: one open question, edits in place, photo asks folded.

    Each photo is answered with "more, or done?"; of a row of such answers the last is enough.
    """
    kept: list[Entry] = []
    for entry in shown:
        if entry.edit and (place := _place_of(kept, entry.asked)) is not None:
            kept[place] = entry
            continue
        if entry.wants_photo and (place := _folded(kept)) is not None:
            del kept[place]
        kept.append(entry)
    last = _place_of(kept, open_question)
    return [
        entry if place == last or not entry.choices else replace(entry, choices=()) for place, entry in enumerate(kept)
    ]


def _place_of(kept: Sequence[Entry], asked: str) -> int | None:
    if not asked:
        return None
    places = range(len(kept) - 1, -1, -1)
    return next((i for i in places if kept[i].kind == "ask" and kept[i].asked == asked), None)


def _folded(kept: Sequence[Entry]) -> int | None:
    """Place of the photo question that the coming one replaces: it answered a photo, and only photos followed."""
    for i in range(len(kept) - 1, 0, -1):
        entry = kept[i]
        if entry.kind == "ask":
            return i if entry.wants_photo and kept[i - 1].who == "me" and kept[i - 1].files else None
        if not entry.files:
            return None
    return None
