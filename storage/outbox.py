"""What is still to be done to the outside world: written with the turn, done after the commit.

Rows of one recipient go out in their order. A row waits while an older row of the same recipient is
due or was tried and failed for now; a timer set for later holds nobody up. Rows are delivered at
least once: whoever owns a row and dies loses it after `OWNED_SECONDS` to another process.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import timeline
from storage.database import vault_of
from storage.models import OUTBOX
from storage.prepared import PreparedForSeveral
from storage.vault import Vault

OWNED_SECONDS = 10  # what a dead process had at hand goes to another after this time
RENEWED_AT_ONCE = 1000  # a statement takes only so many parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing to do. Made without `id`; `add` and `claim_due` give it one."""

    kind: str  # send | page | fetch | …
    recipient: str  # rows of the same recipient keep their order, such as "telegram:123"
    payload: dict[str, Any] = field(repr=False)
    due_at: datetime
    collapse_key: str | None = None  # a newer row replaces waiting ones with the same key
    case_id: str | None = None  # where a failure for good is to be seen
    attempts: int = 0
    status: str = "pending"  # pending | failed
    id: int = 0
    owned_until: datetime | None = None  # do not start it later than this: somebody else may have it


_BORN = ("kind", "recipient", "payload", "due_at", "collapse_key", "case_id", "owned_until", "wanted_owner")
#: Literals, not parameters: only so can the partial indexes be used.
_PENDING: sa.ColumnClause[str] = sa.literal_column("'pending'")
_other = OUTBOX.alias("older")
_heads = OUTBOX.alias("head")


def add(c: sa.Connection, rows: Sequence[Row], *, owner: str, now: datetime) -> tuple[Row, ...]:
    """Write rows; gives those that `owner` (this process) is to do at once, with their ids.

    These are owned from birth for `OWNED_SECONDS`, so nobody has to look for them. The others are
    left for `claim_due`: timers, and rows behind an older row that another process has or may have by
    now, or that waits for its next try.
    """
    (owned,) = add_each(c, [rows], owner=owner, now=now)
    return owned


def add_each(c: sa.Connection, several: Sequence[Sequence[Row]], *, owner: str, now: datetime) -> list[tuple[Row, ...]]:
    """The same for several turns at once, each with recipients of its own."""
    vault = vault_of(c)
    rows = [row for one in several for row in one]
    _collapse(c, vault, rows)
    until = now + timedelta(seconds=OWNED_SECONDS)
    values = [
        {
            "kind": row.kind,
            "recipient": vault.lookup("recipient", row.recipient),
            "payload": vault.system.seal_json([row.recipient, row.collapse_key, row.payload]),
            "due_at": row.due_at,
            "collapse_key": _collapse_lookup(vault, row),
            "case_id": row.case_id,
            "owned_until": until,
            "wanted_owner": owner if row.due_at <= now else None,
        }
        for row in rows
    ]
    born = iter(sorted((row.id, row.owner) for row in _ADD.run(c, values, owner=owner, now=now)))
    return [
        tuple(replace(row, id=number, owned_until=until) for row in one for number, owned in [next(born)] if owned)
        for one in several
    ]


def claim_due(c: sa.Connection, owner: str, now: datetime, limit: int = 100) -> list[Row]:
    """Take what is due and nobody has, up to `limit` recipients; all due rows of each, in order."""
    free = sa.or_(_heads.c.owner.is_(None), _heads.c.owned_until <= now)
    ahead = sa.and_(_other.c.id < _heads.c.id, sa.or_(_other.c.due_at <= now, _other.c.attempts > 0))
    elsewhere = sa.and_(_other.c.owner != owner, _other.c.owned_until > now)
    # OFFSET keeps PostgreSQL from turning this into a join with all that is pending, timers of years included.
    waits = (
        sa.select(sa.literal_column("1"))
        .where(
            _other.c.recipient == _heads.c.recipient,
            _other.c.status == _PENDING,
            sa.or_(ahead, elsewhere),
        )
        .offset(sa.literal_column("0"))
        .correlate(_heads)
        .exists()
    )
    # The oldest row of a recipient stands for all of them: who has locked it has the recipient.
    heads = (
        sa.select(_heads.c.recipient)
        .where(_heads.c.status == _PENDING, _heads.c.due_at <= now, free, ~waits)
        .order_by(_heads.c.due_at, _heads.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=_heads)
    )
    recipients = list(c.execute(heads).scalars())
    if not recipients:
        return []
    until = now + timedelta(seconds=OWNED_SECONDS)
    # Behind one that failed nothing is being sent: what is owned there was written meanwhile, and comes with it.
    put_off = sa.exists().where(
        _other.c.recipient == OUTBOX.c.recipient,
        _other.c.status == _PENDING,
        _other.c.id < OUTBOX.c.id,
        _other.c.attempts > 0,
    )
    taken = c.execute(
        sa.update(OUTBOX)
        .where(
            OUTBOX.c.recipient.in_(recipients),
            OUTBOX.c.status == _PENDING,
            OUTBOX.c.due_at <= now,
            sa.or_(OUTBOX.c.owner.is_(None), OUTBOX.c.owned_until <= now, sa.and_(OUTBOX.c.owner == owner, put_off)),
        )
        .values(owner=owner, owned_until=until)
        .returning(OUTBOX)
    )
    vault = vault_of(c)
    return sorted((_row(vault, row) for row in taken), key=lambda row: row.id)


def renew(c: sa.Connection, owner: str, ids: Sequence[int], now: datetime) -> dict[int, datetime]:
    """Keep these rows for another `OWNED_SECONDS`, as far as they are still owned; gives until when.

    Only what the process still has at hand may be named: all else is to fall free.
    """
    until = now + timedelta(seconds=OWNED_SECONDS)
    kept: dict[int, datetime] = {}
    for start in range(0, len(ids), RENEWED_AT_ONCE):
        renewed = c.execute(
            sa.update(OUTBOX)
            .where(
                OUTBOX.c.id.in_(ids[start : start + RENEWED_AT_ONCE]),
                OUTBOX.c.owner == owner,
                OUTBOX.c.status == _PENDING,
                OUTBOX.c.owned_until > now,
            )
            .values(owned_until=until)
            .returning(OUTBOX.c.id)
        )
        kept |= dict.fromkeys(renewed.scalars(), until)
    return kept


def done(c: sa.Connection, ids: Iterable[int]) -> None:
    """These were delivered; they are forgotten here."""
    _DONE.run(c, [{"id": id_} for id_ in ids])


def replace_by(c: sa.Connection, id_: int, rows: Sequence[Row], *, owner: str, now: datetime) -> tuple[Row, ...]:
    """Put these rows in the place of one that is pending; when it is gone, nothing. Gives what `add` gives."""
    taken = c.execute(sa.delete(OUTBOX).where(OUTBOX.c.id == id_, OUTBOX.c.status == _PENDING))
    return add(c, rows, owner=owner, now=now) if taken.rowcount == 1 else ()


def retry(c: sa.Connection, id_: int, at: datetime, error: str) -> None:
    """It failed for now; try again then. All rows of the recipient are given back and wait for it."""
    recipient = sa.select(_other.c.recipient).where(_other.c.id == id_).scalar_subquery()
    c.execute(
        sa.update(OUTBOX)
        .where(OUTBOX.c.recipient == recipient, OUTBOX.c.status == _PENDING, OUTBOX.c.id > id_)
        .values(owner=None, owned_until=None)
    )
    c.execute(
        sa.update(OUTBOX)
        .where(OUTBOX.c.id == id_, OUTBOX.c.status == _PENDING)
        .values(
            due_at=at,
            attempts=OUTBOX.c.attempts + 1,
            owner=None,
            owned_until=None,
            error=vault_of(c).system.seal(error.encode()),
        )
    )


def give_back_behind(c: sa.Connection, id_: int, owner: str, finished: Collection[int], now: datetime) -> bool:
    """Whether an older row of the same recipient is still to be delivered; if so, nothing of them stays owned.

    `finished` are rows that were delivered and are not marked yet. A row that is written while an older
    one is put off may not see it (PostgreSQL) and be owned from birth; sent at once, it would be ahead.
    """
    recipient = sa.select(_heads.c.recipient).where(_heads.c.id == id_).scalar_subquery()
    older = sa.select(_other.c.id).where(
        _other.c.recipient == recipient,
        _other.c.status == _PENDING,
        _other.c.id < id_,
        sa.or_(_other.c.due_at <= now, _other.c.attempts > 0),
    )
    if not set(c.execute(older).scalars()).difference(finished):
        return False
    theirs = sa.select(_other.c.id).where(
        _other.c.recipient == recipient, _other.c.status == _PENDING, _other.c.owner == owner
    )
    back = set(c.execute(theirs).scalars()).difference(finished)
    c.execute(sa.update(OUTBOX).where(OUTBOX.c.id.in_(back)).values(owner=None, owned_until=None))
    return True


def give_up(c: sa.Connection, id_: int, error: str, code: str, now: datetime) -> None:
    """It failed for good. The row stays, to be seen; its case gets an event "undeliverable" with `code`."""
    row = c.execute(
        sa.update(OUTBOX)
        .where(OUTBOX.c.id == id_, OUTBOX.c.status == _PENDING)
        .values(
            status="failed",
            attempts=OUTBOX.c.attempts + 1,
            owner=None,
            owned_until=None,
            error=vault_of(c).system.seal(error.encode()),
        )
        .returning(OUTBOX.c.kind, OUTBOX.c.case_id)
    ).first()
    if row is not None and row.case_id is not None:
        detail = {"row": id_, "what": row.kind, "error": error, "code": code}
        timeline.event(c, row.case_id, "system", "undeliverable", detail, now)


def release(c: sa.Connection, owner: str) -> None:
    """Give back everything this process owns; for an orderly end."""
    c.execute(sa.update(OUTBOX).where(OUTBOX.c.owner == owner).values(owner=None, owned_until=None))


def forget(c: sa.Connection, recipients: Iterable[str]) -> None:
    """Take away what was to be sent to these recipients, with its words; also what had failed for good.

    An alarm or a reply of the staff that is still under way stays until it is sent: the person has
    to get it, whatever they want kept. So does a letter that is still to be taken: it may tell of an emergency.
    """
    vault = vault_of(c)
    lookups = [vault.lookup("recipient", recipient) for recipient in recipients]
    chosen = sa.select(OUTBOX).where(OUTBOX.c.recipient.in_(lookups), OUTBOX.c.kind.in_(("send", "take")))
    rows = [_row(vault, row) for row in c.execute(chosen)]
    done(c, [row.id for row in rows if row.status == "failed" or not _must_arrive(row)])


def _must_arrive(row: Row) -> bool:
    return row.kind == "take" or row.payload.get("message", {}).get("type") in ("alarm", "reply")


def _collapse(c: sa.Connection, vault: Vault, rows: Sequence[Row]) -> None:
    keys = [
        {"key": key, "recipient": vault.lookup("recipient", row.recipient)}
        for row in rows
        if (key := _collapse_lookup(vault, row)) is not None
    ]
    _COLLAPSE.run(c, keys)


def _collapse_lookup(vault: Vault, row: Row) -> str | None:
    return None if row.collapse_key is None else vault.lookup("collapse", row.recipient, row.collapse_key)


def _insert(count: int) -> sa.Insert:
    return sa.insert(OUTBOX).values([_values(i) for i in range(count)]).returning(OUTBOX.c.id, OUTBOX.c.owner)


def _values(i: int) -> dict[str, Any]:
    bound = {name: sa.bindparam(f"{name}_{i}", type_=OUTBOX.c[name].type) for name in _BORN[:-1]}
    now = sa.bindparam("now", type_=OUTBOX.c.due_at.type)
    behind = sa.exists().where(
        _other.c.recipient == bound["recipient"],
        _other.c.status == _PENDING,
        sa.or_(
            _other.c.attempts > 0,
            sa.and_(
                _other.c.due_at <= now,
                sa.or_(
                    _other.c.owner.is_distinct_from(sa.bindparam("owner", type_=OUTBOX.c.owner.type)),
                    _other.c.owned_until <= now,
                ),
            ),
        ),
    )
    wanted = sa.bindparam(f"wanted_owner_{i}", type_=OUTBOX.c.owner.type)
    return {
        **bound,
        "attempts": sa.literal_column("0"),
        "status": _PENDING,
        "owner": sa.case((~behind, wanted), else_=sa.null()),
        "created_at": now,
    }


def _waiting(count: int) -> sa.Delete:
    keys = [sa.bindparam(f"key_{i}", type_=OUTBOX.c.collapse_key.type) for i in range(count)]
    recipients = [sa.bindparam(f"recipient_{i}", type_=OUTBOX.c.recipient.type) for i in range(count)]
    return sa.delete(OUTBOX).where(
        OUTBOX.c.recipient.in_(recipients),  # part of the key already; but it has an index
        OUTBOX.c.collapse_key.in_(keys),
        OUTBOX.c.status == _PENDING,
        OUTBOX.c.owner.is_(None),
    )


def _these(count: int) -> sa.Delete:
    return sa.delete(OUTBOX).where(
        OUTBOX.c.id.in_([sa.bindparam(f"id_{i}", type_=OUTBOX.c.id.type) for i in range(count)])
    )


_ADD = PreparedForSeveral(_insert)
_COLLAPSE = PreparedForSeveral(_waiting)
_DONE = PreparedForSeveral(_these)


def _row(vault: Vault, row: Any) -> Row:
    recipient, collapse_key, payload = vault.system.open_json(row.payload)
    return Row(
        id=row.id,
        kind=row.kind,
        recipient=recipient,
        payload=payload,
        due_at=row.due_at,
        collapse_key=collapse_key,
        case_id=row.case_id,
        attempts=row.attempts,
        status=row.status,
        owned_until=row.owned_until,
    )
