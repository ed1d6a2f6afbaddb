"""Live news for open desk pages: one look at the timeline a second per process, however many pages are open.

Another process's changes are seen by that look; those of this process wake it at once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator

from sqlalchemy import Connection

from bot.nudges import CASES
from bot.service import Service
from storage import cases
from storage.errors import StorageError

log = logging.getLogger("aidline.desk")
LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 600.0  # then the browser comes again, and is asked who it is
RETRY_MILLISECONDS = 1000
Change = tuple[int, frozenset[str]]  # newest entry, ids of the cases that changed


class Live:
    """Tells every open page what changed; runs only while pages are open."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._pages: set[asyncio.Queue[Change]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._newest: int | None = None  # the pages know all up to this entry

    async def stream(self, case_id: str | None, since: int) -> AsyncIterator[str]:
        """The events for one page, from what happened after entry `since` on.

        `here` in an event tells that the page's own case changed (or any, for a page without one).
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + STREAM_SECONDS
        page: asyncio.Queue[Change] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n"
            if self._newest is None:
                newest = await self._service.look(cases.changes)
                self._newest = newest if self._newest is None else self._newest  # another page may have been first
            self._keep_looking()
            missed = await self._service.look(_news, since)
            if missed[1]:
                yield _event(missed, case_id)
            while loop.time() < end and not self._service.nudges.closed:
                try:
                    change = await asyncio.wait_for(page.get(), HEARTBEAT_SECONDS)
                    if not self._service.nudges.closed:
                        yield _event(change, case_id)
                except TimeoutError:
                    self._keep_looking()
                    yield ": still here\n\n"
        finally:
            self._pages.discard(page)
            if not self._pages and self._looking is not None:
                self._looking.cancel()
                self._looking = None
            if not self._pages:
                self._newest = None

    def _keep_looking(self) -> None:
        """Look on, also after a look that failed in a way nobody foresaw."""
        if self._looking is not None and self._looking.done() and not self._looking.cancelled():
            log.error("looking for news failed", exc_info=self._looking.exception())
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        with self._service.nudges.watch(CASES) as nudged:
            while not self._service.nudges.closed or self._pages:
                changed: frozenset[str] = frozenset()
                if self._newest is not None:
                    try:
                        self._newest, changed = await self._service.look(_news, self._newest)
                    except StorageError as error:
                        log.warning("live pages wait for the database: %s", error)
                if changed or self._service.nudges.closed:
                    for page in self._pages:
                        page.put_nowait((self._newest or 0, changed))
                try:
                    await asyncio.wait_for(nudged.wait(), LOOK_SECONDS)
                except TimeoutError:
                    continue
                nudged.clear()


def _event(change: Change, case_id: str | None) -> str:
    newest, changed = change
    here = "true" if case_id is None or case_id in changed else "false"
    return f'id: {newest}\nevent: change\ndata: {{"here": {here}}}\n\n'


def _news(c: Connection, after: int) -> Change:
    """The newest entry, and which cases have entries after `after`."""
    changed = cases.changed_cases(c, after)
    return max(changed.values(), default=after), frozenset(changed)
