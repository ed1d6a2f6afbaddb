"""How updates get in: Telegram posts them to our webhook, or we fetch them when there is no public address.

Either way an update is confirmed only after its turn is on disk: 200, or the offset.
"""

import asyncio
import itertools
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aiogram.methods import DeleteWebhook, GetUpdates, SetMyCommands, SetWebhook
from fastapi import APIRouter
from prometheus_client import Counter
from starlette.routing import Route

from bot.channels.telegram.api import FAILURES, as_delivery_error
from bot.channels.telegram.inbound import ALLOWED_UPDATES, validated
from bot.channels.telegram.webhook import MALFORMED, PATH, Webhook
from locales import DEFAULT, LOCALES, translator
from storage.errors import OUTAGES

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel

CONNECTIONS = 100  # updates Telegram may have under way at our webhook; its own default is 40
POLL_SECONDS = 25
LONGEST_PAUSE = 60.0
TRIES = 8  # of an update whose turn fails while others succeed, before polling goes on without it
COMMANDS = ("start", "person", "status", "back", "lang", "help", "restart", "exit")
SKIPPED = Counter("aidline_telegram_skipped_total", "Updates given up after repeated failures while polling")
log = logging.getLogger("aidline.telegram")


class Entrance:
    """Tells Telegram where updates go and takes them; `problem` says why it is not ready yet."""

    def __init__(self, channel: "TelegramChannel") -> None:
        self.channel = channel
        self.public_url = channel.service.settings.public_url
        self.secret = channel.service.vault.lookup("telegram webhook")
        self.webhook = Webhook(channel, self.secret)
        self.problem: str | None = "starting"
        self.offset = 0
        self._fails: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None

    def router(self) -> APIRouter:
        """The webhook; it is there even while polling, so that a change of settings loses nothing."""
        return APIRouter(routes=[Route(PATH, self.webhook, methods=["POST"])])

    def start(self) -> None:
        """Begin in the background: the house opens even when Telegram can't be reached."""
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Take no more updates."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        for tries in itertools.count():
            try:
                await self._introduce()
            except FAILURES as error:
                await self._pause(error, tries)
                continue
            self.problem = None
            break
        if not self.public_url:
            await self._poll()

    async def _introduce(self) -> None:
        """Say where updates go, and set the menu of commands in both languages."""
        call, bot = self.channel.session.call, self.channel.bot
        if self.public_url:
            where = {"url": f"{self.public_url}{PATH}", "secret_token": self.secret, "max_connections": CONNECTIONS}
            await call(bot, SetWebhook, where | {"allowed_updates": ALLOWED_UPDATES})
        else:
            await call(bot, DeleteWebhook, {})
        for locale in LOCALES:
            words = translator(locale)
            menu = [{"command": name, "description": words.text(f"telegram-command-{name}")} for name in COMMANDS]
            language = {} if locale == DEFAULT else {"language_code": locale.partition("-")[0]}
            scope = {"type": "all_private_chats"}
            await call(bot, SetMyCommands, {"commands": menu, "scope": scope, **language})

    async def _pause(self, error: Exception, tries: int) -> None:
        mapped = as_delivery_error(error)
        if str(mapped) != self.problem:
            log.warning("%s; trying again", mapped)
        self.problem = str(mapped)
        await asyncio.sleep(mapped.retry_after or min(2.0**tries, LONGEST_PAUSE))

    # polling

    async def _poll(self) -> None:
        tries = 0
        while True:
            try:
                await self.poll_once()
            except FAILURES as error:
                await self._pause(error, tries)
                tries += 1
            else:
                tries, self.problem = 0, None

    async def poll_once(self, seconds: int = POLL_SECONDS) -> None:
        """Fetch what there is, take it, and move the offset behind what is on disk."""
        asked = {"offset": self.offset, "timeout": seconds, "allowed_updates": ALLOWED_UPDATES}
        raw = await self.channel.session.call(self.channel.bot, GetUpdates, asked, seconds + 15.0)
        lanes: dict[int, list[dict[str, Any]]] = {}
        for update in raw:  # one after the other within a chat, chats side by side
            lanes.setdefault(_chat_of(update), []).append(update)
        failed = [first for first in await asyncio.gather(*map(self._take_lane, lanes.values())) if first is not None]
        if raw:
            self.offset = min(failed, default=raw[-1]["update_id"] + 1)
        if failed:
            await asyncio.sleep(min(2.0 ** self._fails.get(self.offset, 2), LONGEST_PAUSE) / 4)

    async def _take_lane(self, updates: Sequence[dict[str, Any]]) -> int | None:
        """Take updates in order; the id of the one that failed, at which the lane stops."""
        for raw in updates:
            number = int(raw["update_id"])
            if number < self.offset:
                continue
            update = validated(raw)
            if update is None:
                MALFORMED.inc()
                continue
            try:
                aside = await self.channel.handle(update)
            except OUTAGES as error:
                log.error("update %s has to wait: %s", number, error)  # noqa: TRY400  # no news in the trace
                return number
            except Exception:
                log.exception("update %s failed; trying again", number)
                if not self._gives_up(number):
                    return number
                continue
            self._fails.pop(number, None)
            if aside is not None:
                self.channel.call_aside(aside)
        return None

    def _gives_up(self, number: int) -> bool:
        """Whether one broken update has held up everybody else for long enough."""
        self._fails[number] = self._fails.get(number, 0) + 1
        if self._fails[number] < TRIES:
            return False
        del self._fails[number]
        SKIPPED.inc()
        log.error("update %s was given up after %d tries", number, TRIES)
        return True


def _chat_of(raw: dict[str, Any]) -> int:
    for kind in ("message", "edited_message"):
        if kind in raw:
            return int(raw[kind]["chat"]["id"])
    if "callback_query" in raw:
        return int(raw["callback_query"]["from"]["id"])
    return 0
