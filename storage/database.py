"""The transaction: one database, SQLite or PostgreSQL, the same statements on both.

SQLite has one writer: a single connection behind a lock, so that threads of this process queue up
instead of colliding; WAL lets readers go on meanwhile. PostgreSQL has a small pool. Functions of the
other modules take the open connection and find the vault on it (`vault_of`).

Locks are taken in one order, so that no two transactions wait for each other: conversation, case,
handoff, and the audit trail last.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import BadDatabaseUrl, StorageUnavailable
from storage.migrations import HEAD
from storage.vault import Vault

BUSY_MILLISECONDS = 5000
POOL_SIZE = 8
POOL_WAIT_SECONDS = 10
#: A connection that lay idle this long is asked whether it still lives before it is used.
IDLE_SECONDS = 15
CONNECT_SECONDS = 5
#: Any number, the same in every process: who migrates holds this lock.
MIGRATION_LOCK = 4_120_811

_GONE = "the database cannot be reached or refuses to work ({reason}); check AIDLINE_DATABASE_URL and the disk"
_SQLITE_SCHEMES = ("sqlite", "sqlite+pysqlite")
_POSTGRES_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")

#: The same from statements that run on the driver (`Prepared`).
_DRIVERS_SAY = (sqlite3.OperationalError, psycopg.OperationalError)

log = logging.getLogger(__name__)


def vault_of(c: sa.Connection) -> Vault:
    """The vault that belongs to the database of this connection."""
    vault = c.get_execution_options()["vault"]
    assert isinstance(vault, Vault)
    return vault


class Database:
    """Opens transactions. Building it touches no disk and no network."""

    def __init__(self, url: str, vault: Vault) -> None:
        self.url = _parsed(url)
        self.vault = vault
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self._writer, self._reader = _sqlite_engines(self.url, vault)
        else:
            self._writer, self._reader = _postgres_engines(self.url, vault)
        self._one_writer = threading.RLock()
        self._kept: sa.Connection | None = None

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction that may write: committed at the end, undone when an exception leaves it."""
        with _told_plainly():
            if self.dialect != "sqlite":
                with self._writer.begin() as c:
                    yield c
                return
            with self._one_writer:
                if self._kept is None or self._kept.invalidated:
                    self._kept = self._writer.connect()
                with self._kept.begin():
                    yield self._kept

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view of what is committed; writing through it fails."""
        with _told_plainly(), self._reader.begin() as c:
            yield c

    def check(self) -> None:
        """Raise StorageUnavailable unless the database answers and has the tables of this version."""
        version = self._version()
        if version != HEAD:
            raise StorageUnavailable(
                f"the database is at version {version}, this program needs {HEAD}; run `aidline migrate`"
            )

    def migrate(self) -> None:
        """Bring the tables to this version. When they are, this costs one SELECT."""
        if self.dialect == "sqlite" and self.url.database:
            try:
                Path(self.url.database).resolve().parent.mkdir(parents=True, exist_ok=True)
            except OSError as exc:
                raise StorageUnavailable(_GONE.format(reason=exc.strerror)) from exc
        if self._version() == HEAD:
            return
        from storage.migrations.run import upgrade

        with self.begin() as c:
            if self.dialect == "postgresql":
                c.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            upgrade(c)
        log.info("database migrated", extra={"version": HEAD})

    def close(self) -> None:
        """Give all connections back. On SQLite the last one folds the WAL into the file."""
        with self._one_writer:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
            self._reader.dispose()
            self._writer.dispose()

    def _version(self) -> str | None:
        with _told_plainly(), self._writer_or_reader() as c:
            try:
                return c.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            except DBAPIError as exc:
                if _no_such_table(exc):
                    return None
                raise

    @contextmanager
    def _writer_or_reader(self) -> Iterator[sa.Connection]:
        # A reading connection cannot create the file of a database that does not exist yet.
        if self.dialect == "sqlite" and not Path(self.url.database or "").exists():
            with self.begin() as c:
                yield c
        else:
            with self._reader.begin() as c:
                yield c


def _parsed(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as exc:  # ValueError: the port is no number
        raise BadDatabaseUrl from exc
    if url.drivername in _SQLITE_SCHEMES:
        if not url.database or url.database == ":memory:":
            raise BadDatabaseUrl("a database in memory forgets everyone; give sqlite:///path/file.db")
        return url.set(drivername="sqlite")
    if url.drivername in _POSTGRES_SCHEMES:
        return url.set(drivername="postgresql+psycopg")
    raise BadDatabaseUrl(f"{url.drivername} is not supported; give sqlite:///… or postgresql://…")


def _sqlite_engines(url: URL, vault: Vault) -> tuple[sa.Engine, sa.Engine]:
    # isolation_level None: the driver starts no transactions of its own; "begin" below does.
    options: dict[str, Any] = {
        "connect_args": {"check_same_thread": False, "isolation_level": None},
        "hide_parameters": True,
        "execution_options": {"vault": vault},
    }
    writer = sa.create_engine(url, poolclass=sa.pool.StaticPool, **options)
    reader = sa.create_engine(url, pool_size=POOL_SIZE, pool_timeout=POOL_WAIT_SECONDS, **options)
    for engine, word, pragmas in (
        (writer, "BEGIN IMMEDIATE", ("foreign_keys=ON", "synchronous=FULL", "journal_mode=WAL")),
        (reader, "BEGIN", ("query_only=ON",)),
    ):
        _on_connect(engine, (f"busy_timeout={BUSY_MILLISECONDS}", *pragmas))
        _on_begin(engine, word)
    return writer, reader


def _on_connect(engine: sa.Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()


def _on_begin(engine: sa.Engine, word: str) -> None:
    @event.listens_for(engine, "begin")
    def begin(c: sa.Connection) -> None:
        # On the driver itself, for speed: this is part of every turn.
        c.connection.cursor().execute(word)


def _postgres_engines(url: URL, vault: Vault) -> tuple[sa.Engine, sa.Engine]:
    writer = sa.create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS},
        hide_parameters=True,
        execution_options={"vault": vault},
    )

    @event.listens_for(writer, "connect")
    def plan_anew(connection: Any, _record: Any) -> None:
        # A plan that was kept from when a table was empty reads it from end to end for as long as the
        # connection lives. Statements of many turns at once cost little to plan.
        connection.execute("SET plan_cache_mode = force_custom_plan")
        connection.commit()

    @event.listens_for(writer, "checkin")
    def note_time(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(writer, "checkout")
    def ask_if_alive(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except Exception as exc:  # any failure means the same: the pool opens another one
            raise DisconnectionError from exc

    return writer, writer.execution_options(postgresql_readonly=True)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn what drivers say about a missing database into one sentence without URL or values."""
    try:
        yield
    except (OperationalError, DisconnectionError, PoolTimeout, *_DRIVERS_SAY) as exc:
        raise StorageUnavailable(_GONE.format(reason=_reason(exc))) from exc
    except DBAPIError as exc:
        if exc.connection_invalidated or type(exc) is DatabaseError:  # the latter: the file is damaged
            raise StorageUnavailable(_GONE.format(reason=_reason(exc))) from exc
        raise


def _reason(exc: Exception) -> str:
    # SQLite's own words hold no secret; those of PostgreSQL name the host and user, so only the kind.
    cause = getattr(exc, "orig", None) or exc
    return str(cause) if type(cause).__module__ == "sqlite3" else type(cause).__name__


def _no_such_table(exc: DBAPIError) -> bool:
    cause = exc.orig
    return getattr(cause, "sqlstate", "") == "42P01" or "no such table" in str(cause)
