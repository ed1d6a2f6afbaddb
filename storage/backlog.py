"""The outbox as an operator sees it: what waits, what failed for good, what to do about it.

What is listed holds no name, no address and no word of a patient.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import audit
from storage.database import vault_of
from storage.models import CASE, OUTBOX

_FREE = sa.or_(OUTBOX.c.status == sa.literal_column("'failed'"), OUTBOX.c.owner.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A row that was not done yet."""

    id: int
    kind: str
    status: str  # pending | failed
    attempts: int
    created_at: datetime
    due_at: datetime
    case: str | None  # its number
    channel: str | None
    error: str  # of the last try


def listed(c: sa.Connection, *, failed: bool = False, limit: int = 200) -> list[Waiting]:
    """Rows in the order they were made; with `failed` only those that nobody tries again."""
    vault = vault_of(c)
    chosen = sa.select(OUTBOX, CASE.c.number).outerjoin_from(OUTBOX, CASE, OUTBOX.c.case_id == CASE.c.id)
    if failed:
        chosen = chosen.where(OUTBOX.c.status == "failed")
    found = []
    for row in c.execute(chosen.order_by(OUTBOX.c.id).limit(limit)):
        _, _, payload = vault.system.open_json(row.payload)
        found.append(
            Waiting(
                id=row.id,
                kind=row.kind,
                status=row.status,
                attempts=row.attempts,
                created_at=row.created_at,
                due_at=row.due_at,
                case=row.number,
                channel=payload.get("channel") or payload.get("inbound", {}).get("channel"),
                error=vault.system.open(row.error).decode() if row.error else "",
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message of a patient that no turn could take (outbox rows of kind `take`), with its words."""

    at: datetime
    channel: str
    address: str
    text: str
    files: int


def letters(c: sa.Connection) -> list[Letter]:
    """All of them, the oldest first; whoever shows them writes that to the audit trail."""
    vault = vault_of(c)
    chosen = sa.select(OUTBOX.c.payload).where(OUTBOX.c.kind == "take").order_by(OUTBOX.c.id)
    told = [vault.system.open_json(sealed)[2]["inbound"] for sealed in c.execute(chosen).scalars()]
    return [
        Letter(
            at=datetime.fromisoformat(one["at"]),
            channel=one["channel"],
            address=one["address"],
            text=one["text"],
            files=len(one["media"]),
        )
        for one in told
    ]


def counts(c: sa.Connection) -> dict[str, int]:
    """How many rows there are of each status."""
    chosen = sa.select(OUTBOX.c.status, sa.func.count().label("number")).group_by(OUTBOX.c.status)
    return {row.status: row.number for row in c.execute(chosen)}


def retry(c: sa.Connection, ids: Sequence[int] | None, now: datetime) -> int:
    """Try these rows again at once (None: all that failed for good); gives how many.

    What a process is just sending is left alone.
    """
    which = OUTBOX.c.status == "failed" if ids is None else OUTBOX.c.id.in_(ids)
    done = c.execute(
        sa.update(OUTBOX)
        .where(which, _FREE)
        .values(status="pending", due_at=now, attempts=0, owner=None, owned_until=None)
        .returning(OUTBOX.c.id)
    )
    found = sorted(done.scalars())
    for id_ in found:
        audit.append(c, "operator", "retried", f"outbox:{id_}", {}, now)
    return len(found)


def drop(c: sa.Connection, id_: int, now: datetime) -> str | None:
    """Take a row away undone; gives its kind, or None when there is none or it is just being sent."""
    kind = c.execute(sa.delete(OUTBOX).where(OUTBOX.c.id == id_, _FREE).returning(OUTBOX.c.kind)).scalar()
    if kind is not None:
        audit.append(c, "operator", "dropped", f"outbox:{id_}", {"kind": kind}, now)
    return kind
