"""The staff: who they are, what they serve, and how they sign in.

Names and handles are sealed with the system key. Of sign-in tokens only hashes are kept.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage.database import vault_of
from storage.errors import NameTaken, NoSuchStaff
from storage.models import HANDOFF, SIGN_IN_LINK, STAFF, STAFF_SESSION, new_id
from storage.vault import Vault

ROLES = ("expert", "legal_aid", "coordinator")
LEGAL_AID = "legal_aid"  # the queue of the legal track
DUTY = "duty"  # the queue of the coordinators
SESSION_HOURS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Someone who answers."""

    id: str
    name: str
    role: str  # expert | legal_aid | coordinator
    queues: tuple[str, ...]  # for an expert: these clinical queues only; none: all of them
    telegram: str | None
    institution: str | None
    on_call: bool
    locale: str

    @property
    def actor(self) -> str:
        """How timelines and the audit trail name this person."""
        return f"staff:{self.id}"

    def serves(self, queue: str) -> bool:
        """May this person take cases of that queue."""
        if self.role == "coordinator":
            return True
        if self.role == "legal_aid":
            return queue == LEGAL_AID
        return queue in self.queues if self.queues else queue not in (LEGAL_AID, DUTY)


_BY_SESSION = (
    sa.select(STAFF)
    .join_from(STAFF_SESSION, STAFF, STAFF_SESSION.c.staff_id == STAFF.c.id)
    .where(
        STAFF_SESSION.c.token_hash == sa.bindparam("token_hash"),
        STAFF_SESSION.c.expires_at > sa.bindparam("now"),
    )
)


def add_staff(
    c: sa.Connection,
    name: str,
    role: str,
    *,
    queues: Sequence[str] = (),
    telegram: str | None = None,
    institution: str | None = None,
    on_call: bool = False,
    locale: str = "zh-CN",
    now: datetime,
) -> Staff:
    """Take someone on; raises NameTaken for a name or Telegram id that somebody has."""
    vault = vault_of(c)
    staff_id = new_id()
    detail = {"name": name.strip(), "telegram": telegram, "institution": institution}
    try:
        with c.begin_nested():
            c.execute(
                sa.insert(STAFF),
                {
                    "id": staff_id,
                    "name_lookup": _name_lookup(vault, name),
                    "telegram_lookup": _telegram_lookup(vault, telegram) if telegram else None,
                    "role": role,
                    "queues": ",".join(queues),
                    "on_call": on_call,
                    "locale": locale,
                    "detail": vault.system.seal_json(detail),
                    "created_at": now,
                },
            )
    except IntegrityError as exc:
        if role not in ROLES:
            raise ValueError(f"role {role!r} is not one of {', '.join(ROLES)}") from exc
        raise NameTaken from exc
    return get_staff(c, staff_id)


def list_staff(c: sa.Connection) -> list[Staff]:
    """Everyone, in the order they came."""
    vault = vault_of(c)
    chosen = sa.select(STAFF).order_by(STAFF.c.created_at, STAFF.c.id)
    return [_staff(vault, row) for row in c.execute(chosen)]


def find_staff(c: sa.Connection, name: str) -> Staff:
    """The person of this name (case and width of letters do not matter); raises NoSuchStaff."""
    return _one(c, STAFF.c.name_lookup == _name_lookup(vault_of(c), name))


def get_staff(c: sa.Connection, staff_id: str) -> Staff:
    """The person with this id; raises NoSuchStaff."""
    return _one(c, STAFF.c.id == staff_id)


def set_on_call(c: sa.Connection, staff_id: str, on_call: bool) -> None:
    """Somebody starts or ends being called in emergencies."""
    changed = c.execute(sa.update(STAFF).where(STAFF.c.id == staff_id).values(on_call=on_call))
    if changed.rowcount == 0:
        raise NoSuchStaff


def on_call(c: sa.Connection, queues: Iterable[str]) -> list[Staff]:
    """Who is to be paged for these queues: those on call who serve one of them, coordinators last."""
    wanted = tuple(queues)
    vault = vault_of(c)
    chosen = sa.select(STAFF).where(STAFF.c.on_call.is_(True)).order_by(STAFF.c.created_at, STAFF.c.id)
    staff = [_staff(vault, row) for row in c.execute(chosen)]
    serving = [person for person in staff if any(person.serves(queue) for queue in wanted)]
    return sorted(serving, key=lambda person: person.role == "coordinator")


def holders(c: sa.Connection, case_id: str) -> list[Staff]:
    """Who has the case in hands."""
    chosen = (
        sa.select(STAFF)
        .join_from(HANDOFF, STAFF, HANDOFF.c.staff_id == STAFF.c.id)
        .where(HANDOFF.c.case_id == case_id, HANDOFF.c.status != "closed")
        .order_by(HANDOFF.c.queued_at, HANDOFF.c.id)
    )
    vault = vault_of(c)
    return [_staff(vault, row) for row in c.execute(chosen)]


def new_link(c: sa.Connection, staff_id: str, now: datetime, minutes: int = 30) -> str:
    """A token that signs this person in once within so many minutes."""
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": _hash(token),
        "staff_id": staff_id,
        "expires_at": now + timedelta(minutes=minutes),
    }
    c.execute(sa.insert(SIGN_IN_LINK), values)
    return token


def link_owner(c: sa.Connection, token: str, now: datetime) -> Staff | None:
    """Whose link this is as long as it opens; looking does not spend it."""
    chosen = sa.select(SIGN_IN_LINK.c.staff_id).where(
        SIGN_IN_LINK.c.token_hash == _hash(token),
        SIGN_IN_LINK.c.used_at.is_(None),
        SIGN_IN_LINK.c.expires_at > now,
    )
    staff_id = c.execute(chosen).scalar()
    return None if staff_id is None else get_staff(c, staff_id)


def redeem_link(c: sa.Connection, token: str, now: datetime) -> Staff | None:
    """Whose link this is, the first time and in time; otherwise None."""
    used = c.execute(
        sa.update(SIGN_IN_LINK)
        .where(
            SIGN_IN_LINK.c.token_hash == _hash(token),
            SIGN_IN_LINK.c.used_at.is_(None),
            SIGN_IN_LINK.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(SIGN_IN_LINK.c.staff_id)
    ).scalar()
    return None if used is None else get_staff(c, used)


def new_session(c: sa.Connection, staff_id: str, now: datetime, hours: int = SESSION_HOURS) -> str:
    """The token of a signed-in browser."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(token), "staff_id": staff_id, "expires_at": now + timedelta(hours=hours)}
    c.execute(sa.insert(STAFF_SESSION), values)
    return token


def session_staff(c: sa.Connection, token: str, now: datetime) -> Staff | None:
    """Who is signed in with this token; None when it ended or never was."""
    row = c.execute(_BY_SESSION, {"token_hash": _hash(token), "now": now}).first()
    return None if row is None else _staff(vault_of(c), row)


def end_session(c: sa.Connection, token: str) -> None:
    """Sign out."""
    c.execute(sa.delete(STAFF_SESSION).where(STAFF_SESSION.c.token_hash == _hash(token)))


def name_in(vault: Vault, detail: bytes) -> str:
    """The name out of the sealed part of a staff row."""
    return str(vault.system.open_json(detail)["name"])


def _one(c: sa.Connection, condition: sa.ColumnElement[bool]) -> Staff:
    row = c.execute(sa.select(STAFF).where(condition)).first()
    if row is None:
        raise NoSuchStaff
    return _staff(vault_of(c), row)


def _staff(vault: Vault, row: Any) -> Staff:
    detail = vault.system.open_json(row.detail)
    return Staff(
        id=row.id,
        name=detail["name"],
        role=row.role,
        queues=tuple(row.queues.split(",")) if row.queues else (),
        telegram=detail["telegram"],
        institution=detail["institution"],
        on_call=row.on_call,
        locale=row.locale,
    )


def _name_lookup(vault: Vault, name: str) -> str:
    return vault.lookup("staff name", unicodedata.normalize("NFKC", name).strip().casefold())


def _telegram_lookup(vault: Vault, telegram: str) -> str:
    return vault.lookup("staff telegram", telegram.strip())


def _hash(token: str) -> str:
    # The tokens are 256 random bits: a plain hash is enough, there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()
