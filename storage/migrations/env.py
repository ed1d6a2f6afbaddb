"""Alembic's entry: migrate on the connection that `run.config` hands over."""

from alembic import context

from storage.models import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite cannot alter most things in place
)
with context.begin_transaction():
    context.run_migrations()
