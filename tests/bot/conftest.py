"""The edges' tests: a data folder of their own, and a house built on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from bot import settings as settings_module
from bot.service import Service
from bot.settings import Settings
from tests.bot.desk_house import House
from tests.bot.desk_people import Person, browser


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that the settings of this process point to."""
    for name in ("DATABASE_URL", "MEDIA_URL", "PUBLIC_URL", "PATIENT_BOT_TOKEN", "NOTIFY_URLS", "LOCALE", "SECRET_KEY"):
        monkeypatch.delenv(f"AIDLINE_{name}", raising=False)
    monkeypatch.setenv("AIDLINE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def settings(data: Path) -> Settings:
    return settings_module.read()


@pytest.fixture
def service(data: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The house on an empty database; each test that asks for it runs on both engines."""
    monkeypatch.setenv("AIDLINE_DATABASE_URL", url)
    made = Service(settings_module.read())
    yield made
    made.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with nobody in it, for tests of the desk."""
    made = House.built(tmp_path)
    yield made
    made.service.close()


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with browser(house) as client:
        yield client


@pytest.fixture
async def people_at_work(house: House) -> AsyncIterator[dict[str, Person]]:
    """Staff of every role, signed in."""
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
