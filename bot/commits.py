"""Group commit: work that waits for the database at the same time shares one transaction.

Turns share it on both engines: their statements are put together, so that sixteen turns cost little
more of the database than one. Other work shares it on SQLite alone, which has one writer and waits for
the disk at every commit; on PostgreSQL it has transactions of its own, in a few threads. Nobody gets a
result before it is on disk.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.turns import Coming, Taken, Turns
from storage.database import Database
from storage.errors import StorageUnavailable

R = TypeVar("R")
TOGETHER = 32  # pieces of work that share a commit at most
THREADS = {"sqlite": 1, "postgresql": 4}
log = logging.getLogger("aidline.commits")


@dataclass(frozen=True, slots=True)
class _Work:
    coming: Coming | None  # a turn; or else:
    inside: Callable[[Connection], Any] | None
    alone: Callable[[], Any]  # the same with a transaction of its own
    done: "asyncio.Future[Any]"


class Commits:
    """Runs storage work in storage threads; to be used from one event loop."""

    def __init__(self, database: Database, turns: Turns) -> None:
        self._database = database
        self._turns = turns
        self._threads = ThreadPoolExecutor(THREADS[database.dialect], "storage")
        self._shares = database.dialect == "sqlite"
        self._waiting: deque[_Work] = deque()
        self._task: asyncio.Task[None] | None = None
        self._apart: set[asyncio.Task[None]] = set()

    async def take(self, coming: Coming) -> Taken:
        """Take a message; what came of it, once it is on disk."""

        def alone() -> Taken:
            return self._turns.take(coming.inbound, coming.arrivals, by_hand=coming.by_hand)

        return await self._queue(coming, None, alone)

    async def run(self, inside: Callable[[Connection], R]) -> R:
        """The result of `inside`, which works on an open transaction, once it is on disk."""

        def alone() -> R:
            with self._database.begin() as c:
                return inside(c)

        if not self._shares:
            return await asyncio.get_running_loop().run_in_executor(self._threads, alone)
        return await self._queue(None, inside, alone)

    def _queue(
        self, coming: Coming | None, inside: Callable[[Connection], R] | None, alone: Callable[[], R]
    ) -> "asyncio.Future[R]":
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        self._waiting.append(_Work(coming, inside, alone, done))
        if self._task is None:
            self._task = loop.create_task(self._work_off())
        return done

    def close(self) -> None:
        """Finish what runs and take nothing more."""
        self._threads.shutdown(wait=True)

    async def _work_off(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER))]
            try:
                results = await loop.run_in_executor(self._threads, self._together, batch)
            except RuntimeError as error:  # the house is closing; platforms bring their messages again
                results = [error] * len(batch)
            for work, result in zip(batch, results, strict=True):
                if result is None and work.coming is not None:
                    self._apart.add(task := loop.create_task(self._by_itself(work)))
                    task.add_done_callback(self._apart.discard)
                else:
                    _settle(work, result)
        self._task = None

    async def _by_itself(self, work: _Work) -> None:
        """A turn that has to wait for somebody else, while the others go on."""
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._threads, _result_of, work.alone)
        except RuntimeError as error:  # the house is closing
            result = error
        _settle(work, result)

    def _together(self, batch: list[_Work]) -> list[Any]:
        """One transaction for all; when a piece fails each is done by itself, so that none suffers from another.

        None for a turn that is not done yet and has to be taken by itself.
        """
        if len(batch) > 1 or not self._shares:  # by itself a turn may wait for somebody else (PostgreSQL)
            begun = False
            try:
                with self._database.begin() as c:
                    begun = True
                    return self._inside(c, batch)
            except StorageUnavailable as error:
                if not begun:  # no piece's fault, and each by itself would wait as long again
                    return [error] * len(batch)
                log.info("a shared commit failed (%s); %d pieces one by one", type(error).__name__, len(batch))
            except Exception as error:  # noqa: BLE001  # whatever it was, it meets its own work again below
                log.info("a shared commit failed (%s); %d pieces one by one", type(error).__name__, len(batch))
        return [_result_of(work.alone) if self._shares else None for work in batch]

    def _inside(self, c: Connection, batch: list[_Work]) -> list[Any]:
        taken = iter(self._turns.take_all(c, [work.coming for work in batch if work.coming is not None]))
        return [next(taken) if work.inside is None else work.inside(c) for work in batch]


def _settle(work: _Work, result: Any) -> None:
    if work.done.cancelled():
        return  # nobody waits any more; it is on disk all the same
    if isinstance(result, BaseException):
        work.done.set_exception(result)
    else:
        work.done.set_result(result)


def _result_of(work: Callable[[], Any]) -> Any:
    """What the work gives, or the exception that it raises."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # handed to whoever waits for this piece
        return error
