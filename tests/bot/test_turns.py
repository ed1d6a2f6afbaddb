"""A turn keeps everything or nothing, once, and hands over when the flow itself fails."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from PIL import Image

from bot.messages import Inbound, InboundMedia, Outbound
from bot.service import Service
from bot.turns import Coming, Taken
from flows import intake
from flows.conversation import Msg
from storage import cases, conversations, outbox

Send = Callable[..., Taken]


@pytest.fixture
def send(service: Service) -> Send:
    """Say something on a channel, as the worker's process would take it."""
    keys = count()

    def send(text: str = "", *, key: str | None = None, channel: str = "telegram", **more: object) -> Taken:
        inbound = Inbound(
            channel=channel, address="4711", key=key or f"k{next(keys)}", at=datetime.now(UTC), text=text, **more
        )
        arrivals = service.arrivals.keep(inbound, inbound.at) if inbound.media else ()
        return service.turns.take(inbound, arrivals)

    return send


def transcript(service: Service, channel: str = "telegram") -> list[conversations.StoredMessage]:
    with service.database.read() as c:
        thread = conversations.find(c, service.vault, channel=channel, address="4711")
        assert thread is not None
        return conversations.messages(c, thread.key, thread.conversation_id)


def texts(messages: tuple[Outbound, ...]) -> str:
    return "\n".join(message.text for message in messages)


def test_same_message_again_changes_nothing(service: Service, send: Send) -> None:
    first = send("你好", key="m1")
    again = send("你好", key="m1")
    assert again.repeated
    assert again.messages == ()
    assert again.rows == ()
    assert 1 + len(first.messages) == len(transcript(service))


def test_first_words_are_kept_and_used_after_consent(service: Service, send: Send) -> None:
    send("三个月前在美容院打的玻尿酸下巴，下巴有个硬块")
    send(picks=("agree",))
    taken = send("以上都没有")
    assert "硬块" in texts(taken.messages)
    assert transcript(service)[0].body["text"].startswith("三个月前")


def test_what_was_ticked_or_numbered_stands_in_the_transcript_in_words(service: Service, send: Send) -> None:
    send("你好")
    send(picks=("agree",))
    send(picks=("Q2",), toggle=True)
    ticked = [message.body["picked"] for message in transcript(service) if "picked" in message.body]
    assert ticked[0] == ["同意，继续"]
    assert ticked[1][0].startswith("☑ 看不清、看不见、重影")
    send("上海")
    send("1")
    assert transcript(service)[-2].body["picked"] == ["跳过"]


def test_refusing_erases_what_was_written(service: Service, send: Send) -> None:
    send("鼻子做歪了，我叫王小明")
    taken = send(picks=("decline",))
    assert "120" in texts(taken.messages)
    kept = " ".join(str(message.body) for message in transcript(service))
    assert "王小明" not in kept


def test_nothing_is_kept_of_what_is_written_or_sent_after_refusing(service: Service, send: Send, photo: bytes) -> None:
    send("你好")
    send(picks=("decline",))
    taken = send("我去年做了双眼皮，有点疤，电话13800138000")
    assert "记下" not in texts(taken.messages)
    taken = send(media=(InboundMedia(kind="photo", name="a.jpg", data=photo),))
    assert "收好" not in texts(taken.messages)
    with service.database.read() as c:
        thread = conversations.find(c, service.vault, channel="telegram", address="4711")
    assert thread is not None and thread.session is not None
    assert thread.session["answers"] == {"consent": False}
    assert not thread.session["findings"]
    assert "13800138000" not in " ".join(str(message.body) for message in transcript(service))


def test_alarm_opens_the_case_and_pages_before_anything_else(service: Service, send: Send) -> None:
    taken = send("打完玻尿酸左眼看不见了")
    assert [message.type for message in taken.messages] == ["alarm", "ask"]
    assert "120" in taken.messages[0].text
    assert taken.rows[0].kind == "page"
    with service.database.read() as c:
        shown = cases.show_case(c, service.vault, taken.case_number or "")
    assert (shown["urgency"], shown["status"]) == ("emergency", "queued")
    assert "paged" in [entry["kind"] for entry in shown["timeline"]]


def test_answers_go_out_in_order_after_the_commit(service: Service, send: Send) -> None:
    taken = send("你好")
    sent = [row.payload["message"]["text"] for row in taken.rows if row.kind == "send"]
    assert sent == [message.text for message in taken.messages]
    assert [row.id for row in taken.rows] == sorted(row.id for row in taken.rows)


def test_web_reads_the_transcript_instead_of_the_outbox(service: Service, send: Send) -> None:
    assert send("你好", channel="web").rows == ()
    assert len(transcript(service, "web")) > 1


def test_person_is_handed_over_when_the_flow_fails(
    service: Service, send: Send, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(intake, "step", broken)
    taken = send("我的鼻子")
    assert "120" in texts(taken.messages)
    with service.database.read() as c:
        shown = cases.show_case(c, service.vault, taken.case_number or "")
    assert (shown["urgency"], shown["queues"]) == ("urgent", ["duty"])
    assert "我的鼻子" not in caplog.text


def test_talk_that_cannot_be_read_is_left_as_it_is_and_a_person_called(
    service: Service, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise KeyError("findings")

    send("三个月前在美容院打的玻尿酸下巴，下巴有个硬块", locale="zh-CN")
    before = send(picks=("agree",))
    with monkeypatch.context() as patched:
        patched.setattr(intake, "restored", broken)
        lost = send("有点疼", locale="en")
    assert "120" in texts(lost.messages)
    assert lost.messages[0].text == service.speakers["zh-CN"](Msg("failure"))
    with service.database.read() as c:
        shown = cases.show_case(c, service.vault, lost.case_number or "")
    assert (shown["urgency"], shown["queues"]) == ("urgent", ["duty"])
    assert "有点疼" in [message.body.get("text") for message in transcript(service)]
    assert lost.state == before.state
    assert send("以上都没有").state == "photos"
    with service.database.read() as c:
        thread = conversations.find(c, service.vault, channel="telegram", address="4711")
    assert thread is not None
    assert "硬块" in str(thread.session)


async def test_work_that_shares_a_commit_does_not_share_a_failure(service: Service) -> None:
    """One of three can't be done: the other two are, each once."""

    def broken(c: object) -> None:
        raise LookupError("not this one")

    def said(address: str) -> Inbound:
        return Inbound(channel="web", address=address, key="1", at=datetime.now(UTC), text="你好")

    first, failed, third = await asyncio.gather(
        service.take(said("a")), service.run(broken), service.take(said("b")), return_exceptions=True
    )
    assert isinstance(failed, LookupError)
    assert isinstance(first, Taken)
    assert isinstance(third, Taken)
    assert (await service.take(said("a"))).repeated


async def test_messages_at_the_same_moment_are_all_taken_in_order(service: Service) -> None:
    said = [
        Inbound(channel="web", address=f"p{n % 5}", key=str(n), at=datetime.now(UTC), text=f"第{n}句")
        for n in range(40)
    ]
    await asyncio.gather(*(service.take(one) for one in said))
    for person in range(5):
        with service.database.read() as c:
            thread = conversations.find(c, service.vault, channel="web", address=f"p{person}")
            assert thread is not None
            heard = [
                m.body["text"]
                for m in conversations.messages(c, thread.key, thread.conversation_id)
                if m.direction == "in"
            ]
        assert heard == [f"第{n}句" for n in range(person, 40, 5)]


def test_number_that_is_taken_is_drawn_again(service: Service, send: Send) -> None:
    draws = iter((7, 7, 7, 8))
    service.turns.draw = lambda: next(draws)
    first = send("转人工")
    service.turns.draw = iter((7, 8)).__next__
    second = service.turns.take(
        Inbound(channel="telegram", address="other", key="x", at=datetime.now(UTC), text="转人工")
    )
    assert first.case_number != second.case_number


def test_photo_sent_before_the_case_belongs_to_it(service: Service, send: Send, photo: bytes) -> None:
    send("", media=(InboundMedia(kind="photo", name="nose.jpg", data=photo),))
    taken = send("打完玻尿酸左眼看不见了")
    with service.database.read() as c:
        assert cases.show_case(c, service.vault, taken.case_number or "")["media_count"] == 1


@pytest.mark.parametrize("text", ["", "\x00\x07", "🤕🤕", "字" * 25_000, "\ud800 half", "<b>&amp;"])
def test_odd_text_gets_an_answer(service: Service, send: Send, text: str) -> None:
    send("你好")
    assert send(text).messages
    assert len(transcript(service)) >= 4


def test_photos_in_a_row_are_answered_once(service: Service, send: Send, photo: bytes) -> None:
    for text in ("双眼皮上个月做的", "同意", "以上都没有", "都对", "1", "1", "没有不舒服"):
        state = send(text).state
    assert state == "photos"
    rows = []
    for number in range(3):
        taken = send("", media=(InboundMedia(kind="photo", name=f"{number}.jpg", data=photo + bytes([number])),))
        rows += list(taken.rows)
    with service.database.begin() as c:
        due = outbox.claim_due(c, "somebody else", datetime.now(UTC).replace(year=2100))
    asked = [row.payload["message"]["text"] for row in due if row.collapse_key is not None]
    assert len(asked) == 1
    assert "3" in asked[0]


@pytest.fixture
def photo() -> bytes:
    """A small real JPEG."""
    from io import BytesIO

    made = BytesIO()
    Image.new("RGB", (640, 480), (200, 150, 140)).save(made, "JPEG")
    return made.getvalue()


def coming(person: str, text: str, key: str = "1") -> Coming:
    return Coming(Inbound(channel="telegram", address=person, key=f"{person}:{key}", at=datetime.now(UTC), text=text))


def heard_by(service: Service, person: str) -> list[str]:
    with service.database.read() as c:
        thread = conversations.find(c, service.vault, channel="telegram", address=person)
        assert thread is not None
        lines = conversations.messages(c, thread.key, thread.conversation_id)
        return [line.body["text"] for line in lines if line.direction == "in"]


def test_turns_that_share_a_transaction_are_those_of_their_own_people(service: Service) -> None:
    """More than one statement takes, with somebody known, somebody repeated and an emergency among them."""
    people = [f"person{number}" for number in range(40)]
    service.turns.take(coming("person3", "你好").inbound)
    several = [coming(person, f"我是{person}", "2") for person in people]
    several[3] = coming("person3", "你好")
    several[7] = coming("person7", "打完玻尿酸左眼看不见了")
    with service.database.begin() as c:
        taken = service.turns.take_all(c, several)
    done = [each for each in taken if each is not None]
    assert [each.repeated for each in done] == [number == 3 for number in range(40)]
    assert [bool(each.case_number) for each in done] == [number == 7 for number in range(40)]
    assert len({each.conversation_id for each in done}) == 40
    for each, one in zip(done, several, strict=True):
        assert heard_by(service, one.inbound.address) == [one.inbound.text]
        assert {row.payload["address"] for row in each.rows if row.kind == "send"} <= {one.inbound.address}
        sent = [row.payload["message"]["text"] for row in each.rows if row.kind == "send"]
        assert sent == [message.text for message in each.messages]
    with service.database.read() as c:
        (case,) = cases.list_cases(c)
        assert case.urgency == "emergency"


async def test_who_is_held_up_by_somebody_holds_up_nobody_else(service: Service) -> None:
    """On PostgreSQL a colleague's press holds a conversation; in SQLite there is nobody else."""
    if service.database.dialect == "sqlite":
        pytest.skip("one writer")
    service.turns.take(coming("held", "你好").inbound)
    with service.database.begin() as c:
        conversations.find_or_begin(
            c, service.vault, channel="telegram", address="held", message_key=None, now=datetime.now(UTC)
        )
        waits = asyncio.ensure_future(service.commits.take(coming("held", "还在吗", "2")))
        await asyncio.sleep(0.2)
        others = [service.commits.take(coming(person, "你好")) for person in ("a", "b", "c")]
        await asyncio.wait_for(asyncio.gather(*others), 10)
        assert not waits.done()
    await asyncio.wait_for(waits, 10)
    assert heard_by(service, "held") == ["你好", "还在吗"]


async def test_turn_that_fails_in_company_fails_alone(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    save = conversations.save_all

    def refusing(c: Any, changes: Any, now: datetime) -> list[list[int]]:
        if any(change.thread.address == "bad" for change in changes):
            c.exec_driver_sql("SELECT nonsense()")
        return save(c, changes, now)

    monkeypatch.setattr(conversations, "save_all", refusing)
    several = [coming(person, "你好") for person in ("a", "bad", "b", "c")]
    results = await asyncio.gather(*map(service.commits.take, several), return_exceptions=True)
    assert [isinstance(result, Exception) for result in results] == [False, True, False, False]
    assert [heard_by(service, person) for person in "abc"] == [["你好"]] * 3
