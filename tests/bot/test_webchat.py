"""The web chat over HTTP: what a browser, a program or a stranger on the net gets from it."""

import gzip
import json
import re
import threading
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from bot.channels.webchat import guard
from bot.channels.webchat.posted import MAX_FILE
from bot.settings import Settings
from locales import LOCALES, keys
from storage import conversations
from storage import messages as lines
from storage.models import CONVERSATION
from tests.bot.running import in_thread

JSON = {"Accept": "application/json"}
ALARMING = "我左眼突然看不见了，昨天打的玻尿酸"


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


def say(person: httpx.Client, text: str = "", **more: Any) -> dict[str, Any]:
    answer = person.post("/chat/message", json={"text": text, "key": str(uuid4())} | more, headers=JSON)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def send(person: httpx.Client, *files: tuple[str, bytes, str], **fields: str) -> httpx.Response:
    return person.post(
        "/chat/message",
        data={"key": str(uuid4())} | fields,
        files=[("files", file) for file in files],
        headers=JSON,
    )


def agree(person: httpx.Client) -> dict[str, Any]:
    asked = say(person, "你好")["open"]
    return say(person, picks=["agree"], asked=asked)


def picture(width: int = 900, height: int = 700, kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, kind)
    return out.getvalue()


def texts(batch: dict[str, Any], who: str) -> list[str]:
    return [message["text"] for message in batch["messages"] if message["who"] == who]


def form_of(page: str, action: str) -> dict[str, str]:
    """Hidden fields of a form, as a browser without scripts would send them."""
    form = re.search(rf'<form[^>]*action="{action}"[^>]*>.*?</form>', page, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


# -- the page


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


# -- speaking


def test_a_message_is_answered_with_what_it_led_to(person: httpx.Client) -> None:
    first = say(person, "你好")
    assert texts(first, "me") == ["你好"]
    question = first["messages"][-1]
    assert question["type"] == "ask"
    assert {choice["id"] for choice in question["choices"]} == {"agree", "more", "decline"}
    second = say(person, picks=["agree"], asked=question["asked"], after=first["last"])
    assert texts(second, "me") == ["同意，继续"]
    assert all(message["id"] > first["last"] for message in second["messages"])
    assert second["messages"][-1]["multi"] is True
    assert 0 < first["progress"] < second["progress"] < 100


def test_the_same_key_is_taken_once_whatever_happens(person: httpx.Client) -> None:
    say(person, "你好")
    key = str(uuid4())
    answers = [say(person, "我打了玻尿酸", key=key, after=0) for _ in range(3)]
    assert all(texts(answer, "me").count("我打了玻尿酸") == 1 for answer in answers)
    assert answers[0]["last"] == answers[2]["last"]


def test_the_same_key_at_once_from_two_tabs_is_taken_once(person: httpx.Client) -> None:
    say(person, "你好")
    key = str(uuid4())
    tabs = [threading.Thread(target=say, args=(person, "在吗"), kwargs={"key": key}) for _ in range(6)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert texts(person.get("/chat/messages").json(), "me").count("在吗") == 1


def test_an_alarm_comes_first_with_a_number_to_tap(person: httpx.Client) -> None:
    agree(person)
    batch = say(person, ALARMING)
    told = [message for message in batch["messages"] if message["who"] == "bot"]
    assert told[0]["type"] == "alarm"
    assert 'href="tel:120"' in told[0]["html"]
    assert 'role="alert"' in told[0]["html"]
    assert batch["case"]


def test_only_the_open_question_has_buttons_and_an_old_one_is_answered_kindly(person: httpx.Client) -> None:
    first = say(person, "你好")
    say(person, picks=["agree"], asked=first["open"])
    page = person.get("/").text
    assert page.count('data-asked="') - page.count('<article class="entry bot question"') == 1
    old = say(person, picks=["agree"], asked=first["open"])
    assert old["messages"][-1]["type"] == "ask"
    assert old["open"] != first["open"]


def test_what_people_write_is_shown_as_text_only(person: httpx.Client) -> None:
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>\" onfocus='x"
    batch = say(person, nasty)
    mine = next(message for message in batch["messages"] if message["who"] == "me")
    assert mine["text"] == nasty
    assert "<img src=x" not in mine["html"]
    assert "<script>" not in mine["html"]
    assert "<img src=x" not in person.get("/").text


def test_twenty_thousand_characters_are_taken_and_one_more_is_refused_kindly(person: httpx.Client) -> None:
    say(person, "你好")
    story = "鼻" * 20_000
    assert texts(say(person, story), "me") == [story]
    answer = person.post("/chat/message", json={"text": story + "子", "key": str(uuid4())}, headers=JSON)
    assert answer.status_code == 413
    assert "20000" in answer.json()["error"]
    huge = person.post("/chat/message", json={"text": "x" * 3_000_000, "key": str(uuid4())}, headers=JSON)
    assert huge.status_code == 413


def test_too_long_without_scripts_keeps_the_words_in_the_box(person: httpx.Client) -> None:
    page = person.get("/").text
    fields = form_of(page, "/chat/message") | {"text": "很长" * 10_001}
    answer = person.post("/chat/message", data=fields)
    assert answer.status_code == 413
    assert "很长" * 10_001 + "</textarea>" in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"text":"x","picks":["' + b"a" * 300 + b'"]}',
        b'{"text":"x","command":"DROP TABLE"}',
        b'{"text":"x","key":"../../etc"}',
    ],
)
def test_malformed_bodies_are_refused_with_a_sentence(person: httpx.Client, body: bytes) -> None:
    answer = person.post("/chat/message", content=body, headers=JSON | {"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_odd_signs_are_stored_and_come_back(person: httpx.Client) -> None:
    say(person, "你好")
    batch = person.post(
        "/chat/message",
        content=json.dumps({"text": "a\ud800b\u0000c\u202ed😖\r\ne", "key": str(uuid4())}),
        headers=JSON | {"Content-Type": "application/json"},
    ).json()
    mine = texts(batch, "me")[0]
    assert mine.startswith("a?b")
    assert "😖\ne" in mine
    assert person.get("/").status_code == 200


def test_an_empty_message_is_refused_and_an_empty_answer_gets_a_hint(person: httpx.Client) -> None:
    answer = person.post("/chat/message", json={"text": "  ", "key": str(uuid4())}, headers=JSON)
    assert answer.status_code == 422
    asked = agree(person)["open"]
    batch = say(person, asked=asked)
    assert batch["messages"][-1]["type"] == "ask"


# -- without scripts


def test_whole_exchange_works_by_forms_alone(person: httpx.Client) -> None:
    person.headers["Accept"] = "text/html"
    page = person.get("/").text
    after = person.post("/chat/message", data=form_of(page, "/chat/message") | {"text": "鼻子打完很疼"})
    assert after.status_code == 303
    page = person.get("/").text
    assert "鼻子打完很疼" in page
    answered = form_of(page, "/chat/message") | {"picks": "agree"}
    assert "asked" in answered
    person.post("/chat/message", data=answered)
    page = person.get("/").text
    assert "同意，继续" in page
    assert 'type="checkbox" name="picks"' in page
    twice = form_of(page, "/chat/message") | {"picks": "none"}
    person.post("/chat/message", data=twice)
    person.post("/chat/message", data=twice)  # a double tap
    assert person.get("/").text.count("以上都没有") == 1


def test_a_form_may_carry_words_and_photos_at_once(person: httpx.Client) -> None:
    fields = form_of(person.get("/").text, "/chat/message")
    files = [("files", (f"{n}.jpg", picture(300, 200 + n), "image/jpeg")) for n in range(2)]
    answer = person.post("/chat/message", data=fields | {"text": "看照片"}, files=files)
    assert answer.status_code == 303
    page = person.get("/").text
    assert page.count("/thumb") == 2
    assert "看照片" in page


# -- who may post


def test_posts_from_other_sites_are_refused(house: tuple[str, Any], person: httpx.Client) -> None:
    say(person, "你好")
    forged: list[dict[str, str]] = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": house[0] + ".evil.example"},
    ]
    for headers in forged:
        for path in ("/chat/message", "/chat/leave", "/chat/language", "/chat/continue"):
            answer = person.post(path, data={"text": "forged", "locale": "en"}, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert "forged" not in texts(person.get("/chat/messages").json(), "me")


def test_own_page_may_post_with_or_without_the_newer_headers(house: tuple[str, Any], person: httpx.Client) -> None:
    form = form_of(person.get("/").text, "/chat/message")
    for number, headers in enumerate(
        (
            {"Origin": house[0]},
            {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # a form under no-referrer
            {"Origin": "null"},  # the same in an older browser: the form's own token counts
        )
    ):
        answer = person.post("/chat/message", data=form | {"text": f"own {number}"}, headers=headers)
        assert answer.status_code == 303


def test_form_token_belongs_to_one_cookie_and_does_not_reveal_it() -> None:
    mine, other = guard.new_token(), guard.new_token()
    assert guard.form_token(mine) != guard.form_token(other)
    assert mine not in guard.form_token(mine)


# -- photos


def test_photos_are_taken_shown_small_and_only_to_their_sender(house: tuple[str, Any], person: httpx.Client) -> None:
    agree(person)
    batch = send(person, ("IMG 1.jpg", picture(), "image/jpeg"), after="0").json()
    (sent,) = [message for message in batch["messages"] if message.get("files")]
    url = f"/chat/media/{sent['files'][0]['id']}/thumb"
    thumb = person.get(url)
    assert thumb.headers["content-type"] == "image/jpeg"
    assert thumb.headers["cache-control"] == "no-store"
    assert max(Image.open(BytesIO(thumb.content)).size) <= 320
    with httpx.Client(base_url=house[0]) as stranger:
        assert stranger.get(url).status_code == 404
        say(stranger, "你好")
        assert stranger.get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("empty.jpg", b"", "image/jpeg"),
        ("cut.jpg", picture()[:9000], "image/jpeg"),
        ("lies.jpg", b"GIF89a nothing", "image/jpeg"),
    ],
)
def test_unusable_photos_get_a_sentence_and_no_thumbnail(
    person: httpx.Client, name: str, data: bytes, kind: str
) -> None:
    agree(person)
    answer = send(person, (name, data, kind), after="0")
    assert answer.status_code == 200
    batch = answer.json()
    assert texts(batch, "bot")
    sent = [message for message in batch["messages"] if message.get("files")]
    assert all(not file["thumb"] for message in sent for file in message["files"])


def test_a_pdf_is_kept_as_a_document(person: httpx.Client) -> None:
    agree(person)
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    batch = send(person, ("contract.pdf", pdf, "application/pdf"), after="0").json()
    (sent,) = [message for message in batch["messages"] if message.get("files")]
    assert sent["files"][0]["thumb"] is False


class Endless:
    """A multipart body of a size that should never be in memory."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        yield (
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="big.jpg"\r\n'
            b"Content-Type: image/jpeg\r\n\r\n"
        )
        piece = b"\xff" * 65536
        while self.sent < self.size:
            self.sent += len(piece)
            yield piece
        yield b"\r\n--b--\r\n"


def test_fifty_megabytes_are_refused_with_a_sentence_and_do_not_fill_memory(person: httpx.Client) -> None:
    say(person, "你好")
    tracemalloc.start()
    answer = person.post(
        "/chat/message",
        content=iter(Endless(50 * 1024 * 1024)),
        headers=JSON | {"Content-Type": "multipart/form-data; boundary=b"},
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert "20 MB" in answer.json()["error"]
    assert peak < 8 * 1024 * 1024
    assert texts(say(person, "还在吗"), "me") == ["还在吗"]


def test_the_limit_is_said_before_and_holds_to_the_byte(person: httpx.Client) -> None:
    assert "20 MB" in person.get("/").text
    over = send(person, ("a.jpg", b"\xff" * (MAX_FILE + 1), "image/jpeg"))
    assert over.status_code == 413
    within = send(person, ("a.jpg", b"\xff" * MAX_FILE, "image/jpeg"))
    assert within.status_code == 200


def test_too_many_files_at_once_are_refused(person: httpx.Client) -> None:
    files = [(f"{n}.jpg", b"x", "image/jpeg") for n in range(11)]
    assert send(person, *files).status_code == 413


# -- answers without reload


class Listener:
    """Reads server-sent events in a thread."""

    def __init__(self, person: httpx.Client, last: int | None = None) -> None:
        self.batches: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.open = threading.Event()
        self.stop = threading.Event()
        self._headers = {"Last-Event-ID": str(last)} if last is not None else {}
        self._client = httpx.Client(base_url=person.base_url, cookies=dict(person.cookies), timeout=30)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        assert self.open.wait(10)

    def _read(self) -> None:
        try:
            with self._client.stream("GET", "/chat/events", headers=self._headers) as stream:
                assert stream.headers["content-type"].startswith("text/event-stream")
                for line in stream.iter_lines():
                    self.open.set()
                    if self.stop.is_set():
                        return
                    if line.startswith("id: "):
                        self.ids.append(line[4:])
                    if line.startswith("data: {"):
                        self.batches.append(json.loads(line[6:]))
        except httpx.TransportError:
            return

    def wait_for(self, text: str, seconds: float = 5) -> float:
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if any(text in message["text"] for batch in self.batches for message in batch["messages"]):
                return time.monotonic() - started
            time.sleep(0.01)
        raise AssertionError(f"{text} did not arrive")

    def close(self) -> None:
        self.stop.set()
        self._client.close()


def test_messages_arrive_live_and_only_those_after_the_last_id(person: httpx.Client) -> None:
    last = say(person, "你好")["last"]
    listener = Listener(person, last)
    say(person, "在另一个标签页里写的")
    listener.wait_for("在另一个标签页里写的")
    assert all(message["id"] > last for batch in listener.batches for message in batch["messages"])
    assert listener.ids[-1] == str(listener.batches[-1]["last"])
    listener.close()


def test_what_another_process_stored_arrives_within_two_seconds(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path)
    with (
        in_thread(settings) as (here, _),
        in_thread(settings) as (there, _),
        httpx.Client(base_url=here) as person,
    ):
        say(person, "你好")
        listener = Listener(person)
        listener.wait_for("你好")
        with httpx.Client(base_url=there, cookies=dict(person.cookies)) as elsewhere:
            say(elsewhere, "从另一台服务器来的")
        assert listener.wait_for("从另一台服务器来的") < 2.5
        listener.close()


def test_a_stranger_gets_no_stream(house: tuple[str, Any]) -> None:
    assert httpx.get(f"{house[0]}/chat/events").status_code == 204
    answer = httpx.get(f"{house[0]}/chat/messages", params={"after": "nonsense"})
    assert answer.json()["messages"] == []
    assert answer.json()["known"] is False


# -- coming back, leaving


def test_the_cookie_resumes_at_the_same_question(house: tuple[str, Any], person: httpx.Client) -> None:
    asked = agree(person)["open"]
    with httpx.Client(base_url=house[0], cookies=dict(person.cookies)) as later:
        page = later.get("/").text
        assert f'data-open="{asked}"' in page
        assert f'data-asked="{asked}"' in page


def test_quick_exit_covers_the_page_until_asked_for(person: httpx.Client) -> None:
    say(person, "这句话谁都不该看到")
    form = form_of(person.get("/").text, "/chat/leave")
    left = person.post("/chat/leave", data=form)
    assert left.status_code == 303
    blank = person.get(left.headers["location"])
    assert "Aidline" not in blank.text
    covered = person.get("/").text
    assert "这句话谁都不该看到" not in covered
    person.post("/chat/continue", data=form_of(covered, "/chat/continue"))
    assert "这句话谁都不该看到" in person.get("/").text


def test_long_conversations_show_the_newest_and_lead_to_the_earlier(person: httpx.Client) -> None:
    agree(person)
    for number in range(32):
        say(person, f"第{number}句", command=None)
    page = person.get("/").text
    assert "第31句" in page
    assert "第0句" not in page
    link = re.search(r'href="(/\?before=\d+)"', page)
    assert link is not None
    older = person.get(link[1]).text
    ids = [{int(i) for i in re.findall(r'data-id="(\d+)"', html)} for html in (page, older)]
    assert not ids[0] & ids[1]
    assert max(ids[1]) < min(ids[0])


def test_notes_between_colleagues_are_never_shown(house: tuple[str, Any], person: httpx.Client) -> None:
    say(person, "你好")
    now, service = datetime.now(UTC), house[1]
    with service.database.begin() as c:
        thread = conversations.find(c, service.vault, channel="web", address=person.cookies["chat"])
        assert thread is not None
        lines.add(
            c,
            thread.key,
            thread.conversation_id,
            [
                lines.NewMessage(direction=direction, kind="text", body={"text": text, "role": "expert"}, at=now)
                for direction, text in (
                    ("note", "between us"),
                    ("system", "mark"),
                    ("staff", "我是医生，在看"),
                )
            ],
        )
    for seen in (person.get("/").text, person.get("/chat/messages").text):
        assert "between us" not in seen
        assert "mark" not in seen
        assert "我是医生，在看" in seen
        assert "专家" in seen


def test_both_languages_have_every_word_of_the_page() -> None:
    found = [{key for key in keys(locale) if key.startswith("web-")} for locale in LOCALES]
    assert found[0] == found[1]
    assert len(found[0]) > 50
