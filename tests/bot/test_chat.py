"""`aidline chat` as its users run it: the JSON contract, resuming, bad input, and SIGKILL at any moment."""

import io
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.channels.terminal import Terminal
from bot.messages import Inbound, Outbound
from bot.service import Service
from storage import audit, cases, people

COMMAND = [sys.executable, "-m", "bot.cli"]


class Chat:
    """One run of the command, fed line by line."""

    def __init__(self, data: Path, name: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "chat", "--as", name, "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"AIDLINE_DATA": str(data)},
        )

    def send(self, line: str) -> list[dict[str, Any]]:
        """Send one line; what came back, the end of the turn included."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        got = []
        while not got or got[-1]["type"] != "end":
            got.append(json.loads(self.process.stdout.readline()))
        return got

    def type(self, line: str) -> None:
        """Send one line without waiting."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream
            with suppress(BrokenPipeError):
                stream.close()

    def finish(self) -> str:
        """End of input; what stood on standard error."""
        _, errors = self.process.communicate(timeout=30)
        assert self.process.returncode == 0
        return errors


@pytest.fixture
def chats(data: Path) -> Iterator[list[Chat]]:
    running: list[Chat] = []
    yield running
    for chat in running:
        if chat.process.poll() is None:
            chat.kill()


def start(chats: list[Chat], data: Path, name: str = "anna") -> Chat:
    chats.append(Chat(data, name))
    return chats[-1]


def aidline(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, env=os.environ | {"AIDLINE_DATA": str(data)}, check=False
    )


def test_every_line_is_answered_with_messages_and_an_end(chats: list[Chat], data: Path) -> None:
    chat = start(chats, data)
    *messages, end = chat.send("你好")
    assert {message["type"] for message in messages} == {"say", "ask"}
    ask = messages[-1]
    assert set(ask) == {"type", "text", "choices", "multi", "wants_photo"}
    assert [set(choice) for choice in ask["choices"]] == [{"id", "label"}] * 3
    assert end == {"type": "end", "state": "consent", "case": None}
    assert chat.finish() == ""


def test_alarm_gives_a_case_that_the_command_line_shows(chats: list[Chat], data: Path) -> None:
    chat = start(chats, data)
    *messages, end = chat.send("打完玻尿酸左眼看不见了")
    assert messages[0]["type"] == "alarm"
    chat.finish()
    shown = json.loads(aidline(data, "case", "show", end["case"], "--json").stdout)
    assert shown["urgency"] == "emergency"
    assert shown["handoffs"][0]["status"] == "queued"
    listed = json.loads(aidline(data, "case", "list", "--json").stdout)
    assert [case["number"] for case in listed] == [end["case"]]


def test_bad_input_is_answered_in_a_sentence(chats: list[Chat], data: Path, tmp_path: Path) -> None:
    empty, pdf, cut = tmp_path / "empty.jpg", tmp_path / "bill.pdf", tmp_path / "cut.jpg"
    empty.write_bytes(b"")
    pdf.write_bytes(b"%PDF-1.4\n%%EOF\n")
    cut.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01")
    big = tmp_path / "big.jpg"
    with big.open("wb") as file:
        file.truncate(50_000_000)
    chat = start(chats, data)
    for line in (
        "",
        "/dance",
        "#99",
        "😭😭",
        "\x1b[31mred\x07",
        f"photo: {tmp_path}/nowhere.jpg",
        "photo:",
        f"photo: {empty}, {cut}",
        f"photo: {pdf}",
        f"photo: {big}",
        "/status A000-0000",
        "长" * 20_001,
    ):
        *messages, _ = chat.send(line)
        assert messages, line[:40]
        assert all(message["text"].strip() for message in messages), line[:40]
    assert chat.finish() == ""


def test_end_of_a_line_that_could_not_be_taken_names_the_case_all_the_same(chats: list[Chat], data: Path) -> None:
    chat = start(chats, data)
    *_, end = chat.send("打完玻尿酸左眼看不见了")
    *_, after = chat.send("photo: /nowhere.jpg")
    assert end["case"] is not None
    assert after == end


def test_reply_that_comes_during_a_turn_is_shown_in_its_place(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    terminal = Terminal(service, "anna", "zh-CN", as_json=True, out=out)
    terminal.hear("打完玻尿酸左眼看不见了")
    with service.database.begin() as c:
        (case,) = cases.list_cases(c)
        doctor = people.add_staff(c, "Dr Li", "expert", now=datetime.now(UTC))
        cases.claim(c, case.handoffs[0].id, doctor, datetime.now(UTC))
    take = service.turns.take

    def after_a_reply(inbound: Inbound, *more: Any) -> Any:
        body = Outbound(type="reply", text="come to us now", role="expert").to_json()
        with service.database.begin() as c:
            cases.staff_replied(c, case.handoffs[0].id, doctor, body, datetime.now(UTC))
        return take(inbound, *more)

    monkeypatch.setattr(service.turns, "take", after_a_reply)
    out.truncate(0)
    terminal.hear("/status")
    terminal.show_unseen()
    shown = [json.loads(one)["text"] for one in out.getvalue().strip("\0").splitlines() if '"text"' in one]
    assert shown[0] == "come to us now"
    assert len(shown) == len(set(shown)) >= 2


def test_messages_with_broken_bytes_are_classified(data: Path, tmp_path: Path) -> None:
    given, made = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_bytes(b'{"id": "\\ud83d", "message": "lip is white \xff"}\n{"id": 2, "message": "thanks"}\n')
    done = aidline(data, "classify", "--input", str(given), "--output", str(made))
    assert (done.returncode, done.stderr) == (0, "")
    piped = subprocess.run(
        [*COMMAND, "classify"],
        input=given.read_bytes(),
        capture_output=True,
        env=os.environ | {"LC_ALL": "C"},
        check=True,
    )
    assert piped.stdout == made.read_bytes()
    assert [json.loads(one)["id"] for one in made.read_text().splitlines()] == ["\ud83d", 2]


def test_looking_at_the_list_of_cases_is_on_record(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.turns.take(
        Inbound(channel="terminal", address="a", key="1", at=datetime.now(UTC), text="打完玻尿酸左眼看不见了")
    )
    for as_json in (False, True):
        cli.case.case_list(as_json=as_json)
        with service.database.read() as c:
            newest, *rest = audit.records(c)
        assert (newest.actor, newest.action, newest.object) == ("operator", "viewed", "cases")
        assert newest.detail == {"count": 1, "whole": as_json}
        assert len([record for record in rest if record.object == "cases"]) == int(as_json)
    assert "emergency" in capsys.readouterr().out


def test_plain_list_of_cases_opens_no_answers(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.turns.take(
        Inbound(channel="terminal", address="a", key="1", at=datetime.now(UTC), text="打完玻尿酸左眼看不见了")
    )
    monkeypatch.setattr(cases, "show_case", None)
    cli.case.case_list(as_json=False)


def test_unknown_case_number_is_a_sentence_and_exit_code_1(data: Path) -> None:
    done = aidline(data, "case", "show", "A999-9999")
    assert (done.returncode, done.stdout) == (1, "")
    assert "A999-9999" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AIDLINE_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:9/none"),
        ("AIDLINE_DATABASE_URL", "mongodb://x"),
        ("AIDLINE_LOCALE", "xx"),
        ("AIDLINE_DATA", "/proc/none"),
    ],
)
def test_broken_surroundings_are_a_sentence_without_secrets(
    data: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run(
        [*COMMAND, "case", "list"],
        capture_output=True,
        text=True,
        env=os.environ | {"AIDLINE_DATA": str(data), name: value},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("aidline: ")
    assert "Traceback" not in done.stderr
    assert "secret@" not in done.stderr


def test_killed_between_and_during_lines_nothing_is_lost_or_doubled(
    chats: list[Chat], data: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each kill the same person goes on; in the end there is one case with every answer."""
    monkeypatch.setenv("AIDLINE_DATABASE_URL", url)
    moments = random.Random(7)
    story = [
        "上周在美容院打的玻尿酸鼻子，鼻头有个硬块，不疼",
        "1",
        "以上都没有",
        "都对",
        "都没有",
        "都没有",
        "跳过",
        "没有这些问题",
        "就在这里",
        "提交",
    ]
    state = None
    for number, line in enumerate(story):
        chat = start(chats, data)
        if moments.random() < 0.5:
            chat.type("/help")  # killed somewhere in this turn, which changes no answer
            chat.kill()
            chat = start(chats, data)
        *_, end = chat.send(line)
        state = end["state"]
        if number % 2:
            chat.kill()
        else:
            chat.finish()
    assert state == "with_centre"
    listed = json.loads(aidline(data, "case", "list", "--json").stdout)
    assert len(listed) == 1
    assert len({handoff["queue"] for handoff in listed[0]["handoffs"]}) == len(listed[0]["handoffs"])


def test_answers_a_crash_kept_back_are_shown_at_the_next_start(
    chats: list[Chat], data: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDLINE_DATABASE_URL", url)
    chat = start(chats, data)
    chat.send("你好")
    chat.finish()
    (seen,) = (data / "terminal").iterdir()
    seen.write_text("0")  # as if the process had died before it printed anything
    *messages, _ = start(chats, data).send("/help")
    assert sum(message["type"] == "ask" for message in messages) == 2


def test_who_may_sign_in_and_who_is_paged_is_on_record(service: Service) -> None:
    cli.staff.staff_add("陈医生", role="expert", queue=["plastic"])
    cli.staff.staff_link("陈医生")
    cli.staff.staff_on_call("陈医生", off=False)
    with service.database.read() as c:
        staff = people.find_staff(c, "陈医生")
        recorded = audit.records(c, object_=f"staff:{staff.id}")
    assert [(record.actor, record.action) for record in reversed(recorded)] == [
        ("operator", "added"), ("operator", "linked"), ("operator", "on_call"),
    ]  # fmt: skip
