"""The whole server killed in the middle of its work: who wrote is answered all the same."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import Process
from contextlib import closing
from pathlib import Path

from tests.fakes.telegram import FakeTelegram, Person

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 40


async def serve(telegram: FakeTelegram, folder: Path, port: int) -> Process:
    environment = os.environ | {
        "AIDLINE_DATA": str(folder),
        "AIDLINE_DATABASE_URL": "",
        "AIDLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "AIDLINE_TELEGRAM_API": telegram.url,
        "AIDLINE_PATIENT_BOT_TOKEN": telegram.token,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "serve", cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL
    )


async def test_nobody_is_forgotten_when_the_server_is_killed(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with FakeTelegram(retry_seconds=0.2) as telegram:
        server = await serve(telegram, tmp_path, port)
        try:
            await asyncio.wait_for(_webhook_set(telegram), 60)
            people = [telegram.person(5001 + number) for number in range(PEOPLE)]
            deliveries = [person.write(f"你好，我是第{person.number}位") for person in people]
            await asyncio.wait_for(_answered(people, 1), 60)
            server.send_signal(signal.SIGKILL)
            await server.wait()
            _let_half_a_minute_pass(tmp_path)
            server = await serve(telegram, tmp_path, port)
            await asyncio.wait_for(_answered(people, PEOPLE), 60)
            await asyncio.wait_for(asyncio.gather(*(delivery.confirmed.wait() for delivery in deliveries)), 30)
        finally:
            server.terminate()
            await server.wait()
    with closing(sqlite3.connect(tmp_path / "aidline.db")) as database:
        (heard,) = database.execute("SELECT COUNT(*) FROM message WHERE direction = 'in'").fetchone()
        (begun,) = database.execute("SELECT COUNT(*) FROM conversation").fetchone()
    assert (heard, begun) == (PEOPLE, PEOPLE)


def _let_half_a_minute_pass(folder: Path) -> None:
    """What the dead process had taken to send is anybody's after its lease; here it is over at once."""
    with closing(sqlite3.connect(folder / "aidline.db")) as database:
        database.execute("UPDATE outbox SET owned_until = 0 WHERE owned_until IS NOT NULL")
        database.commit()


async def _webhook_set(telegram: FakeTelegram) -> None:
    while telegram.account().webhook is None:
        await asyncio.sleep(0.05)


async def _answered(people: list[Person], least: int) -> None:
    """Until so many people have the question with its buttons."""
    while sum(any("reply_markup" in m for m in person.from_bot()) for person in people) < least:
        await asyncio.sleep(0.005)
