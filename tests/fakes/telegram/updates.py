"""How updates reach a bot: pushed to its webhook, or fetched by getUpdates.

As with the real server, updates of one chat go to a webhook one after the other, those of different chats
side by side; anything but a 2xx answer is tried again.
"""

import asyncio
import contextlib
import json
from collections import deque
from typing import Any

import aiohttp

from tests.fakes.telegram.errors import ApiError
from tests.fakes.telegram.state import Account, Delivery, Webhook

BY_DEFAULT_LEFT_OUT = {"chat_member", "message_reaction", "message_reaction_count"}


class Postman:
    """Delivers the updates of all accounts of a server."""

    def __init__(self, retry_seconds: float) -> None:
        self.retry_seconds = retry_seconds
        self.give_up_after = 0  # tries of a webhook; 0 = never, as the real one for a day
        self.client: aiohttp.ClientSession | None = None
        self.on_reply: Any = None  # a method in the answer of a webhook is carried out like a call
        self._lanes: dict[tuple[str, int], deque[Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def open(self) -> None:
        self.client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.client is not None:
            await self.client.close()

    def post(self, account: Account, lane: int, content: dict[str, Any]) -> Delivery:
        """Send one update on its way; `lane` is the chat it belongs to."""
        delivery = Delivery({"update_id": next(account.update_ids), **content}, lane)
        kind = next(iter(content))
        wanted = kind in account.allowed if account.allowed else kind not in BY_DEFAULT_LEFT_OUT
        if not wanted:
            return delivery
        account.pending.append(delivery)
        account.arrived.set()
        if account.webhook is not None:
            self._enqueue(account, delivery)
        return delivery

    def resume(self, account: Account) -> None:
        """A webhook was set: what waited for getUpdates goes there."""
        under_way = {id(delivery) for lane in self._lanes.values() for delivery in lane}
        for delivery in list(account.pending):
            if account.webhook is not None and id(delivery) not in under_way:
                self._enqueue(account, delivery)

    def _enqueue(self, account: Account, delivery: Delivery) -> None:
        lane = (account.token, delivery.lane)
        waiting = self._lanes.setdefault(lane, deque())
        waiting.append(delivery)
        if len(waiting) == 1:
            task = asyncio.ensure_future(self._drain(account, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _drain(self, account: Account, lane: tuple[str, int]) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                delivery = waiting[0]
                tries = 0
                while account.webhook is not None and not await self._push(account, account.webhook, delivery):
                    tries += 1
                    if self.give_up_after and tries >= self.give_up_after:
                        break
                    await asyncio.sleep(self.retry_seconds)
                waiting.popleft()
                if account.webhook is not None:
                    self._confirm(account, delivery)
        finally:
            del self._lanes[lane]

    async def _push(self, account: Account, hook: Webhook, delivery: Delivery) -> bool:
        assert self.client is not None
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        gate = self._gates.setdefault(account.token, asyncio.Semaphore(hook.max_connections))
        body = json.dumps(delivery.update, ensure_ascii=False).encode()
        async with gate:
            try:
                async with self.client.post(hook.url, data=body, headers=headers) as response:
                    answer = await response.read()
                    status = response.status
            except (aiohttp.ClientError, TimeoutError) as error:
                account.last_error = f"Connection failed: {type(error).__name__}"
                delivery.statuses.append(0)
                return False
        delivery.statuses.append(status)
        if not 200 <= status < 300:
            account.last_error = f"Wrong response from the webhook: {status}"
            return False
        await self._carry_out(account, answer)
        return True

    async def _carry_out(self, account: Account, answer: bytes) -> None:
        with contextlib.suppress(ValueError):
            call = json.loads(answer) if answer else {}
            if isinstance(call, dict) and "method" in call and self.on_reply is not None:
                await self.on_reply(account, str(call.pop("method")), call)

    @staticmethod
    def _confirm(account: Account, delivery: Delivery) -> None:
        with contextlib.suppress(ValueError):
            account.pending.remove(delivery)
        delivery.confirmed.set()

    async def get_updates(self, account: Account, params: dict[str, Any]) -> list[dict[str, Any]]:
        """The updates from `offset` on; everything before it counts as confirmed and is forgotten."""
        if account.webhook is not None:
            what = "can't use getUpdates method while webhook is active"
            raise ApiError(409, f"Conflict: {what}; use deleteWebhook to delete the webhook first")
        if account.poll is not None and not account.poll.done():
            what = "terminated by other getUpdates request; make sure that only one bot instance is running"
            account.poll.set_result(f"Conflict: {what}")
        if "allowed_updates" in params:
            account.allowed = tuple(params["allowed_updates"] or ())
        offset = int(params.get("offset") or 0)
        while account.pending and account.pending[0].update["update_id"] < offset:
            self._confirm(account, account.pending[0])
        if not account.pending:
            await self._wait(account, min(float(params.get("timeout") or 0), 50.0))
        limit = int(params.get("limit") or 100)
        return [delivery.update for delivery in list(account.pending)[:limit]]

    @staticmethod
    async def _wait(account: Account, seconds: float) -> None:
        poll: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        account.poll = poll
        account.arrived.clear()
        arrived: asyncio.Future[Any] = asyncio.ensure_future(account.arrived.wait())
        try:
            await asyncio.wait({arrived, poll}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if poll.done():
                raise ApiError(409, poll.result())
        finally:
            arrived.cancel()
