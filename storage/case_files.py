"""Reading cases: one, many, or one with everything that the desk and the command line show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flows.case import HELD
from storage import people, timeline
from storage.database import vault_of
from storage.errors import KeyDestroyed, NoSuchCase
from storage.models import CASE, CONVERSATION, HANDOFF, MEDIA, PATIENT, STAFF, URGENCIES
from storage.prepared import Prepared
from storage.vault import PatientKey, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRow:
    """A case in one queue."""

    id: str
    case_id: str
    queue: str
    track: str  # clinical | legal | coordination
    status: str  # queued | claimed | waiting_for_patient | in_hand | closed
    urgency: str
    staff_id: str | None  # who holds it
    claimed_by: str | None  # that person's name
    due_at: datetime | None
    queued_at: datetime
    claimed_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as it stands."""

    id: str
    number: str
    patient_id: str
    status: str
    category: str
    urgency: str
    queues: tuple[str, ...]  # the lead first
    due_at: datetime | None
    submitted: bool
    triaged_by: str | None  # the member of staff who set category and urgency by hand
    assessed_urgency: str
    assessment: dict[str, Any]  # empty once the patient was erased
    conversations: tuple[str, ...]  # all of the patient's
    opened_at: datetime
    closed_at: datetime | None
    handoffs: tuple[HandoffRow, ...] = ()  # filled by facts and list_cases

    @property
    def held(self) -> bool:
        """Somebody has claimed it."""
        return self.status in HELD


_talk = CONVERSATION.alias("talk")
#: What makes a CaseRow, under names that can stand beside those of another table.
CASE_COLUMNS = (
    *(column.label(f"case_{column.name}") for column in CASE.columns),
    sa.select(sa.func.aggregate_strings(_talk.c.id, ","))
    .where(_talk.c.patient_id == CASE.c.patient_id)
    .correlate(CASE)
    .scalar_subquery()
    .label("case_conversations"),
)
_SELECT = sa.select(PATIENT.c.key, *CASE_COLUMNS).join_from(CASE, PATIENT)
_ID_IS = _SELECT.where(CASE.c.id == sa.bindparam("wanted_id", None))
_BY_ID = Prepared(_ID_IS)
_BY_NUMBER = Prepared(_SELECT.where(CASE.c.number == sa.bindparam("wanted_number", None)))
_LOCKED = Prepared(_ID_IS.with_for_update(of=CASE))
_HANDOFFS = (
    sa.select(HANDOFF, STAFF.c.detail)
    .outerjoin_from(HANDOFF, STAFF, HANDOFF.c.staff_id == STAFF.c.id)
    .order_by(HANDOFF.c.queued_at, HANDOFF.c.id)
)
_HANDOFFS_OF_ONE = Prepared(_HANDOFFS.where(HANDOFF.c.case_id == sa.bindparam("wanted_id", None)))
_CLOSED: sa.ColumnClause[str] = sa.literal_column("'closed'")  # not a parameter: only so can the partial index be used
_MOST_URGENT_FIRST = sa.case({code: -rank for rank, code in enumerate(URGENCIES)}, value=CASE.c.urgency)


def case_row(row: Any, key: PatientKey | None) -> CaseRow:
    """A CaseRow out of a result that has CASE_COLUMNS."""
    return CaseRow(
        id=row.case_id,
        number=row.case_number,
        patient_id=row.case_patient_id,
        status=row.case_status,
        category=row.case_category,
        urgency=row.case_urgency,
        queues=tuple(row.case_queues.split(",")) if row.case_queues else (),
        due_at=row.case_due_at,
        submitted=row.case_submitted,
        triaged_by=row.case_triaged_by,
        assessed_urgency=row.case_assessed_urgency,
        assessment=key.open_json(row.case_assessment) if key else {},
        conversations=tuple(sorted((row.case_conversations or "").split(","))),
        opened_at=row.case_opened_at,
        closed_at=row.case_closed_at,
    )


def facts(c: sa.Connection, case_id: str) -> CaseRow:
    """The case with its handoffs; raises NoSuchCase."""
    return _one(c, _BY_ID, {"wanted_id": case_id})


def by_number(c: sa.Connection, number: str) -> CaseRow:
    """The case under the number that people read out; raises NoSuchCase."""
    return _one(c, _BY_NUMBER, {"wanted_number": number.strip().upper()})


def locked(c: sa.Connection, case_id: str) -> tuple[CaseRow, PatientKey]:
    """The case, held against other transactions, and the key of its patient."""
    rows = _LOCKED.run(c, {"wanted_id": case_id})
    if not rows:
        raise NoSuchCase
    (row,) = rows
    key = vault_of(c).open_key(row.key, row.case_patient_id)
    return replace(case_row(row, key), handoffs=handoffs_of(c, [case_id])), key


def lock_free(c: sa.Connection, case_ids: Sequence[str]) -> set[str]:
    """Hold those of these cases that no other transaction has; gives their ids."""
    if not case_ids or c.dialect.name == "sqlite":  # which has one writer
        return set(case_ids)
    free = sa.select(CASE.c.id).where(CASE.c.id.in_(case_ids)).with_for_update(skip_locked=True)
    return set(c.execute(free).scalars())


def list_cases(
    c: sa.Connection,
    *,
    queue: str | Sequence[str] | None = None,
    status: str | Sequence[str] | None = None,
    staff_id: str | None = None,
    limit: int | None = None,
) -> list[CaseRow]:
    """Cases with their handoffs, the most urgent and longest waiting first.

    `queue` (one or several) keeps cases with an open handoff there, `staff_id` those that this person
    holds, `status` those in that state. Without any of them every case is listed.
    """
    handoff = sa.select(HANDOFF.c.case_id).where(HANDOFF.c.status != _CLOSED)
    chosen = _SELECT.order_by(_MOST_URGENT_FIRST, CASE.c.due_at, CASE.c.opened_at).limit(limit)
    if queue is not None:
        chosen = chosen.where(CASE.c.id.in_(handoff.where(HANDOFF.c.queue.in_(_several(queue)))))
    if staff_id is not None:
        chosen = chosen.where(CASE.c.id.in_(handoff.where(HANDOFF.c.staff_id == staff_id)))
    if status is not None:
        chosen = chosen.where(CASE.c.status.in_(_several(status)))
    vault = vault_of(c)
    cases = [case_row(row, _key_or_none(vault, row)) for row in c.execute(chosen)]
    handoffs: dict[str, list[HandoffRow]] = {}
    for handoff_row in handoffs_of(c, [case.id for case in cases]):
        handoffs.setdefault(handoff_row.case_id, []).append(handoff_row)
    return [replace(case, handoffs=tuple(handoffs.get(case.id, ()))) for case in cases]


def handoffs_of(c: sa.Connection, case_ids: Sequence[str]) -> tuple[HandoffRow, ...]:
    """All handoffs of these cases, the oldest first."""
    if not case_ids:
        return ()
    if len(case_ids) == 1:
        rows = _HANDOFFS_OF_ONE.run(c, {"wanted_id": case_ids[0]})
    else:
        rows = list(c.execute(_HANDOFFS.where(HANDOFF.c.case_id.in_(case_ids))))
    vault = vault_of(c)
    found = []
    for row in rows:
        values: dict[str, Any] = row._asdict()
        detail = values.pop("detail")
        found.append(HandoffRow(**values, claimed_by=people.name_in(vault, detail) if detail else None))
    return tuple(found)


def show_case(c: sa.Connection, vault: Vault, number: str) -> dict[str, Any]:
    """Everything about one case as plain data (contract 4 of the design); raises NoSuchCase."""
    case = by_number(c, number)
    wrapped = c.execute(sa.select(PATIENT.c.key).where(PATIENT.c.id == case.patient_id)).scalar()
    key = vault.open_key(wrapped, case.patient_id) if wrapped else None
    return {
        "number": case.number,
        "status": case.status,
        "category": case.category,
        "also": list(case.assessment.get("also", ())),
        "urgency": case.urgency,
        "queue": case.queues[0] if case.queues else None,
        "queues": list(case.queues),
        "due_at": _iso(case.due_at),
        "opened_at": _iso(case.opened_at),
        "submitted": case.submitted,
        "handoffs": [
            {
                "id": handoff.id,
                "queue": handoff.queue,
                "track": handoff.track,
                "status": handoff.status,
                "claimed_by": handoff.claimed_by,
                "due_at": _iso(handoff.due_at),
                "outcome": handoff.outcome,
            }
            for handoff in case.handoffs
        ],
        "assessment": case.assessment,
        "answers": _answers(c, case.id, key),
        "media_count": c.execute(
            sa.select(sa.func.count(MEDIA.c.blob.distinct())).where(
                MEDIA.c.case_id == case.id, MEDIA.c.status == "stored"
            )
        ).scalar_one(),
        "timeline": [
            {"at": _iso(entry.at), "actor": entry.actor, "kind": entry.kind, "detail": entry.detail}
            for entry in timeline.entries(c, case.id, key)
        ],
    }


def assessments(c: sa.Connection) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Number, status and assessment of every case, the oldest first; empty where the patient was erased."""
    vault = vault_of(c)
    chosen = sa.select(CASE.c.number, CASE.c.status, CASE.c.patient_id, CASE.c.assessment, PATIENT.c.key)
    for row in c.execute(chosen.join_from(CASE, PATIENT).order_by(CASE.c.opened_at, CASE.c.id)):
        key = vault.open_key(row.key, row.patient_id) if row.key else None
        yield row.number, row.status, key.open_json(row.assessment) if key else {}


def left_with(key: PatientKey, sealed: bytes) -> dict[str, Any]:
    """Answers and findings as they were when the conversation went on without the case.

    Older rows hold the answers alone.
    """
    left: dict[str, Any] = key.open_json(sealed)
    if "answers" in left:
        return {"answers": left["answers"] or {}, "findings": left.get("findings") or []}
    return {"answers": left, "findings": []}


def told_in(key: PatientKey, sessions: Sequence[bytes], left: bytes | None) -> dict[str, Any]:
    """Answers, findings and language of a case's conversations together, the later ones over the earlier.

    Once they went on without the case, it is what they left it with.
    """
    stored = [left_with(key, left)] if left is not None and not sessions else [key.open_json(one) for one in sessions]
    told: dict[str, Any] = {"answers": {}, "findings": [], "locale": ""}
    for session in stored:
        told["answers"] |= session.get("answers", {})
        told["findings"] += session.get("findings", ())
        told["locale"] = session.get("locale", told["locale"])
    return told


def talks_of(c: sa.Connection, key: PatientKey, case_id: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What was told in all conversations of the case, and the channels on which the patient writes."""
    chosen = (
        sa.select(CONVERSATION.c.channel, CONVERSATION.c.session, CONVERSATION.c.case_id, CASE.c.answers)
        .join_from(CONVERSATION, CASE, CONVERSATION.c.patient_id == CASE.c.patient_id)
        .where(CASE.c.id == case_id)
        .order_by(CONVERSATION.c.touched_at)
    )
    found = c.execute(chosen).all()
    sessions = [talk.session for talk in found if talk.session and talk.case_id == case_id]
    told = told_in(key, sessions, found[0].answers if found else None)
    return told, tuple(dict.fromkeys(talk.channel for talk in found))


def _answers(c: sa.Connection, case_id: str, key: PatientKey | None) -> dict[str, Any]:
    if key is None:
        return {}
    left = c.execute(sa.select(CASE.c.answers).where(CASE.c.id == case_id)).scalar()
    answers: dict[str, Any] = left_with(key, left)["answers"] if left else {}
    chosen = sa.select(CONVERSATION.c.session).where(
        CONVERSATION.c.case_id == case_id, CONVERSATION.c.session.is_not(None)
    )
    for (sealed,) in c.execute(chosen.order_by(CONVERSATION.c.touched_at)):
        answers |= key.open_json(sealed).get("answers", {})
    return answers


def _one(c: sa.Connection, statement: Prepared, wanted: dict[str, Any]) -> CaseRow:
    rows = statement.run(c, wanted)
    if not rows:
        raise NoSuchCase
    (row,) = rows
    case = case_row(row, _key_or_none(vault_of(c), row))
    return replace(case, handoffs=handoffs_of(c, [case.id]))


def _key_or_none(vault: Vault, row: Any) -> PatientKey | None:
    try:
        return vault.open_key(row.key, row.case_patient_id)
    except KeyDestroyed:
        return None


def _several(codes: str | Sequence[str]) -> list[str]:
    return [codes] if isinstance(codes, str) else list(codes)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
