"""Replies of the staff: one that is posted twice is kept once; whether they have reached the patient."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage.database import vault_of
from storage.errors import AlreadySeen
from storage.messages import key_hash
from storage.models import MESSAGE, OUTBOX


def keep_once(c: sa.Connection, message_id: int, key: str) -> None:
    """Name a reply of this transaction by what its sender calls it.

    Raises AlreadySeen when the conversation has one of this name; then the transaction is to be undone.
    """
    named = sa.update(MESSAGE).where(MESSAGE.c.id == message_id).values(key=key_hash(vault_of(c), f"reply:{key}"))
    try:
        c.execute(named)
    except IntegrityError as exc:  # the key is the only thing here that a rule concerns
        raise AlreadySeen from exc


def states(c: sa.Connection, case_id: str) -> dict[int, str]:
    """`sending` or `failed` by message id, for what is not delivered yet; a delivered row is gone from the outbox."""
    vault = vault_of(c)
    chosen = sa.select(OUTBOX.c.payload, OUTBOX.c.status).where(OUTBOX.c.case_id == case_id, OUTBOX.c.kind == "send")
    found: dict[int, str] = {}
    for sealed, status in c.execute(chosen):
        payload: Any = vault.system.open_json(sealed)[2]
        if message_id := payload.get("message_id"):
            found[int(message_id)] = "failed" if status == "failed" else "sending"
    return found
