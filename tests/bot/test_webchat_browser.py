"""The web chat in a real browser, at the size of a small phone unless said otherwise."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect, sync_playwright

from bot.settings import Settings
from storage import conversations
from storage import messages as lines
from tests.bot.running import Process, in_thread

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "AIDLINE_CI" not in os.environ, reason="no Chromium here: browser tests skipped"
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    with in_thread(Settings(data=tmp_path_factory.mktemp("web"))) as running:
        yield running


@pytest.fixture
def phone(chromium: Browser, house: tuple[str, Any]) -> Iterator[BrowserContext]:
    """A new person's phone. At the end: nothing was asked of another host, and no script failed."""
    context = chromium.new_context(base_url=house[0], locale="zh-CN", **PHONE)
    context.set_default_timeout(8000)
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


def test_whole_intake_ends_with_a_number_to_read_out(phone: BrowserContext) -> None:
    page = opened(phone)
    page.get_by_role("button", name="开始", exact=True).click()
    page.locator(".question").wait_for()
    for _ in range(20):
        answer(page)
        if page.locator("body").get_attribute("data-open") == "":
            break
    assert page.locator("body").get_attribute("data-state") == "with_centre"
    number = re.search(r"编号是 (\S+)，", page.locator("#log").inner_text())
    assert number is not None
    expect(page.locator("#log .me img")).to_have_count(2)
    assert page.evaluate("[...document.images].every(image => image.complete ? image.naturalWidth > 0 : true)")
    page.get_by_role("button", name="进度").click()
    expect(page.locator("#log .bot").last).to_contain_text(number[1])


def test_an_alarm_stands_at_the_top_with_a_call_button_that_is_on_screen(phone: BrowserContext) -> None:
    page = agreed(phone)
    say(page, "我左眼突然看不见了")
    alarm = page.locator(".alarm")
    alarm.wait_for()
    call = alarm.get_by_role("link", name="拨打 120")
    expect(call).to_be_in_viewport()
    assert call.get_attribute("href") == "tel:120"
    box = call.bounding_box()
    assert box is not None and box["height"] >= 48
    expect(alarm).to_have_attribute("role", "alert")


def test_words_written_offline_go_out_once_and_in_order_when_back(phone: BrowserContext) -> None:
    page = agreed(phone)
    phone.set_offline(True)
    for number in range(3):
        say(page, f"离线第{number}句")
    expect(page.locator("#queue .waiting")).to_have_count(3)
    expect(page.locator("#state")).to_contain_text("没有网络")
    phone.set_offline(False)
    expect(mine(page, "离线第2句")).to_have_count(1)
    expect(page.locator("#queue .waiting")).to_have_count(0)
    heard = [text for text in page.locator("#log .me .words").all_inner_texts() if "离线" in text]
    assert heard == ["离线第0句", "离线第1句", "离线第2句"]


def test_words_waiting_survive_closing_the_page(phone: BrowserContext) -> None:
    page = agreed(phone)
    phone.set_offline(True)
    say(page, "关掉页面也不能丢")
    page.locator("#text").fill("写了一半")
    page.close()
    phone.set_offline(False)
    again = opened(phone)
    expect(mine(again, "关掉页面也不能丢")).to_have_count(1)
    expect(again.locator("#text")).to_have_value("写了一半")


def test_an_answer_lost_on_the_way_does_not_double_the_message(phone: BrowserContext) -> None:
    page = agreed(phone)
    tries: list[int] = []

    def lose_the_first(route: Route) -> None:
        tries.append(1)
        if len(tries) == 1:
            route.fetch()  # the server has it
            route.abort()  # the phone never hears of it
        else:
            route.continue_()

    page.route("**/chat/message", lose_the_first)
    say(page, "只说一次")
    expect(page.locator("#queue .waiting")).to_have_count(0, timeout=15000)
    assert len(tries) == 2
    page.reload()
    expect(mine(page, "只说一次")).to_have_count(1)


def test_a_killed_server_loses_nothing_and_doubles_nothing(chromium: Browser, tmp_path: Path) -> None:
    server = Process(tmp_path)
    server.start()
    context = chromium.new_context(base_url=server.url, locale="zh-CN", **PHONE)
    try:
        page = agreed(context)
        say(page, "服务器被杀的时候说的")
        server.kill()
        say(page, "服务器不在的时候说的")
        page.wait_for_timeout(500)
        server.start()
        expect(page.locator("#queue .waiting")).to_have_count(0, timeout=40000)
        page.reload()
        expect(mine(page, "服务器被杀的时候说的")).to_have_count(1)
        expect(mine(page, "服务器不在的时候说的")).to_have_count(1)
    finally:
        context.close()
        server.kill()


def staff_says(house: tuple[str, Any], context: BrowserContext, text: str) -> None:
    service = house[1]
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "chat")
    with service.database.begin() as c:
        thread = conversations.find(c, service.vault, channel="web", address=token)
        assert thread is not None
        body = {"type": "reply", "text": text, "role": "expert"}
        new = lines.NewMessage(direction="staff", kind="reply", body=body, at=datetime.now(UTC))
        lines.add(c, thread.key, thread.conversation_id, [new])


def test_replies_of_people_arrive_without_reload(house: tuple[str, Any], phone: BrowserContext) -> None:
    page = agreed(phone)
    page.evaluate("window.kept = true")
    staff_says(house, phone, "我是眼科医生，正在看您的照片")
    reply = page.locator("#log .staff", has_text="正在看您的照片")
    reply.wait_for()
    expect(reply.locator(".from")).to_have_text("专家")
    assert page.evaluate("window.kept")


def test_replies_arrive_by_asking_where_a_proxy_swallows_the_stream(
    house: tuple[str, Any], phone: BrowserContext
) -> None:
    phone.route("**/chat/events*", lambda route: route.abort())
    page = agreed(phone)
    staff_says(house, phone, "走另一条路来的回复")
    page.locator("#log .staff", has_text="走另一条路来的回复").wait_for()


def test_several_photos_go_up_with_progress_and_can_be_sent_again(phone: BrowserContext) -> None:
    page = agreed(phone)
    failures = iter([True])

    def fail_once(route: Route) -> None:
        if next(failures, False):
            route.abort()
        else:
            route.continue_()

    page.route("**/chat/message", fail_once)
    page.locator("#photos").set_input_files([picture(30), picture(60), picture(90)])
    failed = page.locator("#tray li", has_text="photo 30.jpg")
    failed.get_by_role("button", name="重试").click()
    expect(page.locator("#log .me img")).to_have_count(3)
    expect(page.locator("#tray")).to_be_hidden()


def test_a_photo_on_its_way_can_be_stopped(phone: BrowserContext) -> None:
    page = agreed(phone)
    held: list[Route] = []
    page.route("**/chat/message", lambda route: held.append(route))
    page.locator("#photos").set_input_files([picture(30), picture(60)])
    expect(page.locator("#tray li")).to_have_count(2)
    page.locator("#tray li", has_text="photo 60.jpg").get_by_role("button", name="取消").click()
    page.locator("#tray li", has_text="photo 30.jpg").get_by_role("button", name="取消").click()
    expect(page.locator("#tray li")).to_have_count(0)
    assert page.locator("#log .me img").count() == 0


@pytest.mark.parametrize(
    ("size", "sentence"), [(21 * 1024 * 1024, "超过 20 MB"), (0, "空的")], ids=["too large", "empty"]
)
def test_files_that_cannot_be_used_are_refused_before_they_cost_data(
    phone: BrowserContext, size: int, sentence: str
) -> None:
    page = agreed(phone)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("#photos").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff" * size})
    expect(page.locator("#tray li")).to_contain_text(sentence)
    assert "POST" not in sent
    page.get_by_role("button", name="移除").click()
    expect(page.locator("#tray")).to_be_hidden()


def test_a_broken_photo_gets_a_sentence(phone: BrowserContext) -> None:
    page = agreed(phone)
    cut = picture(50)
    page.locator("#photos").set_input_files(cut | {"buffer": cut["buffer"][: len(cut["buffer"]) // 2]})
    expect(page.locator("#tray")).to_be_hidden()
    expect(page.locator("#log .me .file")).to_have_count(1)
    expect(page.locator("#log .me img")).to_have_count(0)


def test_too_long_a_text_stays_in_the_box_whole(phone: BrowserContext) -> None:
    page = agreed(phone)
    story = "鼻" * 20_001
    say(page, story)
    expect(page.locator("#limit")).to_contain_text("20001")
    expect(page.locator("#text")).to_have_value(story)
    page.locator("#text").fill(story[:-1])
    page.locator("#send").click()
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#queue .waiting")).to_have_count(0)


def gone(page: Page) -> None:
    page.wait_for_url("about:blank")
    assert page.locator("body").inner_text() == ""


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
    page.get_by_role("button", name="同意，继续").click()
    page.locator(".tick").nth(0).locator("input").check()
    page.get_by_role("button", name="选好了").click()
    expect(page.locator(".alarm, .question").last).to_be_visible()
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
