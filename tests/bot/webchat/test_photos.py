"""Photos and files: taken, shown small to their sender only, bounded."""

import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.channels.webchat.posted import MAX_FILE
from tests.bot.webchat.person import JSON, agree, picture, say, send, texts


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
