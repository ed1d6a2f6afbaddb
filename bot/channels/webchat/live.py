"""New messages reach open pages: one look at the database a second for all pages of this process.

The process that took a message may not be the one that holds the page, so the database is the only
thing all of them share. What is taken here is announced at once by `Nudges`; the look is for the rest.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.nudges import Nudges, conversation

log = logging.getLogger("aidline.web")

LOOK_SECONDS = 1.0
BEAT_SECONDS = 15.0  # proxies cut a connection that is silent for 30-60 s


class EventStream(StreamingResponse):
    """Server-sent events. Ends without complaint when the server stops: the browser comes back by itself."""

    media_type = "text/event-stream"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class Arrivals:
    """Wakes those who wait for messages of a conversation; `newest` gives the last id of each."""

    def __init__(self, nudges: Nudges, newest: Callable[[Sequence[str]], Awaitable[dict[str, int]]]) -> None:
        self._nudges = nudges
        self._newest = newest
        self._open: Counter[str] = Counter()
        self._seen: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None

    async def beats(self, conversation_id: str) -> AsyncGenerator[bool, None]:
        """True when there may be something new, False when only time has passed. Ends when the server stops."""
        self._open[conversation_id] += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            with self._nudges.watch(conversation(conversation_id)) as event:
                yield True
                while True:
                    try:
                        async with asyncio.timeout(BEAT_SECONDS):
                            await event.wait()
                    except TimeoutError:
                        yield False
                    else:
                        if self._nudges.closed:
                            return
                        event.clear()
                        yield True
        finally:
            self._open[conversation_id] -= 1
            if not self._open[conversation_id]:
                del self._open[conversation_id]
                self._seen.pop(conversation_id, None)

    async def _look(self) -> None:
        """Runs only while a page is open."""
        while self._open:
            try:
                newest = await self._newest(tuple(self._open))
            except Exception:
                # The database may be away for a minute; the pages stay and hear of it when it is back.
                log.warning("cannot look for new messages", exc_info=True)
                await asyncio.sleep(5 * LOOK_SECONDS)
                continue
            for conversation_id, last in newest.items():
                if conversation_id in self._open and self._seen.get(conversation_id) != last:
                    self._seen[conversation_id] = last
                    self._nudges.wake(conversation(conversation_id))
            await asyncio.sleep(LOOK_SECONDS)
