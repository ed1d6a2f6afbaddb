"""The running house: database, protocol, turns and worker, put together once per process."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from sqlalchemy import Connection

from bot.arrivals import Arrival, Arrivals
from bot.channels import Channel
from bot.commits import Commits
from bot.letters import Letters
from bot.messages import Inbound, Outbound
from bot.nudges import CASES, Nudges, conversation
from bot.paging import Pager
from bot.settings import Settings
from bot.speech import Speaker, speakers
from bot.turns import PULLING, Taken, Turns
from bot.worker import Worker
from flows import protocol as protocol_room
from flows.reading import Reader
from locales import DEFAULT
from storage import cases, outbox, replies
from storage.database import Database
from storage.media import MediaStore
from storage.people import Staff
from storage.vault import Vault

log = logging.getLogger("aidline")
P = ParamSpec("P")
R = TypeVar("R")


_READING = threading.Lock()


@cache
def _made_reader() -> Reader:
    return Reader(protocol_room.load())


def reader() -> Reader:
    """The reader of this process; making it takes most of a second, and only the first turn needs it."""
    with _READING:
        return _made_reader()


class Service:
    """Everything a channel or the desk needs; made by `build`, one per process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.vault = Vault(settings.secret)
        self.database = Database(settings.database, self.vault)
        self.media = MediaStore(settings.media, self.vault)
        self.protocol = protocol_room.load()
        self.speakers = speakers(self.protocol)
        self.nudges = Nudges()
        self.owner = uuid4().hex
        self.turns = Turns(
            database=self.database,
            protocol=self.protocol,
            reader=reader,
            speakers=self.speakers,
            default_locale=settings.locale,
            owner=self.owner,
            clock=lambda: datetime.now(UTC),
        )
        self.commits = Commits(self.database, self.turns)
        self._media_threads = ThreadPoolExecutor(2, "media")
        self.arrivals = Arrivals(self.database, self.media)
        self.worker = Worker(self.run, self.owner)
        self.letters = Letters(self)
        self.worker.perform["take"] = self.letters
        pager = Pager(self)  # pages go out wherever turns are taken, server or not
        self.worker.perform |= {"page": pager, "notify": pager.notify}
        self._lines: dict[tuple[str, str], asyncio.Lock] = {}
        self._in_line: Counter[tuple[str, str]] = Counter()
        self.channels: dict[str, Channel] = {}  # those that send; filled by the app

    def speaker(self, locale: str) -> Speaker:
        """The speaker of this language, or of the house language."""
        return self.speakers.get(locale) or self.speakers[DEFAULT]

    async def take(self, inbound: Inbound) -> Taken:
        """Take one message of a person; when this returns it is on disk and its answers are on their way."""
        taken = await self._in_order(inbound)
        await self.follow_up(taken)
        return taken

    async def follow_up(self, taken: Taken) -> None:
        """Let out what a turn has to send, and wake who waits for it."""
        if taken.forgotten is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._media_threads, self.media.remove, *taken.forgotten)
        self.worker.submit(taken.rows)
        self.nudges.wake(conversation(taken.conversation_id))
        if taken.case_changed:
            self.nudges.wake(CASES)

    async def _in_order(self, inbound: Inbound) -> Taken:
        """The turn, on disk; messages of one person one after the other, as they came."""
        key = (inbound.channel, inbound.address)
        line = self._lines.setdefault(key, asyncio.Lock())
        self._in_line[key] += 1
        try:
            async with line:
                return await self.letters.taken(inbound, await self._arrivals(inbound))
        finally:
            self._in_line[key] -= 1
            if not self._in_line[key]:
                del self._in_line[key], self._lines[key]

    async def _arrivals(self, inbound: Inbound) -> tuple[Arrival, ...]:
        """What the message brings, stored; outside of any transaction, since pictures take their time."""
        if not inbound.media:
            return ()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._media_threads, self.arrivals.keep, inbound, self.turns.clock())

    async def run(self, work: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work(connection, …)` in a storage thread, in a transaction that may write."""
        return await self.commits.run(lambda c: work(c, *args, **kwargs))

    async def look(self, work: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same on a connection that only reads and waits for no writer."""

        def whole() -> R:
            with self.database.read() as c:
                return work(c, *args, **kwargs)

        return await asyncio.to_thread(whole)

    async def staff_reply(self, handoff_id: str, staff: Staff, text: str, key: str = "") -> cases.Reply:
        """Send a reply to the patient where they wrote last, and keep it in the transcript.

        Raises what `storage.cases.staff_replied` raises when this person doesn't hold the handoff, and
        AlreadySeen, with nothing sent, for the same text under the same key.
        """
        reply, rows = await self.run(self._reply, handoff_id, staff, text, key)
        self.worker.submit(rows)
        self.nudges.wake(CASES, conversation(reply.conversation_id))
        return reply

    def _reply(
        self, c: Connection, handoff_id: str, staff: Staff, text: str, key: str
    ) -> tuple[cases.Reply, tuple[outbox.Row, ...]]:
        now = datetime.now(UTC)
        body = Outbound(type="reply", text=text, role=staff.role).to_json()
        reply = cases.staff_replied(c, handoff_id, staff, body, now)
        if key:
            replies.keep_once(c, reply.message_id, f"{handoff_id}:{key}:{text}")
        if reply.channel in PULLING:
            return reply, ()
        payload = {
            "channel": reply.channel,
            "address": reply.address,
            "message": body,
            "message_id": reply.message_id,
        }
        row = outbox.Row(
            kind="send",
            recipient=f"{reply.channel}:{reply.conversation_id}",
            payload=payload,
            due_at=now,
            case_id=reply.case_id,
        )
        return reply, outbox.add(c, [row], owner=self.owner, now=now)

    def close(self) -> None:
        """Let go of threads and connections."""
        self.commits.close()
        self._media_threads.shutdown(wait=False, cancel_futures=True)
        self.database.close()
