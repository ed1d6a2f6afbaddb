"""What waits for whom: the rows of the board, blind, and the one row a case page stands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.desk import reach
from flows.conversation import Session
from flows.facts import CaseFile
from flows.protocol import Protocol, Urgency
from flows.summary import BlindCard, blind_card
from flows.triage import Assessment
from storage import cases, people
from storage.case_files import left_with
from storage.database import vault_of
from storage.models import CASE, CASE_EVENT, CONVERSATION, HANDOFF, MEDIA, PATIENT, STAFF
from storage.people import Staff
from storage.vault import PatientKey

VIEWS = ("waiting", "mine", "open", "closed")
CLOSED_SHOWN = 100
OPEN_SHOWN = 500

_latest = sa.select(sa.func.max(CASE_EVENT.c.id)).where(CASE_EVENT.c.case_id == CASE.c.id).scalar_subquery()
_photos = (
    sa.select(sa.func.count())
    .where(MEDIA.c.case_id == CASE.c.id, MEDIA.c.kind == "photo", MEDIA.c.status == "stored")
    .scalar_subquery()
)
_talk = (
    sa.select(CONVERSATION.c.session)
    .where(CONVERSATION.c.case_id == CASE.c.id, CONVERSATION.c.session.is_not(None))
    .order_by(CONVERSATION.c.touched_at.desc())
    .limit(1)
    .scalar_subquery()
)
_ROWS = (
    sa.select(
        HANDOFF,
        CASE.c.number,
        CASE.c.patient_id,
        CASE.c.category,
        CASE.c.urgency.label("case_urgency"),
        CASE.c.submitted,
        CASE.c.opened_at,
        CASE.c.assessment,
        CASE.c.answers,
        PATIENT.c.key,
        STAFF.c.detail.label("holder_detail"),
        reach.closed_by.label("closed_by"),
        _latest.label("latest"),
        _photos.label("photos"),
        _talk.label("session"),
    )
    .join_from(HANDOFF, CASE, HANDOFF.c.case_id == CASE.c.id)
    .join(PATIENT, CASE.c.patient_id == PATIENT.c.id)
    .outerjoin(STAFF, HANDOFF.c.staff_id == STAFF.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One handoff as its reader may see it before opening: nothing that tells who the patient is."""

    id: str
    number: str
    case_id: str
    queue: str
    track: str
    status: str
    urgency: str
    category: str
    staff_id: str | None
    holder: str | None
    mine: bool
    due_at: datetime | None
    queued_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    submitted: bool
    latest: int
    case: CaseFile | None  # None once the patient was erased
    key: PatientKey | None
    card: BlindCard | None


def board(c: Connection, protocol: Protocol, staff: Staff, view: str, queue: str, now: datetime) -> list[BoardRow]:
    """The rows of one view; emergencies on top, then what is due first."""
    chosen = _ROWS.where(reach.of_queues(c, protocol, staff, queue))
    if view == "closed":
        chosen = chosen.where(HANDOFF.c.status == "closed")
        chosen = chosen.order_by(HANDOFF.c.closed_at.desc()).limit(CLOSED_SHOWN)
        return _rows(c, protocol, staff, chosen, now)
    chosen = chosen.where(_of_view(view, staff)).order_by(HANDOFF.c.due_at).limit(OPEN_SHOWN)
    return sorted(_rows(c, protocol, staff, chosen, now), key=_first_things_first)


def page(c: Connection, protocol: Protocol, staff: Staff, view: str, queue: str, now: datetime) -> dict[str, Any]:
    """All that the board's template shows."""
    # First of all: what is committed while the rest is read is announced then, if it is not shown yet.
    since = cases.changes(c)
    return {
        "rows": board(c, protocol, staff, view, queue, now),
        "counts": counts(c, protocol, staff, queue),
        "alarms": alarms(c, protocol, staff, now),
        "since": since,
    }


def counts(c: Connection, protocol: Protocol, staff: Staff, queue: str) -> dict[str, int | None]:
    """How many rows each view has; the closed ones are not counted."""
    theirs = reach.of_queues(c, protocol, staff, queue)
    counted = sa.select(sa.func.count()).select_from(HANDOFF).where(theirs)
    found: dict[str, int | None] = {"closed": None}
    for view in ("waiting", "mine", "open"):
        found[view] = c.execute(counted.where(_of_view(view, staff))).scalar_one()
    return found


def alarms(c: Connection, protocol: Protocol, staff: Staff, now: datetime) -> list[BoardRow]:
    """Emergencies that nobody has taken, the longest waiting first."""
    chosen = _ROWS.where(
        reach.of_queues(c, protocol, staff),
        HANDOFF.c.status == "queued",
        HANDOFF.c.urgency == Urgency.emergency.value,
    )
    rows = _rows(c, protocol, staff, chosen.order_by(HANDOFF.c.queued_at).limit(20), now)
    # One case may wait in several queues; it is announced once.
    return list({row.number: row for row in reversed(rows)}.values())[::-1]


def find(c: Connection, protocol: Protocol, staff: Staff, number: str, now: datetime) -> list[BoardRow]:
    """The handoffs of a case that this person may see; empty for an unknown number."""
    chosen = _ROWS.where(reach.of_case(c, protocol, staff, number))
    return _rows(c, protocol, staff, chosen.order_by(HANDOFF.c.queued_at), now)


def _of_view(view: str, staff: Staff) -> sa.ColumnElement[bool]:
    if view == "waiting":
        return HANDOFF.c.status == "queued"
    if view == "mine":
        return sa.and_(HANDOFF.c.status != "closed", HANDOFF.c.staff_id == staff.id)
    return HANDOFF.c.status != "closed"


def _first_things_first(row: BoardRow) -> tuple[bool, bool, bool, datetime]:
    """Emergencies, then those nobody has taken, then unanswered ones by their clock."""
    late = datetime.max.replace(tzinfo=UTC)
    emergency = row.urgency == Urgency.emergency
    return (
        not emergency,
        emergency and row.status != "queued",
        row.answered_at is not None and row.status != "in_hand",
        row.due_at or late,
    )


def _rows(c: Connection, protocol: Protocol, staff: Staff, chosen: sa.Select[Any], now: datetime) -> list[BoardRow]:
    vault = vault_of(c)
    found = []
    for row in c.execute(chosen):
        key = vault.open_key(row.key, row.patient_id) if row.key else None
        case = case_file(row, key, now) if key else None
        found.append(
            BoardRow(
                id=row.id,
                number=row.number,
                case_id=row.case_id,
                queue=row.queue,
                track=row.track,
                status=row.status,
                urgency=row.urgency,
                category=row.category,
                staff_id=row.staff_id,
                holder=people.name_in(vault, row.holder_detail) if row.holder_detail else None,
                # To read on in a closed case is for the one who closed it, not for every former holder.
                mine=row.staff_id == staff.id and (row.status != "closed" or row.closed_by == staff.actor),
                due_at=row.due_at,
                queued_at=row.queued_at,
                answered_at=row.answered_at,
                closed_at=row.closed_at,
                outcome=row.outcome,
                submitted=row.submitted,
                latest=row.latest or 0,
                case=case,
                key=key,
                card=blind_card(case, protocol) if case else None,
            )
        )
    return found


def case_file(row: Any, key: PatientKey, now: datetime) -> CaseFile:
    """What the cards are made from."""
    session = session_of(talks(key, [row.session] if row.session else [], row.answers))
    assessment = Assessment.from_json(key.open_json(row.assessment))
    return CaseFile(
        number=row.number,
        assessment=assessment,
        session=session,
        now=now,
        track=row.track,
        due_at=row.due_at,
        submitted=row.submitted,
        photos=row.photos,
    )


def talks(key: PatientKey, sealed: Sequence[bytes], left: bytes | None) -> list[dict[str, Any]]:
    """The sessions of the case's conversations; once they went on without it, what it was left with."""
    if sealed or left is None:
        return [key.open_json(session) for session in sealed]
    return [left_with(key, left)]


def session_of(stored: Sequence[dict[str, Any]]) -> Session:
    """Answers and findings of a case's conversations together, the later ones over the earlier."""
    answers: dict[str, Any] = {}
    findings: list[Any] = []
    locale = ""
    for session in stored:
        answers |= session.get("answers", {})
        findings += session.get("findings", ())
        locale = session.get("locale", locale)
    return Session(flow="", version=0, state="", locale=locale, answers=answers, findings=tuple(findings))
