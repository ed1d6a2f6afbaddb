"""The outbox worker: does the outside work of committed turns, in order per recipient.

Rows just committed are handed over by `submit` and go out at once; rows that nobody works on (due
later, to be tried again, or left by a process that died) are claimed once a second.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection

from bot.errors import DeliveryError
from storage import outbox
from storage.errors import StorageUnavailable

log = logging.getLogger("aidline.worker")
Perform = Callable[[outbox.Row], Awaitable[None]]
Run = Callable[..., Awaitable[object]]
LONGEST_WAIT = 300.0  # seconds between two tries
JITTER = 0.2  # so that many that failed together do not come back together
DOUBLINGS = 9  # from one second on, enough to pass the longest wait
FLUSH_SECONDS = 0.05  # finished rows are marked in batches
MARK_AGAIN_SECONDS = 1.0
LAST_TRIES = 3  # at marking, when somebody waits for the end
LAST_SECONDS = 5.0  # at the end, for what is at hand, and again for what is just being sent
STOPPED_SECONDS = 20.0  # without a claim, the worker counts as stopped
RENEW_ROUNDS = 3  # claims between two renewals of what is still owned; the lease lasts ten


class WorkerStopped(Exception):
    """Nothing has been claimed for a while: what is to be sent may be lying about."""


class Worker:
    """Performs outbox rows; `perform` maps a row's kind to the coroutine that does it."""

    def __init__(self, run: Run, owner: str) -> None:
        self._run = run
        self._owner = owner
        self.perform: dict[str, Perform] = {}
        self._lines: dict[str, deque[outbox.Row]] = {}
        self._put_off_until: dict[str, float] = {}  # recipients of rows put off a moment ago; until when that counts
        self._tasks: set[asyncio.Future[object]] = set()
        self._finished: dict[int, None] = {}  # sent, not marked yet, in order
        self._flush: asyncio.Task[None] | None = None
        self._drains = 0  # how many wait for the end
        self._ending = False
        self._claimed_at = 0.0  # by the monotonic clock

    def submit(self, rows: Iterable[outbox.Row]) -> None:
        """Take rows that this process owns; they go out now, after what the recipient still waits for.

        After an outage the claim may bring what is being sent here, or was sent and could not be marked.
        """
        for row in rows:
            if row.id in self._finished:
                continue
            line = self._lines.get(row.recipient)
            if line is None:
                self._lines[row.recipient] = deque((row,))
                self._spawn(self._work_off(row.recipient))
            elif (place := _place_of(row, line)) is None:
                line.append(row)
            else:
                line[place] = row

    async def run_forever(self) -> None:
        """Claim what is due and nobody's, once a second, until cancelled."""
        rounds = 0
        while True:
            try:
                await self.claim()
                rounds += 1
                if rounds % RENEW_ROUNDS == 0:
                    await self.renew()
            except StorageUnavailable as error:
                log.warning("claiming due work has to wait: %s", error)
            except Exception:
                log.exception("claiming due work failed; trying again")
            await asyncio.sleep(1)

    async def claim(self) -> int:
        """One round of claiming; how many rows were taken."""
        # Shielded: a claim that nobody waits for any more goes on in its thread, and `stop` must see its end.
        taken = await asyncio.shield(self._spawn(self._run(self._claim_due)))
        rows = cast("Sequence[outbox.Row]", taken)
        self._claimed_at = time.monotonic()
        self.submit(rows)
        return len(rows)

    async def renew(self) -> None:
        """Stay the owner of the rows at hand, those sent but not marked included; others fall free."""
        ids = [*(row.id for line in self._lines.values() for row in line), *self._finished]
        if not ids:
            return
        kept: dict[int, datetime] = await self._run(outbox.renew, self._owner, ids, datetime.now(UTC))  # type: ignore[assignment]  # what renew returns
        for line in self._lines.values():
            for place, row in enumerate(line):
                if row.id in kept:
                    line[place] = replace(row, owned_until=kept[row.id])

    def check(self) -> None:
        """Raise WorkerStopped unless the last claim was a short while ago."""
        if time.monotonic() - self._claimed_at > STOPPED_SECONDS:
            raise WorkerStopped

    async def drain(self) -> None:
        """Wait until all that was submitted is done or put off; ends without a database as well."""
        self._drains += 1
        try:
            while self._tasks or self._flush:
                under_way: list[asyncio.Future[Any]] = [*self._tasks, *([self._flush] if self._flush else [])]
                await asyncio.gather(*under_way, return_exceptions=True)
        finally:
            self._drains -= 1

    async def stop(self) -> None:
        """An orderly end: send for a moment what is at hand, and give the rest back for others to send at once."""
        drained = asyncio.ensure_future(self.drain())
        await asyncio.wait({drained}, timeout=LAST_SECONDS)
        self._ending = True
        await asyncio.wait({drained}, timeout=LAST_SECONDS)
        if not drained.done() or self._finished:
            log.warning("stopped with work under way; it falls free in a moment")
            return
        try:
            await self._run(outbox.release, self._owner)
        except Exception:
            log.exception("what was left could not be given back; it falls free in a moment")

    def _claim_due(self, c: Connection) -> Sequence[outbox.Row]:
        return outbox.claim_due(c, self._owner, datetime.now(UTC), 100)

    def _spawn(self, work: Awaitable[object]) -> "asyncio.Future[object]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _work_off(self, recipient: str) -> None:
        line = self._lines[recipient]
        try:
            while line and not self._ending:
                row = line[0]
                if row.owned_until is not None and row.owned_until <= datetime.now(UTC):
                    break  # somebody else may have it by now
                if recipient in self._put_off_until and not await self._is_next(row):
                    break
                if not await self._try(row):
                    break  # those behind it come back with it, by the claim
                line.popleft()
        finally:  # whatever happened: the next row of this recipient must find no line without a worker
            del self._lines[recipient]

    def _remember(self, recipient: str) -> None:
        """A row was put off: one that was born before that may still come, and must not go ahead of it."""
        now = time.monotonic()
        self._put_off_until = {other: until for other, until in self._put_off_until.items() if until > now}
        self._put_off_until[recipient] = now + outbox.OWNED_SECONDS

    async def _is_next(self, row: outbox.Row) -> bool:
        """Whether nothing older is to be sent to the recipient first; else the row comes back after it."""
        if self._put_off_until[row.recipient] <= time.monotonic():
            del self._put_off_until[row.recipient]
            return True
        try:
            finished = tuple(self._finished)
            behind = await self._run(outbox.give_back_behind, row.id, self._owner, finished, datetime.now(UTC))
        except Exception:
            log.exception("whether row %s is the next could not be asked; it comes back when it falls free", row.id)
            return False
        return not behind

    async def _try(self, row: outbox.Row) -> bool:
        """Perform one row; False when it has to be tried again later."""
        try:
            await self.perform[row.kind](row)
        except DeliveryError as error:
            if error.permanent:
                log.warning("given up", extra={"row": row.id, "kind": row.kind, "reason": str(error)})
                return await self._note(outbox.give_up, row.id, str(error), error.code, datetime.now(UTC))
            await self._put_off(row, str(error), error.retry_after)
            return False
        except Exception as error:
            log.exception("row %s of kind %s failed", row.id, row.kind)
            await self._put_off(row, type(error).__name__, None)
            return False
        self._done(row.id)
        return True

    async def _put_off(self, row: outbox.Row, reason: str, wait: float | None) -> None:
        """Try it later: not before the platform said, else after twice the last pause, and never all at once."""
        spread = random.uniform(0, JITTER)  # noqa: S311  # no secret
        if wait is None:
            wait = min(2.0 ** min(row.attempts, DOUBLINGS), LONGEST_WAIT) * (1 - JITTER / 2)
        seconds = wait * (1 + spread)
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        if await self._note(outbox.retry, row.id, at, reason):
            self._remember(row.recipient)

    async def _note(self, work: Callable[..., None], row_id: int, *args: object) -> bool:
        """Write down what became of a row. When that fails the row falls free with its lease, and is tried again."""
        try:
            await self._run(work, row_id, *args)
        except Exception:
            log.exception("what became of row %s could not be written; it comes back when it falls free", row_id)
            return False
        return True

    def _done(self, row_id: int) -> None:
        self._finished[row_id] = None
        if self._flush is None:
            self._flush = asyncio.ensure_future(self._mark_done())

    async def _mark_done(self) -> None:
        await asyncio.sleep(FLUSH_SECONDS)
        failures = 0
        while self._finished and not (self._drains and failures >= LAST_TRIES):
            ids = tuple(self._finished)
            try:
                await self._run(outbox.done, ids)
            except Exception:  # sent, but not marked: keep it from being sent again
                log.exception("finished work could not be marked")
                failures += 1
                await asyncio.sleep(MARK_AGAIN_SECONDS)
            else:
                for row_id in ids:
                    del self._finished[row_id]
        self._flush = None


def _place_of(row: outbox.Row, line: Sequence[outbox.Row]) -> int | None:
    """Where this row stands in a line already."""
    return next((place for place, one in enumerate(line) if one.id == row.id), None)
