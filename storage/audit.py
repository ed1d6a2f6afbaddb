"""The audit trail: who did what, and who looked at what. Append-only; each record vouches for the last.

The chain is a keyed hash: who can write to the database but has not the secret cannot change, remove
or insert a record without `verify` finding it. A chain cannot show by itself that its newest records
were cut off, so its head is kept apart under a keyed seal. That records and head were both put back to
an older state shows only beside a head that was noted elsewhere (`head`, `holds`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import vault_of
from storage.models import AUDIT, AUDIT_HEAD, micros
from storage.trail import in_order
from storage.vault import Vault

START = "start"  # what the first record stands on
BATCH = 1000

_LAST = sa.select(AUDIT.c.id, AUDIT.c.chain).order_by(AUDIT.c.id.desc()).limit(1)
_ADD = sa.insert(AUDIT)
_HEAD = sa.select(AUDIT_HEAD.c.number, AUDIT_HEAD.c.seal).where(AUDIT_HEAD.c.id == 1)
_CHAIN_OF = sa.select(AUDIT.c.chain).where(AUDIT.c.id == sa.bindparam("number"))
_NEXT = sa.select(AUDIT).where(AUDIT.c.id > sa.bindparam("after")).order_by(AUDIT.c.id).limit(BATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the trail."""

    id: int
    at: datetime
    actor: str  # staff:ID, system, or cli
    action: str  # viewed, claimed, …
    object: str  # case:NUMBER, media:ID, staff:ID
    detail: dict[str, Any]


def append(c: sa.Connection, actor: str, action: str, object_: str, detail: Mapping[str, Any], now: datetime) -> int:
    """Add a record; gives its number. Do it last in a transaction: others wait until it commits."""
    vault = vault_of(c)
    in_order(c)
    last = c.execute(_LAST).first()
    number = last.id + 1 if last else 1
    sealed = vault.system.seal_json(dict(detail))
    values = {"id": number, "at": now, "actor": actor, "action": action, "object": object_, "detail": sealed}
    chain = _link(vault, last.chain if last else START, values)
    c.execute(_ADD, {**values, "chain": chain})
    _move_head(c, vault, number, chain)
    return number


def verify(c: sa.Connection) -> int | None:
    """The number of the first record that is missing or not as it was written; None when all is whole."""
    vault = vault_of(c)
    number, chain = 0, START
    while rows := c.execute(_NEXT, {"after": number}).mappings().all():
        for row in rows:
            number += 1
            if row["id"] != number or row["chain"] != _link(vault, chain, dict(row)):
                return number
            chain = row["chain"]
    known = c.execute(_HEAD).first()
    if known is None:
        return number or None
    if known.number > number:
        return number + 1
    return None if _is_sealed(c, vault, known.number, known.seal) else int(known.number)


def head(c: sa.Connection) -> str | None:
    """The newest record's number and seal, to be noted elsewhere; None while there is no record."""
    known = c.execute(_HEAD).first()
    return None if known is None else f"{known.number}:{known.seal}"


def holds(c: sa.Connection, noted: str) -> bool:
    """Whether the trail still holds the state that `head` told once."""
    number, _, seal = noted.strip().partition(":")
    return number.isdecimal() and _is_sealed(c, vault_of(c), int(number), seal)


def records(c: sa.Connection, *, object_: str | None = None, limit: int = 200) -> list[Record]:
    """The newest records first, of everything or of one object."""
    vault = vault_of(c)
    chosen = sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if object_ is not None:
        chosen = chosen.where(AUDIT.c.object == object_)
    return [
        Record(
            id=row.id,
            at=row.at,
            actor=row.actor,
            action=row.action,
            object=row.object,
            detail=vault.system.open_json(row.detail),
        )
        for row in c.execute(chosen)
    ]


def _move_head(c: sa.Connection, vault: Vault, number: int, chain: str) -> None:
    """Bring the head to the newest record, unless it stands for records that are not there any more."""
    known = c.execute(_HEAD).first()
    sealed = {"number": number, "seal": vault.chain("head", str(number), chain)}
    if known is None and number == 1:
        c.execute(sa.insert(AUDIT_HEAD), {"id": 1, **sealed})
    elif known is not None and _is_sealed(c, vault, known.number, known.seal):
        c.execute(sa.update(AUDIT_HEAD).values(**sealed))


def _is_sealed(c: sa.Connection, vault: Vault, number: int, seal: str) -> bool:
    chain = c.execute(_CHAIN_OF, {"number": number}).scalar()
    return chain is not None and seal == vault.chain("head", str(number), chain)


def _link(vault: Vault, chain: str, record: Mapping[str, Any]) -> str:
    return vault.chain(
        chain,
        str(record["id"]),
        str(micros(record["at"])),
        record["actor"],
        record["action"],
        record["object"],
        bytes(record["detail"]).hex(),
    )
