"""Performs outbox rows of kind `send`: hands a message to the channel it is for."""

from bot.errors import DeliveryError
from bot.messages import Outbound
from bot.service import Service
from storage.outbox import Row


class Sender:
    """Finds the channel of a row and sends."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, row: Row) -> None:
        channel = self._service.channels.get(row.payload["channel"])
        if channel is None:
            raise DeliveryError(f"the channel {row.payload['channel']} is not turned on", retry_after=60)
        await channel.send(row.payload["address"], Outbound.from_json(row.payload["message"]), row)
