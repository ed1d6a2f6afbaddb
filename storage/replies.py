"""A reply that is posted twice, since the answer to the first post was lost, is kept once."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage.database import vault_of
from storage.errors import AlreadySeen
from storage.messages import key_hash
from storage.models import MESSAGE


def keep_once(c: sa.Connection, message_id: int, key: str) -> None:
    """Name a reply of this transaction by what its sender calls it.

    Raises AlreadySeen when the conversation has one of this name; then the transaction is to be undone.
    """
    named = sa.update(MESSAGE).where(MESSAGE.c.id == message_id).values(key=key_hash(vault_of(c), f"reply:{key}"))
    try:
        c.execute(named)
    except IntegrityError as exc:  # the key is the only thing here that a rule concerns
        raise AlreadySeen from exc
