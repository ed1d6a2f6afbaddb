"""What is said arrives once and is answered; what cannot be taken is refused in words."""

import json
import threading
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.channels.webchat import guard
from tests.bot.webchat.person import ALARMING, JSON, agree, form_of, picture, say, texts


def test_a_message_is_answered_with_what_it_led_to(person: httpx.Client) -> None:
    first = say(person, "你好")
    assert texts(first, "me") == ["你好"]
    question = first["messages"][-1]
    assert question["type"] == "ask"
    assert {choice["id"] for choice in question["choices"]} == {"agree", "more", "decline"}
    second = say(person, picks=["agree"], asked=question["asked"], after=first["last"])
    assert texts(second, "me") == ["同意，继续"]
    assert all(message["id"] > first["last"] for message in second["messages"])
    assert second["messages"][-1]["multi"] is True
    assert 0 < first["progress"] < second["progress"] < 100


def test_the_same_key_is_taken_once_whatever_happens(person: httpx.Client) -> None:
    say(person, "你好")
    key = str(uuid4())
    answers = [say(person, "我打了玻尿酸", key=key, after=0) for _ in range(3)]
    assert all(texts(answer, "me").count("我打了玻尿酸") == 1 for answer in answers)
    assert answers[0]["last"] == answers[2]["last"]


def test_the_same_key_at_once_from_two_tabs_is_taken_once(person: httpx.Client) -> None:
    say(person, "你好")
    key = str(uuid4())
    tabs = [threading.Thread(target=say, args=(person, "在吗"), kwargs={"key": key}) for _ in range(6)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert texts(person.get("/chat/messages").json(), "me").count("在吗") == 1


def test_an_alarm_comes_first_with_a_number_to_tap(person: httpx.Client) -> None:
    agree(person)
    batch = say(person, ALARMING)
    told = [message for message in batch["messages"] if message["who"] == "bot"]
    assert told[0]["type"] == "alarm"
    assert 'href="tel:120"' in told[0]["html"]
    assert 'role="alert"' in told[0]["html"]
    assert batch["case"]


def test_only_the_open_question_has_buttons_and_an_old_one_is_answered_kindly(person: httpx.Client) -> None:
    first = say(person, "你好")
    say(person, picks=["agree"], asked=first["open"])
    page = person.get("/").text
    assert page.count('data-asked="') - page.count('<article class="entry bot question"') == 1
    old = say(person, picks=["agree"], asked=first["open"])
    assert old["messages"][-1]["type"] == "ask"
    assert old["open"] != first["open"]


def test_what_people_write_is_shown_as_text_only(person: httpx.Client) -> None:
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>\" onfocus='x"
    batch = say(person, nasty)
    mine = next(message for message in batch["messages"] if message["who"] == "me")
    assert mine["text"] == nasty
    assert "<img src=x" not in mine["html"]
    assert "<script>" not in mine["html"]
    assert "<img src=x" not in person.get("/").text


def test_twenty_thousand_characters_are_taken_and_one_more_is_refused_kindly(person: httpx.Client) -> None:
    say(person, "你好")
    story = "鼻" * 20_000
    assert texts(say(person, story), "me") == [story]
    answer = person.post("/chat/message", json={"text": story + "子", "key": str(uuid4())}, headers=JSON)
    assert answer.status_code == 413
    assert "20000" in answer.json()["error"]
    huge = person.post("/chat/message", json={"text": "x" * 3_000_000, "key": str(uuid4())}, headers=JSON)
    assert huge.status_code == 413


def test_too_long_without_scripts_keeps_the_words_in_the_box(person: httpx.Client) -> None:
    page = person.get("/").text
    fields = form_of(page, "/chat/message") | {"text": "很长" * 10_001}
    answer = person.post("/chat/message", data=fields)
    assert answer.status_code == 413
    assert "很长" * 10_001 + "</textarea>" in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"text":"x","picks":["' + b"a" * 300 + b'"]}',
        b'{"text":"x","command":"DROP TABLE"}',
        b'{"text":"x","key":"../../etc"}',
    ],
)
def test_malformed_bodies_are_refused_with_a_sentence(person: httpx.Client, body: bytes) -> None:
    answer = person.post("/chat/message", content=body, headers=JSON | {"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_odd_signs_are_stored_and_come_back(person: httpx.Client) -> None:
    say(person, "你好")
    batch = person.post(
        "/chat/message",
        content=json.dumps({"text": "a\ud800b\u0000c\u202ed😖\r\ne", "key": str(uuid4())}),
        headers=JSON | {"Content-Type": "application/json"},
    ).json()
    mine = texts(batch, "me")[0]
    assert mine.startswith("a?b")
    assert "😖\ne" in mine
    assert person.get("/").status_code == 200


def test_an_empty_message_is_refused_and_an_empty_answer_gets_a_hint(person: httpx.Client) -> None:
    answer = person.post("/chat/message", json={"text": "  ", "key": str(uuid4())}, headers=JSON)
    assert answer.status_code == 422
    asked = agree(person)["open"]
    batch = say(person, asked=asked)
    assert batch["messages"][-1]["type"] == "ask"


def test_whole_exchange_works_by_forms_alone(person: httpx.Client) -> None:
    person.headers["Accept"] = "text/html"
    page = person.get("/").text
    after = person.post("/chat/message", data=form_of(page, "/chat/message") | {"text": "鼻子打完很疼"})
    assert after.status_code == 303
    page = person.get("/").text
    assert "鼻子打完很疼" in page
    answered = form_of(page, "/chat/message") | {"picks": "agree"}
    assert "asked" in answered
    person.post("/chat/message", data=answered)
    page = person.get("/").text
    assert "同意，继续" in page
    assert 'type="checkbox" name="picks"' in page
    twice = form_of(page, "/chat/message") | {"picks": "none"}
    person.post("/chat/message", data=twice)
    person.post("/chat/message", data=twice)  # a double tap
    assert person.get("/").text.count("以上都没有") == 1


def test_a_form_may_carry_words_and_photos_at_once(person: httpx.Client) -> None:
    fields = form_of(person.get("/").text, "/chat/message")
    files = [("files", (f"{n}.jpg", picture(300, 200 + n), "image/jpeg")) for n in range(2)]
    answer = person.post("/chat/message", data=fields | {"text": "看照片"}, files=files)
    assert answer.status_code == 303
    page = person.get("/").text
    assert page.count("/thumb") == 2
    assert "看照片" in page


def test_posts_from_other_sites_are_refused(house: tuple[str, Any], person: httpx.Client) -> None:
    say(person, "你好")
    forged: list[dict[str, str]] = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": house[0] + ".evil.example"},
    ]
    for headers in forged:
        for path in ("/chat/message", "/chat/leave", "/chat/language", "/chat/continue"):
            answer = person.post(path, data={"text": "forged", "locale": "en"}, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert "forged" not in texts(person.get("/chat/messages").json(), "me")


def test_own_page_may_post_with_or_without_the_newer_headers(house: tuple[str, Any], person: httpx.Client) -> None:
    form = form_of(person.get("/").text, "/chat/message")
    for number, headers in enumerate(
        (
            {"Origin": house[0]},
            {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # a form under no-referrer
            {"Origin": "null"},  # the same in an older browser: the form's own token counts
        )
    ):
        answer = person.post("/chat/message", data=form | {"text": f"own {number}"}, headers=headers)
        assert answer.status_code == 303


def test_form_token_belongs_to_one_cookie_and_does_not_reveal_it() -> None:
    mine, other = guard.new_token(), guard.new_token()
    assert guard.form_token(mine) != guard.form_token(other)
    assert mine not in guard.form_token(mine)
