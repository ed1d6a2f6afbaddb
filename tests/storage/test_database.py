"""Opening, migrating, and what is said when it cannot be."""

import sys
import threading
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database
from storage.errors import BadDatabaseUrl, StorageUnavailable
from storage.migrations import HEAD
from storage.migrations.run import config
from storage.models import CONVERSATION, METADATA, PATIENT
from storage.vault import Vault
from tests.storage.steps import Clinic, run_together


@pytest.fixture
def empty(empty_url: str, vault: Vault):  # type: ignore[no-untyped-def]  # yields a Database
    opened = Database(empty_url, vault)
    yield opened
    opened.close()


def test_the_migrations_lead_to_the_tables_of_the_models(database: Database) -> None:
    with database.read() as c:
        assert compare_metadata(MigrationContext.configure(c), METADATA) == []


def test_checks_and_references_have_the_names_that_the_models_give_them(database: Database) -> None:
    with database.read() as c:
        seen = sa.inspect(c)
        for table in METADATA.sorted_tables:
            checks = {check["name"] for check in seen.get_check_constraints(table.name)}
            assert checks == {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
            keys = {key["name"] for key in seen.get_foreign_keys(table.name)}
            assert keys == {key.name for key in table.foreign_key_constraints}


def test_the_newest_migration_is_the_one_the_program_asks_for() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_a_migration_can_be_undone(database: Database) -> None:
    with database.begin() as c:
        command.downgrade(config(c), "base")
        assert set(sa.inspect(c).get_table_names()) == {"alembic_version"}


def test_a_current_database_is_not_migrated_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "storage.migrations.run", None)  # importing it would fail
    database.migrate()


def test_processes_that_start_at_once_migrate_once(empty_url: str, vault: Vault) -> None:
    opened = [Database(empty_url, vault) for _ in range(3)]
    run_together([database.migrate for database in opened])
    for database in opened:
        database.check()
        database.close()


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage.migrations import run

    def fail(c: sa.Connection) -> None:
        upgrade(c)
        raise RuntimeError("power cut")

    upgrade = run.upgrade
    monkeypatch.setattr(run, "upgrade", fail)
    with pytest.raises(RuntimeError):
        empty.migrate()
    with empty.read() as c:
        assert sa.inspect(c).get_table_names() == []


def test_an_empty_database_is_not_ready(empty: Database) -> None:
    with pytest.raises(StorageUnavailable, match=r"is at version None, .* run `aidline migrate`"):
        empty.check()


def test_what_fails_halfway_leaves_no_trace(clinic: Clinic) -> None:
    with pytest.raises(ZeroDivisionError), clinic.database.begin() as c:
        clinic.thread(c)
        _ = 1 / 0
    with clinic.database.read() as c:
        assert c.execute(sa.select(sa.func.count()).select_from(PATIENT)).scalar() == 0


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises((StorageUnavailable, sa.exc.DBAPIError)), database.read() as c:
        c.execute(sa.delete(PATIENT))


def test_readers_go_on_while_somebody_writes(clinic: Clinic) -> None:
    clinic.says("hello")
    with clinic.database.begin() as c:
        clinic.thread(c)
        with clinic.database.read() as other:
            assert other.execute(sa.select(sa.func.count()).select_from(CONVERSATION)).scalar() == 1


def test_references_to_nothing_are_refused(clinic: Clinic) -> None:
    thread = clinic.says("hello")
    with pytest.raises(sa.exc.IntegrityError), clinic.database.begin() as c:
        c.execute(sa.update(CONVERSATION).values(case_id="no such"))
    assert thread.case is None


def test_writers_of_many_threads_take_turns(clinic: Clinic) -> None:
    names = [f"p{number}" for number in range(8)]
    run_together([lambda name=name: clinic.says("hello", address=name) for name in names])  # type: ignore[misc]
    with clinic.database.read() as c:
        assert c.execute(sa.select(sa.func.count()).select_from(CONVERSATION)).scalar() == 8


def test_after_closing_it_opens_again(clinic: Clinic) -> None:
    first = clinic.says("hello")
    clinic.database.close()
    assert clinic.says("again").conversation_id == first.conversation_id


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://u:hunter2@host/x", "sqlite://", "sqlite:///:memory:", "postgresql://h:port/x"]
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url: str, vault: Vault) -> None:
    with pytest.raises(BadDatabaseUrl) as caught:
        Database(url, vault)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_ways_to_write_a_postgresql_url_are_one(scheme: str, vault: Vault) -> None:
    assert Database(f"{scheme}://u@h/d", vault).url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url",
    ["postgresql://user:hunter2@127.0.0.1:1/none?connect_timeout=1", "sqlite:////proc/no/aidline.db"],
)
def test_an_unreachable_database_is_told_in_one_sentence_without_secrets(url: str, vault: Vault) -> None:
    database = Database(url, vault)
    for attempt in (database.migrate, database.check):
        with pytest.raises(StorageUnavailable, match="cannot be reached or refuses to work") as caught:
            attempt()
        assert "hunter2" not in str(caught.value)
        assert "\n" not in str(caught.value)
    database.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "x.db").write_bytes(b"this is no database at all" * 100)
    database = Database(f"sqlite:///{tmp_path}/x.db", vault)
    with pytest.raises(StorageUnavailable):
        database.migrate()
    database.close()


def test_the_folder_of_a_new_database_is_made(tmp_path: Path, vault: Vault) -> None:
    database = Database(f"sqlite:///{tmp_path}/a/b/aidline.db", vault)
    database.migrate()
    database.check()
    database.close()


@pytest.mark.parametrize("engine", ["sqlite"])
def test_sqlite_keeps_what_was_committed_through_a_power_cut(database: Database) -> None:
    with database.begin() as c:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        set_to = {name: c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked}
    assert set_to == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.parametrize("engine", ["postgresql"])
def test_connections_that_the_server_closed_are_replaced_before_they_are_used(
    database: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as c:
        pid = c.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(f"SELECT pg_terminate_backend({pid})")
    monkeypatch.setattr("storage.database.IDLE_SECONDS", -1)
    database.check()


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_connection_lost_in_the_middle_is_told_and_the_next_turn_works(clinic: Clinic, postgres_url: str) -> None:
    with pytest.raises(StorageUnavailable) as caught, clinic.database.begin() as c:
        clinic.thread(c)
        pid = c.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(f"SELECT pg_terminate_backend({pid})")
        clinic.thread(c)
    assert str(caught.value).startswith("the database cannot be reached")
    assert clinic.says("hello").session == {"state": "asking", "answers": {"last": "hello"}}


def test_nobody_is_left_waiting_after_a_turn_that_failed(clinic: Clinic) -> None:
    done = threading.Event()

    def fail() -> None:
        with pytest.raises(ZeroDivisionError), clinic.database.begin() as c:
            clinic.thread(c)
            _ = 1 / 0

    def succeed() -> None:
        clinic.says("hello")
        done.set()

    run_together([fail, succeed])
    assert done.is_set()
