"""The patients: each tells a story, answers what is asked, sends photos, and adds a word afterwards."""

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.fire.weather import StormyTelegram
from benchmarks.patients import PHOTO, STORY
from tests.fakes.telegram import Delivery, Person

ALARMING = "打完玻尿酸之后左眼突然看不见了，很害怕。"
EVERY_NTH_ALARMING = 8
NUMBER = re.compile(r"A\d{3}-\d{4}")
THINKING_SECONDS = 0.3  # on average, before somebody writes on
PHOTOS = re.compile("照片|已收到")
WISHES = ("agree", "submit", "none", "here", "skip", "no")


@dataclass(eq=False)
class Patient:
    """What one person did and when they were answered."""

    person: Person
    alarming: bool
    said: list[Delivery] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    submitted: bool = False
    finished: bool = False
    stuck_at: str = ""


@dataclass
class Crowd:
    """Seats on which one patient follows another until `closing`."""

    telegram: StormyTelegram
    draw: random.Random
    patience: float  # seconds for one answer
    closing: bool = False
    patients: list[Patient] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(100_001))

    async def sit(self) -> None:
        """One seat."""
        while not self.closing:
            number = next(self._numbers)
            patient = Patient(self.telegram.person(number), number % EVERY_NTH_ALARMING == 0)
            self.patients.append(patient)
            try:
                await _Talk(self, patient).whole()
                patient.finished = True
            except TimeoutError:
                pass  # counted by the checks


class _Talk:
    def __init__(self, crowd: Crowd, patient: Patient) -> None:
        self._crowd = crowd
        self._patient = patient
        self._person = patient.person
        self._answered: set[str] = set()
        self._spoke_at = 0.0

    async def whole(self) -> None:
        number = self._person.number
        await self._say(f"{ALARMING if self._patient.alarming else STORY}（第{number}位）")
        while True:
            message, token = await self._next_question()
            choices = _choices(message)
            self._answered.add(token)
            pick = next((wish for wish in WISHES if wish in choices), choices[0])
            if set(choices) <= {"skip", "done"} and PHOTOS.search(message["text"]):
                await self._send_photos()
            elif pick == "type":
                await self._say("就在这里联系我")
            else:
                await self._press(token, pick, message)
                if "done" in choices and len(choices) > 1:
                    await self._press(token, "done", message)
            if pick == "submit":
                break
        self._patient.submitted = True
        await self._until(lambda: NUMBER.search(self._last_text()), "the case number")
        for place in range(self._crowd.draw.randint(0, 2)):
            await self._say(f"补充一句：今天第{place + 1}次量体温，三十六度五，没有别的变化。")

    async def _send_photos(self) -> None:
        """An album, as several updates at once; then on."""
        sent = self._person.album([PHOTO] * self._crowd.draw.randint(1, 5))
        self._patient.said += sent
        for one in sent:
            await self._confirmed(one)
        await self._say("好了")

    async def _press(self, token: str, choice: str, message: dict[str, Any]) -> None:
        await self._go_on(self._person.press_data(f"{token}|{choice}", message))

    async def _say(self, text: str) -> None:
        await self._go_on(self._person.write(text))

    async def _go_on(self, delivery: Delivery) -> None:
        self._spoke_at = time.monotonic()
        self._patient.said.append(delivery)
        await self._confirmed(delivery)

    async def _confirmed(self, delivery: Delivery) -> None:
        self._patient.stuck_at = "a message that is not taken"
        async with asyncio.timeout(self._crowd.patience):
            await delivery.confirmed.wait()

    async def _next_question(self) -> tuple[dict[str, Any], str]:
        """The newest question that was not answered yet, as a person reads it in the chat."""
        found: list[tuple[dict[str, Any], str]] = []

        def there() -> bool:
            for message in reversed(self._person.from_bot()[-10:]):
                if "reply_markup" in message and (token := _token(message)) not in self._answered:
                    found.append((message, token))
                    return True
            return False

        await self._until(there, f"the question after {len(self._answered)} answers")
        return found[0]

    def _last_text(self) -> str:
        return "\n".join(str(message.get("text", "")) for message in self._person.from_bot()[-6:])

    async def _until(self, there: Any, what: str) -> None:
        self._patient.stuck_at = what
        async with asyncio.timeout(self._crowd.patience):
            while not there():
                changed = self._person.chat.changed
                await changed.wait()
        self._patient.waits.append(time.monotonic() - self._spoke_at)
        self._patient.stuck_at = ""
        await asyncio.sleep(self._crowd.draw.expovariate(1 / THINKING_SECONDS))


def _token(message: dict[str, Any]) -> str:
    return str(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]).partition("|")[0]


def _choices(message: dict[str, Any]) -> list[str]:
    rows = message["reply_markup"]["inline_keyboard"]
    return [str(button["callback_data"]).partition("|")[2] for row in rows for button in row]
