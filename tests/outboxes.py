"""What is still to be sent, as a test asks for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import vault_of
from storage.models import OUTBOX


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that is still to be delivered."""

    payload: dict[str, Any]
    attempts: int
    due_at: datetime


def waiting(c: sa.Connection, recipient: str) -> list[Waiting]:
    """The rows still to be delivered to this recipient, in order."""
    vault = vault_of(c)
    chosen = sa.select(OUTBOX).where(
        OUTBOX.c.recipient == vault.lookup("recipient", recipient), OUTBOX.c.status == "pending"
    )
    rows = c.execute(chosen.order_by(OUTBOX.c.id))
    return [Waiting(vault.system.open_json(row.payload)[2], row.attempts, row.due_at) for row in rows]
