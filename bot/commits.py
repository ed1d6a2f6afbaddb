"""Group commit: work that waits for the database at the same time shares one transaction.

SQLite has one writer and every commit waits for the disk, so under load sharing is most of the gain.
Nobody gets a result before it is on disk. PostgreSQL does the like by itself: there every piece of
work has a transaction of its own, in a few threads.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from storage.database import Database
from storage.errors import StorageUnavailable

R = TypeVar("R")
TOGETHER = 64  # pieces of work that share a commit at most
THREADS = {"sqlite": 1, "postgresql": 4}
log = logging.getLogger("aidline.commits")


@dataclass(frozen=True, slots=True)
class _Work:
    inside: Callable[[Connection], Any]
    alone: Callable[[], Any]
    done: "asyncio.Future[Any]"


class Commits:
    """Runs storage work in storage threads; to be used from one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(THREADS[database.dialect], "storage")
        self._shares = database.dialect == "sqlite"
        self._waiting: deque[_Work] = deque()
        self._task: asyncio.Task[None] | None = None

    async def run(self, inside: Callable[[Connection], R], alone: Callable[[], R] | None = None) -> R:
        """The result of the work, once it is on disk.

        `inside` works on an open transaction; `alone`, when given, is the same work with one of its
        own, for when it does not share.
        """
        loop = asyncio.get_running_loop()
        by_itself = alone or (lambda: self._by_itself(inside))
        if not self._shares:
            return await loop.run_in_executor(self._threads, by_itself)
        done: asyncio.Future[R] = loop.create_future()
        self._waiting.append(_Work(inside, by_itself, done))
        if self._task is None:
            self._task = loop.create_task(self._work_off())
        return await done

    def close(self) -> None:
        """Finish what runs and take nothing more."""
        self._threads.shutdown(wait=True)

    def _by_itself(self, inside: Callable[[Connection], R]) -> R:
        with self._database.begin() as c:
            return inside(c)

    async def _work_off(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER))]
            try:
                results = await loop.run_in_executor(self._threads, self._together, batch)
            except RuntimeError as error:  # the house is closing; platforms bring their messages again
                results = [error] * len(batch)
            for work, result in zip(batch, results, strict=True):
                if work.done.cancelled():
                    continue  # nobody waits any more; it is on disk all the same
                if isinstance(result, BaseException):
                    work.done.set_exception(result)
                else:
                    work.done.set_result(result)
        self._task = None

    def _together(self, batch: list[_Work]) -> list[Any]:
        """One transaction for all; when a piece fails each is done by itself, so that none suffers from another."""
        if len(batch) > 1:
            begun = False
            try:
                with self._database.begin() as c:
                    begun = True
                    return [work.inside(c) for work in batch]
            except StorageUnavailable as error:
                if not begun:  # no piece's fault, and each by itself would wait as long again
                    return [error] * len(batch)
                log.info("a shared commit failed (%s); %d pieces one by one", type(error).__name__, len(batch))
            except Exception as error:  # noqa: BLE001  # whatever it was, it meets its own work again below
                log.info("a shared commit failed (%s); %d pieces one by one", type(error).__name__, len(batch))
        return [_result_of(work.alone) for work in batch]


def _result_of(work: Callable[[], Any]) -> Any:
    """What the work gives, or the exception that it raises."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # handed to whoever waits for this piece
        return error
