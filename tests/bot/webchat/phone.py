"""A person at the web chat with a real browser, at the size of a small phone."""

import os
from datetime import UTC, datetime
from io import BytesIO
from shutil import which
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from storage import conversations
from storage import messages as lines

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "AIDLINE_CI" not in os.environ, reason="no Chromium here: browser tests skipped"
    ),
]


def opened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/")
    return page


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#send").click()


def agreed(context: BrowserContext) -> Page:
    page = opened(context)
    say(page, "你好")
    page.get_by_role("button", name="同意，继续").click()
    page.locator(".multi").wait_for()
    return page


def mine(page: Page, text: str) -> Locator:
    return page.locator("#log .me", has_text=text)


def picture(shade: int = 120, size: tuple[int, int] = (1200, 900)) -> dict[str, Any]:
    out = BytesIO()
    Image.new("RGB", size, (200, shade, 140)).save(out, "JPEG")
    return {"name": f"photo {shade}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def answer(page: Page) -> str:
    """Give the open question a fitting answer; its text, or nothing when none is open."""
    asked = page.locator("body").get_attribute("data-open") or ""
    question = page.locator(f'.question[data-asked="{asked}"]').last
    text = question.locator(".words").first.inner_text()
    if question.get_attribute("data-photo") is not None:
        page.locator("#photos").set_input_files([picture(40), picture(80)])
        expect(page.locator("#tray li")).to_have_count(0)
        page.get_by_role("button", name="完成").click()
    elif question.locator(".choice.none").count():
        question.locator(".choice.none").click()
    elif question.locator("input[type=checkbox]").count():
        question.locator(".tick").nth(0).click()
        question.locator(".tick").nth(1).click()
        question.locator(".choice.main").click()
    elif question.locator(".choice.main").count():
        question.locator(".choice.main").first.click()
    else:
        question.locator(".choice").first.click()
    page.wait_for_function("asked => document.body.dataset.open !== asked", arg=asked)
    return text


def staff_says(house: tuple[str, Any], context: BrowserContext, text: str) -> None:
    service = house[1]
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "chat")
    with service.database.begin() as c:
        thread = conversations.find(c, service.vault, channel="web", address=token)
        assert thread is not None
        body = {"type": "reply", "text": text, "role": "expert"}
        new = lines.NewMessage(direction="staff", kind="reply", body=body, at=datetime.now(UTC))
        lines.add(c, thread.key, thread.conversation_id, [new])


def gone(page: Page) -> None:
    page.wait_for_url("about:blank")
    assert page.locator("body").inner_text() == ""
