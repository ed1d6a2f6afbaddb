"""The tables. Column types say what is readable in a stolen copy: `sealed` columns are ciphertext.

Plain are only ids, codes of the protocol, states and times. Look-ups go through keyed hashes
(`Vault.lookup`). Every constraint has a name, so that migrations can change it on both engines.
"""

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """A time as the database keeps it."""
    return (at - EPOCH) // MICROSECOND


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC time, kept as whole microseconds since 1970.

    One integer compares, sorts and costs the same on both engines, and cannot lose its zone.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


#: SQLite numbers rows by itself only for a column that is exactly INTEGER.
Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: Statuses in which a handoff still takes its place in a queue or in somebody's hands.
OPEN = "status <> 'closed'"
PENDING = "status = 'pending'"


def new_id() -> str:
    """An id that nobody can guess and that sorts by the time it was made (16 hex digits each)."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def one_of(name: str, column: str, *values: str) -> sa.CheckConstraint:
    """A CHECK that refuses any other value, the same on both engines."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


URGENCIES = ("routine", "soon", "urgent", "emergency")


class Base(SQLModel):
    """Tables of Aidline; a metadata of their own, so that names follow the convention."""

    metadata = METADATA


def sealed(**options: Any) -> Any:
    """A column of ciphertext."""
    return Field(sa_type=sa.LargeBinary, **options)


def moment(**options: Any) -> Any:
    """A column for a point in time."""
    return Field(sa_type=Moment, **options)


def counter() -> Any:
    """An increasing number as primary key; never reused, so that it can serve as a cursor."""
    return Field(default=None, primary_key=True, sa_type=Counter)


class Patient(Base, table=True):
    """A person who seeks help. Without `key` nothing that was sealed for them can be read."""

    __tablename__ = "patient"

    id: str = Field(primary_key=True)
    key: bytes | None = sealed(nullable=True)  # wrapped by the vault
    created_at: datetime = moment()
    erased_at: datetime | None = moment(nullable=True)


class Case(Base, table=True):
    """What is known of one call for help, and how fast it must be answered."""

    __tablename__ = "case_file"  # CASE is a word of SQL
    __table_args__ = (
        one_of("urgency", "urgency", *URGENCIES),
        one_of("assessed_urgency", "assessed_urgency", *URGENCIES),
        one_of("status", "status", "open", "queued", "claimed", "waiting_for_patient", "in_hand", "closed"),
        sa.Index("ix_case_file_status", "status", sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    status: str
    category: str
    urgency: str
    assessed_urgency: str  # what the rules said last; a clinician may have set `urgency` apart from it
    triaged_by: str | None = Field(default=None, foreign_key="staff.id")
    queues: str  # codes, the lead first, joined by commas
    submitted: bool
    assessment: bytes = sealed()
    answers: bytes | None = sealed(nullable=True)  # once the conversation has gone on without the case
    due_at: datetime | None = moment(nullable=True)
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)


class Conversation(Base, table=True):
    """One person on one channel, and where the talk stands."""

    __tablename__ = "conversation"

    id: str = Field(primary_key=True)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    case_id: str | None = Field(default=None, foreign_key="case_file.id", index=True)
    channel: str
    lookup: str = Field(unique=True)  # keyed hash of channel and address
    address: bytes = sealed()
    session: bytes | None = sealed(nullable=True)
    muted: bool  # a person is talking here; the bot keeps silent but for alarms
    version: int  # counts the changes; tells a reader that it has waited for one
    created_at: datetime = moment()
    touched_at: datetime = moment()


class Message(Base, table=True):
    """One line of a conversation, in the order it was said."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("direction", "direction", "in", "out", "staff", "note", "system"),
        sa.Index("ix_message_conversation_id_id", "conversation_id", "id"),
        sa.Index(
            "uq_message_conversation_id_key",
            "conversation_id",
            "key",
            unique=True,
            sqlite_where=sa.text("key IS NOT NULL"),
            postgresql_where=sa.text("key IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = counter()
    conversation_id: str = Field(foreign_key="conversation.id")
    direction: str
    kind: str
    key: str | None  # keyed hash of what the platform calls this message
    body: bytes = sealed()
    at: datetime = moment()
    staff_id: str | None = Field(default=None, foreign_key="staff.id")


class Consent(Base, table=True):
    """What a person agreed to or refused, in which words and language."""

    __tablename__ = "consent"

    id: int | None = counter()
    patient_id: str = Field(foreign_key="patient.id", index=True)
    conversation_id: str = Field(foreign_key="conversation.id")
    granted: bool
    version: str
    locale: str
    at: datetime = moment()


class Handoff(Base, table=True):
    """A case in one queue, with its own clock and holder."""

    __tablename__ = "handoff"
    __table_args__ = (
        one_of("status", "status", "queued", "claimed", "waiting_for_patient", "in_hand", "closed"),
        one_of("urgency", "urgency", *URGENCIES),
        sa.Index(
            "uq_handoff_open",
            "case_id",
            "queue",
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        ),
        sa.Index("ix_handoff_queue_open", "queue", sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)),
        sa.Index("ix_handoff_case_id", "case_id"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="case_file.id")
    queue: str
    track: str
    status: str
    urgency: str
    staff_id: str | None = Field(default=None, foreign_key="staff.id", index=True)  # who holds it
    due_at: datetime | None = moment(nullable=True)
    queued_at: datetime = moment()
    claimed_at: datetime | None = moment(nullable=True)
    answered_at: datetime | None = moment(nullable=True)  # first reply to the patient
    closed_at: datetime | None = moment(nullable=True)
    outcome: str | None = None  # a code


class CaseEvent(Base, table=True):
    """One entry of a case's timeline."""

    __tablename__ = "case_event"
    __table_args__ = (
        sa.Index("ix_case_event_case_id_id", "case_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = counter()
    case_id: str = Field(foreign_key="case_file.id")
    actor: str  # patient, system or staff:ID
    kind: str
    detail: bytes = sealed()
    at: datetime = moment()


class Media(Base, table=True):
    """A photo or file as it came in; the bytes lie in the media store under `blob`."""

    __tablename__ = "media"
    __table_args__ = (
        one_of("status", "status", "stored", "pending", "refused"),
        sa.Index("ix_media_patient_id_blob", "patient_id", "blob"),
    )

    id: str = Field(primary_key=True)
    patient_id: str = Field(foreign_key="patient.id")
    conversation_id: str = Field(foreign_key="conversation.id")
    case_id: str | None = Field(default=None, foreign_key="case_file.id", index=True)
    blob: str | None  # the same for the same bytes of the same patient
    kind: str
    content_type: str
    size: int = Field(sa_type=sa.BigInteger)
    status: str
    problem: str | None = None  # a code, when refused
    detail: bytes = sealed()  # name, SHA-256, measures
    received_at: datetime = moment()


class Staff(Base, table=True):
    """Someone who answers: a medical expert, a legal-aid volunteer or a coordinator."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", "role", "expert", "legal_aid", "coordinator"),)

    id: str = Field(primary_key=True)
    name_lookup: str = Field(unique=True)
    telegram_lookup: str | None = Field(default=None, unique=True)
    role: str
    queues: str  # codes joined by commas
    on_call: bool
    locale: str
    detail: bytes = sealed()  # name, Telegram id, institution
    created_at: datetime = moment()


class SignInLink(Base, table=True):
    """A link that signs a member of staff in, once; only its hash is kept."""

    __tablename__ = "sign_in_link"

    token_hash: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)


class StaffSession(Base, table=True):
    """A signed-in browser of a member of staff; only the hash of its token is kept."""

    __tablename__ = "staff_session"

    token_hash: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    expires_at: datetime = moment()


class Outbox(Base, table=True):
    """One thing to do to the outside world after a commit; gone when done."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("status", "status", "pending", "failed"),
        sa.Index(
            "ix_outbox_recipient_id_pending",
            "recipient",
            "id",
            sqlite_where=sa.text(PENDING),
            postgresql_where=sa.text(PENDING),
        ),
        sa.Index(
            "ix_outbox_due_at_pending",
            "due_at",
            sqlite_where=sa.text(PENDING),
            postgresql_where=sa.text(PENDING),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = counter()
    kind: str
    recipient: str  # keyed hash; orders the rows of one person
    payload: bytes = sealed()
    due_at: datetime = moment()
    collapse_key: str | None = None  # keyed hash
    attempts: int
    case_id: str | None = Field(default=None, foreign_key="case_file.id")
    status: str
    owner: str | None = None
    owned_until: datetime | None = moment(nullable=True)
    error: bytes | None = sealed(nullable=True)
    created_at: datetime = moment()


class AuditRecord(Base, table=True):
    """Who did what, and who looked at what; each record vouches for the one before."""

    __tablename__ = "audit_record"

    id: int = Field(primary_key=True, sa_type=Counter, sa_column_kwargs={"autoincrement": False})
    at: datetime = moment()
    actor: str
    action: str
    object: str
    detail: bytes = sealed()
    chain: str  # keyed hash over this record and the chain of the one before


class AuditHead(Base, table=True):
    """How far the audit trail goes, under a keyed seal: what is cut from its end is missed."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True, sa_type=Counter, sa_column_kwargs={"autoincrement": False})  # always 1
    number: int = Field(sa_type=sa.BigInteger)  # of the newest record
    seal: str  # keyed hash over this number and the newest record's chain


class Judgement(Base, table=True):
    """What a clinician who held a case made of it, beside what the rules had said; in codes only."""

    __tablename__ = "judgement"

    id: int | None = counter()
    case_id: str = Field(foreign_key="case_file.id", index=True)
    staff_id: str = Field(foreign_key="staff.id")
    codes: bytes = sealed()  # category, urgency and grade; the same of the rules, and those that had fired
    at: datetime = moment()


PATIENT = METADATA.tables["patient"]
CASE = METADATA.tables["case_file"]
CONVERSATION = METADATA.tables["conversation"]
MESSAGE = METADATA.tables["message"]
CONSENT = METADATA.tables["consent"]
HANDOFF = METADATA.tables["handoff"]
CASE_EVENT = METADATA.tables["case_event"]
MEDIA = METADATA.tables["media"]
STAFF = METADATA.tables["staff"]
SIGN_IN_LINK = METADATA.tables["sign_in_link"]
STAFF_SESSION = METADATA.tables["staff_session"]
OUTBOX = METADATA.tables["outbox"]
AUDIT = METADATA.tables["audit_record"]
AUDIT_HEAD = METADATA.tables["audit_head"]
JUDGEMENT = METADATA.tables["judgement"]
