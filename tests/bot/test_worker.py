"""The worker keeps order per recipient, tries again, gives up visibly, and takes over what others left."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot import settings as settings_module
from bot import worker
from bot.app import build
from bot.errors import DeliveryError
from bot.messages import Inbound
from bot.service import Service
from storage import cases, outbox
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.models import OUTBOX
from tests.outboxes import Waiting, waiting


def row(recipient: str, text: str, **more: Any) -> outbox.Row:
    return outbox.Row(
        kind="send", recipient=recipient, payload={"text": text}, due_at=more.pop("due_at", datetime.now(UTC)), **more
    )


class Platform:
    """Takes messages, or refuses the next ones as it is told."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.refusals: list[Exception] = []

    async def __call__(self, sent: outbox.Row) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.got.append(sent.payload["text"])


@pytest.fixture
async def platform(service: Service) -> AsyncIterator[Platform]:
    made = Platform()
    service.worker.perform["send"] = made
    yield made
    await service.worker.drain()


async def put(service: Service, *rows: outbox.Row) -> None:
    owned = await service.run(outbox.add, rows, owner=service.owner, now=datetime.now(UTC))
    service.worker.submit(owned)
    await service.worker.drain()


def own(c: Connection, unseen: outbox.Row, owner: str) -> None:
    values = {"owner": owner, "owned_until": unseen.owned_until}
    c.execute(sa.update(OUTBOX).where(OUTBOX.c.id == unseen.id).values(values))


async def left(service: Service, recipient: str) -> list[Waiting]:
    return await service.run(waiting, recipient)


async def test_rows_just_committed_go_out_in_order(service: Service, platform: Platform) -> None:
    await put(service, *(row("telegram:1", str(number)) for number in range(5)))
    assert platform.got == ["0", "1", "2", "3", "4"]
    assert await left(service, "telegram:1") == []


async def test_failed_row_is_tried_again_before_those_behind_it(service: Service, platform: Platform) -> None:
    platform.refusals = [DeliveryError("too many requests", retry_after=0.0)]
    await put(service, row("telegram:1", "first"), row("telegram:1", "second"))
    assert platform.got == []
    await put(service, row("telegram:1", "third"))
    assert platform.got == []
    await service.worker.claim()
    await service.worker.drain()
    assert platform.got == ["first", "second", "third"]


async def test_row_written_while_an_older_one_is_put_off_does_not_overtake_it(
    service: Service, platform: Platform
) -> None:
    platform.refusals = [DeliveryError("too many requests", retry_after=0.2)]
    first = await service.run(outbox.add, [row("telegram:1", "first")], owner=service.owner, now=datetime.now(UTC))
    unseen = await service.run(outbox.add, [row("telegram:1", "second")], owner=service.owner, now=datetime.now(UTC))
    service.worker.submit(first)
    await service.worker.drain()
    # As where its transaction was open while the first was put off: neither saw the other.
    await service.run(own, unseen[0], service.owner)
    service.worker.submit(unseen)
    await put(service, row("telegram:1", "third"))
    assert platform.got == []
    await asyncio.sleep(0.3)
    await service.worker.claim()
    await service.worker.drain()
    assert platform.got == ["first", "second", "third"]


async def test_one_recipient_in_trouble_does_not_hold_up_another(service: Service, platform: Platform) -> None:
    platform.refusals = [DeliveryError("gone for now", retry_after=60)]
    await put(service, row("telegram:1", "stuck"), row("telegram:2", "fine"))
    assert platform.got == ["fine"]


async def test_unexpected_error_is_tried_again_too(service: Service, platform: Platform) -> None:
    platform.refusals = [RuntimeError("a bug in the channel")]
    await put(service, row("telegram:1", "kept"))
    (still,) = await left(service, "telegram:1")
    assert still.attempts == 1
    assert still.due_at > datetime.now(UTC) - timedelta(seconds=1)


@pytest.mark.parametrize("permanent", [False, True])
async def test_failure_that_cannot_be_written_down_silences_nobody(
    service: Service, platform: Platform, monkeypatch: pytest.MonkeyPatch, permanent: bool
) -> None:
    def away(*_: object) -> None:
        raise StorageUnavailable

    platform.refusals = [DeliveryError("not now", permanent=permanent)]
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "retry", away)
        broken.setattr(outbox, "give_up", away)
        await put(service, row("telegram:1", "first"))
    assert platform.got == []
    await put(service, row("telegram:1", "second"))
    assert platform.got == ["second"]
    assert [one.payload["text"] for one in await left(service, "telegram:1")] == ["first"]


async def test_row_that_failed_for_days_is_still_put_off(service: Service, platform: Platform) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    (old,) = await service.run(outbox.add, [row("telegram:1", "old", due_at=long_ago)], owner="dead", now=long_ago)
    platform.refusals = [DeliveryError("not now")]
    service.worker.submit([replace(old, attempts=5000, owned_until=None)])
    await service.worker.drain()
    (still,) = await left(service, "telegram:1")
    assert timedelta(minutes=4) < still.due_at - datetime.now(UTC) < timedelta(minutes=6)


async def test_giving_up_is_seen_on_the_case(service: Service, platform: Platform) -> None:
    taken = await service.take(
        Inbound(channel="web", address="a", key="1", at=datetime.now(UTC), text="打完玻尿酸左眼看不见了")
    )
    with service.database.read() as c:
        case = cases.by_number(c, taken.case_number or "")
    platform.refusals = [DeliveryError("bot was blocked by the user", permanent=True)]
    await put(service, row("telegram:1", "lost", case_id=case.id), row("telegram:1", "next"))
    assert platform.got == ["next"]
    with service.database.read() as c:
        shown = cases.show_case(c, service.vault, case.number)
    assert "undeliverable" in [entry["kind"] for entry in shown["timeline"]]


async def test_rows_of_a_dead_process_are_taken_over(service: Service, platform: Platform) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    await service.run(outbox.add, [row("telegram:1", "orphan", due_at=long_ago)], owner="dead", now=long_ago)
    assert await service.worker.claim() == 1
    await service.worker.drain()
    assert platform.got == ["orphan"]


async def test_long_line_is_kept_while_its_head_takes_its_time(service: Service, platform: Platform) -> None:
    """Past the lease they were born with, the rows in memory still go out, in order, by this process."""
    slow = asyncio.Event()

    async def send(sent: outbox.Row) -> None:
        await slow.wait()
        await platform(sent)

    service.worker.perform["send"] = send
    born = datetime.now(UTC) - timedelta(seconds=outbox.OWNED_SECONDS - 2)
    rows = [row("telegram:1", text, due_at=born) for text in ("first", "second")]
    service.worker.submit(await service.run(outbox.add, rows, owner=service.owner, now=born))
    await service.worker.renew()
    await asyncio.sleep(2.1)
    assert await service.worker.claim() == 0
    slow.set()
    await service.worker.drain()
    assert platform.got == ["first", "second"]


async def test_row_committed_and_never_handed_over_falls_free(service: Service, platform: Platform) -> None:
    born = datetime.now(UTC) - timedelta(seconds=outbox.OWNED_SECONDS - 2)
    await service.run(outbox.add, [row("telegram:1", "lost", due_at=born)], owner=service.owner, now=born)
    assert await service.worker.claim() == 0
    await service.worker.renew()
    await asyncio.sleep(2.1)
    assert await service.worker.claim() == 1
    await service.worker.drain()
    assert platform.got == ["lost"]


async def test_what_comes_back_after_an_outage_is_sent_once(service: Service, platform: Platform) -> None:
    """The leases ran out meanwhile: the claim brings rows that are being sent here, or wait to be marked."""
    going_on = asyncio.Event()

    async def send(sent: outbox.Row) -> None:
        await platform(sent)
        if sent.payload["text"] == "being sent":
            await going_on.wait()

    service.worker.perform["send"] = send
    now = datetime.now(UTC)
    rows = [
        row("telegram:1", "sent", due_at=now),
        row("telegram:1", "being sent", due_at=now),
        row("telegram:1", "last", due_at=now),
    ]
    owned = await service.run(outbox.add, rows, owner=service.owner, now=now)
    service.worker.submit(owned)
    while len(platform.got) < 2:
        await asyncio.sleep(0)
    service.worker.submit(owned)
    going_on.set()
    await service.worker.drain()
    assert platform.got == ["sent", "being sent", "last"]


async def test_drain_ends_without_a_database(
    service: Service, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(worker, "MARK_AGAIN_SECONDS", 0.01)
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "done", away)
        async with asyncio.timeout(10):
            await put(service, row("telegram:1", "sent"))
    assert platform.got == ["sent"]
    await put(service, row("telegram:1", "more"))
    assert await left(service, "telegram:1") == []


async def test_orderly_end_finishes_what_is_being_sent_and_gives_back_the_rest(
    service: Service, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = asyncio.Event()

    async def send(sent: outbox.Row) -> None:
        await slow.wait()
        await platform(sent)

    monkeypatch.setattr(worker, "LAST_SECONDS", 1.0)
    service.worker.perform["send"] = send
    rows = [row("telegram:1", "first"), row("telegram:1", "second")]
    service.worker.submit(await service.run(outbox.add, rows, owner=service.owner, now=datetime.now(UTC)))
    stopping = asyncio.ensure_future(service.worker.stop())
    await asyncio.sleep(1.1)
    slow.set()
    await stopping
    assert platform.got == ["first"]
    taken = await service.run(outbox.claim_due, "another process", datetime.now(UTC))
    assert [one.payload["text"] for one in taken] == ["second"]


async def test_server_that_ends_gives_back_what_it_owns(data: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLINE_DATABASE_URL", url)
    app = build(settings_module.read())
    async with app.router.lifespan_context(app):
        owner = app.state.service.owner
        await app.state.service.run(outbox.add, [row("telegram:1", "unsent")], owner=owner, now=datetime.now(UTC))
    opened = Database(url, app.state.service.vault)
    with opened.begin() as c:
        assert len(outbox.claim_due(c, "another process", datetime.now(UTC))) == 1
    opened.close()


async def test_timer_waits_for_its_time(service: Service, platform: Platform) -> None:
    await put(service, row("telegram:1", "later", due_at=datetime.now(UTC) + timedelta(hours=1)))
    assert await service.worker.claim() == 0
    assert platform.got == []
