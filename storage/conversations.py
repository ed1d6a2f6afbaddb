"""The talk with a person: find it, keep what was said, forget it.

`find_or_begin`, `save` and `outbox.add` are the whole storage work of a plain turn: one SELECT, one
UPDATE, two INSERTs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage.case_files import CASE_COLUMNS, CaseRow, case_row
from storage.database import Prepared, vault_of
from storage.errors import AlreadySeen
from storage.models import CASE, CONSENT, CONVERSATION, MESSAGE, PATIENT, micros, new_id
from storage.vault import PatientKey, Vault


@dataclass(slots=True, kw_only=True)
class Thread:
    """A conversation as a turn finds it; other turns of it wait until this one commits."""

    conversation_id: str
    patient_id: str
    key: PatientKey
    channel: str
    address: str
    session: dict[str, Any] | None  # None: nothing was said yet
    repeated: bool  # this very message was taken before
    muted: bool  # a person of ours is talking here
    case: CaseRow | None  # without its handoffs
    last_message_id: int = 0  # set by save


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


_before = CONVERSATION.alias("before")
_FIND = (
    sa.select(
        CONVERSATION.c.id,
        CONVERSATION.c.patient_id,
        CONVERSATION.c.session,
        CONVERSATION.c.muted,
        CONVERSATION.c.version,
        PATIENT.c.key,
        sa.exists()
        .where(MESSAGE.c.conversation_id == CONVERSATION.c.id, MESSAGE.c.key == sa.bindparam("message_key"))
        .label("repeated"),
        # PostgreSQL: a row that was waited for comes in its new version, all else (the case, the
        # messages) as it was before the wait. Then the two versions differ and we ask again.
        sa.select(_before.c.version).where(_before.c.id == CONVERSATION.c.id).scalar_subquery().label("version_before"),
        *CASE_COLUMNS,
    )
    .join_from(CONVERSATION, PATIENT, CONVERSATION.c.patient_id == PATIENT.c.id)
    .outerjoin(CASE, CONVERSATION.c.case_id == CASE.c.id)
    .where(CONVERSATION.c.lookup == sa.bindparam("lookup"))
)
_FIND_AND_LOCK = _FIND.with_for_update(of=CONVERSATION)
_SAVE = (
    sa.update(CONVERSATION)
    .where(CONVERSATION.c.id == sa.bindparam("conversation_id"))
    .values(
        session=sa.bindparam("new_session"),
        touched_at=sa.bindparam("now"),
        version=CONVERSATION.c.version + 1,
    )
)
_MESSAGE_COLUMNS = ("conversation_id", "direction", "kind", "key", "body", "at", "staff_id")


def find_or_begin(
    c: sa.Connection, vault: Vault, *, channel: str, address: str, message_key: str | None, now: datetime
) -> Thread:
    """The conversation of this person on this channel, begun when there is none yet.

    Until the transaction ends nobody else gets it. `repeated` says that a message with this key was
    saved in it before: then nothing is to be done.
    """
    values = {
        "lookup": vault.lookup("conversation", channel, address),
        "message_key": _hashed(vault, message_key),
    }
    row = c.execute(_FIND_AND_LOCK, values).first()
    if row is None:
        _begin(c, vault, channel=channel, address=address, lookup=values["lookup"], now=now)
        row = c.execute(_FIND_AND_LOCK, values).one()
    while row.version != row.version_before:
        row = c.execute(_FIND_AND_LOCK, values).one()
    return _thread(vault, row, channel, address)


def find(c: sa.Connection, vault: Vault, *, channel: str, address: str) -> Thread | None:
    """The same without beginning or locking anything; for pages that only show."""
    lookup = vault.lookup("conversation", channel, address)
    row = c.execute(_FIND, {"lookup": lookup, "message_key": None}).first()
    return None if row is None or row.key is None else _thread(vault, row, channel, address)


def save(
    c: sa.Connection,
    thread: Thread,
    *,
    session: dict[str, Any],
    said: Sequence[NewMessage],
    heard: NewMessage | None,
    now: datetime,
) -> list[int]:
    """Keep the session and what was said; gives the ids of `heard` (if any) and `said`, in order.

    Raises AlreadySeen when another process saved the same message meanwhile.
    """
    c.execute(
        _SAVE,
        {
            "conversation_id": thread.conversation_id,
            "new_session": thread.key.seal_json(session),
            "now": now,
        },
    )
    thread.session = session
    messages = [*([heard] if heard else []), *said]
    return add_messages(c, thread, messages) if messages else []


def add_messages(c: sa.Connection, thread: Thread, messages: Sequence[NewMessage]) -> list[int]:
    """Append lines to a conversation that this transaction holds; gives their ids in order."""
    vault = vault_of(c)
    values: dict[str, Any] = {}
    for i, message in enumerate(messages):
        values[f"conversation_id_{i}"] = thread.conversation_id
        values[f"direction_{i}"] = message.direction
        values[f"kind_{i}"] = message.kind
        values[f"key_{i}"] = _hashed(vault, message.key)
        values[f"body_{i}"] = thread.key.seal_json(message.body)
        values[f"at_{i}"] = micros(message.at)
        values[f"staff_id_{i}"] = message.staff_id
    try:
        ids = sorted(_insert(len(messages)).run(c, values).scalars())
    except IntegrityError as exc:
        raise AlreadySeen from exc
    thread.last_message_id = ids[-1]
    return ids


def messages(
    c: sa.Connection, keys: Vault | PatientKey, conversation_id: str, after: int = 0, limit: int = 200
) -> list[StoredMessage]:
    """Lines of a conversation after this id, the oldest first; lines that were forgotten are left out."""
    return _read(c, keys, MESSAGE.c.conversation_id == conversation_id, after, limit)


def transcript(
    c: sa.Connection, keys: Vault | PatientKey, case_id: str, after: int = 0, limit: int = 1000
) -> list[StoredMessage]:
    """The same over all conversations of a case."""
    return _read(c, keys, CONVERSATION.c.case_id == case_id, after, limit)


def record_consent(c: sa.Connection, thread: Thread, granted: bool, version: str, locale: str, now: datetime) -> None:
    """Keep what the person agreed to or refused, with the version and language of the words."""
    c.execute(
        sa.insert(CONSENT),
        {
            "patient_id": thread.patient_id,
            "conversation_id": thread.conversation_id,
            "granted": granted,
            "version": version,
            "locale": locale,
            "at": now,
        },
    )


def _begin(c: sa.Connection, vault: Vault, *, channel: str, address: str, lookup: str | None, now: datetime) -> None:
    patient_id = new_id()
    wrapped = vault.new_key(patient_id)
    try:
        with c.begin_nested():
            c.execute(sa.insert(PATIENT), {"id": patient_id, "key": wrapped, "created_at": now})
            c.execute(
                sa.insert(CONVERSATION),
                {
                    "id": new_id(),
                    "patient_id": patient_id,
                    "channel": channel,
                    "lookup": lookup,
                    "address": vault.open_key(wrapped, patient_id).seal(address.encode()),
                    "muted": False,
                    "version": 0,
                    "created_at": now,
                    "touched_at": now,
                },
            )
    except IntegrityError:
        return  # somebody else began it at the same moment (PostgreSQL); theirs will be found


def _thread(vault: Vault, row: Any, channel: str, address: str) -> Thread:
    key = vault.open_key(row.key, row.patient_id)
    return Thread(
        conversation_id=row.id,
        patient_id=row.patient_id,
        key=key,
        channel=channel,
        address=address,
        session=key.open_json(row.session) if row.session else None,
        repeated=bool(row.repeated),
        muted=row.muted,
        case=case_row(row, key) if row.case_id else None,
    )


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


@cache
def _insert(count: int) -> Prepared:
    rows = [
        {name: sa.bindparam(f"{name}_{i}", type_=MESSAGE.c[name].type) for name in _MESSAGE_COLUMNS}
        for i in range(count)
    ]
    return Prepared(sa.insert(MESSAGE).values(rows).returning(MESSAGE.c.id))


def _hashed(vault: Vault, message_key: str | None) -> str | None:
    return None if message_key is None else vault.lookup("message", message_key)
