"""A page says which case and how urgent, nothing else, to every service that is set."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bot import paging
from bot import settings as settings_module
from bot.app import build
from bot.errors import DeliveryError
from bot.paging import Pager
from bot.settings import BrokenSetting
from storage.outbox import Row


class Received(BaseHTTPRequestHandler):
    """A notification service: remembers what it is sent."""

    bodies: list[dict[str, str]]

    def do_POST(self) -> None:
        self.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def notified() -> Iterator[tuple[str, list[dict[str, str]]]]:
    Received.bodies = []
    server = HTTPServer(("127.0.0.1", 0), Received)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/", Received.bodies
    server.shutdown()
    server.server_close()


def page() -> Row:
    payload = {"number": "A482-9173", "urgency": "emergency", "queues": ["duty", "eye"]}
    return Row(kind="page", recipient="page:1", payload=payload, due_at=datetime.now(UTC))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
async def test_page_names_the_case_and_nothing_medical(
    data: object, monkeypatch: pytest.MonkeyPatch, notified: tuple[str, list[dict[str, str]]]
) -> None:
    url, bodies = notified
    monkeypatch.setenv("AIDLINE_NOTIFY_URLS", url)
    await Pager(settings_module.read())(page())
    (body,) = bodies
    assert "A482-9173" in body["title"] + body["message"]
    assert "/desk" in body["message"]
    assert "eye" not in body["title"] + body["message"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
async def test_page_that_nobody_took_is_tried_again(data: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLINE_NOTIFY_URLS", "json://127.0.0.1:9/")
    with pytest.raises(DeliveryError) as error:
        await Pager(settings_module.read())(page())
    assert not error.value.permanent


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
async def test_dead_service_pages_nobody_else_twice(
    data: object,
    monkeypatch: pytest.MonkeyPatch,
    notified: tuple[str, list[dict[str, str]]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    url, bodies = notified
    monkeypatch.setattr(paging, "SECOND_TRY_SECONDS", 0.0)
    monkeypatch.setenv("AIDLINE_NOTIFY_URLS", f"{url} json://user:secret@127.0.0.1:9/")
    await Pager(settings_module.read())(page())
    assert len(bodies) == 1
    told = [record.getMessage() for record in caplog.records if record.name == "aidline.paging"]
    assert told == ["address 2 of AIDLINE_NOTIFY_URLS did not take a page; others did"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("broken", "told"), [("tgram://secret", "address 2 (tgram://…)"), ("secret", "address 2 is not")]
)
def test_address_that_cannot_be_paged_is_named_at_start_without_its_secrets(
    data: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str, told: str
) -> None:
    monkeypatch.setenv("AIDLINE_NOTIFY_URLS", f"json://127.0.0.1:9/ {broken}")
    with pytest.raises(BrokenSetting) as error:
        build(settings_module.read())
    assert "AIDLINE_NOTIFY_URLS" in str(error.value)
    assert told in str(error.value)
    assert "secret" not in str(error.value) + caplog.text
