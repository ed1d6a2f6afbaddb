"""Performs outbox rows of kind `fetch`: brings a photo or file from its platform into the media store.

What will never come is said to the person, who is asked to send it again.
"""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection

from bot.errors import DeliveryError
from bot.messages import Outbound
from locales import translator
from storage import conversations, media, messages, outbox
from storage.errors import MediaUnavailable
from storage.media import Media, Stored
from storage.vault import PatientKey

if TYPE_CHECKING:
    from bot.service import Service

TRIES = 12  # with the worker's pauses about twenty minutes; then the person is asked to send it again
TOO_LARGE = "file is too big"


class Source(Protocol):
    """A channel whose photos have to be fetched."""

    async def fetch(self, ref: str) -> bytes:
        """The bytes behind the platform's reference; raises DeliveryError."""
        ...


class Fetcher:
    """Fetches for the channels it knows, by their names."""

    def __init__(self, service: "Service", sources: dict[str, Source]) -> None:
        self._service = service
        self._sources = sources

    async def __call__(self, row: outbox.Row) -> None:
        """Fetch and keep one file; doing it again changes nothing.

        Raises:
            DeliveryError: when it can be tried again.
        """
        wanted = row.payload
        found = await self._service.look(media.get, self._service.vault, wanted["media_id"])
        if found is None or found[0].status != "pending":
            return
        pending, key = found
        source = self._sources.get(wanted["channel"])
        if source is None:
            raise DeliveryError(f"the channel {wanted['channel']} is not turned on", retry_after=60)
        try:
            data = await source.fetch(wanted["ref"])
        except DeliveryError as error:
            if not error.permanent and row.attempts < TRIES:
                raise
            reason = "photo-too-large" if TOO_LARGE in str(error) else "not-fetched"
            await self._settle(row, None, reason)
            return
        stored = await asyncio.to_thread(self._put, key, pending, data, wanted)
        await self._settle(row, stored, stored.problem)

    def _put(self, key: PatientKey, pending: Media, data: bytes, wanted: dict[str, Any]) -> Stored:
        try:
            return self._service.media.put(key, pending.patient_id, data, wanted["name"], wanted["type"])
        except MediaUnavailable as error:
            raise DeliveryError("the media store can't be reached") from error

    async def _settle(self, row: outbox.Row, stored: Stored | None, problem: str | None) -> None:
        self._service.worker.submit(await self._service.run(self._write, row, stored, problem))

    def _write(
        self, c: Connection, row: outbox.Row, stored: Stored | None, problem: str | None
    ) -> tuple[outbox.Row, ...]:
        """The file's row and, if it can't be used, a line to the person; all of it or nothing."""
        now, media_id, address = datetime.now(UTC), row.payload["media_id"], row.payload["address"]
        key, channel = f"fetch:{media_id}", row.payload["channel"]
        vault = self._service.vault
        thread = conversations.find_or_begin(c, vault, channel=channel, address=address, message_key=key, now=now)
        if thread.repeated:
            return ()
        if stored is not None:
            media.arrived(c, thread.key, media_id, stored)
        elif problem is not None:
            media.refuse(c, media_id, problem)
        if problem is None:
            return ()
        words = translator((thread.session or {}).get("locale", self._service.settings.locale))
        body = Outbound(type="say", text=words.text(f"media-{problem}")).to_json()
        line = messages.NewMessage(direction="out", kind="say", body=body, at=now, key=key)
        (message_id,) = messages.add(c, thread.key, thread.conversation_id, [line])
        send = outbox.Row(
            kind="send",
            recipient=f"{channel}:{thread.conversation_id}",
            payload={"channel": channel, "address": address, "message": body, "message_id": message_id},
            due_at=now,
            case_id=row.case_id,
        )
        return outbox.add(c, [send], owner=self._service.owner, now=now)
