"""The lines of conversations: appended in the order they were said, read back with the patient's key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import constraints
from storage.database import vault_of
from storage.errors import AlreadySeen, RowRefused
from storage.models import CASE, CASE_EVENT, CONVERSATION, MESSAGE, PATIENT
from storage.prepared import PreparedForSeveral
from storage.vault import PatientKey, Vault

_MESSAGE_COLUMNS = ("conversation_id", "direction", "kind", "key", "body", "at", "staff_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A line to keep."""

    direction: str  # in | out | staff | note | system
    kind: str  # text | say | ask | alarm | media | …
    body: dict[str, Any]
    at: datetime
    key: str | None = None  # what the platform calls it; the same key is taken once
    staff_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A line that was kept."""

    id: int
    conversation_id: str
    direction: str
    kind: str
    body: dict[str, Any] = field(repr=False)
    at: datetime
    staff_id: str | None


def add(c: sa.Connection, key: PatientKey, conversation_id: str, new: Sequence[NewMessage]) -> list[int]:
    """Append lines to a conversation that this transaction holds; gives their ids in order.

    Raises AlreadySeen when a line with the same key was kept before.
    """
    return add_all(c, [(key, conversation_id, message) for message in new])


def add_all(c: sa.Connection, new: Sequence[tuple[PatientKey, str, NewMessage]]) -> list[int]:
    """The same for lines of several conversations, each with the key and id of its own."""
    vault = vault_of(c)
    rows = [
        {
            "conversation_id": conversation_id,
            "direction": message.direction,
            "kind": message.kind,
            "key": key_hash(vault, message.key),
            "body": key.seal_json(message.body),
            "at": message.at,
            "staff_id": message.staff_id,
        }
        for key, conversation_id, message in new
    ]
    try:
        return sorted(row.id for row in _ADD.run(c, rows))
    except constraints.REFUSALS as exc:
        if constraints.broke(exc, "uq_message_conversation_id_key", "message.conversation_id, message.key"):
            raise AlreadySeen from exc
        raise RowRefused from exc


def messages(
    c: sa.Connection, keys: Vault | PatientKey, conversation_id: str, after: int = 0, limit: int = 200
) -> list[StoredMessage]:
    """Lines of a conversation after this id, the oldest first; lines that were forgotten are left out."""
    return _read(c, keys, MESSAGE.c.conversation_id == conversation_id, after, limit)


def transcript(
    c: sa.Connection, keys: Vault | PatientKey, case_id: str, after: int = 0, limit: int = 1000
) -> list[StoredMessage]:
    """The talk of the patient of a case while it was about this case, in all conversations.

    It ends where the person left the case for another matter; only what the staff of this case wrote
    later belongs to it too.
    """
    begins, ends = _span(c, case_id)
    patient = sa.select(CASE.c.patient_id).where(CASE.c.id == case_id)
    condition = CONVERSATION.c.patient_id == patient.scalar_subquery()
    if begins is not None:
        condition = sa.and_(condition, MESSAGE.c.at > begins)
    if ends is not None:
        condition = sa.and_(condition, sa.or_(MESSAGE.c.at <= ends, _replied_in(case_id)))
    return _read(c, keys, condition, after, limit)


def _span(c: sa.Connection, case_id: str) -> tuple[datetime | None, datetime | None]:
    """From when to when the patient's talk was about this case; None where it has no bound.

    A case whose leaving was not noted ends when it was closed, at the latest when the next one began.
    """
    this = CASE.alias("this")
    patient = sa.select(this.c.patient_id).where(this.c.id == case_id).scalar_subquery()
    left = sa.select(sa.func.max(CASE_EVENT.c.at)).where(CASE_EVENT.c.case_id == CASE.c.id, CASE_EVENT.c.kind == "left")
    talked_of = sa.exists().where(CONVERSATION.c.case_id == CASE.c.id)
    chosen = sa.select(
        CASE.c.id, CASE.c.opened_at, sa.func.coalesce(left.scalar_subquery(), CASE.c.closed_at).label("ended"),
        talked_of.label("talked_of"),
    ).where(CASE.c.patient_id == patient)  # fmt: skip
    begins: datetime | None = None
    found = None
    for row in c.execute(chosen.order_by(CASE.c.opened_at, CASE.c.id)):
        if found is not None:
            return begins, found.ended or row.opened_at
        if row.id != case_id:
            begins = row.ended if not row.talked_of else None
        elif row.talked_of:
            return begins, None
        else:
            found = row
    return begins, found.ended if found is not None else None


def _replied_in(case_id: str) -> sa.ColumnElement[bool]:
    """Lines that somebody wrote to the patient from this very case."""
    return sa.and_(
        MESSAGE.c.direction == "staff",
        sa.exists().where(
            CASE_EVENT.c.case_id == case_id, CASE_EVENT.c.kind == "replied", CASE_EVENT.c.at == MESSAGE.c.at
        ),
    )


def key_hash(vault: Vault, message_key: str | None) -> str | None:
    """The keyed hash under which a message key is stored."""
    return None if message_key is None else vault.lookup("message", message_key)


def _read(
    c: sa.Connection, keys: Vault | PatientKey, condition: sa.ColumnElement[bool], after: int, limit: int
) -> list[StoredMessage]:
    chosen = (
        sa.select(MESSAGE, CONVERSATION.c.patient_id, PATIENT.c.key.label("wrapped"))
        .join_from(MESSAGE, CONVERSATION, MESSAGE.c.conversation_id == CONVERSATION.c.id)
        .join(PATIENT, CONVERSATION.c.patient_id == PATIENT.c.id)
        .where(condition, MESSAGE.c.id > after, sa.func.length(MESSAGE.c.body) > 0, PATIENT.c.key.is_not(None))
        .order_by(MESSAGE.c.id)
        .limit(limit)
    )
    found = []
    key = keys if isinstance(keys, PatientKey) else None
    for row in c.execute(chosen):
        if key is None:
            assert isinstance(keys, Vault)
            key = keys.open_key(row.wrapped, row.patient_id)
        found.append(
            StoredMessage(
                id=row.id,
                conversation_id=row.conversation_id,
                direction=row.direction,
                kind=row.kind,
                body=key.open_json(row.body),
                at=row.at,
                staff_id=row.staff_id,
            )
        )
    return found


def _insert(count: int) -> sa.Insert:
    rows = [
        {name: sa.bindparam(f"{name}_{i}", type_=MESSAGE.c[name].type) for name in _MESSAGE_COLUMNS}
        for i in range(count)
    ]
    return sa.insert(MESSAGE).values(rows).returning(MESSAGE.c.id)


_ADD = PreparedForSeveral(_insert)
