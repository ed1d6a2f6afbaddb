"""A page says which case and how urgent, nothing else, to every service that is set."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot import paging
from bot import settings as settings_module
from bot.app import build
from bot.messages import Inbound
from bot.service import Service
from bot.settings import BrokenSetting
from storage import backlog, cases, outbox, people


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


House = Callable[[str], Service]
QUIET = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
DEAD = "json://user:secret@127.0.0.1:9/"


@pytest.fixture
def house(data: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The house with these notification services."""
    made: list[Service] = []

    def with_services(urls: str) -> Service:
        monkeypatch.setenv("AIDLINE_NOTIFY_URLS", urls)
        monkeypatch.setenv("AIDLINE_DATABASE_URL", url)
        made.append(Service(settings_module.read()))
        return made[-1]

    yield with_services
    for service in made:
        service.close()


async def alarm(service: Service) -> str:
    """Somebody's emergency; what is paged at once was paged. Gives the case's number."""
    text = "打完玻尿酸左眼看不见了"
    taken = await service.take(Inbound(channel="web", address="a", key="1", at=datetime.now(UTC), text=text))
    await service.worker.drain()
    assert taken.case_number is not None
    return taken.case_number


async def try_again(service: Service, after: float) -> None:
    """What is due so many seconds later, is done now."""
    due = datetime.now(UTC) + timedelta(seconds=after)
    service.worker.submit(await service.run(outbox.claim_due, service.owner, due))
    await service.worker.drain()


@QUIET
async def test_page_names_the_case_and_nothing_medical(
    house: House, notified: tuple[str, list[dict[str, str]]]
) -> None:
    url, bodies = notified
    number = await alarm(house(url))
    (body,) = bodies
    assert number in body["title"] + body["message"]
    assert "/desk" in body["message"]
    assert "眼" not in body["title"] + body["message"]


@QUIET
async def test_dead_service_keeps_nobody_from_being_paged_and_is_tried_alone(
    house: House, notified: tuple[str, list[dict[str, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    url, bodies = notified
    service = house(f"{DEAD} {url}")
    await alarm(service)
    assert len(bodies) == 1
    for _ in range(3):
        await try_again(service, after=400)
    assert len(bodies) == 1
    assert [row.kind for row in await service.look(backlog.listed)] == ["notify"]
    assert "secret" not in caplog.text


@QUIET
async def test_page_that_failed_is_not_sent_once_somebody_has_the_case(
    house: House, notified: tuple[str, list[dict[str, str]]]
) -> None:
    service = house(DEAD)
    number = await alarm(service)
    with service.database.begin() as c:
        doctor = people.add_staff(c, "Dr Li", "expert", now=datetime.now(UTC))
        for handoff in cases.by_number(c, number).handoffs:
            cases.claim(c, handoff.id, doctor, datetime.now(UTC))
    await try_again(service, after=400)
    assert await service.look(backlog.listed) == []


@QUIET
async def test_page_that_never_got_through_stands_on_the_case(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "TRIES", 1)
    service = house(DEAD)
    number = await alarm(service)
    with service.database.read() as c:
        shown = cases.show_case(c, service.vault, number)
    given_up = [entry["detail"] for entry in shown["timeline"] if entry["kind"] == "undeliverable"]
    assert [(detail["what"], detail["error"].partition(":")[0]) for detail in given_up] == [
        ("notify", "address 1 of AIDLINE_NOTIFY_URLS did not take a page")
    ]


@QUIET
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
