"""Open desk pages hear of changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.desk.live import Live
from storage import cases
from tests.bot.desk_house import House
from tests.bot.desk_people import Person


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


async def test_a_page_hears_of_its_case_however_much_happened_elsewhere(house: House) -> None:
    placed, other = house.case("K7M-4QD"), house.case("AAA-222")
    with house.service.database.read() as c:
        since = cases.changes(c)
    live = Live(house.service)
    open_page = live.stream(placed.case_id, since)
    waiting = asyncio.create_task(next_news(open_page))
    await asyncio.sleep(0.2)
    with house.service.database.begin() as c:
        for _ in range(520):
            cases.event(c, other.case_id, "system", "paged", {}, datetime.now(UTC))
        cases.event(c, placed.case_id, "system", "paged", {}, datetime.now(UTC))
    late_page = live.stream(placed.case_id, since)
    assert await asyncio.wait_for(next_news(late_page), 5) == {"here": True}
    assert await asyncio.wait_for(waiting, 5) == {"here": True}
    await open_page.aclose()  # type: ignore[attr-defined]  # an async generator
    await late_page.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_what_happened_while_a_look_failed_is_told_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.live.HEARTBEAT_SECONDS", 0.5)
    placed = house.case("K7M-4QD")
    with house.service.database.read() as c:
        since = cases.changes(c)
    stream = Live(house.service).stream(placed.case_id, since)
    waiting = asyncio.create_task(next_news(stream))
    await asyncio.sleep(0.2)
    with monkeypatch.context() as broken:
        broken.setattr("bot.desk.live._news", lambda *_: 1 / 0)
        house.hear(placed, "在吗")
        await asyncio.sleep(1.2)
    assert await asyncio.wait_for(waiting, 5) == {"here": True}
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator


@pytest.mark.parametrize("since", ["abc", "", "-1", "9" * 30, "1.5"])
async def test_a_place_in_the_news_that_is_none_is_no_error(
    house: House, people_at_work: dict[str, Person], since: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.live.STREAM_SECONDS", 0.0)
    answer = await people_at_work["chen"].see(f"/desk/live?since={since}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
