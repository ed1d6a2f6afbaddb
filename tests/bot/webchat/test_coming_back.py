"""Answers without reload, coming back, and leaving in a hurry."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.settings import Settings
from storage import conversations
from storage import messages as lines
from storage.errors import StorageUnavailable
from tests.bot.running import in_thread
from tests.bot.webchat.person import JSON, Listener, agree, form_of, say


def test_messages_arrive_live_and_only_those_after_the_last_id(person: httpx.Client) -> None:
    last = say(person, "你好")["last"]
    listener = Listener(person, last)
    say(person, "在另一个标签页里写的")
    listener.wait_for("在另一个标签页里写的")
    assert all(message["id"] > last for batch in listener.batches for message in batch["messages"])
    assert listener.ids[-1] == str(listener.batches[-1]["last"])
    listener.close()


def test_what_another_process_stored_arrives_within_two_seconds(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path)
    with (
        in_thread(settings) as (here, _),
        in_thread(settings) as (there, _),
        httpx.Client(base_url=here) as person,
    ):
        say(person, "你好")
        listener = Listener(person)
        listener.wait_for("你好")
        with httpx.Client(base_url=there, cookies=dict(person.cookies)) as elsewhere:
            say(elsewhere, "从另一台服务器来的")
        assert listener.wait_for("从另一台服务器来的") < 2.5
        listener.close()


def test_a_stranger_gets_no_stream(house: tuple[str, Any]) -> None:
    assert httpx.get(f"{house[0]}/chat/events").status_code == 204
    answer = httpx.get(f"{house[0]}/chat/messages", params={"after": "nonsense"})
    assert answer.json()["messages"] == []
    assert answer.json()["known"] is False


def test_the_cookie_resumes_at_the_same_question(house: tuple[str, Any], person: httpx.Client) -> None:
    asked = agree(person)["open"]
    with httpx.Client(base_url=house[0], cookies=dict(person.cookies)) as later:
        page = later.get("/").text
        assert f'data-open="{asked}"' in page
        assert f'data-asked="{asked}"' in page


def test_quick_exit_covers_the_page_until_asked_for(person: httpx.Client) -> None:
    say(person, "这句话谁都不该看到")
    form = form_of(person.get("/").text, "/chat/leave")
    left = person.post("/chat/leave", data=form)
    assert left.status_code == 303
    blank = person.get(left.headers["location"])
    assert "Aidline" not in blank.text
    covered = person.get("/").text
    assert "这句话谁都不该看到" not in covered
    person.post("/chat/continue", data=form_of(covered, "/chat/continue"))
    assert "这句话谁都不该看到" in person.get("/").text


def test_long_conversations_show_the_newest_and_lead_to_the_earlier(person: httpx.Client) -> None:
    agree(person)
    for number in range(32):
        say(person, f"第{number}句", command=None)
    page = person.get("/").text
    assert "第31句" in page
    assert "第0句" not in page
    link = re.search(r'href="(/\?before=\d+)"', page)
    assert link is not None
    older = person.get(link[1]).text
    ids = [{int(i) for i in re.findall(r'data-id="(\d+)"', html)} for html in (page, older)]
    assert not ids[0] & ids[1]
    assert max(ids[1]) < min(ids[0])


def test_notes_between_colleagues_are_never_shown(house: tuple[str, Any], person: httpx.Client) -> None:
    say(person, "你好")
    now, service = datetime.now(UTC), house[1]
    with service.database.begin() as c:
        thread = conversations.find(c, service.vault, channel="web", address=person.cookies["chat"])
        assert thread is not None
        lines.add(
            c,
            thread.key,
            thread.conversation_id,
            [
                lines.NewMessage(direction=direction, kind="text", body={"text": text, "role": "expert"}, at=now)
                for direction, text in (
                    ("note", "between us"),
                    ("system", "mark"),
                    ("staff", "我是医生，在看"),
                )
            ],
        )
    for seen in (person.get("/").text, person.get("/chat/messages").text):
        assert "between us" not in seen
        assert "mark" not in seen
        assert "我是医生，在看" in seen
        assert "专家" in seen


def test_while_storage_is_away_the_answer_is_kind_and_nothing_is_lost(
    house: tuple[str, Any], person: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = say(person, "你好")["last"]
    listener = Listener(person, last)

    async def away(*_: Any, **__: Any) -> None:
        raise StorageUnavailable

    with monkeypatch.context() as outage:
        outage.setattr(house[1], "look", away)
        outage.setattr(house[1], "take", away)
        page = person.get("/")
        assert page.status_code == 503
        assert 'href="tel:120"' in page.text
        answer = person.post("/chat/message", json={"text": "还在吗", "key": str(uuid4())}, headers=JSON)
        assert answer.status_code == 503
        assert "没有丢" in answer.json()["error"]
    say(person, "回来了")
    listener.wait_for("回来了")
    listener.close()


def test_a_fault_of_ours_shows_no_trace(
    house: tuple[str, Any], person: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ValueError("secret detail")

    monkeypatch.setattr(house[1], "take", broken)
    answer = person.post("/chat/message", json={"text": "你好", "key": str(uuid4())}, headers=JSON)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["content-security-policy"]
