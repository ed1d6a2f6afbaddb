"""The one lock that puts what is appended (timelines, audit trail) into the order of commits."""

import sqlalchemy as sa

from storage.prepared import Prepared

#: Any number, the same in every process.
TRAIL_LOCK = 4_120_812

_LOCK = Prepared(sa.select(sa.func.pg_advisory_xact_lock(TRAIL_LOCK).label("locked")))


def in_order(c: sa.Connection) -> None:
    """From here to the end of the transaction nobody else appends.

    SQLite has one writer anyway. On PostgreSQL take this lock last: whoever waits for a row while
    holding it would stop everybody.
    """
    if c.dialect.name == "postgresql":
        _LOCK.run(c, {})
