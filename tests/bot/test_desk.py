"""The web desk over HTTP: who gets in, who sees what, what each deed does, and what is written down."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot.desk import board, web
from bot.desk.live import Live
from flows.protocol import Category, Urgency
from flows.triage import FiredRule
from locales import keys, translator
from storage import audit, cases, outbox, people
from storage.errors import StorageUnavailable
from storage.models import PATIENT
from storage.people import Staff
from tests.bot.desk_house import House, Placed

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House.built(tmp_path)
    yield made
    made.service.close()


def browser(house: House, **options: object) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=house.app)
    return httpx.AsyncClient(transport=transport, base_url="http://desk.test", follow_redirects=True, **options)  # type: ignore[arg-type]  # plain keyword options


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(house) as client:
        yield client


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, house: House, staff: Staff) -> None:
        self.house, self.staff = house, staff
        self.web = browser(house)

    async def sign_in(self) -> "Person":
        link = self.house.link(self.staff)
        page = await self.web.get(link)
        await self.web.post(link, data={"csrf": sign_in_token(page)})
        return self

    async def see(self, path: str) -> httpx.Response:
        return await self.web.get(path)

    async def do(self, placed: Placed, deed: str, queue: str = "eye", **form: str) -> httpx.Response:
        board = await self.web.get("/desk")
        return await self.web.post(f"{placed.path(queue)}/{deed}", data={"csrf": csrf(board), **form})


def csrf(page: httpx.Response) -> str:
    found = TOKEN.search(page.text)
    assert found, page.text[:400]
    return found[1]


def sign_in_token(page: httpx.Response) -> str:
    """The token of the button itself, not that of the frame around it."""
    return TOKEN.findall(page.text)[-1]


@pytest.fixture
async def people_at_work(house: House) -> AsyncIterator[dict[str, Person]]:
    made = {
        "chen": await Person(house, house.staff("陈医生")).sign_in(),
        "liu": await Person(house, house.staff("刘医生")).sign_in(),
        "derm": await Person(house, house.staff("皮肤科吴医生", queues=("derm",))).sign_in(),
        "zhou": await Person(house, house.staff("周律师", "legal_aid")).sign_in(),
        "wang": await Person(house, house.staff("王协调", "coordinator")).sign_in(),
        "smith": await Person(house, house.staff("Dr Smith", locale="en")).sign_in(),
    }
    yield made
    for person in made.values():
        await person.web.aclose()


SECRETS = ("李娜", "13800001111", "上海浦东", "丽人美容院", "右眼看不清")


# -- coming in


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


# -- what every answer carries


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


async def test_a_form_that_never_ends_is_given_up(stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.access.FORM_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"csrf="
        await asyncio.sleep(30)

    plain = {"content-type": "application/x-www-form-urlencoded"}
    answer = await asyncio.wait_for(stranger.post("/desk/language", content=slow(), headers=plain), 10)
    assert answer.status_code == 408


# -- the board


async def test_what_is_new_is_asked_for_before_anything_that_is_shown(
    house: House, people_at_work: dict[str, Person]
) -> None:
    """On PostgreSQL each statement sees what was committed before it: asked last, a case could be passed over."""
    placed = house.case("EME-555")
    chen = people_at_work["chen"]
    protocol, now = house.service.protocol, datetime.now(UTC)
    asked: list[str] = []
    with house.service.database.begin() as c:
        sa.event.listen(c, "before_cursor_execute", lambda *args: asked.append(args[2]))
        board.page(c, protocol, chen.staff, "waiting", "", now)
        first_of_board = asked[0]
        asked.clear()
        web._case(c, protocol, chen.staff, placed.number, placed.handoffs["eye"], False, now)
    for first in (first_of_board, asked[0]):
        assert first.startswith("SELECT max(case_event.id)")


def status(house: House, placed: Placed, queue: str = "eye") -> str:
    with house.service.database.read() as c:
        case = cases.facts(c, placed.case_id)
    return next(handoff.status for handoff in case.handoffs if handoff.queue == queue)


def numbers(page: httpx.Response) -> list[str]:
    return re.findall(r'<span class="num">([A-Z0-9]{3}-[A-Z0-9]{3})</span><span>', page.text)


async def test_each_role_sees_only_its_queues(house: House, people_at_work: dict[str, Person]) -> None:
    house.case("EYE-222", queues=("eye",))
    house.case("SKN-333", queues=("derm",))
    house.case("LAW-444", queues=("legal_aid",), category=Category.dispute, urgency=Urgency.routine)
    house.case("DUT-555", queues=("duty",), urgency=Urgency.soon)
    seen = {name: set(numbers(await person.see("/desk"))) for name, person in people_at_work.items()}
    assert seen["chen"] == {"EYE-222", "SKN-333"}
    assert seen["derm"] == {"SKN-333"}
    assert seen["zhou"] == {"LAW-444"}
    assert seen["wang"] == {"EYE-222", "SKN-333", "LAW-444", "DUT-555"}


async def test_a_case_of_another_queue_is_as_unknown_as_a_wrong_number(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("EYE-222", queues=("eye",))
    zhou = people_at_work["zhou"]
    hidden = await zhou.see(placed.path("eye"))
    wrong = await zhou.see("/desk/cases/XXX-999")
    assert hidden.status_code == wrong.status_code == 404
    assert "没有这个个案" in hidden.text
    assert (await zhou.do(placed, "claim")).status_code == 404
    assert status(house, placed) == "queued"


def seen_on_board(page: httpx.Response) -> bool:
    return numbers(page) == ["EME-555"]


@pytest.mark.parametrize("by_event", [False, True])
async def test_a_paged_expert_of_another_queue_sees_the_case_and_can_take_it(
    house: House, people_at_work: dict[str, Person], by_event: bool
) -> None:
    placed = house.case("EME-555", queues=("anaes", "legal_aid"), page=() if by_event else ("duty", "anaes", "derm"))
    if by_event:  # an earlier assessment paged; the present one does not any more
        with house.service.database.begin() as c:
            cases.event(c, placed.case_id, "system", "paged", {"queues": ["derm"]}, datetime.now(UTC))
    derm = people_at_work["derm"]
    page = await derm.see("/desk")
    assert seen_on_board(page)
    assert "1 个紧急个案还没有人接" in page.text
    blind = await derm.see("/desk/cases/EME-555")
    assert blind.url.path == placed.path("anaes")
    assert "接手这个个案" in blind.text
    assert all(secret not in blind.text for secret in SECRETS)
    assert (await derm.see(placed.path("legal_aid"))).status_code == 404
    page = await derm.do(placed, "claim", queue="anaes")
    assert "您已接手" in page.text
    assert "李娜" in page.text
    assert seen_on_board(await derm.see("/desk?view=mine"))
    await derm.do(placed, "reply", queue="anaes", text="我在路上")
    assert house.replies(placed) == ["我在路上"]


async def test_whom_nobody_paged_still_sees_nothing_of_another_queue(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("EME-555", queues=("anaes",), page=("duty", "anaes", "plastic"))
    lawful = house.case("LAW-444", queues=("anaes",), page=("derm", "legal_aid"))
    for name, case in (("derm", placed), ("zhou", placed), ("zhou", lawful)):
        person = people_at_work[name]
        assert case.number not in (await person.see("/desk")).text
        assert (await person.see(case.path("anaes"))).status_code == 404
        assert (await person.do(case, "claim", queue="anaes")).status_code == 404
    assert status(house, placed, "anaes") == "queued"


async def test_a_paged_expert_who_comes_late_learns_that_a_colleague_has_the_case(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("EME-555", queues=("anaes",), page=("anaes", "derm"))
    chen, derm = people_at_work["chen"], people_at_work["derm"]
    await chen.do(placed, "claim", queue="anaes")
    assert "EME-555" not in (await derm.see("/desk?view=open")).text
    late = await derm.do(placed, "claim", queue="anaes")
    assert "陈医生刚刚接手" in late.text
    assert all(secret not in late.text for secret in SECRETS)
    await chen.do(placed, "close", queue="anaes", outcome="advised", note="好")
    assert (await derm.see(placed.path("anaes"))).status_code == 404


async def test_emergencies_stand_first_then_what_is_due_first(house: House, people_at_work: dict[str, Person]) -> None:
    house.case("SOO-222", urgency=Urgency.soon, minutes_ago=600, due_minutes=5000)
    house.case("LAT-333", urgency=Urgency.urgent, minutes_ago=300, due_minutes=120)
    house.case("URG-444", urgency=Urgency.urgent, minutes_ago=10, due_minutes=120)
    house.case("EME-555", urgency=Urgency.emergency, minutes_ago=1, due_minutes=5)
    page = await people_at_work["chen"].see("/desk")
    assert numbers(page) == ["EME-555", "LAT-333", "URG-444", "SOO-222"]
    assert "已超时 3 小时" in page.text


async def test_an_emergency_nobody_took_is_announced_on_every_page_until_somebody_does(
    house: House, people_at_work: dict[str, Person]
) -> None:
    emergency, other = house.case("EME-555"), house.case("SOO-222", urgency=Urgency.soon, fired=())
    chen, liu = people_at_work["chen"], people_at_work["liu"]
    for path in ("/desk", "/desk?view=closed", "/desk/alarms", other.path("eye")):
        assert "1 个紧急个案还没有人接" in (await chen.see(path)).text
    assert "还没有人接" not in (await people_at_work["zhou"].see("/desk")).text
    await liu.do(emergency, "claim")
    assert "还没有人接" not in (await chen.see("/desk")).text


async def test_an_emergency_in_two_queues_is_announced_once(house: House, people_at_work: dict[str, Person]) -> None:
    house.case("EME-555", queues=("eye", "plastic"))
    assert "1 个紧急个案还没有人接" in (await people_at_work["wang"].see("/desk")).text


async def test_an_empty_board_says_that_nobody_is_waiting(people_at_work: dict[str, Person]) -> None:
    for view, words in (("waiting", "没有人在等"), ("mine", "您手上没有个案"), ("closed", "还没有结案")):
        assert words in (await people_at_work["chen"].see(f"/desk?view={view}")).text


async def test_the_views_part_waiting_mine_open_and_closed(house: House, people_at_work: dict[str, Person]) -> None:
    mine, theirs, closed = (house.case(number) for number in ("AAA-222", "BBB-333", "CCC-444"))
    house.case("DDD-555")
    chen, liu = people_at_work["chen"], people_at_work["liu"]
    await chen.do(mine, "claim")
    await liu.do(theirs, "claim")
    await chen.do(closed, "claim")
    await chen.do(closed, "close", outcome="advised", note="已指导")
    seen = {view: set(numbers(await chen.see(f"/desk?view={view}"))) for view in ("waiting", "mine", "open", "closed")}
    assert seen == {
        "waiting": {"DDD-555"},
        "mine": {"AAA-222"},
        "open": {"AAA-222", "BBB-333", "DDD-555"},
        "closed": {"CCC-444"},
    }


# -- blind, then claimed


async def test_before_claiming_nothing_on_any_page_tells_who_it_is(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", photos=2)
    chen = people_at_work["chen"]
    for path in ("/desk", "/desk?view=open", placed.path("eye"), "/desk/alarms"):
        page = (await chen.see(path)).text
        for secret in SECRETS:
            assert secret not in page
        assert "/media/" not in page
    blind = (await chen.see(placed.path("eye"))).text
    for shown in ("术后第 3 天", "RF-12", "照片 2 张", "美容院", "接手这个个案"):
        assert shown in blind


async def test_after_claiming_the_card_reads_situation_words_and_reasons(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    page = (await chen.do(placed, "claim")).text
    rule = house.service.protocol.red_flags["RF-12"]
    for shown in (*SECRETS, "RF-12", rule.description.zh, rule.source, "独自一人", "呼吸困难", "规则版本"):
        assert shown in page
    checks = re.findall(r'class="mark (\w+)"', page)
    assert set(checks) == {"yes", "no", "not_asked"}


@pytest.mark.parametrize(("queue", "who"), [("eye", "chen"), ("legal_aid", "zhou")])
async def test_every_rule_that_fired_stands_on_the_card_with_its_description_and_source(
    house: House, people_at_work: dict[str, Person], queue: str, who: str
) -> None:
    rules = {
        code: rule
        for code, rule in house.service.protocol.red_flags.items()
        if code.startswith("L-") is (who == "zhou")
    }
    fired = [FiredRule(id=code, urgency=rule.urgency, evidence="") for code, rule in rules.items()]
    placed = house.case("K7M-4QD", queues=(queue,), fired=fired)
    page = (await people_at_work[who].do(placed, "claim", queue=queue)).text
    shown = re.findall(r'<p class="rule">(.*?)</p>\s*<footer>(.*?) · .*? · .*? (.*?)</footer>', page)
    told = {code: (unescape(description), unescape(source)) for description, code, source in shown}
    assert told == {code: (rule.description.zh.strip(), rule.source) for code, rule in rules.items()}


async def test_of_two_who_claim_at_once_exactly_one_wins_and_the_other_is_told_who(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    pages = await asyncio.gather(*(people_at_work[name].do(placed, "claim") for name in ("chen", "liu")))
    won = [page for page in pages if "您已接手" in page.text]
    lost = [page for page in pages if "晚了一步" in page.text]
    assert len(won) == len(lost) == 1
    winner = "陈医生" if won[0] is pages[0] else "刘医生"
    assert f"{winner}刚刚接手" in lost[0].text
    assert all(secret not in lost[0].text for secret in SECRETS)


async def test_pressing_claim_twice_is_no_loss(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    again = await chen.do(placed, "claim")
    assert "晚了一步" not in again.text
    assert "由您负责" in again.text


async def test_colleagues_see_a_claimed_case_blind_and_get_no_photo(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", photos=1)
    page = await people_at_work["chen"].do(placed, "claim")
    photo = re.search(r'src="([^"]+/thumbnail)"', page.text)
    assert photo
    picture = await people_at_work["chen"].see(photo[1])
    assert picture.headers["content-type"] == "image/jpeg"
    liu = people_at_work["liu"]
    blind = (await liu.see(placed.path("eye"))).text
    assert all(secret not in blind for secret in SECRETS)
    assert (await liu.see(photo[1])).status_code == 404
    assert (await liu.see(photo[1].removesuffix("/thumbnail"))).status_code == 404


async def test_a_photo_opens_only_through_its_own_case(house: House, people_at_work: dict[str, Person]) -> None:
    one, other = house.case("AAA-222", photos=1), house.case("BBB-333", photos=1)
    chen = people_at_work["chen"]
    page = await chen.do(one, "claim")
    photo = re.search(r"/media/(\w+)/thumbnail", page.text)
    assert photo
    await people_at_work["liu"].do(other, "claim")
    crossed = await people_at_work["liu"].see(f"{other.path('eye')}/media/{photo[1]}")
    assert crossed.status_code == 404


async def test_photos_are_veiled_for_legal_aid(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("LAW-444", queues=("legal_aid",), photos=1, category=Category.dispute)
    page = await people_at_work["zhou"].do(placed, "claim", queue="legal_aid")
    assert "点开查看" in page.text
    assert "/thumbnail" not in page.text


async def test_legal_aid_reads_the_legal_card_with_one_line_of_the_clinical_state(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("LAW-444", queues=("eye", "legal_aid"), issues=("records_withheld",), story="他们不给病历")
    page = (await people_at_work["zhou"].do(placed, "claim", queue="legal_aid")).text
    assert "有未处理的医疗问题" in page
    assert "RF-12" not in page
    assert "机器草稿" in page
    assert status(house, placed, "eye") == "queued"


@pytest.mark.parametrize("with_findings", [False, True])
async def test_a_case_that_the_conversation_left_keeps_its_card(
    house: House, people_at_work: dict[str, Person], with_findings: bool
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    told = re.compile(r'class="(?:row-what|lead)">(.*?)</p>', re.DOTALL)
    paths = ("/desk", placed.path("eye"))
    before = [told.findall((await chen.see(path)).text) for path in paths]
    house.leave(placed, with_findings=with_findings)
    assert [told.findall((await chen.see(path)).text) for path in paths] == before
    assert "术后第 3 天" in str(before)
    card = (await chen.do(placed, "claim")).text
    for shown in ("独自一人", "13800001111", "丽人美容院", "网页"):
        assert shown in card
    assert ("明确说没有：" in card) is with_findings


async def test_each_look_at_card_and_photo_is_in_the_audit(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD", photos=1)
    chen = people_at_work["chen"]
    await chen.see(placed.path("eye"))
    page = await chen.do(placed, "claim")
    photo = re.search(r'href="([^"]+/media/\w+)"', page.text)
    assert photo
    await chen.see(photo[1])
    with house.service.database.read() as c:
        looked = [
            (record.object.split(":")[0], record.detail.get("what") or record.detail.get("variant"))
            for record in reversed(audit.records(c))
            if record.action == "viewed" and record.actor == chen.staff.actor
        ]
        assert audit.verify(c) is None
    assert looked == [("case", "blind card"), ("case", "card, transcript, timeline"), ("media", "working")]


# -- working on it


async def test_a_reply_reaches_the_patients_page_and_shows_its_state(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    page = await chen.do(placed, "reply", text="  我是眼科医生,请马上去急诊。<b>\r\n别开车 ")
    assert house.replies(placed) == ["我是眼科医生,请马上去急诊。<b>\n别开车"]
    assert "&lt;b&gt;" in page.text
    assert "已送达" in page.text
    assert "已回复" in page.text
    assert status(house, placed) == "waiting_for_patient"


async def test_a_reply_over_telegram_is_on_its_way_until_it_is_delivered(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", channel="telegram")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    house.service.worker.submit = lambda rows: None  # type: ignore[method-assign]  # nobody carries it away
    page = await chen.do(placed, "reply", text="请回话")
    assert "发送中" in page.text
    later = datetime.now(UTC) + timedelta(seconds=outbox.OWNED_SECONDS + 1)
    with house.service.database.begin() as c:
        (row,) = outbox.claim_due(c, "another process", later)
        outbox.give_up(c, row.id, "blocked", datetime.now(UTC))
    page = await chen.see(placed.path("eye"))
    assert "没有送到" in page.text
    assert "请用电话联系" in page.text


REPLY_KEY = re.compile(r'name="key" value="([^"]{16,})"')


async def test_a_reply_sent_again_after_a_lost_answer_is_kept_once(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    first, second = [REPLY_KEY.findall((await chen.do(placed, "claim")).text) for _ in range(2)]
    assert len(first) == 1
    assert first != second
    for _ in range(2):
        page = await chen.do(placed, "reply", text="请马上去急诊", key=first[0])
        assert page.status_code == 200
    assert house.replies(placed) == ["请马上去急诊"]
    await chen.do(placed, "reply", text="到了吗", key=first[0])  # the page of before, with other words in it
    await chen.do(placed, "reply", text="到了吗", key=second[0])
    assert house.replies(placed) == ["请马上去急诊", "到了吗", "到了吗"]


async def test_only_the_holder_may_reply(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    await people_at_work["chen"].do(placed, "claim")
    for name in ("liu", "wang"):
        answer = await people_at_work[name].do(placed, "reply", text="我来")
        assert answer.status_code == 409
    assert house.replies(placed) == []


@pytest.mark.parametrize("text", ["", "  \n ", "很" * 3501])
async def test_an_empty_or_endless_reply_is_refused_in_words(
    house: House, people_at_work: dict[str, Person], text: str
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    answer = await chen.do(placed, "reply", text=text)
    assert answer.status_code == 422
    assert house.replies(placed) == []


async def test_a_note_stays_among_colleagues(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    page = await chen.do(placed, "note", text="家属情绪激动")
    assert "家属情绪激动" in page.text
    assert "患者看不到" in page.text
    assert house.replies(placed) == []


async def test_what_the_patient_writes_marks_the_case(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    await chen.do(placed, "reply", text="还看得见吗?")
    house.hear(placed, "能看见手指了")
    assert "患者有新消息" in (await chen.see("/desk?view=mine")).text
    assert "能看见手指了" in (await chen.see(placed.path("eye"))).text


async def test_a_transfer_needs_a_queue_and_a_reason_and_moves_the_case(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    token = csrf(await chen.see("/desk"))

    async def transfer(**form: str) -> httpx.Response:
        return await chen.web.post(f"{placed.path('eye')}/transfer", data={"csrf": token, **form})

    assert (await transfer(queue="nowhere", reason="x")).status_code == 422
    assert (await transfer(queue="derm", reason="")).status_code == 422
    page = await transfer(queue="derm", reason="皮肤缺血为主")
    assert "已转交" in page.text
    assert numbers(await people_at_work["derm"].see("/desk")) == ["K7M-4QD"]


async def test_giving_back_lets_the_next_one_claim(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen, liu = people_at_work["chen"], people_at_work["liu"]
    await chen.do(placed, "claim")
    assert (await liu.do(placed, "release")).status_code == 409
    page = await chen.do(placed, "release")
    assert all(secret not in page.text for secret in SECRETS)
    assert "您已接手" in (await liu.do(placed, "claim")).text


async def test_closing_needs_outcome_and_note_and_can_be_undone(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    assert (await chen.do(placed, "close", outcome="", note="好")).status_code == 422
    assert (await chen.do(placed, "close", outcome="advised", note="")).status_code == 422
    assert (await chen.do(placed, "close", outcome="no_such_outcome", note="好")).status_code == 422
    page = await chen.do(placed, "close", outcome="to_hospital", note="已到九院急诊")
    assert "已转到医院" in page.text
    assert "已到九院急诊" in page.text
    assert status(house, placed) == "closed"
    await chen.do(placed, "reopen", reason="又看不清了")
    assert status(house, placed) == "queued"


async def test_who_closed_a_case_reads_it_but_writes_no_more(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    page = await chen.do(placed, "close", outcome="advised", note="好")
    assert "李娜" in page.text
    assert 'class="as-note"' not in page.text
    assert (await chen.do(placed, "note", text="还有")).status_code == 409


@pytest.mark.parametrize("how", ["closed by a coordinator", "passed on"])
async def test_a_former_holder_who_did_not_close_the_case_sees_it_blind(
    house: House, people_at_work: dict[str, Person], how: str
) -> None:
    placed = house.case("K7M-4QD", queues=("eye", "derm"))
    chen, wang = people_at_work["chen"], people_at_work["wang"]
    await chen.do(placed, "claim")
    if how == "passed on":  # the other queue has the case already, so that this handoff ends
        form = {"csrf": csrf(await chen.see("/desk")), "queue": "derm", "reason": "皮肤"}
        await chen.web.post(f"{placed.path('eye')}/transfer", data=form)
    else:
        await wang.do(placed, "close", outcome="advised", note="好")
    assert status(house, placed) == "closed"
    page = await chen.see(placed.path("eye"))
    assert page.status_code == 200
    assert all(secret not in page.text for secret in SECRETS)


async def test_what_does_not_fit_the_state_is_told_kindly(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    await chen.do(placed, "close", outcome="advised", note="好")
    answer = await chen.do(placed, "reply", text="还在吗")
    assert answer.status_code == 409
    assert "情况刚刚变了" in answer.text


async def test_a_coordinator_opens_a_held_case_only_with_a_reason_that_everybody_sees(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen, wang = people_at_work["chen"], people_at_work["wang"]
    await chen.do(placed, "claim")
    blind = (await wang.see(placed.path("eye"))).text
    assert all(secret not in blind for secret in SECRETS)
    assert (await wang.do(placed, "look", reason="")).status_code == 422
    assert (await people_at_work["liu"].do(placed, "look", reason="好奇")).status_code == 403
    page = await wang.do(placed, "look", reason="家属来电")
    assert "李娜" in page.text
    assert "家属来电" in (await chen.see(placed.path("eye"))).text
    assert 'class="as-reply"' not in page.text


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


async def test_an_erased_patients_case_is_told_and_cannot_be_claimed(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    with house.service.database.begin() as c:
        c.execute(sa.update(PATIENT).values(key=None))
    chen = people_at_work["chen"]
    assert "资料已不可读" in (await chen.see("/desk")).text
    page = await chen.see(placed.path("eye"))
    assert page.status_code == 200
    assert "接手这个个案" not in page.text
    assert (await chen.do(placed, "claim")).status_code == 410


async def test_a_script_is_answered_in_json_and_words(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    token = csrf(await chen.see("/desk"))
    ask = {"headers": {"x-desk": "fetch"}}
    refused = await chen.web.post(f"{placed.path('eye')}/reply", data={"csrf": token, "text": "x"}, **ask)
    assert refused.status_code == 409
    assert refused.json()["message"] == "您没有接手这个个案"
    done = await chen.web.post(f"{placed.path('eye')}/claim", data={"csrf": token}, **ask)
    assert done.status_code == 204


# -- live


async def next_news(stream: AsyncIterator[str]) -> dict[str, bool]:
    async for event in stream:
        if "data:" in event:
            news: dict[str, bool] = json.loads(event.split("data: ")[1])
            return news
    raise AssertionError("the stream ended")


async def test_open_pages_hear_of_changes_made_by_another_process(house: House) -> None:
    placed, other = house.case("K7M-4QD"), house.case("AAA-222")
    with house.service.database.read() as c:
        since = cases.changes(c)
    live = Live(house.service)
    here, there = live.stream(placed.case_id, since), live.stream(other.case_id, since)
    waiting = [asyncio.create_task(next_news(stream)) for stream in (here, there)]
    await asyncio.sleep(0.2)
    house.hear(placed, "在吗")  # straight into the database, without a nudge
    news = await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert news == [{"here": True}, {"here": False}]
    await here.aclose()  # type: ignore[attr-defined]  # an async generator
    await there.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_a_page_that_comes_late_hears_what_it_missed(house: House) -> None:
    with house.service.database.read() as c:
        since = cases.changes(c)
    house.case("K7M-4QD")
    stream = Live(house.service).stream(None, since)
    assert await asyncio.wait_for(next_news(stream), 5) == {"here": True}
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator


# -- words


def test_both_languages_have_the_same_words_of_the_desk() -> None:
    desk = {locale: {key for key in keys(locale) if key.startswith("desk-")} for locale in ("zh-CN", "en")}
    assert desk["zh-CN"] == desk["en"]


def test_every_word_the_templates_ask_for_exists() -> None:
    templates = Path(__file__).parents[2] / "bot" / "desk" / "templates"
    asked = {
        key
        for page in templates.glob("*.html")
        for key in re.findall(r"""\bt\(["'](desk-[a-z-]+[a-z])["'][,)]""", page.read_text("utf-8"))
    }
    assert len(asked) > 100
    assert {key for key in asked if not translator("en").has(key)} == set()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_every_outcome_and_refusal_has_words(locale: str) -> None:
    from bot.desk.deeds import OUTCOMES
    from bot.desk.web import NOTICES

    words = translator(locale)
    for code in {code for codes in OUTCOMES.values() for code in codes}:
        assert words.has(f"desk-outcome-{code.replace('_', '-')}")
    for code in NOTICES:
        assert words.has(f"desk-told-{code}")
    source = "".join(path.read_text() for path in (Path(__file__).parents[2] / "bot" / "desk").glob("*.py"))
    refusals = set(re.findall(r'Refused\(\d+, "([a-z-]+)"', source))
    assert len(refusals) > 8
    for code in refusals | {"expired", "sign-in", "signed-out"}:
        assert words.has(f"desk-refused-{code}")
        assert words.has(f"desk-refused-{code}-more")


async def test_a_case_without_a_procedure_or_a_day_is_still_readable(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case(
        "K7M-4QD", queues=("duty",), answers={}, findings=(), fired=(), urgency=Urgency.soon, submitted=False,
        category=Category.unclear,
    )  # fmt: skip
    page = await people_at_work["wang"].do(placed, "claim", queue="duty")
    assert "项目不明" in page.text
    assert "问诊还没填完" in page.text


async def test_a_rule_the_protocol_no_longer_has_breaks_no_page(
    house: House, people_at_work: dict[str, Person]
) -> None:
    gone = FiredRule(id="RF-999", urgency=Urgency.urgent, evidence="疼")
    placed = house.case("K7M-4QD", fired=(gone,))
    assert (await people_at_work["chen"].see("/desk")).status_code == 200
    assert (await people_at_work["chen"].do(placed, "claim")).status_code == 200
