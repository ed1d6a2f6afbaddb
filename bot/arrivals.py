"""Photos and files on their way in: the bytes are sealed and stored before the turn takes the message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal

from sqlalchemy import Connection

from bot.messages import Inbound, InboundMedia
from flows.conversation import MediaSeen
from storage import conversations, media
from storage.database import Database
from storage.media import Stored

PHOTO_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One photo or file of a message: stored by now, or still to be fetched from its platform."""

    media: InboundMedia
    stored: Stored | None


class Arrivals:
    """Stores what a message brings; takes its time and is not to be called inside a transaction."""

    def __init__(self, database: Database, store: media.MediaStore) -> None:
        self._database = database
        self._store = store

    def keep(self, inbound: Inbound, now: datetime) -> tuple[Arrival, ...]:
        """Look at and store every file whose bytes are here.

        Raises:
            storage.errors.MediaUnavailable: when the store can't be reached; nothing was taken then.
        """
        if all(item.data is None for item in inbound.media):
            return tuple(Arrival(media=item, stored=None) for item in inbound.media)
        with self._database.begin() as c:
            thread = conversations.find_or_begin(
                c,
                self._database.vault,
                channel=inbound.channel,
                address=inbound.address,
                message_key=inbound.key,
                now=now,
            )
        return tuple(
            Arrival(
                media=item,
                stored=None
                if item.data is None
                else self._store.put(thread.key, thread.patient_id, item.data, item.name, item.content_type),
            )
            for item in inbound.media
        )


def write_rows(
    c: Connection, thread: conversations.Thread, arrivals: Sequence[Arrival], now: datetime
) -> tuple[MediaSeen, ...]:
    """One row for each file, in the turn's transaction; what the flow is to know of them."""
    seen = []
    for arrival in arrivals:
        if arrival.stored is None:
            id_ = media.await_(c, thread, arrival.media.kind, arrival.media.name, now)
            seen.append(MediaSeen(id=id_, kind=arrival.media.kind))
        else:
            id_ = media.add(c, thread, arrival.stored, now)
            seen.append(MediaSeen(id=id_, kind=arrival.stored.kind, problem=arrival.stored.problem))
    return tuple(seen)


def to_fetch(arrivals: Sequence[Arrival], seen: Sequence[MediaSeen]) -> list[dict[str, Any]]:
    """What the worker needs to fetch the bytes that are still on the platform."""
    return [
        {"media_id": one.id, "ref": arrival.media.ref, "name": arrival.media.name, "type": arrival.media.content_type}
        for arrival, one in zip(arrivals, seen, strict=True)
        if arrival.stored is None
    ]


def guessed_kind(name: str) -> Literal["photo", "document"]:
    """What a file is by its name, before anybody looked inside."""
    return "photo" if PurePath(name).suffix.casefold() in PHOTO_NAMES else "document"
