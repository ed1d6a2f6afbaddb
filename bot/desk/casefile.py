"""The claimed case: its card, what was said, what happened, its photos. Reading it is written to the audit."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.desk.board import BoardRow, find, session_of
from bot.desk.talk import Said, said
from flows.legal_card import LegalCard, legal_card
from flows.protocol import Protocol
from flows.summary import SbarCard, sbar_card
from storage import audit, cases, conversations, media, replies
from storage.case_files import talks_of
from storage.people import Staff
from storage.timeline import Entry
from storage.vault import PatientKey

PATIENTS = ("opened", "updated")  # entries that come of what the patient said
LOOK_HOURS = 8  # how long a look with a reason lasts
INTIMATE = ("intimate", "breast")  # families whose photos are shown only when pressed (clinical.md 7)


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
    lines = _whole_talk(c, row.key, row.case_id)
    told, channels = talks_of(c, row.key, row.case_id)
    case = replace(
        row.case,
        session=session_of(told),
        now=now,
        reason=next((str(e.detail.get("reason", "")) for e in reversed(entries) if e.kind in PATIENTS), ""),
        told=tuple(dict.fromkeys(line.body.get("text", "") for line in lines if line.kind == "alarm")),
        own_words=tuple(str(line.body["text"]) for line in lines if line.direction == "in" and line.body.get("text")),
    )
    return OpenCase(
        row=row,
        others=(),
        card=legal_card(case, protocol) if row.track == "legal" else sbar_card(case, protocol),
        said=said(lines, entries, replies.states(c, row.case_id)),
        media=tuple(media.of_case(c, row.key, row.case_id)),
        veiled=staff.role == "legal_aid" or case.assessment.family in INTIMATE,
        timeline=entries,
        channels=channels,
    )


def _whole_talk(c: Connection, key: PatientKey, case_id: str) -> list[conversations.StoredMessage]:
    """All lines of the talk, however long it is."""
    lines: list[conversations.StoredMessage] = []
    while batch := conversations.transcript(c, key, case_id, after=lines[-1].id if lines else 0):
        lines += batch
    return lines
