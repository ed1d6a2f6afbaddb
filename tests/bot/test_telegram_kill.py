"""The whole server killed in the middle of its work: who wrote is answered all the same."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from storage.database import Database
from storage.models import CONVERSATION, EPOCH, MESSAGE, OUTBOX
from storage.vault import Vault
from tests.engines import SECRET
from tests.fakes.telegram import FakeTelegram, Person

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 40


async def serve(telegram: FakeTelegram, folder: Path, url: str, port: int) -> Process:
    environment = os.environ | {
        "AIDLINE_DATA": str(folder),
        "AIDLINE_DATABASE_URL": url,
        "AIDLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "AIDLINE_TELEGRAM_API": telegram.url,
        "AIDLINE_PATIENT_BOT_TOKEN": telegram.token,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "serve", cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL
    )


async def test_nobody_is_forgotten_when_the_server_is_killed(tmp_path: Path, url: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with FakeTelegram(retry_seconds=0.2) as telegram:
        server = await serve(telegram, tmp_path, url, port)
        try:
            await asyncio.wait_for(_webhook_set(telegram), 60)
            people = [telegram.person(5001 + number) for number in range(PEOPLE)]
            deliveries = [person.write(f"你好，我是第{person.number}位") for person in people]
            await asyncio.wait_for(_answered(people, 1), 60)
            server.send_signal(signal.SIGKILL)
            await server.wait()
            _let_the_lease_run_out(url)
            server = await serve(telegram, tmp_path, url, port)
            await asyncio.wait_for(_answered(people, PEOPLE), 60)
            await asyncio.wait_for(asyncio.gather(*(delivery.confirmed.wait() for delivery in deliveries)), 30)
        finally:
            server.terminate()
            await server.wait()
    with _opened(url) as database:
        heard = database.execute(sa.select(sa.func.count()).where(MESSAGE.c.direction == "in")).scalar()
        begun = database.execute(sa.select(sa.func.count()).select_from(CONVERSATION)).scalar()
    assert (heard, begun) == (PEOPLE, PEOPLE)


def _let_the_lease_run_out(url: str) -> None:
    """What the dead process had taken to send is anybody's after its lease; here it is over at once."""
    with _opened(url) as database:
        database.execute(sa.update(OUTBOX).where(OUTBOX.c.owned_until.is_not(None)).values(owned_until=EPOCH))


@contextmanager
def _opened(url: str) -> Iterator[sa.Connection]:
    database = Database(url, Vault(SECRET))
    with database.begin() as c:
        yield c
    database.close()


async def _webhook_set(telegram: FakeTelegram) -> None:
    while telegram.account().webhook is None:
        await asyncio.sleep(0.05)


async def _answered(people: list[Person], least: int) -> None:
    """Until so many people have the question with its buttons."""
    while sum(any("reply_markup" in m for m in person.from_bot()) for person in people) < least:
        await asyncio.sleep(0.005)
