"""The claimed case: its card, what was said, what happened, its photos. Reading it is written to the audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.desk.board import BoardRow, find, session_of
from flows.legal_card import LegalCard, legal_card
from flows.protocol import Protocol
from flows.summary import SbarCard, sbar_card
from storage import audit, cases, conversations, media, replies
from storage.case_files import talks_of
from storage.people import Staff
from storage.timeline import Entry

LOOK_HOURS = 8  # how long a look with a reason lasts
INTIMATE = ("intimate", "breast")  # families whose photos are shown only when pressed (clinical.md 7)
SHOWN_INLINE = ("claimed", "released", "transferred", "closed", "reopened", "undeliverable", "looked")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Everything on the page of a claimed case."""

    row: BoardRow
    others: tuple[BoardRow, ...]
    card: SbarCard | LegalCard
    said: tuple[Said, ...]
    media: tuple[media.Media, ...]
    veiled: bool  # photos are loaded only when pressed
    timeline: tuple[Entry, ...]
    channels: tuple[str, ...]
    looking: str = ""  # the reason given, when the reader does not hold the case


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDoor:
    """What somebody sees who does not hold the case: its blind row."""

    row: BoardRow
    others: tuple[BoardRow, ...] = field(default=())


def read(
    c: Connection, protocol: Protocol, staff: Staff, number: str, handoff_id: str, live: bool, now: datetime
) -> OpenCase | ClosedDoor | None:
    """The case as this person may see it; None when there is no such case for them."""
    rows = find(c, protocol, staff, number, now)
    row = next((one for one in rows if one.id == handoff_id), None)
    if row is None:
        return None
    others = tuple(one for one in rows if one.id != handoff_id and one.status != "closed")
    looking = _looking(c, row, staff, now)
    if row.case is None or not (row.mine or looking):
        audit.append(c, staff.actor, "viewed", f"case:{number}", {"what": "blind card", "live": live}, now)
        return ClosedDoor(row=row, others=others)
    opened = _opened(c, protocol, row, staff, now)
    detail = {"what": "card, transcript, timeline", "queue": row.queue, "live": live, "reason": looking}
    audit.append(c, staff.actor, "viewed", f"case:{number}", detail, now)
    return replace(opened, others=others, looking="" if row.mine else looking)


def look(c: Connection, row: BoardRow, staff: Staff, reason: str, now: datetime) -> None:
    """A coordinator opens a case that somebody else holds, and says why; everybody can see that."""
    detail = {"reason": reason, "by": staff.name, "handoff": row.id}
    cases.event(c, row.case_id, staff.actor, "looked", detail, now)
    audit.append(c, staff.actor, "looked", f"case:{row.number}", {"reason": reason}, now)


def is_open_to(c: Connection, row: BoardRow, staff: Staff, now: datetime) -> bool:
    """May this person see more than the blind card."""
    return row.key is not None and (row.mine or bool(_looking(c, row, staff, now)))


def _looking(c: Connection, row: BoardRow, staff: Staff, now: datetime) -> str:
    if row.mine or staff.role != "coordinator" or row.key is None:
        return ""
    since = now - timedelta(hours=LOOK_HOURS)
    given = (
        str(entry.detail.get("reason", ""))
        for entry in reversed(cases.entries(c, row.case_id, row.key))
        if entry.kind == "looked" and entry.actor == staff.actor and entry.at > since
    )
    return next(given, "")


def _opened(c: Connection, protocol: Protocol, row: BoardRow, staff: Staff, now: datetime) -> OpenCase:
    assert row.case is not None
    assert row.key is not None
    entries = tuple(cases.entries(c, row.case_id, row.key))
    lines = conversations.transcript(c, row.key, row.case_id)
    told, channels = talks_of(c, row.key, row.case_id)
    case = replace(
        row.case,
        session=session_of(told),
        now=now,
        reason=next((str(e.detail.get("reason", "")) for e in reversed(entries) if "reason" in e.detail), ""),
        told=tuple(dict.fromkeys(line.body.get("text", "") for line in lines if line.kind == "alarm")),
    )
    return OpenCase(
        row=row,
        others=(),
        card=legal_card(case, protocol) if row.track == "legal" else sbar_card(case, protocol),
        said=_said(c, lines, entries, row),
        media=tuple(media.of_case(c, row.key, row.case_id)),
        veiled=staff.role == "legal_aid" or case.assessment.family in INTIMATE,
        timeline=entries,
        channels=channels,
    )


def _said(
    c: Connection, lines: list[conversations.StoredMessage], entries: tuple[Entry, ...], row: BoardRow
) -> tuple[Said, ...]:
    states = replies.states(c, row.case_id)
    names = {entry.actor: str(entry.detail["by"]) for entry in entries if entry.detail.get("by")}
    labels: dict[str, dict[str, str]] = {}
    shown: list[Said] = []
    for line in lines:
        offered = labels.setdefault(line.conversation_id, {})
        if line.direction == "out":
            offered |= {choice["id"]: choice["label"] for choice in line.body.get("choices", ())}
        shown.append(_line(line, offered, names, states))
    for entry in entries:
        if entry.kind == "note":
            text = str(entry.detail.get("text", ""))
            shown.append(Said(id=0, look="note", by=names.get(entry.actor, ""), at=entry.at, text=text))
        elif entry.kind in SHOWN_INLINE:
            shown.append(Said(id=0, look="event", by="", at=entry.at, event=entry))
    return tuple(sorted(shown, key=lambda one: one.at))


def _line(
    line: conversations.StoredMessage,
    labels: Mapping[str, str],
    names: Mapping[str, str],
    states: Mapping[int, str],
) -> Said:
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
        picks=tuple(body.get("picked") or (labels.get(pick, pick) for pick in body.get("picks", ()))),
        files=len(body.get("media", ())),
        state=states.get(line.id, "delivered") if line.direction == "staff" else "",
    )
