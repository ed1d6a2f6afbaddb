"""The patients' bot, whole: our server, a Bot API server and people, talking over HTTP on loopback."""

import asyncio
import io
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
import uvicorn
from PIL import Image
from prometheus_client import REGISTRY

from bot.app import build
from bot.channels.telegram import TelegramChannel
from bot.messages import Outbound
from bot.service import Service
from bot.settings import Settings
from bot.worker import Worker
from storage.errors import StorageUnavailable
from storage.models import CASE, MEDIA, MESSAGE, OUTBOX
from storage.vault import Vault
from tests.fakes.telegram import ApiError, FakeTelegram, Fault, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
EMERGENCY = "我打完玻尿酸右眼突然看不见了"
STORY = "三天前在一家小诊所打了玻尿酸，右边脸颊一直有点肿。"


class House:
    """Our server and the Bot API server it talks to."""

    def __init__(self, telegram: FakeTelegram, service: Service, port: int) -> None:
        self.telegram, self.service = telegram, service
        self.url = f"http://127.0.0.1:{port}"
        self.channel: Any = service.channels["telegram"]
        self._numbers = iter(range(5001, 9999))

    def person(self, **facts: Any) -> Person:
        return self.telegram.person(next(self._numbers), **facts)

    async def rows(self, statement: sa.Select[Any]) -> list[Any]:
        return await self.service.look(lambda c: list(c.execute(statement)))

    async def eventually(self, true: Callable[[], Any]) -> Any:
        """Wait until the (maybe asynchronous) claim holds."""
        async with asyncio.timeout(60):  # the machine may be busy; nothing here waits that long
            while True:
                value = true()
                if asyncio.iscoroutine(value):
                    value = await value
                if value:
                    return value
                await asyncio.sleep(0.02)

    async def asked(self, person: Person) -> dict[str, Any]:
        """The next message with buttons."""
        while True:
            (message,) = await person.hears()
            if "reply_markup" in message:
                return message

    async def answer_until(self, person: Person, choice: str) -> None:
        """Answer every question with its mildest choice, up to the one that offers `choice`."""
        while choice not in (ids := choices(person.last_with_buttons())):
            if "done" in ids and "none" not in ids:
                person.press(1)
            person.press(1 + next((ids.index(wish) for wish in ("skip", "here", "done") if wish in ids), 0))
            await self.asked(person)

    async def consented(self, **facts: Any) -> Person:
        """A person who has told the story and agreed; the safety question is open."""
        person = self.person(**facts)
        person.write(STORY)
        await self.asked(person)
        person.press("同意")
        await self.asked(person)
        return person


@asynccontextmanager
async def open_house(folder: Path, *, webhook: bool) -> AsyncIterator[House]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with FakeTelegram() as telegram:
        settings = Settings(
            data=folder,
            public_url=f"http://127.0.0.1:{port}" if webhook else "",
            patient_bot_token=telegram.token,
            telegram_api=telegram.url,
            PORT=port,
        )
        app = build(settings)
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False))
        serving = asyncio.ensure_future(server.serve())
        house = House(telegram, app.state.service, port)
        await house.eventually(lambda: server.started and house.channel.entrance.problem is None)
        try:
            yield house
        finally:
            server.should_exit = True
            await serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(tmp_path_factory.mktemp("webhook"), webhook=True) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def polling_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(tmp_path_factory.mktemp("polling"), webhook=False) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_faults_left(request: pytest.FixtureRequest) -> Any:
    yield
    for name in ("house", "polling_house"):
        if name in request.fixturenames:
            request.getfixturevalue(name).telegram.faults.clear()


def jpeg(color: str = "red", width: int = 640) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, 480), color).save(made, "JPEG")
    return made.getvalue()


def choices(question: dict[str, Any]) -> list[str]:
    buttons = [button for row in question["reply_markup"]["inline_keyboard"] for button in row]
    return [str(button["callback_data"]).partition("|")[2] for button in buttons]


def texts(messages: list[dict[str, Any]]) -> str:
    return "\n".join(message.get("text", "") for message in messages)


# -- the door


@pytest.mark.parametrize("secret", [None, b"", b"wrong", "geheim\u00fc".encode(), b"\xff\xfe"])
async def test_only_telegram_gets_in(house: House, secret: bytes | None) -> None:
    headers = {} if secret is None else {SECRET_HEADER.encode(): secret}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{house.url}/telegram/patient", content=b"{}", headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"[]", b'"x"', b"null", b'{"message": {}}', b'{"update_id": 1, "message": 7}', b"x" * 2_000_000],
)
async def test_a_body_that_is_no_update_is_counted_and_not_asked_for_again(house: House, body: bytes) -> None:
    before = REGISTRY.get_sample_value("aidline_telegram_malformed_total") or 0
    headers = {SECRET_HEADER: house.channel.entrance.secret}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{house.url}/telegram/patient", content=body, headers=headers)
    assert answer.status_code == 200
    assert REGISTRY.get_sample_value("aidline_telegram_malformed_total") == before + 1


async def test_an_update_of_a_kind_to_come_is_taken_quietly(house: House) -> None:
    headers = {SECRET_HEADER: house.channel.entrance.secret}
    async with httpx.AsyncClient() as client:
        update = {"update_id": 1, "message_teleported": {"id": 3}}
        answer = await client.post(f"{house.url}/telegram/patient", json=update, headers=headers)
    assert answer.status_code == 200


async def test_telegram_is_told_where_updates_go_and_what_the_commands_are(house: House) -> None:
    account = house.telegram.account()
    assert account.webhook is not None
    assert account.webhook.url == f"{house.url}/telegram/patient"
    assert account.webhook.allowed == ("message", "edited_message", "callback_query")
    menus = {language: commands for (scope, language), commands in account.commands.items()}
    assert {command["command"] for command in menus["en"]} == {command["command"] for command in menus[""]}
    assert menus["en"] != menus[""]


# -- the conversation


async def test_a_first_message_is_answered_with_the_consent_question(house: House) -> None:
    person = house.person()
    delivery = person.write("你好")
    question = await house.asked(person)
    assert "Telegram" in question["text"]
    assert len(question["reply_markup"]["inline_keyboard"]) >= 2
    assert delivery.statuses == [200]


async def test_the_language_of_the_app_is_the_language_of_the_bot(house: House) -> None:
    person = house.person(language="en-GB")
    person.write("/start")
    question = await house.asked(person)
    assert "agree" in str(question["reply_markup"]).lower()


async def test_every_press_is_answered(house: House) -> None:
    person = house.person()
    person.write("你好")
    await house.asked(person)
    press = person.press("同意").update["callback_query"]["id"]
    await house.asked(person)
    await house.eventually(lambda: press not in house.telegram.account().presses)


async def test_the_whole_way_to_a_case_number(house: House) -> None:
    person = await house.consented()
    await house.answer_until(person, "submit")
    person.press(1)
    (outcome,) = await person.hears()
    numbers = await house.rows(sa.select(CASE.c.number))
    assert any(row.number in outcome["text"] for row in numbers)


async def test_an_alarm_comes_first_and_stands_out(house: House) -> None:
    person = house.person()
    person.write(EMERGENCY)
    (first,) = await person.hears()
    assert "120" in first["text"]
    assert first["entities"][0]["type"] == "bold"


async def test_ticks_change_the_message_that_is_there(house: House) -> None:
    person = await house.consented()
    question = person.last_with_buttons()
    before = len(person.from_bot())
    person.press(5)  # a fever; breathlessness would be an alarm at once
    edited = await house.eventually(
        lambda: (message := person.chat.messages[question["message_id"]]).get("edit_date") and message
    )
    assert edited["reply_markup"]["inline_keyboard"][4][0]["text"].startswith("✓ ")
    assert len(person.from_bot()) == before
    person.press(5)
    await house.eventually(lambda: "✓" not in str(person.chat.messages[question["message_id"]]["reply_markup"]))


async def test_a_question_that_is_gone_is_asked_anew_with_its_ticks(house: House) -> None:
    person = await house.consented()
    question = person.last_with_buttons()
    del person.chat.messages[question["message_id"]]
    person.press(5, message=question)
    again = await house.asked(person)
    assert "✓" in str(again["reply_markup"])


async def test_a_danger_sign_is_an_alarm_the_moment_it_is_ticked(house: House) -> None:
    person = await house.consented()
    person.press(1)
    (alarm, where) = await person.hears(2)
    assert "120" in alarm["text"]
    assert "reply_markup" in where


async def test_an_old_button_says_so_and_the_question_comes_again(house: House) -> None:
    person = await house.consented()
    consent = next(m for m in person.from_bot() if "agree" in str(m.get("reply_markup")))
    question = person.last_with_buttons()
    person.press(1, message=consent)
    (hint, again) = await person.hears(2)
    assert "reply_markup" not in hint
    assert again["text"] == question["text"]


async def test_the_same_update_ten_times_is_one_message(house: House) -> None:
    person = house.person()
    first = person.write("你好")
    await house.asked(person)
    for delivery in [person.repeat(first) for _ in range(10)]:
        await asyncio.wait_for(delivery.confirmed.wait(), 20)
    await asyncio.sleep(0.2)
    assert [m for m in person.from_bot() if m["message_id"] not in person.read] == []


async def test_an_edit_is_read_too(house: House) -> None:
    person = house.person()
    delivery = person.write("我打完玻尿酸有点肿")
    await house.asked(person)
    person.edit(delivery, EMERGENCY)
    (alarm,) = await person.hears()
    assert "120" in alarm["text"]


async def test_a_long_story_is_kept_and_answered(house: House) -> None:
    person = house.person()
    person.write("我很难受。" * 800)
    assert await house.asked(person)


async def test_a_group_gets_one_polite_line_and_no_questions(house: House) -> None:
    person = house.person(chat=-4004)
    person.write("/start@aidline_test_bot")
    (line,) = await person.hears()
    second = person.write("/start@aidline_test_bot")
    await asyncio.wait_for(second.confirmed.wait(), 20)
    await asyncio.sleep(0.1)
    assert "隐私" in line["text"]
    assert len(person.from_bot()) == 1


# -- when something fails


async def test_a_failed_turn_comes_again_and_is_answered_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    take = house.service.turns.take
    failures = iter([True])

    def failing(*arguments: Any, **more: Any) -> Any:
        if next(failures, False):
            raise StorageUnavailable
        return take(*arguments, **more)

    monkeypatch.setattr(house.service.turns, "take", failing)
    person = house.person()
    delivery = person.write("你好")
    await house.asked(person)
    assert delivery.statuses == [500, 200]


@pytest.mark.parametrize(
    "fault", [Fault.flood(1), Fault.server_error(), Fault.dropped(), Fault.bad_gateway()], ids=lambda f: repr(f)[:40]
)
async def test_a_message_survives_what_telegram_does_to_it(house: House, fault: Fault) -> None:
    person = house.person()
    house.telegram.fail("sendMessage", fault, chat=person.chat_id)
    person.write("你好")
    assert await house.asked(person)


async def test_a_flood_is_waited_out_as_long_as_telegram_says(house: House) -> None:
    person = house.person()
    house.telegram.fail("sendMessage", Fault.flood(2), chat=person.chat_id)
    person.write("你好")
    await house.asked(person)
    first, second = house.telegram.called("sendMessage", person.chat_id)[:2]
    assert second.at - first.at >= 2


async def test_order_is_kept_after_a_failure(house: House) -> None:
    person = house.person()
    house.telegram.fail("sendMessage", Fault.flood(1), chat=person.chat_id)
    person.write(EMERGENCY)
    (first,) = await person.hears()
    assert "120" in first["text"]


async def test_markup_that_telegram_cannot_parse_goes_out_plain(house: House) -> None:
    person = house.person()
    words = 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'
    house.telegram.fail("sendMessage", Fault(error=ApiError(400, words)), chat=person.chat_id)
    person.write(EMERGENCY)
    (alarm,) = await person.hears()
    assert "120" in alarm["text"]
    assert "entities" not in alarm


async def test_who_blocked_the_bot_is_not_written_to_again_and_again(house: House) -> None:
    person = house.person()
    person.block()
    person.write("你好")
    await house.eventually(lambda: house.telegram.called("sendMessage", person.chat_id))
    failed = sa.select(OUTBOX.c.id).where(OUTBOX.c.status == "failed")
    await house.eventually(lambda: house.rows(failed))
    await asyncio.sleep(0.3)
    tried = len(house.telegram.called("sendMessage", person.chat_id))
    await asyncio.sleep(1.5)
    assert len(house.telegram.called("sendMessage", person.chat_id)) == tried
    person.unblock()
    person.write("我回来了")
    assert await house.asked(person)


async def test_a_press_does_not_hang_while_its_turn_fails(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    person = house.person()
    person.write("你好")
    await house.asked(person)
    take = house.service.turns.take

    def failing(inbound: Any, *rest: Any, **more: Any) -> Any:
        if inbound.address == str(person.chat_id):
            raise StorageUnavailable
        return take(inbound, *rest, **more)

    monkeypatch.setattr(house.service.turns, "take", failing)
    press = person.press("同意")
    await house.eventually(lambda: press.update["callback_query"]["id"] not in house.telegram.account().presses)
    assert not press.confirmed.is_set()
    monkeypatch.undo()
    assert await house.asked(person)


async def test_who_waits_sees_that_somebody_is_at_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    take = house.service.turns.take

    def slow(*arguments: Any, **more: Any) -> Any:
        time.sleep(1.0)
        return take(*arguments, **more)

    monkeypatch.setattr(house.service.turns, "take", slow)
    person = house.person()
    person.write("你好")
    await house.asked(person)
    assert person.chat.actions == ["typing"]


# -- photos


async def test_an_album_is_kept_whole_and_answered_once(house: House) -> None:
    person = await house.consented()
    await house.answer_until(person, "skip")
    before = len(person.from_bot())
    for delivery in person.album([jpeg("red"), jpeg("green"), jpeg("blue")], caption="三张"):
        await asyncio.wait_for(delivery.confirmed.wait(), 20)
    stored = sa.select(MEDIA.c.id).where(MEDIA.c.status == "stored")
    await house.eventually(lambda: _count(house, stored, 3))
    await asyncio.sleep(2.5)
    said = person.from_bot()[before:]
    assert len(said) == 1, texts(said)


async def _count(house: House, statement: sa.Select[Any], least: int) -> bool:
    return len(await house.rows(statement)) >= least


async def test_the_original_is_what_is_stored(house: House) -> None:
    person = await house.consented()
    data = jpeg("purple", 800)
    person.document(data, name="IMG_1.jpg", mime="image/jpeg")
    kept = sa.select(MEDIA.c.size, MEDIA.c.kind).where(MEDIA.c.status == "stored", MEDIA.c.size == len(data))
    (row,) = await house.eventually(lambda: house.rows(kept))
    assert row.kind == "photo"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("gone", "再发一次"),
        ("large", "太大"),
        ("broken", "打不开"),
        ("empty", "空的"),
    ],
)
async def test_a_photo_that_cannot_be_had_is_asked_for_again(house: House, spoil: str, words: str) -> None:
    person = await house.consented()
    data = {"broken": jpeg()[:300], "empty": b""}.get(spoil, jpeg("yellow"))
    if spoil == "gone":
        house.telegram.fail("file", Fault(error=ApiError(400, "Bad Request: invalid file_id")))
    person.photo(data, size=21 * 1024 * 1024 if spoil == "large" else None)
    await house.eventually(lambda: words in texts(person.from_bot()))


async def test_a_photo_comes_through_after_a_passing_failure(house: House) -> None:
    person = await house.consented()
    house.telegram.fail("getFile", Fault.flood(1))
    house.telegram.fail("file", Fault.dropped())
    data = jpeg("orange")
    person.photo(data)
    stored = sa.select(MEDIA.c.id).where(MEDIA.c.status == "stored", MEDIA.c.size == len(data))
    await house.eventually(lambda: house.rows(stored))


# -- secrets


async def test_the_token_is_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person = house.person()
    house.telegram.fail("sendMessage", Fault.dropped(), chat=person.chat_id)
    house.telegram.fail("getFile", Fault.server_error())
    person.write("你好")
    await house.asked(person)
    person.photo(jpeg("black"))
    await asyncio.sleep(0.3)
    assert house.telegram.token.partition(":")[2] not in caplog.text
    assert house.channel.entrance.secret not in caplog.text


async def test_the_token_is_in_no_error_when_telegram_is_away(house: House) -> None:
    house.telegram.fail("sendMessage", Fault.dropped())
    with pytest.raises(Exception, match="Telegram cannot be reached") as failure:
        await house.channel.send("5001", Outbound(type="say", text="x"), SimpleNamespace(id=0))
    assert house.telegram.token.partition(":")[2] not in repr(failure.value)
    assert failure.value.__cause__ is None


async def test_a_wrong_token_is_told_to_the_operator_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    token = "4711:a_token_that_was_revoked"
    async with FakeTelegram(tokens=("700100:the_only_one_known",)) as telegram:
        settings = Settings(patient_bot_token=token, telegram_api=telegram.url)
        service: Any = SimpleNamespace(settings=settings, vault=Vault(b"k" * 32), worker=Worker(no_storage, "me"))
        channel = TelegramChannel(service)
        await channel.start()
        while channel.entrance.problem == "starting":
            await asyncio.sleep(0.01)
        await channel.stop()
    assert "AIDLINE_PATIENT_BOT_TOKEN" in (channel.entrance.problem or "")
    assert "a_token_that_was_revoked" not in caplog.text
    assert "AIDLINE_PATIENT_BOT_TOKEN" in caplog.text


async def no_storage(*_arguments: Any) -> Any:
    raise StorageUnavailable


# -- polling


async def test_polling_takes_messages_and_confirms_them(polling_house: House) -> None:
    person = polling_house.person()
    delivery = person.write("你好")
    question = await polling_house.asked(person)
    press = person.press("同意")
    await polling_house.asked(person)
    await asyncio.wait_for(press.confirmed.wait(), 20)
    assert delivery.confirmed.is_set()
    assert "reply_markup" in question
    await polling_house.eventually(lambda: not polling_house.telegram.account().presses)


async def test_polling_does_not_confirm_what_is_not_on_disk(
    polling_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = polling_house.service.turns.take_all
    failing = polling_house.person()
    other = polling_house.person()

    def take_all_but_one(c: Any, several: Any, **rest: Any) -> Any:
        if str(failing.chat_id) in [one.inbound.address for one in several]:
            raise StorageUnavailable
        return take(c, several, **rest)

    monkeypatch.setattr(polling_house.service.turns, "take_all", take_all_but_one)
    held = failing.write("你好")
    other.write("你好")
    assert await polling_house.asked(other)
    await asyncio.sleep(0.3)
    assert not held.confirmed.is_set()
    monkeypatch.undo()
    assert await polling_house.asked(failing)
    await asyncio.wait_for(held.confirmed.wait(), 30)


async def test_polling_goes_on_after_telegram_was_away(polling_house: House) -> None:
    polling_house.telegram.fail("getUpdates", Fault.server_error(), times=1)
    person = polling_house.person()
    person.write("你好")
    assert await polling_house.asked(person)


async def test_nothing_was_kept_twice(house: House) -> None:
    keys = sa.select(MESSAGE.c.key, sa.func.count()).where(MESSAGE.c.key.is_not(None))
    repeated = keys.group_by(MESSAGE.c.conversation_id, MESSAGE.c.key).having(sa.func.count() > 1)
    assert await house.rows(repeated) == []
