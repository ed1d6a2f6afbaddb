"""Open desk pages hear of changes."""

import asyncio
import json
from collections.abc import AsyncIterator

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


@pytest.mark.parametrize("since", ["abc", "", "-1", "9" * 30, "1.5"])
async def test_a_place_in_the_news_that_is_none_is_no_error(
    house: House, people_at_work: dict[str, Person], since: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.live.STREAM_SECONDS", 0.0)
    answer = await people_at_work["chen"].see(f"/desk/live?since={since}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
