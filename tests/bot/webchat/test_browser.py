"""The web chat in a browser: from the first word to the answer, on good lines and bad."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.bot.running import Process
from tests.bot.webchat.phone import PHONE, agreed, answer, mine, needs_chromium, opened, picture, say, staff_says

pytestmark = needs_chromium


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


def test_a_killed_server_loses_nothing_and_doubles_nothing(
    chromium: Browser, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDLINE_DATABASE_URL", url)
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
    phone: BrowserContext, tmp_path: Path, size: int, sentence: str
) -> None:
    page = agreed(phone)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    file = tmp_path / "a.jpg"
    with file.open("wb") as holes:
        holes.truncate(size)
    page.locator("#photos").set_input_files(file)
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
