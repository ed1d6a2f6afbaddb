"""The edges' tests: a data folder of their own, and a house built on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings as settings_module
from bot.service import Service
from bot.settings import Settings


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
