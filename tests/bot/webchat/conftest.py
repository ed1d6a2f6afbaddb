"""A running house, and a new browser for each test."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bot.settings import Settings
from tests.bot.running import in_thread
from tests.bot.webchat.phone import CHROMIUM, PHONE


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    with in_thread(Settings(data=tmp_path_factory.mktemp("web"))) as running:
        yield running


@pytest.fixture
def person(house: tuple[str, Any]) -> Iterator[httpx.Client]:
    """A new browser each time."""
    with httpx.Client(base_url=house[0], timeout=20) as client:
        client.get("/")
        yield client


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, house: tuple[str, Any]) -> Iterator[BrowserContext]:
    """A new person's phone. At the end: nothing was asked of another host, and no script failed."""
    context = chromium.new_context(base_url=house[0], locale="zh-CN", **PHONE)
    context.set_default_timeout(15000)
    asked: list[str] = []
    wrong: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None)
    yield context
    context.close()
    own = (house[0], "about:", "blob:", "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert wrong == []
