"""The command; see the package's docstring."""

import argparse
import asyncio
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from benchmarks.fire.checks import SHOWN, Findings, examine
from benchmarks.fire.crowd import NUMBER, Crowd
from benchmarks.fire.house import Database, Server, Servers, free_port
from benchmarks.fire.weather import StormyTelegram
from bot.settings import Settings
from storage.database import Database as Store
from storage.vault import Vault

LAST_SECONDS = 240.0  # for what is under way, once the fire is out
PATIENCE_SECONDS = 300.0
SHORT_SECONDS = 30.0  # a drill with a shorter outage has no time for time-outs and late copies


async def main() -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fire", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--servers", type=int, default=1, help="on SQLite always one")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--patients", type=int, default=64, help="who talk at the same time")
    parser.add_argument("--outage", type=float, default=60.0, help="seconds for which the database is away")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    servers = options.servers if options.database == "postgresql" else 1
    print(f"{options.database}, {servers} server(s), {options.kills} kills, {options.patients} patients, seed {seed}")
    folder = Path(tempfile.mkdtemp(prefix="aidline-fire-"))
    database = Database(options.database, folder)
    with database.running():
        found = await _drill(options, database, servers, folder, random.Random(seed))
    for name, count in found.counts.items():
        print(f"{count:>8}  {name}")
    log = folder / "server.log"
    if found.broken:
        print(f"BROKEN PROMISES: {len(found.broken)}")
        for what in found.broken[:SHOWN]:
            print(f"  {what}")
        print(f"the servers' words are in {log}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    print("nothing lost, nothing doubled, every answer in order")
    return 0


async def _drill(
    options: argparse.Namespace, database: Database, count: int, folder: Path, draw: random.Random
) -> Findings:
    telegram = StormyTelegram(draw, short=options.outage < SHORT_SECONDS)
    async with telegram, _paging() as (pages, paging_url):
        environment = {
            "AIDLINE_DATA": str(folder),
            "AIDLINE_DATABASE_URL": database.url,
            "AIDLINE_MEDIA_URL": "",
            "AIDLINE_TELEGRAM_API": telegram.url,
            "AIDLINE_PATIENT_BOT_TOKEN": telegram.token,
            "AIDLINE_NOTIFY_URLS": f"json://127.0.0.1:{free_port()}/dead {paging_url}",
        }
        servers = Servers([Server(environment, folder / "server.log") for _ in range(count)], draw)
        telegram.ports = servers.ports
        crowd = Crowd(telegram, draw, PATIENCE_SECONDS + options.outage)
        begun = time.monotonic()
        async with servers.running():
            seats = [asyncio.ensure_future(crowd.sit()) for _ in range(options.patients)]
            burning = asyncio.ensure_future(servers.burn(options.kills))
            while servers.kills < options.kills // 2:
                await asyncio.sleep(0.1)
            await asyncio.to_thread(database.away, options.outage)
            await burning
            telegram.calm = crowd.closing = True
            burnt = time.monotonic() - begun
            await asyncio.wait(seats, timeout=LAST_SECONDS)
            await telegram.storm.settled()
            store = _opened(folder, database.url)
            await _until_empty(store)
        for seat in seats:
            seat.cancel()
        found = examine(store, crowd.patients, telegram.storm.posted, pages)
        store.close()
    _count(found, telegram, servers, crowd, burnt)
    return found


def _count(found: Findings, telegram: StormyTelegram, servers: Servers, crowd: Crowd, burnt: float) -> None:
    """What the fire was like."""
    waits = sorted(wait for patient in crowd.patients for wait in patient.waits) or [0.0]
    found.counts.update(
        {
            "kills": servers.kills,
            "servers that ended by themselves and were started again": sum(s.ended_by_itself for s in servers.all),
            "seconds of fire": round(burnt),
            "pushes of updates": telegram.storm.pushes,
            "of them copies": telegram.storm.repeats,
            "ms median wait for an answer": round(waits[len(waits) // 2] * 1000),
            "ms longest wait for an answer": round(waits[-1] * 1000),
            **{f"Bot API: {name}": count for name, count in sorted(telegram.faults_met.items())},
        }
    )


def _opened(folder: Path, url: str) -> Store:
    return Store(url, Vault(Settings(data=folder, _env_file=None).secret))  # type: ignore[call-arg]  # pydantic's own


async def _until_empty(store: Store) -> None:
    """Until only pages to the dead address are left, or no patience."""
    import sqlalchemy as sa

    from storage.models import OUTBOX

    for _ in range(int(LAST_SECONDS)):
        with store.read() as c:
            left = c.execute(
                sa.select(sa.func.count()).where(OUTBOX.c.status == "pending", OUTBOX.c.kind != "notify")
            ).scalar()
        if not left:
            return
        await asyncio.sleep(1)


@asynccontextmanager
async def _paging() -> AsyncIterator[tuple[Counter[str], str]]:
    """A notification service that notes which case it was called for."""
    pages: Counter[str] = Counter()

    async def take(request: web.Request) -> web.Response:
        pages.update(set(NUMBER.findall(await request.text())))
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield pages, f"json://127.0.0.1:{runner.addresses[0][1]}/page"
    await runner.cleanup()


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("AIDLINE_")]:
        del os.environ[name]
    sys.exit(asyncio.run(main()))
