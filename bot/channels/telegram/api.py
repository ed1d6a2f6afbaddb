"""Calls to a Bot API server: aiogram's session with a lean way to send, and its errors mapped to ours.

aiogram builds a method object, a form and a validated result for each call, which costs more than the
call itself (0.3 ms; `make bench` tells); a lean call posts JSON and reads only `result`. Failures take
aiogram's own way, so that they are its exceptions.
"""

from typing import Any

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiohttp import ClientConnectionError, ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot.errors import Code, DeliveryError

CALL_SECONDS = 30.0
FILE_SECONDS = 60.0
FILE_LIMIT = 20 * 1024 * 1024  # core.telegram.org/bots/api#getfile
REFUSED_TOKEN_PAUSE = 60.0
FAILURES = (AiogramError, ClientError, OSError, TimeoutError)  # what a call may raise
JSON = {"Content-Type": "application/json"}
PASSING = "temporarily unavailable"
UNPARSED = "can't parse entities"
UNCHANGED = "message is not modified"
UNPRESSABLE = ("BUTTON_", "reply markup", "inline keyboard")
#: Reasons that never pass, in Telegram's words (the public source of its Bot API server).
NEVER: dict[str, Code] = {
    "bot was blocked": "blocked",
    "user is deactivated": "deactivated",
    "chat not found": "no-chat",
    "PEER_ID_INVALID": "no-chat",
    "chat_id is empty": "no-chat",
    "bot can't initiate conversation": "no-chat",
    "bot was kicked": "no-chat",
    "group chat was upgraded": "no-chat",
}
UNEDITABLE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID")


class LeanSession(AiohttpSession):
    """aiogram's session, able to post a ready payload and to hand back the plain result."""

    def __init__(self, base_url: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(base_url), json_loads=orjson.loads)
        self._closed = False

    async def create_session(self) -> ClientSession:
        """One session for all calls: no cookies to look through, no header but our own."""
        if self._closed:
            raise ClientConnectionError("closed")
        if self._session is None or self._session.closed:
            connector = self._connector_type(**self._connector_init)
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar())
            self._should_reset_connector = False
        return self._session

    async def close(self) -> None:
        """Close for good; a call after this fails as if Telegram could not be reached."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def call(
        self,
        bot: Bot,
        method: type[TelegramMethod[Any]],
        payload: dict[str, Any],
        seconds: float = CALL_SECONDS,
    ) -> Any:
        """The `result` of a call; raises aiogram's exceptions, which never quote the URL."""
        session = await self.create_session()
        url = self.api.api_url(bot.token, method.__api_method__)
        timeout = ClientTimeout(total=seconds)
        try:
            async with session.post(url, data=orjson.dumps(payload), headers=JSON, timeout=timeout) as answer:
                body, status = await answer.read(), answer.status
        except TimeoutError as error:
            raise TelegramNetworkError(method.model_construct(), "Request timeout error") from error
        except (ClientError, OSError) as error:
            raise TelegramNetworkError(method.model_construct(), type(error).__name__) from None
        if status == 200:
            try:
                return orjson.loads(body)["result"]
            except (ValueError, KeyError, TypeError) as error:
                raise ClientDecodeError("Failed to decode object", error, "") from None
        self.check_response(bot, method.model_construct(), status, body.decode(errors="replace"))
        raise TelegramServerError(method.model_construct(), f"HTTP {status}")

    async def fetch(self, bot: Bot, method: type[TelegramMethod[Any]], path: str) -> bytes:
        """A file by the path that getFile gave; never more than Telegram's own limit."""
        session = await self.create_session()
        url = self.api.file_url(bot.token, path)
        try:
            async with session.get(url, timeout=ClientTimeout(total=FILE_SECONDS)) as answer:
                if answer.status != 200:
                    self.check_response(bot, method.model_construct(), answer.status, await answer.text())
                data = await answer.content.read(FILE_LIMIT + 1)
                while len(data) <= FILE_LIMIT and (more := await answer.content.read(FILE_LIMIT + 1 - len(data))):
                    data += more
        except TimeoutError as error:
            raise TelegramNetworkError(method.model_construct(), "Request timeout error") from error
        except (ClientError, OSError) as error:
            raise TelegramNetworkError(method.model_construct(), type(error).__name__) from None
        if len(data) > FILE_LIMIT:
            raise TelegramEntityTooLarge(method.model_construct(), "file is too big")
        return data


def as_delivery_error(error: Exception) -> DeliveryError:
    """What an exception of aiogram or aiohttp means for a message: try again, when, or never.

    The wording names Telegram's reason; it never holds the token, a URL or the person's words.
    """
    match error:
        case DeliveryError():
            return error
        case TelegramRetryAfter():
            return DeliveryError("Telegram asks to wait", permanent=False, retry_after=float(error.retry_after))
        case TelegramUnauthorizedError() | TelegramNotFound():
            reason = "Telegram refuses the bot's token; check AIDLINE_PATIENT_BOT_TOKEN"
            return DeliveryError(reason, permanent=False, retry_after=REFUSED_TOKEN_PAUSE)
        case TelegramEntityTooLarge():
            return DeliveryError("Telegram: file is too big", permanent=True)
        case TelegramBadRequest() if PASSING in error.message:
            return DeliveryError(f"Telegram: {_reason(error)}", permanent=False)
        case TelegramForbiddenError() | TelegramBadRequest() | TelegramMigrateToChat():
            return DeliveryError(f"Telegram: {_reason(error)}", permanent=True, code=_code(error))
        case TelegramServerError() | TelegramConflictError():
            return DeliveryError(f"Telegram: {_reason(error)}", permanent=False)
        case TelegramNetworkError() | ClientDecodeError() | ClientError() | TimeoutError() | OSError():
            return DeliveryError("Telegram cannot be reached", permanent=False)
        case TelegramAPIError():
            return DeliveryError(f"Telegram: {_reason(error)}", permanent=False)
    return DeliveryError(f"sending failed: {type(error).__name__}", permanent=False)


def _code(error: TelegramAPIError) -> Code:
    """Which of the reasons that never pass it is."""
    return next((code for words, code in NEVER.items() if words in error.message), "refused")


def _reason(error: TelegramAPIError) -> str:
    """Telegram's description without what it may quote of the text."""
    reason = error.message.splitlines()[0]
    return reason[: reason.index(UNPARSED) + len(UNPARSED)] if UNPARSED in reason else reason
