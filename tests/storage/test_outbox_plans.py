"""What the worker asks costs the same in an empty outbox and over very many old rows; measured, on both engines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import outbox
from storage.models import micros
from storage.outbox import Row
from tests.storage.steps import Clinic

OLD = 20_000  # given up, or timers of days to come
FEW = 500  # rows that one statement may look at
STEPS_A_ROW = 60  # of SQLite's machine, generously


def add(clinic: Clinic, c: sa.Connection) -> None:
    row = Row(kind="send", recipient="telegram:1", payload={}, due_at=clinic.now)
    outbox.add(c, [row, row], owner="a", now=clinic.now)


def claim(clinic: Clinic, c: sa.Connection) -> None:
    assert outbox.claim_due(c, "b", clinic.now + timedelta(seconds=60))


def renew(clinic: Clinic, c: sa.Connection) -> None:
    outbox.renew(c, "a", [1, 2], clinic.now)


def finish(_clinic: Clinic, c: sa.Connection) -> None:
    outbox.done(c, [1, 2])


def put_off(clinic: Clinic, c: sa.Connection) -> None:
    outbox.retry(c, 1, clinic.now, "429")


def give_up(clinic: Clinic, c: sa.Connection) -> None:
    outbox.give_up(c, 1, "blocked", "blocked", clinic.now)


def replace(clinic: Clinic, c: sa.Connection) -> None:
    outbox.replace_by(
        c, 1, [Row(kind="notify", recipient="n", payload={}, due_at=clinic.now)], owner="a", now=clinic.now
    )


def collapse(clinic: Clinic, c: sa.Connection) -> None:
    row = Row(kind="send", recipient="telegram:1", payload={}, due_at=clinic.now, collapse_key="ask")
    outbox.add(c, [row], owner="a", now=clinic.now)


@pytest.fixture
def full(clinic: Clinic) -> Clinic:
    """An outbox with two rows at hand and very many old ones."""
    with clinic.database.begin() as c:
        add(clinic, c)
        sealed = c.execute(sa.text("SELECT payload FROM outbox LIMIT 1")).scalar()
        numbers = (
            f"generate_series(1, {OLD}) AS many(n)"
            if clinic.database.dialect == "postgresql"
            else f"(WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {OLD}) SELECT n FROM many)"
        )
        c.execute(
            sa.text(
                "INSERT INTO outbox (kind, recipient, payload, due_at, collapse_key, attempts, status, created_at) "
                "SELECT 'send', 'old' || (n % 1000), :sealed, CASE WHEN n % 2 = 0 THEN :past ELSE :to_come END, "
                "CASE WHEN n % 3 = 0 THEN 'key' || n END, 0, CASE WHEN n % 2 = 0 THEN 'failed' ELSE 'pending' END, :past "
                f"FROM {numbers}"
            ),
            {
                "sealed": sealed,
                "past": micros(clinic.now - timedelta(days=300)),
                "to_come": micros(clinic.now + timedelta(days=300)),
            },
        )
    if clinic.database.dialect == "postgresql":
        with clinic.database.begin() as c:
            c.execute(sa.text("ANALYZE outbox"))
    return clinic


@contextmanager
def looked_at(c: sa.Connection) -> Iterator[Callable[[], float]]:
    """About how many rows of the outbox are read."""
    if c.dialect.name == "postgresql":
        counted = sa.text(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) "
            "FROM pg_stat_xact_user_tables WHERE relname = 'outbox'"
        )
        before = c.execute(counted).scalar() or 0
        yield lambda: (c.execute(counted).scalar() or 0) - before
        return
    steps = [0]

    def count() -> None:
        steps[0] += 100

    driver: Any = c.connection.dbapi_connection
    driver.set_progress_handler(count, 100)
    yield lambda: steps[0] / STEPS_A_ROW
    driver.set_progress_handler(None, 0)


@pytest.mark.parametrize("work", [add, claim, renew, finish, put_off, give_up, replace, collapse])
def test_old_rows_cost_nothing(full: Clinic, work: Callable[[Clinic, sa.Connection], None]) -> None:
    with full.database.begin() as c, looked_at(c) as rows:
        work(full, c)
        assert rows() < FEW


def test_reading_all_of_it_would_be_seen(full: Clinic) -> None:
    with full.database.begin() as c, looked_at(c) as rows:
        c.execute(sa.text("SELECT count(*) FROM outbox WHERE kind = 'nothing'")).all()
        assert rows() > FEW
