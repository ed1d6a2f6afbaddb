"""Messages that a turn cannot take. A platform would bring such a message for ever and then drop it.

Nothing is wrong with the sender's part, so the message is kept and a human is told:

1. the turn as it should be;
2. the same without the flow: the message in the transcript, the case with the coordinators;
3. a letter: an outbox row of kind `take` with the whole message, tried again for about twenty minutes and then
   left to be seen (/desk/letters, `aidline outbox list`), while everybody on duty is paged.

Only what passes by itself, such as a database that is away, is left to the platform to bring again.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.arrivals import Arrival
from bot.errors import DeliveryError
from bot.messages import Inbound, Outbound
from bot.turns import PULLING, Coming, Taken
from flows.conversation import Lines, Msg, Term
from storage import outbox
from storage.errors import OUTAGES

if TYPE_CHECKING:
    from bot.service import Service

FIRST_RETRY = timedelta(seconds=30)
TRIES = 12
log = logging.getLogger("aidline.letters")


class Letters:
    """Takes messages by one of the three ways; performs outbox rows of kind `take`."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    async def taken(self, inbound: Inbound, arrivals: Sequence[Arrival]) -> Taken:
        """The turn of a message, or what was done in its place; in each case it is on disk.

        Raises:
            storage.errors.StorageUnavailable: or what else passes by itself; nothing was kept.
        """
        try:
            return await self._turn(inbound, arrivals)
        except OUTAGES:
            raise
        except Exception as refusal:
            if inbound.channel in PULLING:  # the page and the terminal say so, and the person still has the words
                raise
            rows = await self._service.run(self._write, inbound, type(refusal).__name__)
            log.critical("a message could not be taken and is kept as a letter; see aidline outbox list")
            return Taken(conversation_id="", state="", case_number=None, rows=rows)

    async def __call__(self, row: outbox.Row) -> None:
        """Try a letter again; raises DeliveryError while it cannot be taken."""
        inbound = Inbound.from_json(row.payload["inbound"])
        try:
            taken = await self._turn(inbound, [Arrival(media=item, stored=None) for item in inbound.media])
        except OUTAGES as error:
            raise DeliveryError(type(error).__name__) from None
        except Exception as error:
            raise DeliveryError(type(error).__name__, permanent=row.attempts + 1 >= TRIES) from error
        await self._service.follow_up(taken)

    async def _turn(self, inbound: Inbound, arrivals: Sequence[Arrival]) -> Taken:
        take = self._service.commits.take
        try:
            return await take(Coming(inbound, arrivals))
        except OUTAGES:
            raise
        except Exception:
            log.exception("a turn was refused; handing the person to the coordinators")
        return await take(Coming(inbound, arrivals, by_hand=True))

    def _write(self, c: Connection, inbound: Inbound, reason: str) -> tuple[outbox.Row, ...]:
        """The letter, what the person is told, and the page."""
        now = datetime.now(UTC)
        speaker = self._service.speaker(inbound.locale or self._service.settings.locale)
        told = Outbound(type="say", text=speaker(Lines((Msg("failure"), Term("safety_text", "")))))
        letter = outbox.Row(
            kind="take",
            recipient=f"take:{inbound.channel}:{inbound.address}",
            payload={"inbound": inbound.to_json(), "reason": reason},
            due_at=now + FIRST_RETRY,
            collapse_key=inbound.key,
        )
        answer = outbox.Row(
            kind="send",
            recipient=f"{inbound.channel}:{inbound.address}",
            payload={"channel": inbound.channel, "address": inbound.address, "message": told.to_json()},
            due_at=now,
            collapse_key=inbound.key,
        )
        page = outbox.Row(kind="page", recipient="page:letters", payload={"letter": True}, due_at=now)
        return outbox.add(c, [letter, answer, page], owner=self._service.owner, now=now)
