"""The board of the web desk: who sees which cases, in what order."""

from datetime import UTC, datetime

import httpx
import pytest
import sqlalchemy as sa

from bot.desk import board, web
from flows.protocol import Category, Urgency
from storage import cases
from tests.bot.desk_house import House
from tests.bot.desk_people import SECRETS, Person, numbers, status


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
