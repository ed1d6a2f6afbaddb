"""The talk with a person: find it, keep what was said, forget it.

`find_or_begin`, `save` and `outbox.add` are the whole storage work of a plain turn: one SELECT, one
UPDATE, two INSERTs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage import audit, outbox
from storage import messages as lines
from storage.case_files import CASE_COLUMNS, CaseRow, case_row
from storage.database import vault_of
from storage.messages import NewMessage, StoredMessage, key_hash, messages, transcript
from storage.models import CASE, CASE_EVENT, CONSENT, CONVERSATION, MEDIA, MESSAGE, PATIENT, new_id
from storage.prepared import Prepared
from storage.vault import PatientKey, Vault

__all__ = [
    "NewMessage",
    "StoredMessage",
    "Thread",
    "find",
    "find_or_begin",
    "forget",
    "messages",
    "record_consent",
    "save",
    "transcript",
]


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
    saved: list[int] = field(default_factory=list)  # ids of the lines of this turn, set by save


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
        .where(MESSAGE.c.conversation_id == CONVERSATION.c.id, MESSAGE.c.key == sa.bindparam("message_key", None))
        .label("repeated"),
        # PostgreSQL: a row that was waited for comes in its new version, all else (the case, the
        # messages) as it was before the wait. Then the two versions differ and we ask again.
        sa.select(_before.c.version).where(_before.c.id == CONVERSATION.c.id).scalar_subquery().label("version_before"),
        *CASE_COLUMNS,
    )
    .join_from(CONVERSATION, PATIENT, CONVERSATION.c.patient_id == PATIENT.c.id)
    .outerjoin(CASE, CONVERSATION.c.case_id == CASE.c.id)
    .where(CONVERSATION.c.lookup == sa.bindparam("lookup", None))
)
_FIND_AND_LOCK = Prepared(_FIND.with_for_update(of=CONVERSATION))
_SAVE = Prepared(
    sa.update(CONVERSATION)
    .where(CONVERSATION.c.id == sa.bindparam("conversation_id"))
    .values(
        session=sa.bindparam("new_session"),
        touched_at=sa.bindparam("now"),
        version=CONVERSATION.c.version + 1,
    )
)


def find_or_begin(
    c: sa.Connection, vault: Vault, *, channel: str, address: str, message_key: str | None, now: datetime
) -> Thread:
    """The conversation of this person on this channel, begun when there is none yet.

    Until the transaction ends nobody else gets it. `repeated` says that a message with this key was
    saved in it before: then nothing is to be done.
    """
    values = {
        "lookup": vault.lookup("conversation", channel, address),
        "message_key": key_hash(vault, message_key),
    }
    rows = _FIND_AND_LOCK.run(c, values)
    if not rows:
        _begin(c, vault, channel=channel, address=address, lookup=values["lookup"], now=now)
        rows = _FIND_AND_LOCK.run(c, values)
    while rows[0].version != rows[0].version_before:
        rows = _FIND_AND_LOCK.run(c, values)
    row = rows[0]
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
    _SAVE.run(
        c,
        {
            "conversation_id": thread.conversation_id,
            "new_session": thread.key.seal_json(session),
            "now": now,
        },
    )
    thread.session = session
    new = [*([heard] if heard else []), *said]
    thread.saved = lines.add(c, thread.key, thread.conversation_id, new) if new else []
    return thread.saved


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


def forget(c: sa.Connection, thread: Thread, now: datetime) -> list[str]:
    """Erase what a person wrote who does not want it kept; gives the blobs that may be deleted.

    The patient's key is replaced, so old copies of the rows cannot be read either. What stays: the
    session as it is now, what the bot said in this very turn, and of a case that was opened (in an
    emergency nobody waits for consent) the codes without the words.
    """
    vault = vault_of(c)
    wrapped = vault.new_key(thread.patient_id)
    old, new = thread.key, vault.open_key(wrapped, thread.patient_id)
    c.execute(sa.update(PATIENT).where(PATIENT.c.id == thread.patient_id).values(key=wrapped))
    talks = sa.select(CONVERSATION).where(CONVERSATION.c.patient_id == thread.patient_id)
    theirs = c.execute(talks).all()
    outbox.forget(c, [f"{talk.channel}:{talk.id}" for talk in theirs])
    for talk in theirs:
        _update(
            c,
            CONVERSATION,
            talk.id,
            address=new.seal(old.open(talk.address)),
            session=new.seal(old.open(talk.session)) if talk.session else None,
        )
    lines_of = MESSAGE.c.conversation_id.in_(talks.with_only_columns(CONVERSATION.c.id))
    just_said = sa.and_(MESSAGE.c.id.in_(thread.saved), MESSAGE.c.direction == "out")
    for line in c.execute(sa.select(MESSAGE).where(lines_of, just_said)).all():
        _update(c, MESSAGE, line.id, body=new.seal(old.open(line.body)))
    c.execute(sa.update(MESSAGE).where(lines_of, ~just_said).values(body=b""))
    for case in c.execute(sa.select(CASE).where(CASE.c.patient_id == thread.patient_id)).all():
        codes = new.seal_json(_codes_only(old.open_json(case.assessment)))
        _update(c, CASE, case.id, assessment=codes, answers=None)
        c.execute(sa.update(CASE_EVENT).where(CASE_EVENT.c.case_id == case.id).values(detail=b""))
    blobs = c.execute(sa.select(MEDIA.c.blob).where(MEDIA.c.patient_id == thread.patient_id, MEDIA.c.blob.is_not(None)))
    found = sorted(set(blobs.scalars()))
    c.execute(
        sa.update(MEDIA)
        .where(MEDIA.c.patient_id == thread.patient_id)
        .values(blob=None, status="refused", problem="forgotten", detail=b"")
    )
    thread.key = new
    audit.append(c, "patient", "forgot", f"patient:{thread.patient_id}", {}, now)
    return found


def _update(c: sa.Connection, table: sa.Table, id_: str | int, **values: Any) -> None:
    c.execute(sa.update(table).where(table.c.id == id_).values(**values))


def _codes_only(assessment: dict[str, Any]) -> dict[str, Any]:
    kept = (
        "category",
        "also",
        "urgency",
        "family",
        "procedure",
        "issues",
        "queues",
        "page",
        "protocol",
        "looks_too_early",
    )
    fired = [{**rule, "evidence": ""} for rule in assessment.get("fired", ())]
    return {**{name: assessment[name] for name in kept if name in assessment}, "change": [], "fired": fired}


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
