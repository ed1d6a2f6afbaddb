"""Telegram's door to us: POST /telegram/patient, in plain ASGI because every turn passes through it.

It answers 200 only when the update's turn is on disk; 500 brings the same update again.
"""

import hmac
import logging
from typing import TYPE_CHECKING

import orjson
from prometheus_client import Counter
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.telegram.inbound import parsed
from storage.errors import OUTAGES

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel

PATH = "/telegram/patient"
SECRET_HEADER = b"x-telegram-bot-api-secret-token"  # as ASGI gives it
BODY_LIMIT = 1024 * 1024  # an update is a few kilobytes
MALFORMED = Counter("aidline_telegram_malformed_total", "Bodies at the webhook that are no update")
JSON = [(b"content-type", b"application/json")]
log = logging.getLogger("aidline.telegram")


class Webhook:
    """An ASGI app of one route."""

    def __init__(self, channel: "TelegramChannel", secret: str) -> None:
        self._channel = channel
        self._secret = secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        given = next((value for name, value in scope["headers"] if name == SECRET_HEADER), b"")
        if not hmac.compare_digest(given, self._secret):
            status, answer = 401, b""
        else:
            status, answer = await self._take(await _body(receive))
        length = (b"content-length", b"%d" % len(answer))
        headers = [*JSON, length] if answer else [length]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _take(self, body: bytes) -> tuple[int, bytes]:
        """The status and body of the answer; the body may hold a call for Telegram to carry out."""
        update = parsed(body)
        if update is None:
            MALFORMED.inc()
            log.warning("the webhook got a body that is no update")
            return 200, b""
        try:
            aside = await self._channel.handle(update)
        except OUTAGES as error:
            log.error("update %s has to come again: %s", update.update_id, error)  # noqa: TRY400  # no news in the trace
            return 500, b""
        except Exception:
            log.exception("update %s failed; Telegram will send it again", update.update_id)
            return 500, b""
        return 200, b"" if aside is None else orjson.dumps(aside.as_answer())


class Lane:
    """Lets the webhook past the app's middleware and its search for a route, which cost more than the door itself."""

    def __init__(self, app: ASGIApp, webhook: Webhook) -> None:
        self._app = app
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The webhook for its own path, the app for everything else."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            await self._webhook(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _body(receive: Receive) -> bytes:
    """The body; empty when it is longer than any update or its sender went away."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            return b""
    return body
