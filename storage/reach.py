"""Which handoffs somebody may see: those of their queues, and those they were paged for."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from flows.protocol import Protocol
from storage.database import vault_of
from storage.models import CASE, CASE_EVENT, HANDOFF, PATIENT
from storage.people import Staff
from storage.vault import PatientKey

#: Who ended the handoff for good; nobody, when it was passed on to another queue.
closed_by = (
    sa.select(CASE_EVENT.c.actor)
    .where(
        CASE_EVENT.c.case_id == HANDOFF.c.case_id, CASE_EVENT.c.kind == "closed", CASE_EVENT.c.at == HANDOFF.c.closed_at
    )
    .limit(1)
    .scalar_subquery()
)
_PAGED = sa.select(CASE_EVENT.c.detail).where(
    CASE_EVENT.c.case_id == sa.bindparam("case_id"), CASE_EVENT.c.kind == "paged"
)


def served_queues(staff: Staff, protocol: Protocol) -> tuple[str, ...]:
    """The queues whose cases this person may see, in the order of the protocol."""
    return tuple(code for code in protocol.queues if staff.serves(code))


def of_queues(c: Connection, protocol: Protocol, staff: Staff, queue: str = "") -> sa.ColumnElement[bool]:
    """What waits for this person, in all their queues or in one.

    A case has one clinical handoff, but a rule may page several queues: whoever is paged sees it as
    long as nobody has taken it, and then if it was they who did.
    """
    served = served_queues(staff, protocol)
    if queue:
        one = HANDOFF.c.queue.in_([code for code in served if code == queue])
        return sa.or_(one, _called(c, staff, served, {queue}, HANDOFF.c.status == "queued"))
    called = _called(c, staff, served, set(served), HANDOFF.c.status == "queued")
    return sa.or_(HANDOFF.c.queue.in_(served), _taken(staff), called)


def of_case(c: Connection, protocol: Protocol, staff: Staff, number: str) -> sa.ColumnElement[bool]:
    """The handoffs of this case that the person may see.

    Who was paged sees the blind row also while a colleague holds it, to learn that it is in hands.
    """
    served = served_queues(staff, protocol)
    this = CASE.c.number == number.strip().upper()
    called = _called(c, staff, served, set(served), sa.and_(this, HANDOFF.c.status != "closed"))
    return sa.and_(this, sa.or_(HANDOFF.c.queue.in_(served), _taken(staff), called))


def _taken(staff: Staff) -> sa.ColumnElement[bool]:
    """Clinical handoffs of other queues that an expert took after a page, or closed."""
    if staff.role != "expert":
        return sa.false()
    theirs = sa.or_(HANDOFF.c.status != "closed", closed_by == staff.actor)
    return sa.and_(HANDOFF.c.track == "clinical", HANDOFF.c.staff_id == staff.id, theirs)


def _called(
    c: Connection, staff: Staff, served: Collection[str], queues: set[str], among: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """Clinical handoffs of other queues whose case paged one of `queues`; what was paged is sealed, so it is read."""
    if staff.role not in ("expert", "coordinator"):
        return sa.false()
    chosen = (
        sa.select(HANDOFF.c.id, HANDOFF.c.case_id, CASE.c.patient_id, CASE.c.assessment, PATIENT.c.key)
        .join_from(HANDOFF, CASE, HANDOFF.c.case_id == CASE.c.id)
        .join(PATIENT, CASE.c.patient_id == PATIENT.c.id)
        .where(
            among,
            HANDOFF.c.status != "closed",
            HANDOFF.c.track == "clinical",
            HANDOFF.c.queue.not_in(served),
            PATIENT.c.key.is_not(None),
        )
    )
    vault = vault_of(c)
    rows = c.execute(chosen).all()
    return HANDOFF.c.id.in_([row.id for row in rows if _pages(c, row, vault.open_key(row.key, row.patient_id), queues)])


def _pages(c: Connection, row: Any, key: PatientKey, queues: set[str]) -> bool:
    """Does the case page one of these queues now, or did it before."""
    if queues.intersection(key.open_json(row.assessment).get("page", ())):
        return True
    details = c.execute(_PAGED, {"case_id": row.case_id}).scalars()
    return any(queues.intersection(key.open_json(detail).get("queues", ())) for detail in details if detail)
