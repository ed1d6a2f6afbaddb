"""A Bot API server in bad weather: its answers fail at random, its updates come late, often and anywhere."""

import asyncio
import random
from typing import Any

from tests.fakes.telegram import Delivery, FakeTelegram, Fault
from tests.fakes.telegram.state import Account, Webhook
from tests.fakes.telegram.updates import Postman

SENDING = ("sendmessage", "editmessagereplymarkup", "getfile", "file")
REPEATED = 0.2  # share of the updates that come more than once
MOST_REPEATS = 9
LATEST_REPEAT = 20.0  # seconds
LATEST_IN_SHORT = 3.0
HANG_SECONDS = 32.0  # the product waits for thirty


class _Storm(Postman):
    """Each update goes to any of the servers; some come again up to nine times, at once or later."""

    def __init__(self, telegram: "StormyTelegram") -> None:
        super().__init__(telegram.retry)
        self._telegram = telegram
        self.posted: list[Delivery] = []
        self.pushes = 0
        self.repeats = 0

    def post(self, account: Account, lane: int, content: dict[str, Any]) -> Delivery:
        """Send it on its way, and perhaps copies of it."""
        delivery = super().post(account, lane, content)
        self.posted.append(delivery)
        draw = self._telegram.draw
        if not self._telegram.calm and draw.random() < REPEATED:
            for _ in range(draw.randint(1, MOST_REPEATS)):
                late = draw.choice((0.0, draw.uniform(0.0, self._telegram.latest_repeat)))
                task = asyncio.ensure_future(self._again(account, delivery, late))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return delivery

    async def settled(self) -> None:
        """Until nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def _again(self, account: Account, delivery: Delivery, late: float) -> None:
        await asyncio.sleep(late)
        hook = account.webhook
        if hook is not None:
            self.repeats += 1
            await self._push(account, hook, delivery)

    async def _push(self, account: Account, hook: Webhook, delivery: Delivery) -> bool:
        self.pushes += 1
        port = self._telegram.draw.choice(self._telegram.ports)
        scheme, _, rest = hook.url.partition("://")
        path = rest.partition("/")[2]
        anywhere = Webhook(f"{scheme}://127.0.0.1:{port}/{path}", hook.secret, hook.max_connections, hook.allowed)
        return await super()._push(account, anywhere, delivery)


class StormyTelegram(FakeTelegram):
    """Fails as Telegram and the way to it do; `calm` ends it."""

    def __init__(self, draw: random.Random, *, short: bool) -> None:
        self.retry = 0.2  # seconds after which a failed update is pushed again
        super().__init__(retry_seconds=self.retry)
        self.keep_calls = False
        self.draw = draw
        self.latest_repeat = LATEST_IN_SHORT if short else LATEST_REPEAT
        self.calm = False
        self.ports: list[int] = []
        self.faults_met: dict[str, int] = {}
        self._kinds = [
            (0.030, "429", lambda: Fault.flood(1)),
            (0.020, "500", Fault.server_error),
            (0.010, "502", Fault.bad_gateway),
            (0.010, "broken pipe before", Fault.dropped),
            (0.010, "broken pipe after", lambda: Fault.dropped(after_effect=True)),
            (0.0 if short else 0.002, "time-out", lambda: Fault.hang(HANG_SECONDS)),
        ]
        self.storm = self.postman = _Storm(self)
        self.postman.on_reply = self._reply

    def _fault(self, method: str, chat: int | None) -> Fault | None:
        if self.calm or method not in SENDING:
            return None
        drawn = self.draw.random()
        for share, name, make in self._kinds:
            drawn -= share
            if drawn < 0:
                self.faults_met[name] = self.faults_met.get(name, 0) + 1
                return make()
        return None
