"""Steps that many storage tests begin with."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection

from flows.protocol import Urgency
from flows.routing import Route
from storage import cases, conversations, judgements, people
from storage.database import Database

MINUTES = {Urgency.routine: 1440, Urgency.soon: 240, Urgency.urgent: 60, Urgency.emergency: 5}


class Clinic:
    """Patients and staff of one database, by the things they do."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self._numbers = (f"A-{number:04}" for number in count(1))

    def thread(self, c: Connection, address: str = "p1", key: str | None = None) -> conversations.Thread:
        """The conversation of a patient on Telegram."""
        return conversations.find_or_begin(
            c, self.database.vault, channel="telegram", address=address, message_key=key, now=self.now
        )

    def says(self, text: str, key: str | None = None, address: str = "p1") -> conversations.Thread:
        """A turn in which the patient says something and the bot answers "ok"."""
        with self.database.begin() as c:
            thread = self.thread(c, address, key)
            if not thread.repeated:
                conversations.save(
                    c,
                    thread,
                    session={"state": "asking", "answers": {"last": text}},
                    heard=line("in", "text", {"text": text}, self.now, key=key),
                    said=[line("out", "say", {"text": "ok"}, self.now)],
                    now=self.now,
                )
        return thread

    def case(self, *queues: str, urgency: str = "urgent", address: str = "p1", submitted: bool = True) -> cases.CaseRow:
        """A case with a handoff in each queue."""
        with self.database.begin() as c:
            return cases.open_case(
                c,
                self.thread(c, address),
                next(self._numbers),
                assessment(urgency, queues),
                self.routes(*queues, urgency=urgency),
                submitted=submitted,
                reason="submitted",
                now=self.now,
            )

    def update(self, urgency: str, *queues: str, rules: tuple[str, ...] = (), **more: Any) -> cases.CaseRow:
        """A new assessment of the patient's case."""
        with self.database.begin() as c:
            return cases.update_case(
                c,
                self.thread(c),
                assessment(urgency, queues, rules),
                self.routes(*queues, urgency=urgency),
                submitted=more.get("submitted", False),
                reason="answers",
                now=more.get("now", self.now),
            )

    def routes(self, *queues: str, urgency: str) -> list[Route]:
        minutes = MINUTES[Urgency(urgency)]
        return [
            Route(
                queue=queue,
                track="legal" if queue == "legal_aid" else "clinical",
                urgency=Urgency(urgency),
                due_at=self.now + timedelta(minutes=minutes),
            )
            for queue in queues
        ]

    def staff(self, name: str, role: str = "expert", **more: Any) -> people.Staff:
        with self.database.begin() as c:
            return people.add_staff(c, name, role, now=self.now, **more)

    def judge(
        self, case: cases.CaseRow, doctor: people.Staff, urgency: str, category: str = "repair", **more: Any
    ) -> cases.CaseRow:
        """A clinician takes the case, if nobody has it, and sets category and urgency."""
        handoff = case.handoffs[0].id
        with self.database.begin() as c:
            cases.claim(c, handoff, doctor, self.now)
            codes = {"grade": "", "reason": "a bruise", **more}
            return judgements.judge(
                c, handoff, doctor, category=category, urgency=urgency, minutes=MINUTES, now=self.now, **codes
            )

    def facts(self, case_id: str) -> cases.CaseRow:
        with self.database.read() as c:
            return cases.facts(c, case_id)

    def kinds(self, case_id: str) -> list[str]:
        """What the timeline tells, in a word each."""
        with self.database.read() as c:
            return [entry.kind for entry in cases.entries(c, case_id)]


def line(
    direction: str, kind: str, body: dict[str, Any], at: datetime, key: str | None = None
) -> conversations.NewMessage:
    return conversations.NewMessage(direction=direction, kind=kind, body=body, at=at, key=key)


def assessment(urgency: str, queues: tuple[str, ...], rules: tuple[str, ...] = ()) -> dict[str, Any]:
    """What triage says, as it is stored."""
    return {
        "category": "complication",
        "also": [],
        "urgency": urgency,
        "family": "filler",
        "procedure": None,
        "fired": [{"id": rule, "urgency": urgency, "evidence": "her words"} for rule in rules],
        "issues": [],
        "queues": list(queues),
        "page": [],
        "change": [],
        "protocol": "p1",
    }


def run_together(jobs: Sequence[Callable[[], object]]) -> None:
    """Run each job in a thread of its own, all at once; the first failure fails the test."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        for running in [pool.submit(job) for job in jobs]:
            running.result(timeout=30)
