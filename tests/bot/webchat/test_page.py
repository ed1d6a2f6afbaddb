"""The page itself: light, neutral, protected, in both languages."""

import gzip
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.settings import Settings
from locales import LOCALES, keys
from storage.models import CONVERSATION
from tests.bot.running import in_thread
from tests.bot.webchat.person import ALARMING, JSON, form_of, say


def test_first_page_with_all_it_needs_is_under_60_kb(person: httpx.Client) -> None:
    page = person.get("/")
    needed = [person.get(url) for url in set(re.findall(r'(?:href|src)="(/chat/static/[^"]+)"', page.text))]
    assert all(answer.status_code == 200 for answer in needed)
    assert len(needed) >= 7
    unpacked = len(page.content) + sum(len(answer.content) for answer in needed)
    assert unpacked < 60_000


def test_looking_at_the_page_creates_nothing(house: tuple[str, Any]) -> None:
    url, service = house

    def count() -> int:
        with service.database.read() as c:
            return len(c.execute(CONVERSATION.select()).all())

    before = count()
    with httpx.Client(base_url=url) as stranger:
        for path in ("/", "/chat/messages", "/chat/events", "/chat/leave"):
            stranger.get(path)
        stranger.post("/chat/leave", headers={"Origin": url})
    assert count() == before


def test_titles_and_names_say_nothing_of_what_it_is_about(person: httpx.Client) -> None:
    for locale in ("zh", "en"):
        page = person.get("/", headers={"Accept-Language": locale})
        title = re.search(r"<title>(.*?)</title>", page.text)
        assert title is not None and title[1] in ("消息", "Messages")
        manifest = person.get("/chat/manifest.webmanifest", headers={"Accept-Language": locale})
        assert manifest.headers["content-type"].startswith("application/manifest+json")
        assert manifest.json()["name"] == "Aidline"


def test_no_inline_script_style_or_handler_and_nothing_from_elsewhere(person: httpx.Client) -> None:
    say(person, ALARMING)
    for path in ("/", "/chat/offline", "/nowhere"):
        html = person.get(path).text
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)| style=| on\w+=", html)
        assert not re.search(r'(?:src|href|action)="(?!/|tel:|#)', html)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/chat/messages", 200), ("/chat/media/x/thumb", 404), ("/sw.js", 200), ("/no/such", 404)],
)
def test_every_answer_is_protected(person: httpx.Client, path: str, status: int) -> None:
    answer = person.get(path)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] in ("no-store", "no-cache")


def test_scripts_are_kept_for_good_under_their_version_only(person: httpx.Client) -> None:
    url = re.findall(r'"(/chat/static/[^"]+chat\.js)"', person.get("/").text)[0]
    now = person.get(url, headers={"Accept-Encoding": "identity"})
    assert "immutable" in now.headers["cache-control"]
    packed = person.get(url)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == now.content
    assert gzip.compress(now.content, 9) < now.content
    old = person.get(re.sub(r"static/\w+/", "static/000000000000/", url))
    assert old.headers["cache-control"] == "no-cache"
    assert person.get("/chat/static/x/../../../settings.py").status_code == 404


def test_cookie_is_random_long_lived_and_out_of_reach_of_scripts(house: tuple[str, Any]) -> None:
    cookies = [httpx.get(house[0]).headers["set-cookie"] for _ in range(2)]
    tokens = [re.match(r"chat=([\w-]{43});", cookie) for cookie in cookies]
    assert tokens[0] and tokens[1] and tokens[0][1] != tokens[1][1]
    assert "HttpOnly" in cookies[0]
    assert "SameSite=lax" in cookies[0]
    assert "Max-Age=34560000" in cookies[0]


def test_behind_https_the_cookie_is_secure(tmp_path: Path) -> None:
    with in_thread(Settings(data=tmp_path, public_url="https://help.example")) as (url, _):
        cookie = httpx.get(url).headers["set-cookie"]
        assert cookie.startswith("__Host-chat=")
        assert "Secure" in cookie


def test_unknown_addresses_get_a_kind_page_and_programs_a_plain_answer(person: httpx.Client) -> None:
    page = person.get("/wp-admin/setup.php")
    assert page.status_code == 404
    assert 'href="/"' in page.text
    assert person.get("/api/none", headers=JSON).json() == {"error": "not found"}


def test_language_follows_the_browser_until_the_person_or_conversation_chose(person: httpx.Client) -> None:
    assert '<html lang="zh-CN">' in person.get("/").text
    english = person.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="en">' in english.text
    fields = form_of(english.text, "/chat/language") | {"locale": "zh-CN"}
    person.post("/chat/language", data=fields)
    assert '<html lang="zh-CN">' in person.get("/", headers={"Accept-Language": "en"}).text
    say(person, "你好")
    person.post("/chat/language", data=fields | {"locale": "en"})
    person.cookies.delete("locale")
    assert '<html lang="en">' in person.get("/").text
    assert say(person, command="status")["locale"] == "en"


def test_both_languages_have_every_word_of_the_page() -> None:
    found = [{key for key in keys(locale) if key.startswith("web-")} for locale in LOCALES]
    assert found[0] == found[1]
    assert len(found[0]) > 50
