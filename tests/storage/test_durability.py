"""What was confirmed is there after a kill at any instant, and nothing is there by halves."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import conversations
from storage.database import Database
from storage.models import MESSAGE
from tests.engines import SECRET
from tests.outboxes import waiting

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("confirmed", [1, 37, 150])
def test_a_killed_process_loses_nothing_it_confirmed(database: Database, url: str, confirmed: int) -> None:
    database.close()
    command = [sys.executable, "-m", "tests.storage.writer", url, SECRET.decode()]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    printed = [int(writer.stdout.readline()) for _ in range(confirmed)]
    writer.send_signal(signal.SIGKILL)
    printed += [int(line) for line in writer.stdout.read().splitlines()]
    writer.stdout.close()
    writer.wait()

    with database.read() as c:
        kept = list(c.execute(sa.select(MESSAGE.c.id).order_by(MESSAGE.c.id)).scalars())
        thread = conversations.find(c, database.vault, channel="web", address="p1")
        to_send = [row.payload["id"] for row in waiting(c, "web:p1")]
    assert kept[: len(printed)] == printed
    assert len(kept) - len(printed) <= 1  # at most the one that was committed but not printed yet
    assert thread is not None
    assert thread.session == {"count": len(kept)}
    assert to_send == kept
