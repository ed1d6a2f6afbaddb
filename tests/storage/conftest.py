"""Every storage test runs on both engines (see tests/engines.py)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.vault import Vault
from tests.engines import SECRET
from tests.storage.steps import Clinic


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRET)


@pytest.fixture
def database(url: str, vault: Vault) -> Iterator[Database]:
    """The same, opened."""
    opened = Database(url, vault)
    yield opened
    opened.close()


@pytest.fixture
def clinic(database: Database, now: datetime) -> Clinic:
    return Clinic(database, now)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)
