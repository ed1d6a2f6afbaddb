"""Which rule of the database a refused row broke, in the words of either engine."""

import sqlite3

import psycopg
from sqlalchemy.exc import IntegrityError

#: What statements raise that run through SQLAlchemy, or on the driver (`Prepared`).
REFUSALS = (IntegrityError, sqlite3.IntegrityError, psycopg.IntegrityError)


def broke(exc: Exception, unique: str, columns: str) -> bool:
    """Whether it was this one: `unique` is its name, for PostgreSQL; SQLite names its columns, "table.a, table.b"."""
    cause = exc.orig if isinstance(exc, IntegrityError) else exc
    if isinstance(cause, psycopg.Error):
        return cause.diag.constraint_name == unique
    return str(cause) == f"UNIQUE constraint failed: {columns}"
