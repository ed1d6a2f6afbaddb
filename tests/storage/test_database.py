"""Opening, migrating, and what is said when it cannot be."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database
from storage.errors import BadDatabaseUrl, StorageUnavailable
from storage.migrations import HEAD
from storage.migrations.run import config
from storage.models import METADATA
from storage.vault import Vault


def test_the_migrations_lead_to_the_tables_of_the_models(database: Database) -> None:
    with database.read() as c:
        assert compare_metadata(MigrationContext.configure(c), METADATA) == []
