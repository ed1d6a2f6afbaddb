"""Calls people outside the desk: every page goes to the notification services that are set.

A page is first split into one outbox row for each service, so that a dead one keeps nobody else from
being paged. The words name the case and how urgent it is, never a symptom, a procedure or a person.
"""

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bot.errors import DeliveryError
from bot.settings import BrokenSetting
from locales import translator
from storage import cases, outbox
from storage.outbox import Row

if TYPE_CHECKING:
    from bot.service import Service

TRIES = 100  # with the worker's pauses about eight hours; then it stands in the case's timeline
log = logging.getLogger("aidline.paging")


class Pager:
    """Performs outbox rows of kind `page` (`__call__`) and `notify`."""

    def __init__(self, service: "Service") -> None:
        """Raises BrokenSetting for an address that Apprise does not understand."""
        settings = service.settings
        self._service = service
        self._services = {
            service.vault.lookup("notify", url)[:16]: (place, _notifier(url, place))
            for place, url in enumerate(settings.notify_urls.split(), 1)
        }
        self._desk = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/desk"
        self._words = translator(settings.locale)

    async def __call__(self, row: Row) -> None:
        """Put one row for each service in the place of the page; without any, the desk's own banner is the page."""
        if self._services:
            self._service.worker.submit(await self._service.run(self._split, row))

    async def notify(self, row: Row) -> None:
        """Notify one service; when trying again, only if the case still waits for somebody.

        Raises:
            DeliveryError: when it did not take the page.
        """
        known = self._services.get(row.payload["to"])
        if known is None:
            log.warning("a page was for an address that is no longer in AIDLINE_NOTIFY_URLS")
            return
        if row.attempts and not await self._service.look(_is_wanted, row):
            return
        place, notifier = known
        title, body = self._said(row.payload)
        from apprise import NotifyType

        reason = f"address {place} of AIDLINE_NOTIFY_URLS did not take a page"
        try:
            took = await notifier.async_notify(body=body, title=title, notify_type=NotifyType.WARNING)
        except Exception as error:  # noqa: BLE001  # whatever a service raises; its words may hold the address
            raise DeliveryError(f"{reason}: {type(error).__name__}", permanent=row.attempts + 1 >= TRIES) from None
        if not took:
            raise DeliveryError(reason, permanent=row.attempts + 1 >= TRIES)

    def _split(self, c: Connection, row: Row) -> tuple[Row, ...]:
        now = datetime.now(UTC)
        rows = [
            Row(
                kind="notify",
                recipient=f"notify:{name}:{row.recipient}",
                payload=row.payload | {"to": name, "at": now.isoformat()},
                due_at=now,
                case_id=row.case_id,
            )
            for name in self._services
        ]
        return outbox.replace_by(c, row.id, rows, owner=self._service.owner, now=now)

    def _said(self, page: dict[str, Any]) -> tuple[str, str]:
        if page.get("letter"):
            return self._words.text("page-letter-title"), self._words.text("page-letter-body", desk=self._desk)
        number, urgency = page["number"], self._words.text(f"urgency-{page['urgency']}")
        body = self._words.text("page-body", number=number, urgency=urgency, desk=self._desk)
        return self._words.text("page-title", number=number), body


def _is_wanted(c: Connection, row: Row) -> bool:
    """Whether a queue of the page has had nobody who took the case since."""
    if row.case_id is None:
        return True
    paged_at, queues = datetime.fromisoformat(row.payload["at"]), row.payload["queues"]
    theirs = [one for one in cases.facts(c, row.case_id).handoffs if one.queue in queues]
    return not theirs or any(
        one.status == "queued" or (one.status != "closed" and (one.claimed_at is None or one.claimed_at < paged_at))
        for one in theirs
    )


def _notifier(url: str, place: int) -> Any:
    from apprise import Apprise

    notifier = Apprise()
    words = logging.getLogger("apprise")
    words.disabled = True  # they hold the address with its secrets
    try:
        understood = notifier.add(url)
    finally:
        words.disabled = False
    if not understood:
        kind, separator, _ = url.partition("://")
        named = f" ({kind}://…)" if separator else ""
        raise BrokenSetting(f"AIDLINE_NOTIFY_URLS: address {place}{named} is not one that Apprise understands")
    return notifier
