"""The web desk in a real browser: the main way from sign-in to closing, two people at once, live news."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from bot.settings import Settings
from flows.protocol import Urgency
from storage import people
from tests.bot.desk_house import SECRET, House
from tests.bot.running import in_thread

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SHOWS_SOON = 8000  # milliseconds; live news takes about one second
expect.set_options(timeout=SHOWS_SOON)

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


class Running:
    """A served house and the browsers in it."""

    def __init__(self, url: str, house: House, chromium: Browser) -> None:
        self.url, self.house, self.chromium = url, house, chromium
        self.contexts: list[BrowserContext] = []
        self.wrong: list[str] = []

    def browser(self, **options: Any) -> BrowserContext:
        context = self.chromium.new_context(base_url=self.url, locale="zh-CN", **(WIDE | options))
        context.set_default_timeout(SHOWS_SOON)
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.on("console", lambda said: self.wrong.append(said.text) if "Security Policy" in said.text else None)
        context.on("request", lambda request: self._own(request.url))
        self.contexts.append(context)
        return context

    def signed_in(self, name: str, role: str = "expert", **options: Any) -> Page:
        link = self.house.link(self.house.staff(name, role))
        page = self.browser(**options).new_page()
        page.goto(link)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/desk")
        return page

    def _own(self, url: str) -> None:
        if not url.startswith((self.url, "blob:", "data:", "about:")):
            self.wrong.append(url)


@pytest.fixture
def desk(chromium: Browser, tmp_path: Path) -> Iterator[Running]:
    """A served house; at the end no script failed, and nothing was asked of another host."""
    with in_thread(Settings(data=tmp_path, secret_key=SECRET)) as (url, service):
        running = Running(url, House(service), chromium)
        yield running
        for context in running.contexts:
            context.close()
        assert running.wrong == []


def claim(page: Page) -> None:
    page.get_by_role("button", name="接手这个个案").click()
    expect(page.get_by_text("由您负责").first).to_be_visible()


def test_from_a_patients_words_to_a_closed_case_and_the_patient_reads_the_reply(desk: Running) -> None:
    expert = desk.signed_in("陈医生")
    expect(expert.get_by_text("没有人在等")).to_be_visible()

    patient = desk.browser(**PHONE).new_page()
    patient.goto("/")
    patient.locator("#text").fill("昨天打玻尿酸隆鼻,现在右眼突然看不见了")
    patient.locator("#send").click()
    expect(patient.locator(".alarm").first).to_be_visible()

    # Nobody reloaded the desk.
    expect(expert.locator("#alarms")).to_contain_text("1 个紧急个案还没有人接")
    row = expert.locator(".row.emergency").first
    expect(row).to_be_visible()
    row.get_by_role("link").click()
    expect(expert.locator("main")).not_to_contain_text("右眼突然看不见")
    claim(expert)
    expect(expert.locator("#summary")).to_contain_text("看不见")
    number = re.match(r"[A-Z0-9-]+", expert.title())
    assert number
    assert number[0] in expert.url

    expert.get_by_label("回复患者").fill("我是眼科医生,请马上去最近的医院急诊。")
    expert.get_by_role("button", name="发送").click()
    expect(expert.locator(".said.staff")).to_contain_text("请马上去最近的医院急诊")
    expect(expert.locator(".said.staff")).to_contain_text("已送达")
    expect(patient.get_by_text("请马上去最近的医院急诊")).to_be_visible()

    patient.locator("#text").fill("我在去医院的路上")
    patient.locator("#send").click()
    expect(expert.locator("#thread")).to_contain_text("我在去医院的路上")

    expert.locator("summary", has_text="结案").click()
    expert.get_by_label("结果").select_option("to_hospital")
    expert.get_by_label("结案说明").fill("已到急诊")
    expert.locator("form[action$='/close'] button").click()
    expect(expert.locator("main")).to_contain_text("已转到医院")


def test_two_open_the_same_case_and_the_second_is_told_who_was_faster(desk: Running) -> None:
    placed = desk.house.case("K7M-4QD")
    first, second = desk.signed_in("陈医生"), desk.signed_in("刘医生", java_script_enabled=False)
    for page in (first, second):
        page.goto(placed.path("eye"))
    claim(first)
    second.get_by_role("button", name="接手这个个案").click()
    expect(second.get_by_role("status").filter(has_text="晚了一步")).to_contain_text("陈医生刚刚接手")
    expect(second.locator("main")).not_to_contain_text("李娜")


def test_the_claim_button_goes_away_by_itself_when_somebody_else_takes_the_case(desk: Running) -> None:
    placed = desk.house.case("K7M-4QD")
    first, second = desk.signed_in("陈医生"), desk.signed_in("刘医生")
    for page in (first, second):
        page.goto(placed.path("eye"))
    claim(first)
    expect(second.get_by_role("button", name="接手这个个案")).to_have_count(0)
    expect(second.locator("#case-top")).to_contain_text("由陈医生负责")


def test_what_the_patient_writes_appears_without_reload_and_marks_the_board(desk: Running) -> None:
    placed = desk.house.case("K7M-4QD")
    reading = desk.signed_in("陈医生")
    reading.goto(placed.path("eye"))
    claim(reading)
    reading.get_by_label("回复患者").fill("写到一半")
    desk.house.hear(placed, "现在能看见一点光")
    expect(reading.locator("#thread")).to_contain_text("现在能看见一点光")
    expect(reading.get_by_label("回复患者")).to_have_value("写到一半")

    board = reading.context.new_page()
    board.goto("/desk?view=mine")
    row = board.locator(f'[data-row="{placed.handoffs["eye"]}"]')
    expect(row).not_to_have_class(re.compile("unread"))
    reading.close()
    desk.house.hear(placed, "又看不见了")
    expect(row).to_have_class(re.compile("unread"))


def test_a_draft_outlives_the_page_and_signing_out_removes_it(desk: Running) -> None:
    placed = desk.house.case("K7M-4QD")
    page = desk.signed_in("陈医生")
    page.goto(placed.path("eye"))
    claim(page)
    page.get_by_label("回复患者").fill("还没想好的一句")
    page.get_by_role("button", name="同事备注").click()
    page.get_by_label("同事备注").fill("给同事的一句")
    page.reload()
    expect(page.get_by_label("回复患者")).to_have_value("还没想好的一句")
    page.get_by_role("button", name="同事备注").click()
    expect(page.get_by_label("同事备注")).to_have_value("给同事的一句")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("您已退出")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_reply_that_could_not_be_sent_stays_in_the_field(desk: Running) -> None:
    placed = desk.house.case("K7M-4QD")
    page = desk.signed_in("陈医生")
    page.goto(placed.path("eye"))
    claim(page)
    page.context.set_offline(True)
    page.get_by_label("回复患者").fill("请去急诊")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("没有发出去")).to_be_visible()
    expect(page.get_by_label("回复患者")).to_have_value("请去急诊")
    page.context.set_offline(False)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".said.staff")).to_contain_text("请去急诊")
    expect(page.get_by_label("回复患者")).to_have_value("")


def test_a_reply_whose_answer_was_lost_and_that_is_sent_again_reaches_the_patient_once(desk: Running) -> None:
    placed = desk.house.case("K7M-4QD")
    page = desk.signed_in("陈医生")
    page.goto(placed.path("eye"))
    claim(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/reply", lose)
    page.get_by_label("回复患者").fill("请去急诊")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("没有发出去")).to_be_visible()
    page.unroute("**/reply")
    page.reload()  # the draft and its key outlive the page
    expect(page.get_by_label("回复患者")).to_have_value("请去急诊")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_label("回复患者")).to_have_value("")
    page.get_by_label("回复患者").fill("请去急诊")  # the same words once more are meant
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_label("回复患者")).to_have_value("")
    assert desk.house.replies(placed) == ["请去急诊", "请去急诊"]


def test_a_page_whose_session_ended_becomes_the_sign_in_page_by_itself(desk: Running) -> None:
    page = desk.signed_in("陈医生")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "aidline_desk"]
    with desk.house.service.database.begin() as c:
        people.end_session(c, cookie["value"])
    desk.house.case("K7M-4QD")
    expect(page.get_by_text("登录已过期")).to_be_visible()
    expect(page.get_by_text("aidline staff link")).to_be_visible()


def test_a_photo_opens_large_and_closes_with_escape(desk: Running) -> None:
    placed = desk.house.case("K7M-4QD", photos=2)
    page = desk.signed_in("陈医生")
    page.goto(placed.path("eye"))
    claim(page)
    page.locator("[data-photo]").nth(1).click()
    picture = page.locator("#viewer img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 640)
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).not_to_be_visible()


def test_the_way_by_keyboard_alone(desk: Running) -> None:
    desk.house.case("K7M-4QD", urgency=Urgency.soon, fired=())
    page = desk.signed_in("陈医生")

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "[document.activeElement.innerText || document.activeElement.getAttribute('aria-label') || '',"
                " getComputedStyle(document.activeElement).outlineStyle,"
                " getComputedStyle(document.activeElement, '::after').outlineStyle]"
            )
            if name in focused[0]:
                assert "solid" in focused[1:]
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("注射填充")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    tab_to("接手这个个案")
    page.keyboard.press("Enter")
    expect(page.get_by_text("由您负责").first).to_be_visible()
    page.get_by_label("回复患者").focus()
    page.keyboard.type("您好")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said.staff")).to_contain_text("您好")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_over_the_edge_and_text_stands_out(desk: Running, width: int, scheme: Any) -> None:
    placed = desk.house.case("K7M-4QD", photos=3)
    desk.house.case("LAW-444", queues=("derm",), urgency=Urgency.urgent)
    page = desk.signed_in("陈医生", viewport={"width": width, "height": 740}, color_scheme=scheme)

    def look() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(FAINT) == []

    look()
    page.goto(placed.path("eye"))
    look()
    claim(page)
    look()
    for panel in ("talk", "photos", "history") if width == 360 else ():
        page.locator(f"[data-tab={panel}]").click()
        look()


# Texts whose contrast with what is behind them is under 4.5:1 (WCAG 2.2, 1.4.3).
FAINT = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * x + .7152 * y + .0722 * z;
  };
  const behind = (element) => {
    let colour = [0, 0, 0, 0];
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      const rest = (1 - colour[3]) * a;
      colour = [colour[0] + r * rest, colour[1] + g * rest, colour[2] + b * rest, colour[3] + rest];
      if (colour[3] > .99) break;
    }
    return colour;
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest(".unseen, .skip")) continue;
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (ratio < 4.5) faint.push([walker.currentNode.textContent.trim().slice(0, 30), ratio.toFixed(2)]);
  }
  return faint;
}"""
