"""A message that the house cannot take is kept, seen by a human, and acknowledged; an outage is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import turns
from bot.delivery import Sender
from bot.messages import Inbound, InboundMedia, Outbound
from bot.service import Service
from storage import backlog, cases, conversations, outbox
from storage.errors import RowRefused, StorageUnavailable
from storage.models import CONVERSATION


class Phone:
    """A channel that takes everything."""

    def __init__(self) -> None:
        self.got: list[str] = []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, address: str, message: Outbound, row: outbox.Row) -> None:
        self.got.append(message.text)


@pytest.fixture
def phone(service: Service) -> Phone:
    made = Phone()
    service.channels["telegram"] = made
    service.worker.perform["send"] = Sender(service)
    return made


def message(key: str = "m1", text: str = "打完玻尿酸左眼看不见了", **more: Any) -> Inbound:
    return Inbound(channel="telegram", address="5001", key=key, at=datetime.now(UTC), text=text, **more)


def refuse_flows(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Whatever the flow wants done, the storage does not take it; a hand-over to the coordinators it does."""
    apply = turns.Effects.apply

    def refusing(self: turns.Effects, step: Any) -> None:
        if "failure" not in repr(step.events):
            raise error
        apply(self, step)

    monkeypatch.setattr(turns.Effects, "apply", refusing)


async def test_refused_turn_is_kept_and_goes_to_the_coordinators(
    service: Service, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_flows(monkeypatch, RowRefused())
    taken = await service.take(message())
    await service.worker.drain()
    with service.database.read() as c:
        case = cases.by_number(c, taken.case_number or "")
        thread = conversations.find(c, service.vault, channel="telegram", address="5001")
        assert thread is not None
        lines = conversations.messages(c, thread.key, thread.conversation_id)
    assert ("duty", "urgent") in [(handoff.queue, handoff.urgency) for handoff in case.handoffs]
    assert [line.body["text"] for line in lines if line.direction == "in"] == [message().text]
    assert any("120" in text for text in phone.got)
    assert (await service.take(message())).repeated


async def test_outage_is_no_refusal(service: Service, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_flows(monkeypatch, StorageUnavailable())
    with pytest.raises(StorageUnavailable):
        await service.take(message())
    assert kinds(service) == []


def kinds(service: Service) -> list[str]:
    """What waits in the outbox."""
    with service.database.read() as c:
        return [row.kind for row in backlog.listed(c)]


def spoil(service: Service) -> bytes:
    """Make the stored session unreadable; gives what it was."""
    with service.database.begin() as c:
        kept = c.execute(sa.select(CONVERSATION.c.session)).scalar_one()
        c.execute(sa.update(CONVERSATION).values(session=b"not what was sealed"))
    assert isinstance(kept, bytes)
    return kept


async def later(service: Service, minutes: float) -> None:
    """What is due by then is done now."""
    due = datetime.now(UTC) + timedelta(minutes=minutes)
    service.worker.submit(await service.run(outbox.claim_due, service.owner, due))
    await service.worker.drain()


async def test_message_to_a_conversation_that_cannot_be_opened_waits_as_a_letter(
    service: Service, phone: Phone
) -> None:
    await service.take(message("m0", "你好"))
    await service.worker.drain()
    session = spoil(service)
    phone.got.clear()
    photo = InboundMedia(kind="photo", ref="file-1")
    await service.take(message("m1", picks=("agree",), media=(photo,)))
    await service.take(message("m1", picks=("agree",), media=(photo,)))  # the platform did not hear the answer
    await service.worker.drain()
    assert len(phone.got) >= 1
    assert "120" in phone.got[0]
    assert kinds(service) == ["take"]
    await later(service, 1)
    assert kinds(service) == ["take"]
    with service.database.begin() as c:
        c.execute(sa.update(CONVERSATION).values(session=session))
    await later(service, 10)
    with service.database.read() as c:
        thread = conversations.find(c, service.vault, channel="telegram", address="5001")
        assert thread is not None
        heard = [
            line.body
            for line in conversations.messages(c, thread.key, thread.conversation_id)
            if line.direction == "in"
        ]
    assert [body["text"] for body in heard] == ["你好", message().text]
    assert len(heard[1]["media"]) == 1


async def test_letter_that_never_can_be_taken_stays_to_be_seen(service: Service, phone: Phone) -> None:
    await service.take(message("m0", "你好"))
    spoil(service)
    await service.take(message("m1"))
    for _ in range(20):
        await later(service, 60)
    with service.database.read() as c:
        (letter,) = backlog.listed(c, failed=True)
        assert (letter.kind, letter.channel, letter.error) == ("take", "telegram", "Sealed")
