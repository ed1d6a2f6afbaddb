"""Channels: platform messages into `Inbound`, `Outbound` into platform calls. No conversation logic."""

from typing import Protocol

from bot.messages import Outbound
from storage.outbox import Row


class Channel(Protocol):
    """What a platform's channel promises to the worker and the app."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, address: str, message: Outbound, row: Row) -> None:
        """Deliver one message; raises DeliveryError, permanent when no later try can help."""
        ...
