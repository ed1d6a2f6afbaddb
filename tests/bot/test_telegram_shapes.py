"""Telegram's updates become Inbound and Outbound becomes Telegram's payloads: tables, no calls."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiogram import exceptions
from aiogram.methods import SendMessage

from bot.channels.telegram.api import as_delivery_error
from bot.channels.telegram.inbound import Group, Press, locale_of, parsed, read_update, validated
from bot.channels.telegram.outbound import keyboard, parts, split, units
from bot.errors import DeliveryError
from bot.messages import Inbound, Outbound, OutboundChoice
from tests.fakes.telegram.entities import parse_html

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LI = {"id": 5001, "is_bot": False, "first_name": "Li", "language_code": "zh-hans"}
PRIVATE = {"id": 5001, "type": "private", "first_name": "Li"}
GROUP = {"id": -77, "type": "supergroup", "title": "Friends"}
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 1234}


def message(**content: Any) -> dict[str, Any]:
    head = {"message_id": 12, "from": LI, "chat": PRIVATE, "date": int(NOW.timestamp())}
    return {"update_id": 1, "message": head | content}


def seen(raw: dict[str, Any]) -> Any:
    update = validated(raw)
    assert update is not None
    return read_update(update, NOW)


def inbound(raw: dict[str, Any]) -> Inbound:
    result = seen(raw)
    assert isinstance(result, Inbound)
    return result


def test_a_text_keeps_its_words_its_time_and_its_place() -> None:
    heard = inbound(message(text="打完玻尿酸右眼看不清", entities=[{"type": "bold", "offset": 0, "length": 2}]))
    assert heard == Inbound(
        channel="telegram", address="5001", key="m5001:12", at=NOW, text="打完玻尿酸右眼看不清", locale="zh-CN"
    )


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/start", "start", ""),
        ("/start clinic-42_A", "start", "clinic-42_A"),
        ("/start@aidline_bot", "start", ""),
        ("/HELP", "help", ""),
        ("/help 我看不见了", None, "/help 我看不见了"),
        ("/start 我看不见了", None, "/start 我看不见了"),
        ("疼/肿", None, "疼/肿"),
        ("/", None, "/"),
    ],
)
def test_a_command_never_swallows_words(text: str, command: str | None, rest: str) -> None:
    heard = inbound(message(text=text))
    assert (heard.command, heard.text) == (command, rest)


PHOTO = [{**FILE, "file_id": "small", "width": 90, "height": 60}, {**FILE, "width": 1280, "height": 960}]
MEDIA = {
    "the largest size of a photo": ({"photo": PHOTO}, "photo", "image/jpeg"),
    "whatever the order of sizes": ({"photo": PHOTO[::-1]}, "photo", "image/jpeg"),
    "an original sent as a file": ({"document": FILE | {"mime_type": "image/heic"}}, "photo", "image/heic"),
    "a drawing that no photo decoder reads": (
        {"document": FILE | {"mime_type": "image/svg+xml"}}, "document", "image/svg+xml",
    ),
    "a contract": ({"document": FILE | {"mime_type": "application/pdf"}}, "document", "application/pdf"),
    "a voice message": ({"voice": FILE | {"duration": 2}}, "voice", "audio/ogg"),
    "a video": ({"video": FILE | {"duration": 2, "width": 1, "height": 1}}, "video", "video/mp4"),
    "a round video": ({"video_note": FILE | {"duration": 2, "length": 240}}, "video", "video/mp4"),
    "a recording sent as music": ({"audio": FILE | {"duration": 2, "mime_type": "audio/mpeg"}}, "voice", "audio/mpeg"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "kind", "content_type"), MEDIA.values(), ids=MEDIA)
def test_media_come_as_references(content: dict[str, Any], kind: str, content_type: str) -> None:
    heard = inbound(message(caption="第三天", **content))
    (media,) = heard.media
    assert (media.ref, media.kind, media.content_type, media.size) == ("F1", kind, content_type, 1234)
    assert (media.data, heard.text) == (None, "第三天")


def test_an_album_is_one_inbound_a_photo_with_its_caption_once() -> None:
    first = message(photo=PHOTO, caption="都在这里", media_group_id="9")
    second = message(photo=PHOTO, media_group_id="9", message_id=13)
    assert [(heard.text, len(heard.media), heard.key) for heard in map(inbound, (first, second))] == [
        ("都在这里", 1, "m5001:12"),
        ("", 1, "m5001:13"),
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"contact": {"phone_number": "+8613800000000", "first_name": "Li"}}, "Li +8613800000000"),
        ({"location": {"latitude": 31.2304, "longitude": 121.4737}}, "31.23040, 121.47370"),
        ({"dice": {"emoji": "🎲", "value": 3}}, ""),
        ({"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False,
                      "is_video": False, "emoji": "😢"}}, "😢"),
    ],
)  # fmt: skip
def test_what_is_not_text_still_reaches_the_conversation(content: dict[str, Any], text: str) -> None:
    assert inbound(message(**content)).text == text


def test_what_telegram_adds_to_a_message_cannot_keep_its_words_away() -> None:
    raw = message(text="看不清", entities=[{"type": 7}], reply_to_message={"text": "?"}, novelty=[1])
    assert inbound(raw).text == "看不清"


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{}", b'{"update_id":1,"message":{"text":"?"}}', b"\xff"])
def test_a_body_that_is_no_update_is_refused(body: bytes) -> None:
    assert parsed(body) is None


@pytest.mark.parametrize(
    "raw",
    [
        message(pinned_message={"message_id": 3, "chat": PRIVATE, "date": 0}),
        message(message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
        {
            "update_id": 1,
            "poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["a"], "user": LI},
        },
        message(chat=GROUP, text="what do you all think"),
        message(**{"from": {**LI, "is_bot": True}, "text": "I am a bot too"}),
    ],
)
def test_what_nobody_said_to_us_is_left_alone(raw: dict[str, Any]) -> None:
    assert seen(raw) is None


def test_a_group_gets_no_conversation() -> None:
    assert seen(message(chat=GROUP, text="/start@aidline_bot")) == Group(-77, "zh-hans")


def test_an_edit_is_a_new_message_marked_edited() -> None:
    raw = message(text="其实是左眼", edit_date=int(NOW.timestamp()) + 60)
    heard = inbound({"update_id": 2, "edited_message": raw["message"]})
    assert (heard.edited, heard.text) == (True, "其实是左眼")
    assert heard.key != inbound(raw).key


def press(data: str, chat: dict[str, Any] = PRIVATE, **more: Any) -> dict[str, Any]:
    under = {"message_id": 40, "chat": chat, "date": 0, "text": "?", "reply_markup": {"inline_keyboard": []}}
    content = {"id": "991", "from": LI, "chat_instance": "1", "data": data, "message": under}
    return {"update_id": 3, "callback_query": content | more}


def test_a_press_names_its_question_and_choice() -> None:
    pressed = seen(press("1f|vision"))
    assert pressed == Press(
        "991",
        Inbound(
            channel="telegram", address="5001", key="c991", at=NOW, picks=("vision",), asked="1f", toggle=True,
            locale="zh-CN",
        ),
        40,
    )  # fmt: skip


@pytest.mark.parametrize("raw", [press("a|b", GROUP), press("a|b", message=None), press("")])
def test_a_press_from_elsewhere_is_only_answered(raw: dict[str, Any]) -> None:
    assert seen(raw) == Press("991", None, None)


@pytest.mark.parametrize(
    ("language", "locale"),
    [("zh-hans", "zh-CN"), ("zh-TW", "zh-CN"), ("en-GB", "en"), ("fr", None), (None, None), ("", None)],
)
def test_the_app_language_gives_the_locale(language: str | None, locale: str | None) -> None:
    assert locale_of(language) == locale


# -- outbound


def ask(*labels: str, multi: bool = False, selected: tuple[int, ...] = ()) -> Outbound:
    choices = tuple(
        OutboundChoice(id=f"c{place}", label=label, selected=place in selected) for place, label in enumerate(labels)
    )
    return Outbound(type="ask", text="?", choices=choices, multi=multi, asked="1f")


def rows(message: Outbound) -> list[list[str]]:
    made = keyboard(message)
    assert made is not None
    return [[button["text"] for button in row] for row in made["inline_keyboard"]]


def test_short_labels_stand_beside_each_other_and_long_ones_alone() -> None:
    assert rows(ask("是", "不是", "不确定")) == [["是", "不是"], ["不确定"]]
    assert rows(ask("是", "有一点，但是不严重")) == [["是"], ["有一点，但是不严重"]]


def test_a_multi_select_shows_ticks_and_a_button_to_finish() -> None:
    assert rows(ask("发热", "疼", multi=True, selected=(1,))) == [["发热", "✓ 疼"], ["✅ That's all"]]


def test_buttons_carry_question_and_choice_within_64_bytes() -> None:
    long = Outbound(type="ask", text="?", choices=(OutboundChoice(id="x" * 62, label="a"),), asked="1f")
    assert keyboard(long) is None
    made = keyboard(ask("是"))
    assert made == {"inline_keyboard": [[{"text": "是", "callback_data": "1f|c0"}]]}


@pytest.mark.parametrize(
    "text",
    [
        "一行\n" * 3000,
        "x" * 10_000,
        "😀" * 5_000,
        "a word " * 2_000,
        "\n".join("段" * 1_500 for _ in range(7)),
        "short",
    ],
)
def test_long_texts_are_cut_into_what_telegram_takes_and_nothing_is_lost(text: str) -> None:
    pieces = split(text)
    assert all(0 < units(piece) <= 4096 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_cuts_fall_on_line_ends() -> None:
    lines = [f"{number:04d} {'词' * 60}" for number in range(100)]
    pieces = split("\n".join(lines))
    assert [line for piece in pieces for line in piece.split("\n")] == lines


def test_only_the_last_part_has_the_buttons() -> None:
    long = Outbound(type="ask", text="字\n" * 4000, choices=ask("是").choices, asked="1f")
    calls = [part.payload for part in parts(5001, long)]
    assert ["reply_markup" in call for call in calls] == [False] * (len(calls) - 1) + [True]
    assert all(call["link_preview_options"] == {"is_disabled": True} for call in calls)


def test_an_alarm_stands_out_and_its_signs_are_escaped() -> None:
    (part,) = parts(5001, Outbound(type="alarm", text="血压 < 90 & 冒冷汗\n打 120"))
    plain, entities = parse_html(part.payload["text"])
    assert plain == "血压 < 90 & 冒冷汗\n打 120"
    assert entities == [{"type": "bold", "offset": 0, "length": 13}]


def test_other_texts_are_sent_without_any_markup() -> None:
    (part,) = parts(5001, Outbound(type="say", text="<b>2 < 3</b>"))
    assert part.payload["text"] == "<b>2 < 3</b>"
    assert "parse_mode" not in part.payload


@pytest.mark.parametrize(("text", "head"), [("明天来医院", "专家医生："), ("Please come in", "A specialist doctor:")])
def test_a_reply_says_who_wrote_it(text: str, head: str) -> None:
    (part,) = parts(5001, Outbound(type="reply", text=text, role="expert"))
    assert part.payload["text"] == f"{head}\n{text}"


# -- errors

METHOD = SendMessage(chat_id=5001, text="secret words")
ERRORS: list[tuple[Exception, bool, float | None]] = [
    (exceptions.TelegramRetryAfter(METHOD, "Too Many Requests", 17), False, 17.0),
    (exceptions.TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"), True, None),
    (exceptions.TelegramBadRequest(METHOD, "Bad Request: chat not found"), True, None),
    (exceptions.TelegramBadRequest(METHOD, "wrong file_id or the file is temporarily unavailable"), False, None),
    (exceptions.TelegramMigrateToChat(METHOD, "moved", -100), True, None),
    (exceptions.TelegramEntityTooLarge(METHOD, "Request Entity Too Large"), True, None),
    (exceptions.TelegramUnauthorizedError(METHOD, "Unauthorized"), False, 60.0),
    (exceptions.TelegramNotFound(METHOD, "Not Found"), False, 60.0),
    (exceptions.TelegramConflictError(METHOD, "Conflict"), False, None),
    (exceptions.TelegramServerError(METHOD, "Internal Server Error"), False, None),
    (exceptions.RestartingTelegram(METHOD, "restart"), False, None),
    (exceptions.TelegramNetworkError(METHOD, "ClientConnectorError"), False, None),
    (exceptions.TelegramAPIError(METHOD, "teapot"), False, None),
    (exceptions.ClientDecodeError("no JSON", ValueError("x"), "secret words"), False, None),
    (aiohttp.ServerDisconnectedError(), False, None),
    (TimeoutError(), False, None),
    (OSError("unreachable"), False, None),
    (KeyError("secret words"), False, None),
]


@pytest.mark.parametrize(("error", "permanent", "retry_after"), ERRORS, ids=lambda value: type(value).__name__)
def test_each_error_says_whether_trying_again_helps(
    error: Exception, permanent: bool, retry_after: float | None
) -> None:
    mapped = as_delivery_error(error)
    assert (mapped.permanent, mapped.retry_after) == (permanent, retry_after)
    assert "secret words" not in str(mapped)


def test_every_error_of_aiogram_is_in_the_table() -> None:
    def family(error: type[Exception]) -> set[type[Exception]]:
        return {error}.union(*(family(child) for child in error.__subclasses__()))

    about_a_call = family(exceptions.TelegramAPIError) | {exceptions.ClientDecodeError}
    assert about_a_call == {type(error) for error, _, _ in ERRORS if isinstance(error, exceptions.AiogramError)}


def test_an_error_in_the_markup_quotes_nothing_of_the_text() -> None:
    words = 'Bad Request: can\'t parse entities: Unsupported start tag "my name" at byte offset 3'
    assert str(as_delivery_error(exceptions.TelegramBadRequest(METHOD, words))) == (
        "Telegram: Bad Request: can't parse entities"
    )


def test_a_delivery_error_stays_what_it_is() -> None:
    known = DeliveryError("no", permanent=True)
    assert as_delivery_error(known) is known
