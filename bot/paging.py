"""Calls people outside the desk: every page goes to the notification services that are set.

The words name the case and how urgent it is, never a symptom, a procedure or a person.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from bot.errors import DeliveryError
from bot.settings import BrokenSetting, Settings
from locales import translator
from storage.outbox import Row

log = logging.getLogger("aidline.paging")
SECOND_TRY_SECONDS = 2.0


class Pager:
    """Performs outbox rows of kind `page`."""

    def __init__(self, settings: Settings) -> None:
        """Raises BrokenSetting for an address that Apprise does not understand."""
        self._services = [_service(url, place) for place, url in enumerate(settings.notify_urls.split(), 1)]
        self._desk = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/desk"
        self._words = translator(settings.locale)

    async def __call__(self, row: Row) -> None:
        """Notify every service; without any, the desk's own banner is the page.

        A service that failed is tried once more at once. What one service took is not paged anew for
        the sake of another that is dead: that one is named in the log.

        Raises:
            DeliveryError: when no service took it; it is then tried again.
        """
        if not self._services:
            return
        number, urgency = row.payload["number"], row.payload["urgency"]
        title = self._words.text("page-title", number=number)
        body = self._words.text(
            "page-body", number=number, urgency=self._words.text(f"urgency-{urgency}"), desk=self._desk
        )
        places = range(len(self._services))
        failed = await self._failed(places, title, body)
        if len(failed) == len(places):
            raise DeliveryError("no notification service took the page")
        if failed:
            await asyncio.sleep(SECOND_TRY_SECONDS)
            failed = await self._failed(failed, title, body)
        for place in failed:
            log.error("address %d of AIDLINE_NOTIFY_URLS did not take a page; others did", place + 1)

    async def _failed(self, places: Sequence[int], title: str, body: str) -> list[int]:
        """Notify these services; gives those that did not take it."""
        from apprise import NotifyType

        kind = NotifyType.WARNING
        took = await asyncio.gather(
            *(self._services[place].async_notify(body=body, title=title, notify_type=kind) for place in places),
            return_exceptions=True,
        )
        failed = []
        for place, taken in zip(places, took, strict=True):
            if isinstance(taken, BaseException):  # its words may hold the address
                log.error("address %d of AIDLINE_NOTIFY_URLS: %s", place + 1, type(taken).__name__)
            if isinstance(taken, BaseException) or not taken:
                failed.append(place)
        return failed


def _service(url: str, place: int) -> Any:
    from apprise import Apprise

    service = Apprise()
    words = logging.getLogger("apprise")
    words.disabled = True  # they hold the address with its secrets
    try:
        understood = service.add(url)
    finally:
        words.disabled = False
    if not understood:
        kind, separator, _ = url.partition("://")
        named = f" ({kind}://…)" if separator else ""
        raise BrokenSetting(f"AIDLINE_NOTIFY_URLS: address {place}{named} is not one that Apprise understands")
    return service
