"""The conversation of a case as the desk shows it: what was said, ticked and sent, notes and events among it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.conversations import StoredMessage
from storage.timeline import Entry

SHOWN_INLINE = (
    "claimed", "released", "transferred", "closed", "reopened", "undeliverable", "looked", "triage_set",
)  # fmt: skip
DONE = "done"  # sends a list of ticks off, on channels where each tick is a message of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of the conversation as the desk shows it."""

    id: int
    look: str  # patient | bot | bot alarm | staff | note | event
    by: str  # a name, or empty for patient and bot
    at: datetime
    text: str = ""
    picks: tuple[str, ...] = ()
    files: int = 0
    state: str = ""  # sending | delivered | failed, for what staff wrote
    event: Entry | None = None


def said(lines: Iterable[StoredMessage], entries: Sequence[Entry], states: Mapping[int, str]) -> tuple[Said, ...]:
    """Lines, notes and events by time; `states` are those of messages not delivered yet, by id."""
    names = {entry.actor: str(entry.detail["by"]) for entry in entries if entry.detail.get("by")}
    talks: dict[str, _Talk] = {}
    shown: list[Said] = []
    for line in lines:
        talk = talks.setdefault(line.conversation_id, _Talk())
        if line.kind == "ask" and line.body.get("edit"):  # the same question, only a tick changed
            talk.note_question(line)
            continue
        if line.direction == "out":
            talk.note_question(line)
        shown.append(_line(line, talk, names, states))
    for entry in entries:
        if entry.kind == "note":
            text = str(entry.detail.get("text", ""))
            shown.append(Said(id=0, look="note", by=names.get(entry.actor, ""), at=entry.at, text=text))
        elif entry.kind in SHOWN_INLINE:
            shown.append(Said(id=0, look="event", by="", at=entry.at, event=entry))
    return tuple(sorted(shown, key=lambda one: one.at))


class _Talk:
    """One conversation while it is gone through: what its buttons are called, what is ticked."""

    def __init__(self) -> None:
        self.labels: dict[str, str] = {}
        self.offered: frozenset[str] = frozenset()
        self.selected: tuple[str, ...] = ()

    def note_question(self, line: StoredMessage) -> None:
        choices = line.body.get("choices", ())
        self.labels |= {choice["id"]: choice["label"] for choice in choices}
        if line.kind == "ask":
            self.offered = frozenset(choice["id"] for choice in choices)
            self.selected = tuple(choice["id"] for choice in choices if choice.get("selected"))
            if line.body.get("multi") and not self.selected and "none" in self.offered:
                self.selected = ("none",)  # sent off without a tick, it is what that means

    def picks(self, line: StoredMessage) -> tuple[str, ...]:
        if picked := line.body.get("picked"):  # in the words of that moment
            return tuple(picked)
        picks = tuple(line.body.get("picks", ()))
        if DONE in picks and DONE not in self.offered:
            picks = (*(pick for pick in picks if pick != DONE), *self.selected)
        return tuple(self.labels.get(pick, pick) for pick in picks)


def _line(line: StoredMessage, talk: _Talk, names: Mapping[str, str], states: Mapping[int, str]) -> Said:
    body = line.body
    look = {"in": "patient", "out": "bot", "staff": "staff", "note": "note"}.get(line.direction, "event")
    if line.kind == "alarm":
        look = "bot alarm"
    text = str(body.get("text") or "")
    if body.get("command") and not text:
        text = f"/{body['command']}"
    return Said(
        id=line.id,
        look=look,
        by=names.get(f"staff:{line.staff_id}", "") if line.staff_id else "",
        at=line.at,
        text=text,
        picks=talk.picks(line),
        files=len(body.get("media", ())),
        state=states.get(line.id, "delivered") if line.direction == "staff" else "",
    )
