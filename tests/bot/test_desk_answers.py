"""What every answer of the web desk carries, and what it refuses."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from storage.errors import StorageUnavailable
from tests.bot.desk_house import House
from tests.bot.desk_people import Person, csrf, status


async def test_every_answer_forbids_scripts_from_elsewhere_frames_referrers_and_caches(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    for path in ("/desk", placed.path("eye"), "/desk/alarms", "/desk/no-such-page", "/desk/sign-in/none"):
        headers = (await chen.see(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


async def test_pages_hold_no_inline_script_or_style_and_no_foreign_address(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", photos=1)
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    for path in ("/desk", placed.path("eye")):
        html = (await chen.see(path)).text
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", html)
        assert not re.search(r"<script(?![^>]*src=)", html)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)


async def test_titles_and_addresses_hold_the_case_number_and_nothing_medical(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    page = await chen.see(placed.path("eye"))
    title = re.search(r"<title>(.*?)</title>", page.text)
    assert title
    assert title[1] == "K7M-4QD · Aidline 工作台"
    for address in re.findall(r'(?:href|action|src)="([^"]+)"', page.text):
        assert "eye" not in address


@pytest.mark.parametrize("deed", ["claim", "reply", "note", "release", "transfer", "close", "reopen", "look"])
async def test_a_post_without_the_token_does_nothing(
    house: House, people_at_work: dict[str, Person], deed: str
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    for form in ({}, {"csrf": "0" * 64}, {"csrf": csrf(await people_at_work["liu"].see("/desk"))}):
        answer = await chen.web.post(f"{placed.path('eye')}/{deed}", data={**form, "text": "x"})
        assert answer.status_code == 403
    assert status(house, placed) == "queued"


async def test_a_form_sent_from_another_site_is_refused_even_with_the_token(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    token = csrf(await chen.see("/desk"))
    answer = await chen.web.post(
        f"{placed.path('eye')}/claim", data={"csrf": token}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/desk/language", "/desk/sign-in/none"])
async def test_a_stranger_cannot_make_the_desk_read_or_keep_more_than_a_small_form(
    stranger: httpx.AsyncClient, path: str
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:  # in chunks, without a Content-Length
        nonlocal sent
        start = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        while sent < 4 * 1024 * 1024:
            yield (b"" if sent else start) + b"x" * 65536
            sent += 65536

    plain = {"content-type": "application/x-www-form-urlencoded"}
    assert (await stranger.post(path, content=endless(), headers=plain)).status_code == 413
    assert sent <= 2 * 65536
    sent = 0
    files = {"content-type": "multipart/form-data; boundary=b"}
    assert (await stranger.post(path, content=endless(), headers=files)).status_code == 415
    assert sent == 0
    assert (await stranger.post(path, content=b"&".join([b"a=b"] * 1000), headers=plain)).status_code == 413


async def test_whoever_leaves_while_a_form_is_sent_breaks_nothing(house: House) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/desk/language", "raw_path": b"/desk/language", "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")], "http_version": "1.1", "scheme": "http",
        "server": ("desk.test", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    await house.app(scope, receive, send)  # type: ignore[arg-type]  # a plain ASGI server
    assert sent[0]["status"] == 408


async def test_a_form_that_never_ends_is_given_up(stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.access.FORM_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"csrf="
        await asyncio.sleep(30)

    plain = {"content-type": "application/x-www-form-urlencoded"}
    answer = await asyncio.wait_for(stranger.post("/desk/language", content=slow(), headers=plain), 10)
    assert answer.status_code == 408


async def test_unknown_pages_of_the_desk_answer_in_its_own_voice(people_at_work: dict[str, Person]) -> None:
    page = await people_at_work["chen"].see("/desk/nothing/here")
    assert page.status_code == 404
    assert "没有这个页面" in page.text
    assert "退出" in page.text
    english = await people_at_work["smith"].see("/desk/cases/XXX-999")
    assert "There is no such case" in english.text


async def test_a_database_that_does_not_answer_is_told_without_a_trace(
    house: House, people_at_work: dict[str, Person]
) -> None:
    async def gone(*_: object) -> None:
        raise StorageUnavailable("the database cannot be reached (secret host)")

    house.service.look = gone  # type: ignore[method-assign,assignment]  # the database is away
    page = await people_at_work["chen"].see("/desk")
    assert page.status_code == 503
    assert "没有丢失任何内容" in page.text
    assert "secret host" not in page.text
