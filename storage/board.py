"""The rows of the desk's board: one for each handoff that a person may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flows.case import HELD
from flows.protocol import Protocol, Urgency
from storage import people, reach
from storage.case_files import told_in
from storage.database import vault_of
from storage.models import CASE, CASE_EVENT, CONVERSATION, HANDOFF, MEDIA, PATIENT, STAFF
from storage.people import Staff
from storage.vault import PatientKey

VIEWS = ("waiting", "mine", "open", "closed")
CLOSED_SHOWN = 100
OPEN_SHOWN = 500
ALARMS_SHOWN = 20

_latest = sa.select(sa.func.max(CASE_EVENT.c.id)).where(CASE_EVENT.c.case_id == CASE.c.id).scalar_subquery()
_wrote = (
    sa.select(sa.func.max(CASE_EVENT.c.at))
    .where(CASE_EVENT.c.case_id == CASE.c.id, CASE_EVENT.c.kind == "patient_wrote")
    .scalar_subquery()
)
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
_other = HANDOFF.alias("other")
_clinical = (
    sa.select(sa.func.aggregate_strings(_other.c.status, ","))
    .where(_other.c.case_id == CASE.c.id, _other.c.track == "clinical")
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
        CASE.c.assessment,
        CASE.c.answers,
        PATIENT.c.key,
        STAFF.c.detail.label("holder_detail"),
        reach.closed_by.label("closed_by"),
        _latest.label("latest"),
        _wrote.label("wrote_at"),
        _photos.label("photos"),
        _talk.label("session"),
        _clinical.label("clinical"),
    )
    .join_from(HANDOFF, CASE, HANDOFF.c.case_id == CASE.c.id)
    .join(PATIENT, CASE.c.patient_id == PATIENT.c.id)
    .outerjoin(STAFF, HANDOFF.c.staff_id == STAFF.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One handoff with what its card is made from."""

    id: str
    number: str
    case_id: str
    queue: str
    track: str
    status: str
    urgency: str
    category: str
    case_urgency: str  # of the case as a whole
    staff_id: str | None
    holder: str | None
    mine: bool
    due_at: datetime | None
    queued_at: datetime
    claimed_at: datetime | None
    answered_at: datetime | None
    wrote_at: datetime | None  # when the patient last wrote in a case that somebody has
    closed_at: datetime | None
    outcome: str | None
    submitted: bool
    latest: int  # the newest entry of the case's timeline
    photos: int
    clinical: str  # how the medical side stands: none | queued | held | closed
    key: PatientKey | None  # None once the patient was erased; then the two below are empty, too
    assessment: dict[str, Any]
    told: dict[str, Any]  # answers, findings and language of the talk that was touched last


def of_view(c: sa.Connection, protocol: Protocol, staff: Staff, view: str, queue: str) -> list[Row]:
    """The rows of one view: closed ones newest first, the others by their clock."""
    chosen = _ROWS.where(reach.of_queues(c, protocol, staff, queue))
    if view == "closed":
        chosen = chosen.where(HANDOFF.c.status == "closed")
        return _rows(c, staff, chosen.order_by(HANDOFF.c.closed_at.desc()).limit(CLOSED_SHOWN))
    return _rows(c, staff, chosen.where(_of_view(view, staff)).order_by(HANDOFF.c.due_at).limit(OPEN_SHOWN))


def counts(c: sa.Connection, protocol: Protocol, staff: Staff, queue: str) -> dict[str, int | None]:
    """How many rows each view has; the closed ones are not counted."""
    theirs = reach.of_queues(c, protocol, staff, queue)
    counted = sa.select(sa.func.count()).select_from(HANDOFF).where(theirs)
    found: dict[str, int | None] = {"closed": None}
    for view in ("waiting", "mine", "open"):
        found[view] = c.execute(counted.where(_of_view(view, staff))).scalar_one()
    return found


def alarms(c: sa.Connection, protocol: Protocol, staff: Staff) -> list[Row]:
    """Emergencies that nobody has taken, the longest waiting first; a case in several queues once."""
    chosen = _ROWS.where(
        reach.of_queues(c, protocol, staff),
        HANDOFF.c.status == "queued",
        HANDOFF.c.urgency == Urgency.emergency.value,
    )
    rows = _rows(c, staff, chosen.order_by(HANDOFF.c.queued_at).limit(ALARMS_SHOWN))
    return list({row.number: row for row in reversed(rows)}.values())[::-1]


def of_number(c: sa.Connection, protocol: Protocol, staff: Staff, number: str) -> list[Row]:
    """The handoffs of a case that this person may see; empty for an unknown number."""
    chosen = _ROWS.where(reach.of_case(c, protocol, staff, number))
    return _rows(c, staff, chosen.order_by(HANDOFF.c.queued_at))


def _of_view(view: str, staff: Staff) -> sa.ColumnElement[bool]:
    if view == "waiting":
        return HANDOFF.c.status == "queued"
    if view == "mine":
        return sa.and_(HANDOFF.c.status != "closed", HANDOFF.c.staff_id == staff.id)
    return HANDOFF.c.status != "closed"


def _rows(c: sa.Connection, staff: Staff, chosen: sa.Select[Any]) -> list[Row]:
    vault = vault_of(c)
    found = []
    for row in c.execute(chosen):
        key = vault.open_key(row.key, row.patient_id) if row.key else None
        found.append(
            Row(
                id=row.id,
                number=row.number,
                case_id=row.case_id,
                queue=row.queue,
                track=row.track,
                status=row.status,
                urgency=row.urgency,
                category=row.category,
                case_urgency=row.case_urgency,
                staff_id=row.staff_id,
                holder=people.name_in(vault, row.holder_detail) if row.holder_detail else None,
                # To read on in a closed case is for the one who closed it, not for every former holder.
                mine=row.staff_id == staff.id and (row.status != "closed" or row.closed_by == staff.actor),
                due_at=row.due_at,
                queued_at=row.queued_at,
                claimed_at=row.claimed_at,
                answered_at=row.answered_at,
                wrote_at=row.wrote_at,
                closed_at=row.closed_at,
                outcome=row.outcome,
                submitted=row.submitted,
                latest=row.latest or 0,
                photos=row.photos,
                clinical=_standing((row.clinical or "").split(",")),
                key=key,
                assessment=key.open_json(row.assessment) if key else {},
                told=told_in(key, _given(row.session), row.answers) if key else {},
            )
        )
    return found


def _given(session: bytes | None) -> Sequence[bytes]:
    return [session] if session else []


def _standing(statuses: Iterable[str]) -> str:
    there = set(statuses)
    if there & set(HELD):
        return "held"
    return next((status for status in ("queued", "closed") if status in there), "none")
