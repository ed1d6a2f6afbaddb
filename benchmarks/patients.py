"""A crowd of patients in a closed loop, and the Bot API server they use; one process of its own.

Each patient reads what the bot asked, answers sensibly with a text, a button or a photo, and writes on
only when the answer is there; after the case number a new person takes the place. An echo bot gets the
same turns as text. Prints `ready URL`, then waits on standard input for one JSON line with the process
ids, and prints the result as one JSON line.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import uvloop

from benchmarks.cpu import family_seconds, loop_seconds, resident_megabytes, seconds
from tests.fakes.telegram import Call, Delivery, FakeTelegram, Person

PATIENCE = 15.0
FORGOTTEN_PRESSES = 10_000
STORY = "三天前在一家小诊所打了玻尿酸，右边脸颊一直有点肿，还有点疼。"
PHOTO = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d"
    "1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4"
    "001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d"
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435"
    "363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798"
    "999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4"
    "f5f6f7f8f9faffda0008010100003f00fbfcffd9"
)


@dataclass
class Tally:
    """What is counted while the clock runs."""

    turns: int = 0
    cases: int = 0
    failures: int = 0
    waits: list[float] = field(default_factory=list)
    running: bool = False

    def count(self, wait: float | None) -> None:
        if self.running:
            self.turns += 1
            if wait is not None:
                self.waits.append(wait)


class Patient:
    """One seat: one person after another tells the same kind of story."""

    def __init__(self, telegram: FakeTelegram, numbers: "count[int]", tally: Tally, *, echo: bool) -> None:
        self.telegram, self.numbers, self.tally, self.echo = telegram, numbers, tally, echo
        self.calls: asyncio.Queue[tuple[float, Call]] = asyncio.Queue()
        self.tokens: list[str] = []
        self.choices: list[str] = []
        self.submitting = False

    async def sit(self, seats: dict[int, "Patient"]) -> None:
        while True:
            number = next(self.numbers)
            seats[number] = self
            person = self.telegram.person(number)
            try:
                async for delivery, started in self._echoed(person) if self.echo else self._intake(person):
                    wait = await self._answer(delivery, started)
                    self.tally.count(wait)
            except TimeoutError:
                self.tally.failures += 1
            seats.pop(number, None)
            self._leave(number)

    def _leave(self, number: int) -> None:
        account = self.telegram.account()
        account.chats[number].messages.clear()
        if len(account.presses) > FORGOTTEN_PRESSES:
            account.presses.clear()
        self.calls = asyncio.Queue()

    async def _answer(self, delivery: Delivery, started: float) -> float | None:
        """Wait until the update is confirmed and, unless a photo rests with its album, answered."""
        async with asyncio.timeout(PATIENCE):  # wait_for may swallow the cancelling at the end (bpo-37658)
            return await self._answered(delivery, started)

    async def _answered(self, delivery: Delivery, started: float) -> float | None:
        await delivery.confirmed.wait()
        if "photo" in delivery.update.get("message", {}):
            return None
        first: float | None = None
        while True:
            at, call = await self.calls.get()
            first = first or at
            if self.echo or self._ends_turn(call):
                return first - started

    def _ends_turn(self, call: Call) -> bool:
        """A turn ends with a question nobody saw yet, new ticks, or the case number."""
        if call.method == "editmessagereplymarkup":
            return True
        markup = call.params.get("reply_markup")
        if markup is None:
            return self.submitting
        token = markup["inline_keyboard"][0][0]["callback_data"].partition("|")[0]
        if token in self.tokens:
            return False
        self.tokens.append(token)
        self.choices = _ids(markup)
        return True

    async def _echoed(self, person: Person) -> AsyncIterator[tuple[Delivery, float]]:
        for text in (STORY, *(f"选项 {place}" for place in range(15)), "photo"):
            yield person.write(text), time.perf_counter()

    async def _intake(self, person: Person) -> AsyncIterator[tuple[Delivery, float]]:
        self.tokens, self.choices, self.submitting = [], [], False
        sent_photo = False
        yield person.write(STORY), time.perf_counter()
        while not self.submitting:
            ids = self.choices
            message = person.last_with_buttons()
            if {"skip", "done"} & set(ids) and len(ids) == 1 and not sent_photo:
                sent_photo = True
                yield person.photo(PHOTO), time.perf_counter()
                yield person.write("好了"), time.perf_counter()
                continue
            pick = _choose(ids)
            self.submitting = pick == "submit"
            if self.submitting:
                self.tally.cases += self.tally.running
            if pick == "type":
                yield person.write("就在这里联系我"), time.perf_counter()
            else:
                yield person.press_data(f"{self.tokens[-1]}|{pick}", message), time.perf_counter()
                if "done" in ids and len(ids) > 1:
                    yield person.press_data(f"{self.tokens[-1]}|done", message), time.perf_counter()


def _ids(markup: dict[str, Any]) -> list[str]:
    return [b["callback_data"].partition("|")[2] for row in markup["inline_keyboard"] for b in row]


def _choose(ids: list[str]) -> str:
    for wish in ("agree", "submit", "none", "here", "skip", "no"):
        if wish in ids:
            return wish
    return ids[0]


def cpu_times(pids: dict[str, int]) -> dict[str, float]:
    """CPU so far of the bot, of its event loop alone, and of its database."""
    times = {"bot": seconds(pids["bot"]), "loop": loop_seconds(pids["bot"])}
    return times | ({"database": family_seconds(pids["database"])} if "database" in pids else {})


async def measure(telegram: FakeTelegram, options: argparse.Namespace, pids: dict[str, int]) -> dict[str, Any]:
    tally, seats, numbers = Tally(), {}, count(100_000)

    def deliver(call: Call) -> None:
        seat = seats.get(call.chat or 0)
        if seat is not None and call.method in ("sendmessage", "editmessagereplymarkup"):
            seat.calls.put_nowait((time.perf_counter(), call))

    telegram.watchers.append(deliver)
    patients = [Patient(telegram, numbers, tally, echo=options.echo) for _ in range(options.patients)]
    tasks = [asyncio.ensure_future(patient.sit(seats)) for patient in patients]
    await asyncio.sleep(options.warm)
    before = cpu_times(pids)
    calls_before, begun = telegram.count, time.perf_counter()
    tally.running = True
    await asyncio.sleep(options.seconds)
    tally.running = False
    elapsed = time.perf_counter() - begun
    used = {name: now - before[name] for name, now in cpu_times(pids).items()}
    calls = telegram.count - calls_before
    memory = resident_megabytes(pids["bot"])
    broken = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if any(broken):
        raise RuntimeError(f"a patient broke down: {broken[0]!r}")
    waits = sorted(tally.waits) or [0.0]
    return {
        "turns": tally.turns,
        "cases": tally.cases,
        "failures": tally.failures,
        "turns_per_second": tally.turns / elapsed,
        "calls_per_turn": calls / max(tally.turns, 1),
        "bot_ms": used["bot"] / max(tally.turns, 1) * 1000,
        "loop_ms": used["loop"] / max(tally.turns, 1) * 1000,
        "database_ms": used.get("database", 0.0) / max(tally.turns, 1) * 1000,
        "p50_ms": waits[len(waits) // 2] * 1000,
        "p99_ms": waits[min(int(len(waits) * 0.99), len(waits) - 1)] * 1000,
        "memory_mb": memory,
    }


class CountingTelegram(FakeTelegram):
    """The server without its memory of calls, which would grow for as long as the clock runs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.keep_calls, self.count = False, 0
        self.watchers.append(self._count)

    def _count(self, call: Call) -> None:
        if call.status and call.method != "getupdates":  # what rides in a webhook's answer is no call
            self.count += 1


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--warm", type=float, default=2.0)
    parser.add_argument("--echo", action="store_true")
    options = parser.parse_args()
    async with CountingTelegram() as telegram:
        print(f"ready {telegram.url} {telegram.token}", flush=True)
        pids = json.loads(await asyncio.to_thread(sys.stdin.readline))
        while telegram.account().webhook is None:
            await asyncio.sleep(0.05)
        print(json.dumps(await measure(telegram, options, pids)), flush=True)
        await asyncio.to_thread(sys.stdin.readline)  # the bot goes first, or it would complain


if __name__ == "__main__":
    uvloop.run(main())
