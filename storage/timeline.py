"""The timeline of a case: what happened, by whom, when; and the news that live pages wait for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import vault_of
from storage.errors import NoSuchCase
from storage.models import CASE, CASE_EVENT, PATIENT
from storage.prepared import Prepared, columns
from storage.trail import in_order
from storage.vault import PatientKey

_KEY = sa.select(PATIENT.c.id, PATIENT.c.key).join_from(CASE, PATIENT).where(CASE.c.id == sa.bindparam("case_id"))
_ADD = Prepared(sa.insert(CASE_EVENT).values(columns(CASE_EVENT, "case_id", "actor", "kind", "detail", "at")))
_NEWEST = sa.select(sa.func.max(CASE_EVENT.c.id))
_CHANGED = (
    sa.select(CASE_EVENT.c.case_id, CASE_EVENT.c.id)
    .where(CASE_EVENT.c.id > sa.bindparam("after_id"))
    .order_by(CASE_EVENT.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline."""

    id: int
    actor: str  # patient | system | staff:ID
    kind: str
    detail: dict[str, Any]
    at: datetime


def event(
    c: sa.Connection,
    case_id: str,
    actor: str,
    kind: str,
    detail: Mapping[str, Any],
    now: datetime,
    *,
    key: PatientKey | None = None,
) -> None:
    """Add to the timeline of a case. `detail` is sealed with the patient's key."""
    key = key or key_of(c, case_id)
    in_order(c)
    values = {"case_id": case_id, "actor": actor, "kind": kind, "detail": key.seal_json(dict(detail)), "at": now}
    _ADD.run(c, values)


def entries(c: sa.Connection, case_id: str, key: PatientKey | None = None) -> list[Entry]:
    """The timeline from the beginning; without a key (an erased patient) the details are empty."""
    chosen = sa.select(CASE_EVENT).where(CASE_EVENT.c.case_id == case_id).order_by(CASE_EVENT.c.id)
    return [
        Entry(
            id=row.id,
            actor=row.actor,
            kind=row.kind,
            detail=key.open_json(row.detail) if key and row.detail else {},
            at=row.at,
        )
        for row in c.execute(chosen)
    ]


def changes(c: sa.Connection, after_id: int = 0) -> int:
    """The newest entry of any timeline (or `after_id`); a live page refreshes when it grows.

    Entries are numbered in the order of their commits, so that none is passed over.
    """
    return c.execute(_NEWEST).scalar() or after_id


def changed_cases(c: sa.Connection, after_id: int) -> dict[str, int]:
    """The cases with an entry newer than this one, and the newest entry of each."""
    return {row.case_id: row.id for row in c.execute(_CHANGED, {"after_id": after_id})}


def key_of(c: sa.Connection, case_id: str) -> PatientKey:
    """The key of the patient of this case; raises NoSuchCase."""
    row = c.execute(_KEY, {"case_id": case_id}).first()
    if row is None:
        raise NoSuchCase
    return vault_of(c).open_key(row.key, row.id)
