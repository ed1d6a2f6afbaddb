"""The fake Bot API answers aiogram and its people as the real one does."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web

from tests.fakes.telegram import ApiError, FakeTelegram, Fault
from tests.fakes.telegram.entities import parse_html


@pytest.fixture
async def telegram() -> Any:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> Any:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    yield Bot(telegram.token, session=session)
    await (await session.create_session()).close()  # at once; aiogram's own close sleeps a quarter of a second


def keyboard(data: str, text: str = "yes") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)]])


# The cases of TDLib's own published test of its parser (test/message_entities.cpp).
MARKUP_ERRORS = {
    "🏟 🏟&lt;<abacaba": "Unclosed start tag at byte offset 13",
    "🏟 🏟&lt;<abac aba>": 'Unsupported start tag "abac" at byte offset 13',
    "🏟 🏟&lt;<i   =aba>": 'Empty attribute name in the tag "i" at byte offset 13',
    "🏟 🏟&lt;<i    aba  =  ": 'Unclosed start tag "i" at byte offset 13',
    "🏟 🏟&lt;<i    aba  =  190azAz-.,": "Unexpected end of name token at byte offset 27",
    '🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>': "Unclosed start tag at byte offset 13",
    "🏟 🏟&lt;</": "Unexpected end tag at byte offset 13",
    "🏟 🏟&lt;<i>a</i   ": "Unclosed end tag at byte offset 17",
    "🏟 🏟&lt;<i>a</em   >": 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
    "<b>a": 'Can\'t find end tag corresponding to start tag "b"',
    "疼 < 3 天": 'Unsupported start tag "" at byte offset 4',
}


@pytest.mark.parametrize(("source", "complaint"), MARKUP_ERRORS.items())
def test_broken_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "plain", "entities"),
    [
        ("&ge;&lt;&gt;&amp;&quot;&laquo;", '&ge;<>&"&laquo;', []),
        ("➡️ ➡️<i>➡️ ➡️</i>", "➡️ ➡️➡️ ➡️", [("italic", 5, 5)]),
        ("🏟 🏟<i>🏟 &gt;<b aba   =   caba>&lt🏟</b></i>", "🏟 🏟🏟 ><🏟", [("italic", 5, 7), ("bold", 9, 3)]),
        ("🏟 🏟&lt;<b></b>", "🏟 🏟<", []),
        ("<a href='https://a.b/?x=1'>a</a>", "a", [("text_link", 0, 1)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, plain: str, entities: list[tuple[str, int, int]]) -> None:
    text, found = parse_html(source)
    assert (text, [(e["type"], e["offset"], e["length"]) for e in found]) == (plain, entities)


async def test_a_message_arrives_with_its_buttons(telegram: FakeTelegram, bot: Bot) -> None:
    person = telegram.person(5001)
    sent = await bot.send_message(5001, "<b>hello</b> &amp; welcome", parse_mode="HTML", reply_markup=keyboard("a|b"))
    heard = (await person.hears())[0]
    assert (heard["text"], heard["message_id"]) == ("hello & welcome", sent.message_id)
    assert heard["reply_markup"]["inline_keyboard"] == [[{"text": "yes", "callback_data": "a|b"}]]


@pytest.mark.parametrize(
    ("text", "markup", "words"),
    [
        ("x" * 4097, None, "message is too long"),
        ("😀" * 2049, None, "message is too long"),
        ("", None, "message text is empty"),
        (" \n ", None, "text must be non-empty"),
        ("x", keyboard("否" * 22), "BUTTON_DATA_INVALID"),
        ("<x>", None, 'Unsupported start tag "x"'),
    ],
)
async def test_what_telegram_refuses_is_refused(
    telegram: FakeTelegram, bot: Bot, text: str, markup: InlineKeyboardMarkup | None, words: str
) -> None:
    telegram.person(5001)
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(5001, text, reply_markup=markup, parse_mode="HTML")


async def test_the_longest_text_allowed_passes(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.person(5001)
    await bot.send_message(5001, "&lt;" * 4096, parse_mode="HTML")
    await bot.send_message(5001, "x", reply_markup=keyboard("否" * 21 + "a"))


async def test_edits_need_a_change_and_a_message_of_ones_own(telegram: FakeTelegram, bot: Bot) -> None:
    person = telegram.person(5001)
    sent = await bot.send_message(5001, "one", reply_markup=keyboard("a"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("one", chat_id=5001, message_id=sent.message_id, reply_markup=keyboard("a"))
    await bot.edit_message_reply_markup(chat_id=5001, message_id=sent.message_id, reply_markup=keyboard("b"))
    await bot.edit_message_text("two", chat_id=5001, message_id=sent.message_id)
    assert person.from_bot()[0]["text"] == "two"
    assert "reply_markup" not in person.from_bot()[0]
    mine = person.write("mine").update["message"]["message_id"]
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("yours", chat_id=5001, message_id=mine)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=5001, message_id=987654)


async def test_strangers_and_those_who_blocked_the_bot_cannot_be_written_to(telegram: FakeTelegram, bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(404, "hello")
    telegram.person(5001).block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(5001, "hello")


async def test_a_press_can_be_answered_once(telegram: FakeTelegram, bot: Bot) -> None:
    person = telegram.person(5001)
    await bot.send_message(5001, "?", reply_markup=keyboard("a|1"))
    press = person.press("yes").update["callback_query"]
    await bot.answer_callback_query(press["id"])
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(press["id"])


async def test_files_come_by_get_file_up_to_20_megabytes(telegram: FakeTelegram, bot: Bot) -> None:
    person = telegram.person(5001)
    photo = person.photo(b"pixels").update["message"]["photo"]
    file = await bot.get_file(photo[-1]["file_id"])
    assert file.file_path is not None
    content = await bot.download_file(file.file_path)
    assert content is not None
    assert content.read() == b"pixels"
    large = person.photo(b"x", size=20 * 1024 * 1024 + 1).update["message"]["photo"]
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(large[-1]["file_id"])
    sent = await bot.send_photo(5001, BufferedInputFile(b"scan", "scan.jpg"), caption="look")
    assert sent.photo is not None


async def test_faults_come_as_ordered_and_then_stop(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.person(5001)
    telegram.fail("sendMessage", Fault.flood(7))
    with pytest.raises(TelegramRetryAfter) as flood:
        await bot.send_message(5001, "x")
    assert flood.value.retry_after == 7
    telegram.fail("sendMessage", Fault.server_error())
    with pytest.raises(TelegramServerError):
        await bot.send_message(5001, "x")
    telegram.fail("sendMessage", Fault.dropped())
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(5001, "x")
    await bot.send_message(5001, "x")
    assert len(telegram.called("sendMessage")) == 4


async def test_an_answer_can_be_lost_after_the_message_went_out(telegram: FakeTelegram, bot: Bot) -> None:
    person = telegram.person(5001)
    telegram.fail("sendMessage", Fault.dropped(after_effect=True))
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(5001, "once")
    assert [message["text"] for message in person.from_bot()] == ["once"]


async def test_polling_repeats_until_the_offset_confirms(telegram: FakeTelegram, bot: Bot) -> None:
    person = telegram.person(5001)
    waiting = asyncio.ensure_future(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    delivery = person.write("hello")
    first = await waiting
    again = await bot.get_updates()
    assert [update.update_id for update in first] == [update.update_id for update in again]
    assert await bot.get_updates(offset=first[0].update_id + 1) == []
    assert delivery.confirmed.is_set()


async def test_polling_and_webhook_exclude_each_other(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook", secret_token="s" * 20)
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    await bot.delete_webhook()
    assert await bot.get_updates() == []
    with pytest.raises(TelegramBadRequest, match="unallowed characters"):
        await bot.set_webhook("https://example.org/hook", secret_token="no spaces")


async def test_the_webhook_gets_the_secret_and_a_refused_update_again(telegram: FakeTelegram, bot: Bot) -> None:
    seen: list[tuple[str, str]] = []

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        seen.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["text"]))
        return web.Response(status=500 if len(seen) == 1 else 200)

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")
    person = telegram.person(5001)
    one, two = person.write("one"), person.write("two")
    await asyncio.wait_for(two.confirmed.wait(), 5)
    await runner.cleanup()
    assert seen == [("s3cret", "one"), ("s3cret", "one"), ("s3cret", "two")]
    assert one.statuses == [500, 200]


async def test_an_unknown_token_is_unauthorized() -> None:
    async with FakeTelegram(tokens=("123:abcdefgh",)) as telegram, aiohttp.ClientSession() as client:
        async with client.get(f"{telegram.url}/bot123:abcdefgh/getMe") as response:
            assert (await response.json())["result"]["is_bot"] is True
        async with client.get(f"{telegram.url}/bot999:abcdefgh/getMe") as response:
            assert (await response.json())["description"] == "Unauthorized"


async def test_aiogram_names_the_error_of_a_wrong_token() -> None:
    async with FakeTelegram(tokens=("123:abcdefgh",)) as telegram:
        session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
        async with Bot("999:abcdefgh", session=session) as bot:
            with pytest.raises(TelegramUnauthorizedError):
                await bot.get_me()
