"""The patients' bot on Telegram: updates in, messages out. It holds no conversation logic.

Everything that must not be lost goes through the turn and the outbox. Only the answer to a press, the
typing sign and the line for groups are sent without: if one gets lost, nothing is missing.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    GetFile,
    SendChatAction,
    SendMessage,
    TelegramMethod,
)

from bot.channels.telegram.api import (
    FAILURES,
    UNCHANGED,
    UNEDITABLE,
    UNPARSED,
    UNPRESSABLE,
    LeanSession,
    as_delivery_error,
)
from bot.channels.telegram.entrance import Entrance
from bot.channels.telegram.inbound import CHANNEL, Group, Press, locale_of, read_update
from bot.channels.telegram.outbound import Part, keyboard, parts
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.shapes import Update
from bot.fetching import Fetcher
from bot.messages import Inbound, Outbound
from locales import DEFAULT, translator

if TYPE_CHECKING:
    from bot.service import Service
    from storage.outbox import Row

TYPING_AFTER = 0.7  # seconds a turn may take before the person sees that somebody is at it
LAST_SECONDS = 4.0  # for what is on its way when the server stops; the rest waits in the outbox
REMEMBERED = 10_000  # keyboards and half-sent messages; losing one costs a new message instead of an edit
GROUP_PAUSE = 3600.0  # seconds between two lines to the same group
log = logging.getLogger("aidline.telegram")


@dataclass(frozen=True, slots=True)
class Aside:
    """A call that may get lost: by webhook it rides in the answer and costs nothing."""

    method: type[TelegramMethod[Any]]
    payload: dict[str, Any]

    def as_answer(self) -> dict[str, Any]:
        """The body of a webhook's answer that makes Telegram carry it out."""
        return {"method": self.method.__api_method__, **self.payload}


K = TypeVar("K")
V = TypeVar("V")


class Recent(OrderedDict[K, V], Generic[K, V]):
    """The last entries written, up to `REMEMBERED`."""

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > REMEMBERED:
            self.popitem(last=False)


class TelegramChannel:
    """The channel as the house knows it: `router`, `start`, `stop`, `send`."""

    def __init__(self, service: "Service") -> None:
        token = service.settings.patient_bot_token
        if token is None:
            raise ValueError("the patients' bot has no token")
        self.service = service
        service.worker.perform["fetch"] = Fetcher(service, {CHANNEL: self})
        self.session = LeanSession(service.settings.telegram_api)
        self.bot = Bot(token.get_secret_value(), session=self.session)
        self.entrance = Entrance(self)
        self.router = self.entrance.router
        self._keyboards: Recent[tuple[int, str], int] = Recent()
        self._half_sent: Recent[int, int] = Recent()
        self._groups: Recent[int, float] = Recent()
        self.pace = Pace()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Let updates in; waits for nothing."""
        self.entrance.start()

    async def stop(self) -> None:
        """Take no more updates, let what is being sent go out, close the connections."""
        await self.entrance.stop()
        await asyncio.wait({asyncio.ensure_future(self.service.worker.drain())}, timeout=LAST_SECONDS)
        for task in self._tasks:
            task.cancel()
        await self.session.close()

    # in

    async def handle(self, update: Update) -> Aside | None:
        """Take one update; when this returns it is on disk. What it returns is to be called, or dropped."""
        match read_update(update, datetime.now(UTC)):
            case Inbound() as inbound:
                await self._take(inbound)
            case Press() as press:
                return await self._take_press(press)
            case Group() as group:
                return self._decline(group)
        return None

    async def _take(self, inbound: Inbound) -> None:
        typing = asyncio.get_running_loop().call_later(TYPING_AFTER, self._show_typing, inbound.address)
        try:
            await self.service.take(inbound)
        finally:
            typing.cancel()

    async def _take_press(self, press: Press) -> Aside:
        answer = Aside(AnswerCallbackQuery, {"callback_query_id": press.id})
        inbound = press.inbound
        if inbound is None:
            return answer
        if press.message_id is not None and inbound.asked:
            self._keyboards[(int(inbound.address), inbound.asked)] = press.message_id
        try:
            await self._take(inbound)
        except Exception:
            self.call_aside(answer)  # the turn will be tried again; the button should not hang meanwhile
            raise
        return answer

    def _decline(self, group: Group) -> Aside | None:
        now = asyncio.get_running_loop().time()
        if now - self._groups.get(group.chat_id, -GROUP_PAUSE) < GROUP_PAUSE:
            return None
        self._groups[group.chat_id] = now
        words = translator(locale_of(group.language) or DEFAULT).text("telegram-in-group")
        return Aside(SendMessage, {"chat_id": group.chat_id, "text": words})

    # asides

    def _show_typing(self, address: str) -> None:
        self.call_aside(Aside(SendChatAction, {"chat_id": int(address), "action": "typing"}))

    def call_aside(self, aside: Aside) -> None:
        """Make the call without waiting for it and without minding whether it works."""
        self._spawn(self._call_aside(aside))

    async def _call_aside(self, aside: Aside) -> None:
        try:
            await self.session.call(self.bot, aside.method, aside.payload)
        except FAILURES as error:
            log.info("%s: %s", aside.method.__api_method__, as_delivery_error(error))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # out

    async def send(self, address: str, message: Outbound, row: "Row") -> None:
        """Bring one message to the person; raises DeliveryError."""
        chat_id = int(address)
        await self._keep_pace(chat_id, message)
        try:
            if message.edit and await self._edit(chat_id, message):
                return
            await self._send(chat_id, message, row.id)
        except FAILURES as error:
            mapped = as_delivery_error(error)
            if mapped.retry_after is not None and isinstance(error, TelegramRetryAfter):
                self.pace.refused(chat_id, mapped.retry_after, asyncio.get_running_loop().time())
            raise mapped from None

    async def _keep_pace(self, chat_id: int, message: Outbound) -> None:
        """Wait for this message's place in time, if Telegram has asked for any lately."""
        urgent = message.type in ("alarm", "reply")
        delay = self.pace.delay(chat_id, asyncio.get_running_loop().time(), urgent=urgent)
        if delay > 0:
            await asyncio.sleep(delay)

    async def _edit(self, chat_id: int, message: Outbound) -> bool:
        """Show the new ticks under the question that is there; False when it is not known or gone."""
        message_id = self._keyboards.get((chat_id, message.asked or ""))
        if message_id is None:
            return False
        payload = {"chat_id": chat_id, "message_id": message_id, "reply_markup": keyboard(message)}
        try:
            await self.session.call(self.bot, EditMessageReplyMarkup, payload)
        except TelegramBadRequest as error:
            if UNCHANGED in error.message:
                return True
            if any(reason in error.message for reason in UNEDITABLE):
                return False
            raise
        return True

    async def _send(self, chat_id: int, message: Outbound, row_id: int) -> None:
        """All parts in order; a row that is tried again goes on with the part that failed."""
        calls = parts(chat_id, message)
        for place in range(self._half_sent.get(row_id, 0), len(calls)):
            message_id = await self._send_part(calls[place])
            if len(calls) > 1:
                self._half_sent[row_id] = place + 1
            if message.multi and message.asked:
                self._keyboards[(chat_id, message.asked)] = message_id
        self._half_sent.pop(row_id, None)

    async def _send_part(self, part: Part) -> int:
        """Send it; what Telegram can't parse or press goes out plain rather than not at all."""
        try:
            sent = await self.session.call(self.bot, SendMessage, part.payload)
        except TelegramBadRequest as error:
            if UNPARSED in error.message:
                sent = await self.session.call(self.bot, SendMessage, part.unformatted)
            elif any(reason in error.message for reason in UNPRESSABLE):
                log.exception("Telegram refused the buttons of a message")
                sent = await self.session.call(self.bot, SendMessage, part.without_buttons)
            else:
                raise
        return int(sent["message_id"])

    async def fetch(self, ref: str) -> bytes:
        """The bytes of a photo or file by Telegram's reference; raises DeliveryError."""
        try:
            file = await self.session.call(self.bot, GetFile, {"file_id": ref})
            return await self.session.fetch(self.bot, GetFile, file["file_path"])
        except FAILURES as error:
            raise as_delivery_error(error) from None
