"""Work that shares a commit: together when it can be, alone when a piece fails, at once when nothing can be had."""

import asyncio
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.commits import Commits
from bot.service import Service
from storage import audit, database
from storage.errors import StorageUnavailable

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


def noted(c: sa.Connection) -> int:
    return audit.append(c, "system", "noted", "test", {}, datetime.now(UTC))


def broken(c: sa.Connection) -> int:
    noted(c)
    c.exec_driver_sql("SELECT nonsense()")
    return 0


async def all_of(commits: Commits, *works: Any) -> list[Any]:
    return await asyncio.gather(*(commits.run(work) for work in works), return_exceptions=True)


async def test_piece_that_fails_spoils_no_other(service: Service) -> None:
    first, bad, last = await all_of(service.commits, noted, broken, noted)
    assert (first, last) == (1, 2)
    assert isinstance(bad, StorageUnavailable)


async def test_blocked_database_costs_a_batch_one_wait(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 300)
    blocked = database.Database(service.settings.database, service.vault)
    commits = Commits(blocked, service.turns)
    holder = sqlite3.connect(str(blocked.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        begun = time.monotonic()
        results = await all_of(commits, *[noted] * 20)
        assert time.monotonic() - begun < 2
    finally:
        holder.close()
    assert all(isinstance(result, StorageUnavailable) for result in results)
    assert sorted(await all_of(commits, *[noted] * 3)) == [1, 2, 3]
    commits.close()
    blocked.close()
