"""Calls people outside the desk: every page goes to the notification services that are set.

The words name the case and how urgent it is, never a symptom, a procedure or a person.
"""

import logging

from bot.errors import DeliveryError
from bot.settings import Settings
from locales import translator
from storage.outbox import Row

log = logging.getLogger("aidline.paging")


class Pager:
    """Performs outbox rows of kind `page`."""

    def __init__(self, settings: Settings) -> None:
        self._urls = settings.notify_urls.split()
        self._desk = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/desk"
        self._words = translator(settings.locale)

    async def __call__(self, row: Row) -> None:
        """Notify every service; without any, the desk's own banner is the page.

        Raises:
            DeliveryError: when no service took it; it is then tried again.
        """
        if not self._urls:
            return
        from apprise import Apprise, NotifyType

        services = Apprise()
        for url in self._urls:
            services.add(url)
        number, urgency = row.payload["number"], row.payload["urgency"]
        title = self._words.text("page-title", number=number)
        body = self._words.text(
            "page-body", number=number, urgency=self._words.text(f"urgency-{urgency}"), desk=self._desk
        )
        if not await services.async_notify(body=body, title=title, notify_type=NotifyType.WARNING):
            raise DeliveryError("no notification service took the page")
