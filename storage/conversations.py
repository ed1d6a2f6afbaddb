"""The talk with a person: find it, keep what was said, forget it.

`find_all`, `save_all` and `outbox.add_each` are the whole storage work of plain turns, however many share a
transaction: one SELECT, an UPDATE for each, two INSERTs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from storage import audit, constraints, outbox
from storage import messages as lines
from storage.case_files import CASE_COLUMNS, CaseRow, case_row, lock_free
from storage.database import vault_of
from storage.messages import NewMessage, StoredMessage, key_hash, messages, transcript
from storage.models import CASE, CASE_EVENT, CONSENT, CONVERSATION, MEDIA, MESSAGE, PATIENT, new_id
from storage.prepared import Prepared, PreparedForSeveral, columns, savepoint
from storage.vault import PatientKey, Vault

__all__ = [
    "Caller",
    "Change",
    "NewMessage",
    "StoredMessage",
    "Thread",
    "find",
    "find_all",
    "find_or_begin",
    "forget",
    "messages",
    "record_consent",
    "save",
    "save_all",
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


@dataclass(frozen=True, slots=True)
class Caller:
    """Who writes, and where; with what the platform calls the message, if it calls it anything."""

    channel: str
    address: str
    message_key: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a turn makes of a conversation: where it stands now, and what was said in it."""

    thread: Thread
    session: dict[str, Any]
    lines: Sequence[NewMessage]


_before = CONVERSATION.alias("before")
_COLUMNS = (
    CONVERSATION.c.id,
    CONVERSATION.c.lookup,
    CONVERSATION.c.patient_id,
    CONVERSATION.c.session,
    CONVERSATION.c.muted,
    CONVERSATION.c.version,
    PATIENT.c.key,
    # PostgreSQL: a row that was waited for comes in its new version, all else (the case, the
    # messages) as it was before the wait. Then the two versions differ and we ask again.
    sa.select(_before.c.version).where(_before.c.id == CONVERSATION.c.id).scalar_subquery().label("version_before"),
    *CASE_COLUMNS,
)


def _with_case(chosen: sa.Select[Any]) -> sa.Select[Any]:
    whole = sa.join(CONVERSATION, PATIENT, CONVERSATION.c.patient_id == PATIENT.c.id)
    return chosen.select_from(whole.outerjoin(CASE, CONVERSATION.c.case_id == CASE.c.id))


def _find(count: int, *, skip: bool) -> sa.Select[Any]:
    keys: dict[Any, Any] = {
        sa.bindparam(f"lookup_{i}", None): sa.bindparam(f"message_key_{i}", None) for i in range(count)
    }
    key = sa.case(keys, value=CONVERSATION.c.lookup)
    seen = sa.exists().where(MESSAGE.c.conversation_id == CONVERSATION.c.id, MESSAGE.c.key == key)
    chosen = sa.select(*_COLUMNS, seen.label("repeated")).where(CONVERSATION.c.lookup.in_(list(keys)))
    return _with_case(chosen).with_for_update(of=CONVERSATION, skip_locked=skip)


_FIND_AND_WAIT = PreparedForSeveral(partial(_find, skip=False))
_FIND_FREE = PreparedForSeveral(partial(_find, skip=True))
_LOOK = _with_case(sa.select(*_COLUMNS, sa.false().label("repeated"))).where(
    CONVERSATION.c.lookup == sa.bindparam("lookup")
)
_SAVE = Prepared(
    sa.update(CONVERSATION)
    .where(CONVERSATION.c.id == sa.bindparam("conversation_id"))
    .values(
        session=sa.bindparam("new_session"),
        touched_at=sa.bindparam("now"),
        version=CONVERSATION.c.version + 1,
    )
)
_NEW_PATIENT = Prepared(sa.insert(PATIENT).values(columns(PATIENT, "id", "key", "created_at")))
_NEW_TALK = Prepared(
    sa.insert(CONVERSATION).values(
        columns(
            CONVERSATION, "id", "patient_id", "channel", "lookup", "address", "muted", "version", "created_at",
            "touched_at",
        )
    )
)  # fmt: skip
_CONSENT = Prepared(
    sa.insert(CONSENT).values(columns(CONSENT, "patient_id", "conversation_id", "granted", "version", "locale", "at"))
)


def find_or_begin(
    c: sa.Connection, vault: Vault, *, channel: str, address: str, message_key: str | None, now: datetime
) -> Thread:
    """The conversation of this person on this channel, begun when there is none yet.

    Until the transaction ends nobody else gets it. `repeated` says that a message with this key was
    saved in it before: then nothing is to be done.
    """
    (thread,) = find_all(c, vault, [Caller(channel, address, message_key)], now)
    assert thread is not None
    return thread


def find_all(
    c: sa.Connection, vault: Vault, callers: Sequence[Caller], now: datetime, *, wait: bool = True
) -> list[Thread | None]:
    """The same for several people, in their order.

    With `wait=False` the place of one whose conversation, or case, another transaction has at this
    moment is None, and so is that of one who is named a second time. Who takes several must not wait:
    two that hold what the other wants would wait for ever.
    """
    asked: dict[str, Caller] = {}
    for caller in callers:
        asked.setdefault(vault.lookup("conversation", caller.channel, caller.address), caller)
    rows = _found(c, vault, asked, wait=wait)
    if new := [lookup for lookup in asked if lookup not in rows]:
        for lookup in sorted(new):
            _begin(c, vault, asked[lookup], lookup, now)
        rows |= _found(c, vault, {lookup: asked[lookup] for lookup in new}, wait=wait)
    if not wait:
        free = lock_free(c, [row.case_id for row in rows.values() if row.case_id])
        rows = {lookup: row for lookup, row in rows.items() if not row.case_id or row.case_id in free}
    threads = {id(asked[lookup]): _thread(vault, row, asked[lookup]) for lookup, row in rows.items()}
    return [threads.get(id(caller)) for caller in callers]


def _found(c: sa.Connection, vault: Vault, asked: Mapping[str, Caller], *, wait: bool) -> dict[str, Any]:
    """The rows that are there, by lookup, locked and as they are now."""
    wanted = [
        {"lookup": lookup, "message_key": key_hash(vault, caller.message_key)} for lookup, caller in asked.items()
    ]
    found: dict[str, Any] = {}
    while wanted:
        rows = (_FIND_AND_WAIT if wait else _FIND_FREE).run(c, wanted)
        found |= {row.lookup: row for row in rows if row.version == row.version_before}
        stale = {row.lookup for row in rows if row.lookup not in found}
        wanted = [one for one in wanted if one["lookup"] in stale]
    return found


def find(c: sa.Connection, vault: Vault, *, channel: str, address: str) -> Thread | None:
    """The same without beginning or locking anything; for pages that only show."""
    lookup = vault.lookup("conversation", channel, address)
    row = c.execute(_LOOK, {"lookup": lookup}).first()
    return None if row is None or row.key is None else _thread(vault, row, Caller(channel, address, None))


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
    new = [*([heard] if heard else []), *said]
    (ids,) = save_all(c, [Change(thread, session, new)], now)
    return ids


def save_all(c: sa.Connection, changes: Sequence[Change], now: datetime) -> list[list[int]]:
    """The same for several conversations; for each the ids of its lines, in order."""
    _SAVE.run_each(
        c,
        [
            {
                "conversation_id": change.thread.conversation_id,
                "new_session": change.thread.key.seal_json(change.session),
                "now": now,
            }
            for change in changes
        ],
    )
    new = [(change.thread.key, change.thread.conversation_id, line) for change in changes for line in change.lines]
    ids = iter(lines.add_all(c, new))
    for change in changes:
        change.thread.session = change.session
        change.thread.saved = [next(ids) for _ in change.lines]
    return [change.thread.saved for change in changes]


def record_consent(c: sa.Connection, thread: Thread, granted: bool, version: str, locale: str, now: datetime) -> None:
    """Keep what the person agreed to or refused, with the version and language of the words."""
    _CONSENT.run(
        c,
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
    letters = [f"take:{talk.channel}:{old.open(talk.address).decode()}" for talk in theirs]
    outbox.forget(c, [*(f"{talk.channel}:{talk.id}" for talk in theirs), *letters])
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


def _begin(c: sa.Connection, vault: Vault, caller: Caller, lookup: str, now: datetime) -> None:
    patient_id = new_id()
    wrapped = vault.new_key(patient_id)
    talk = {
        "id": new_id(),
        "patient_id": patient_id,
        "channel": caller.channel,
        "lookup": lookup,
        "address": vault.open_key(wrapped, patient_id).seal(caller.address.encode()),
        "muted": False,
        "version": 0,
        "created_at": now,
        "touched_at": now,
    }
    try:
        with savepoint(c):
            _NEW_PATIENT.run(c, {"id": patient_id, "key": wrapped, "created_at": now})
            _NEW_TALK.run(c, talk)
    except constraints.REFUSALS:
        return  # somebody else began it (PostgreSQL); theirs will be found


def _thread(vault: Vault, row: Any, caller: Caller) -> Thread:
    key = vault.open_key(row.key, row.patient_id)
    return Thread(
        conversation_id=row.id,
        patient_id=row.patient_id,
        key=key,
        channel=caller.channel,
        address=caller.address,
        session=key.open_json(row.session) if row.session else None,
        repeated=bool(row.repeated),
        muted=row.muted,
        case=case_row(row, key) if row.case_id else None,
    )
