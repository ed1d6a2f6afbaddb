"""A person at the web chat, as far as HTTP goes."""

import json
import re
import threading
import time
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

JSON = {"Accept": "application/json"}
ALARMING = "我左眼突然看不见了，昨天打的玻尿酸"


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
