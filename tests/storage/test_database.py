"""Opening, migrating, and what is said when it cannot be."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage.database import Database
from storage.models import METADATA


def test_the_migrations_lead_to_the_tables_of_the_models(database: Database) -> None:
    with database.read() as c:
        assert compare_metadata(MigrationContext.configure(c), METADATA) == []
