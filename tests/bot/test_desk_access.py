"""Who gets into the web desk, and how."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from storage import people
from tests.bot.desk_house import House
from tests.bot.desk_people import Person, browser, csrf, sign_in_token


async def test_looking_at_a_link_does_not_spend_it_and_pressing_the_button_does(
    house: House, stranger: httpx.AsyncClient
) -> None:
    link = house.link(house.staff("陈医生"))
    for _ in range(3):
        page = await stranger.get(link)
        assert "陈医生" in page.text
    board = await stranger.post(link, data={"csrf": sign_in_token(page)})
    assert board.url.path == "/desk"
    again = await stranger.get(link)
    assert again.status_code == 410
    assert "已经用过或过期" in again.text
    assert "aidline staff link" in again.text


async def test_whoever_is_signed_in_finds_the_way_back_from_a_spent_link(
    house: House, people_at_work: dict[str, Person]
) -> None:
    page = await people_at_work["chen"].see(house.link(people_at_work["chen"].staff, minutes=-1))
    assert page.status_code == 410
    assert "回到队列" in page.text


async def test_an_expired_link_says_how_to_get_a_new_one(house: House, stranger: httpx.AsyncClient) -> None:
    page = await stranger.get(house.link(house.staff("陈医生"), minutes=-1))
    assert page.status_code == 410
    assert "aidline staff link" in page.text


async def test_a_sign_in_form_counts_only_in_the_browser_it_was_shown_in(
    house: House, stranger: httpx.AsyncClient
) -> None:
    link = house.link(house.staff("陈医生"))
    token = sign_in_token(await stranger.get(link))
    async with browser(house) as victim:
        assert (await victim.post(link, data={"csrf": token})).status_code == 403
    assert (await stranger.post(link, data={"csrf": token})).url.path == "/desk"


@pytest.mark.parametrize(("public_url", "secure"), [("", False), ("https://aid.example", True)])
async def test_the_session_cookie_is_closed_to_scripts_and_other_sites(
    tmp_path: Path, public_url: str, secure: bool
) -> None:
    house = House.built(tmp_path, public_url=public_url)
    transport = httpx.ASGITransport(app=house.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://desk.test") as client:
        link = house.link(house.staff("陈医生"))
        page = await client.get(link)
        answer = await client.post(link, data={"csrf": sign_in_token(page)})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert ("; secure" in cookie) is secure
    house.service.close()


async def test_without_a_session_every_page_asks_to_sign_in_and_explains(
    house: House, stranger: httpx.AsyncClient
) -> None:
    placed = house.case("K7M-4QD")
    for path in ("/desk", placed.path("eye"), "/desk/alarms", "/desk/live", f"{placed.path('eye')}/media/1"):
        page = await stranger.get(path)
        assert page.status_code == 401
        assert "请先登录" in page.text


async def test_an_ended_session_is_told_apart_from_none(house: House, people_at_work: dict[str, Person]) -> None:
    chen = people_at_work["chen"]
    with house.service.database.begin() as c:
        people.end_session(c, chen.web.cookies["aidline_desk"])
    page = await chen.see("/desk")
    assert page.status_code == 401
    assert "登录已过期" in page.text


async def test_signing_out_ends_the_session_itself(house: House, people_at_work: dict[str, Person]) -> None:
    chen = people_at_work["chen"]
    token = chen.web.cookies["aidline_desk"]
    page = await chen.web.post("/desk/sign-out", data={"csrf": csrf(await chen.see("/desk"))})
    assert "您已退出" in page.text
    with house.service.database.read() as c:
        assert people.session_staff(c, token, datetime.now(UTC)) is None


async def test_language_follows_the_person_and_can_be_switched(people_at_work: dict[str, Person]) -> None:
    assert "Waiting" in (await people_at_work["smith"].see("/desk")).text
    chen = people_at_work["chen"]
    page = await chen.see("/desk?view=mine")
    switched = await chen.web.post(
        "/desk/language", data={"csrf": csrf(page), "locale": "en", "back": "/desk?view=mine"}
    )
    assert switched.url.query == b"view=mine"
    assert "You hold no cases" in switched.text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/desk/\\evil", "/other", "/deskx"])
async def test_switching_language_leads_nowhere_else(stranger: httpx.AsyncClient, back: str) -> None:
    form = {"csrf": csrf(await stranger.get("/desk/sign-in")), "locale": "en", "back": back}
    answer = await stranger.post("/desk/language", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/desk"
