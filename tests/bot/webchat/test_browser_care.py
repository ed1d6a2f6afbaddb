"""The web chat in a browser: leaving, scripts off, keyboard, contrast, small screens."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.bot.webchat.phone import PHONE, agreed, gone, mine, needs_chromium, opened, picture, say, staff_says

pytestmark = needs_chromium


@pytest.mark.parametrize("way", ["button", "escape twice"])
def test_quick_exit_empties_the_page_and_covers_the_next_visit(phone: BrowserContext, way: str) -> None:
    page = agreed(phone)
    say(page, "这句话谁都不该看到")
    mine(page, "这句话谁都不该看到").wait_for()
    if way == "button":
        page.get_by_role("button", name="快速离开").click()
    else:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    gone(page)
    page.go_back()
    assert "这句话谁都不该看到" not in page.content()
    later = opened(phone)
    assert "这句话谁都不该看到" not in later.content()
    later.get_by_role("button", name="接着上次").click()
    expect(mine(later, "这句话谁都不该看到")).to_have_count(1)


def test_quick_exit_works_without_a_connection(phone: BrowserContext) -> None:
    page = agreed(phone)
    phone.set_offline(True)
    page.get_by_role("button", name="快速离开").click()
    gone(page)
    phone.set_offline(False)
    later = opened(phone)
    expect(later.get_by_role("button", name="接着上次")).to_be_visible()


def test_refusing_consent_takes_the_words_off_the_screen(phone: BrowserContext) -> None:
    page = opened(phone)
    say(page, "其实我不想让人知道")
    page.get_by_role("button", name="不同意").click()
    expect(page.locator("body")).to_have_attribute("data-state", "refused")
    expect(page.locator("#log .me", has_text="其实我不想让人知道")).to_have_count(0)


def test_all_of_it_works_without_scripts(chromium: Browser, house: tuple[str, Any]) -> None:
    context = chromium.new_context(base_url=house[0], locale="zh-CN", java_script_enabled=False, **PHONE)
    page = opened(context)
    say(page, "我打了玻尿酸，鼻子很疼")
    expect(mine(page, "我打了玻尿酸，鼻子很疼")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="同意，继续").click()
    page.locator(".tick").nth(0).locator("input").check()
    page.get_by_role("button", name="选好了").click()
    expect(page.locator(".alarm .call").first).to_be_in_viewport()
    page.locator("#photos").set_input_files(picture(20))
    page.locator("#send").click()
    expect(page.locator("#log .me img")).to_have_count(1)
    page.get_by_role("button", name="帮助").click()
    expect(page.locator("#log")).to_contain_text("返回")
    page.get_by_role("button", name="快速离开").click()
    assert page.locator("body").inner_text().strip() == ""
    page.goto("/")
    page.get_by_role("button", name="接着上次").click()
    expect(mine(page, "我打了玻尿酸，鼻子很疼")).to_have_count(1)
    context.close()


def test_the_language_button_changes_page_and_conversation(phone: BrowserContext) -> None:
    page = agreed(phone)
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Leave now")).to_be_visible()
    expect(page.locator(".question .words").last).to_contain_text(re.compile("[a-z]{3}"))
    say(page, "中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_everything_can_be_reached_and_pressed_by_keyboard(chromium: Browser, house: tuple[str, Any]) -> None:
    context = chromium.new_context(base_url=house[0], locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = opened(context)
    page.locator("#text").focus()
    page.keyboard.type("你好")
    page.keyboard.press("Enter")
    page.locator(".question .choices").wait_for()
    page.locator("#log").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "同意，继续":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    page.locator(".multi").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".tick input").first).to_be_checked()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.value"))
    assert {"leave", "help", "person", "back", "text", "send", "photos"} <= reached
    context.close()


CONTRAST = """() => {
  const channel = (value) => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(at).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest('.sr')) continue;
    const [ink, paper] = [light(parts(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    const name = node.className || node.tagName;
    if (ratio < 4.5) poor.push(`${name} ${ratio.toFixed(2)} ${node.textContent.slice(0, 20)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(house: tuple[str, Any], phone: BrowserContext, scheme: Any) -> None:
    page = opened(phone)
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    say(page, "你好")
    page.get_by_role("button", name="同意，继续").click()
    page.locator(".multi").wait_for()
    page.locator(".tick").first.click()
    say(page, "我左眼突然看不见了")
    page.locator(".alarm").wait_for()
    staff_says(house, phone, "我在")
    page.locator(".staff").wait_for()
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_wider_than_the_screen_and_fingers_find_what_they_press(phone: BrowserContext, width: int) -> None:
    page = agreed(phone)
    page.set_viewport_size({"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .tick, .round')]
            .filter((node) => node.checkVisibility())
            .filter((node) => node.getBoundingClientRect().height < 44).map((node) => node.textContent)"""
    )
    assert small == []


def test_motion_stops_for_those_who_ask_for_it(phone: BrowserContext) -> None:
    page = agreed(phone)
    page.emulate_media(reduced_motion="reduce")
    held: list[Route] = []
    page.route("**/chat/message", lambda route: held.append(route))
    say(page, "在吗")
    dot = page.locator("#typing span").first
    dot.wait_for()
    assert dot.evaluate("node => getComputedStyle(node).animationName") == "none"


def test_offline_the_installed_page_says_so_and_keeps_nothing_private(phone: BrowserContext) -> None:
    page = agreed(phone)
    say(page, "不该被缓存的话")
    mine(page, "不该被缓存的话").wait_for()
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    phone.set_offline(True)
    page.reload()
    expect(page.locator("body")).to_contain_text("现在没有网络")
    expect(page.get_by_role("link", name=re.compile("120"))).to_be_visible()
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))).flat()"""
    )
    assert len(kept) == 2
    assert "/chat/offline" in kept
    assert any(path.endswith("/chat.css") for path in kept)


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "</p><script>alert(1)</script>"])
def test_typed_markup_stays_text_even_while_it_waits(phone: BrowserContext, text: str) -> None:
    page = agreed(phone)
    phone.set_offline(True)
    say(page, text)
    expect(page.locator("#queue .words")).to_have_text(text)
    phone.set_offline(False)
    expect(mine(page, text)).to_have_count(1)
    assert page.locator("#log script, #log img[src=x]").count() == 0


def test_pressing_an_old_button_in_another_tab_shows_the_current_question(phone: BrowserContext) -> None:
    page = opened(phone)
    say(page, "你好")
    page.get_by_role("button", name="同意，继续").wait_for()
    other = opened(phone)
    answered: Callable[[], Any] = other.get_by_role("button", name="同意，继续").click
    answered()
    other.locator(".multi").wait_for()
    page.locator(".multi").wait_for()  # the first tab follows by itself
    expect(page.get_by_role("button", name="同意，继续")).to_have_count(0)
