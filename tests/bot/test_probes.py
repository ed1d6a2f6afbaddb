"""Health is for everybody, figures are not; every page answers HEAD; the source is one link away."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.bot.desk_house import House


@pytest.fixture(params=["", "a-token"])
def token(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def guarded(tmp_path: Path, token: str) -> Iterator[House]:
    made = House.built(tmp_path, metrics_token=token, source_url="https://code.example/aidline/")
    yield made
    made.service.close()


def caller(house: House, address: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=house.app, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://desk.test")


@pytest.mark.parametrize(
    ("address", "headers", "without_token", "with_token"),
    [
        ("127.0.0.1", {}, 200, 403),
        ("::1", {}, 200, 403),
        ("203.0.113.9", {}, 403, 403),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 403, 403),
        ("203.0.113.9", {"authorization": "Bearer a-token"}, 403, 200),
        ("203.0.113.9", {"authorization": "Bearer another"}, 403, 403),
        ("not an address", {}, 403, 403),
    ],
)
async def test_figures_are_for_this_machine_or_whoever_has_the_token(
    guarded: House, token: str, address: str, headers: dict[str, str], without_token: int, with_token: int
) -> None:
    async with caller(guarded, address) as web:
        answer = await web.get("/metrics", headers=headers)
    assert answer.status_code == (with_token if token else without_token)
    assert ("python_info" in answer.text) is (answer.status_code == 200)


async def test_health_is_open_to_all(house: House) -> None:
    async with caller(house, "203.0.113.9") as web:
        assert (await web.get("/healthz")).status_code == 200
        assert (await web.get("/readyz")).status_code == 503  # nobody started it


@pytest.mark.parametrize("path", ["/", "/desk/sign-in", "/desk", "/desk/nowhere", "/healthz", "/nowhere", "/source"])
async def test_every_page_answers_head_as_it_answers_get_without_a_body(house: House, path: str) -> None:
    async with caller(house) as web:
        asked, got = await web.head(path), await web.get(path)
    assert asked.status_code == got.status_code != 405


@pytest.mark.parametrize("path", ["/", "/desk/sign-in"])
async def test_every_page_leads_to_the_source_of_this_version(guarded: House, path: str) -> None:
    async with caller(guarded) as web:
        page = (await web.get(path)).text
        answer = await web.get("/source")
    assert 'href="/source"' in page
    assert answer.headers["location"] == "https://code.example/aidline"
