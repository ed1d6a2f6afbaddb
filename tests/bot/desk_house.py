"""A house with cases in it, for the tests of the desk: the real app on a database of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from PIL import Image

from bot.app import build
from bot.messages import Outbound, OutboundChoice
from bot.service import Service
from bot.settings import Settings
from flows.protocol import Category, Urgency
from flows.routing import Route
from flows.triage import Assessment, FiredRule
from locales import HOUSE_TIME
from storage import cases, conversations, media, people
from storage.models import CASE
from storage.people import Staff

SECRET = "a secret of the tests, long enough to be one"
STORY = "3天前在丽人美容院打了玻尿酸隆鼻,现在右眼看不清了,我叫李娜"
EYE = FiredRule(id="RF-12", urgency=Urgency.emergency, evidence="右眼看不清了")
ANSWERS: Mapping[str, Any] = {
    "consent": True,
    "procedure": "nose_filler",
    "family": "filler",
    "place": {"code": "salon", "text": "丽人美容院"},
    "safety": {"Q1": "no", "Q3": "yes"},
    "contact": {"here": False, "text": "李娜 13800001111"},
    "alarm": {"where": "上海浦东张江", "phone": "13800001111", "company": "alone"},
}
FINDINGS = (
    {"kind": "symptom", "code": "vision_loss", "status": "present", "evidence": "右眼看不清了"},
    {"kind": "symptom", "code": "breathing_difficulty", "status": "denied", "evidence": "不喘"},
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A case that was put there."""

    number: str
    case_id: str
    conversation_id: str
    handoffs: Mapping[str, str]  # queue -> handoff id

    def path(self, queue: str) -> str:
        return f"/desk/cases/{self.number}/{self.handoffs[queue]}"


class House:
    """The app and what the tests put into it."""

    def __init__(self, service: Service, app: FastAPI | None = None) -> None:
        self.service = service
        self._app = app

    @classmethod
    def built(cls, data: Path, **settings: Any) -> "House":
        """A house that nobody serves; for tests that call the app itself."""
        app = build(Settings(data=data, secret_key=SECRET, **settings))
        service: Service = app.state.service
        service.database.migrate()
        return cls(service, app)

    @property
    def app(self) -> FastAPI:
        assert self._app is not None
        return self._app

    def staff(self, name: str, role: str = "expert", queues: Sequence[str] = (), locale: str = "zh-CN") -> Staff:
        with self.service.database.begin() as c:
            return people.add_staff(c, name, role, queues=queues, locale=locale, now=datetime.now(UTC))

    def link(self, staff: Staff, minutes: int = 30) -> str:
        with self.service.database.begin() as c:
            return f"/desk/sign-in/{people.new_link(c, staff.id, datetime.now(UTC), minutes)}"

    def case(
        self,
        number: str,
        *,
        queues: Sequence[str] = ("eye",),
        urgency: Urgency = Urgency.emergency,
        category: Category = Category.complication,
        fired: Sequence[FiredRule] = (EYE,),
        answers: Mapping[str, Any] = ANSWERS,
        findings: Sequence[Mapping[str, Any]] = FINDINGS,
        issues: Sequence[str] = (),
        story: str = STORY,
        days: int = 3,
        minutes_ago: int = 4,
        due_minutes: int = 5,
        photos: int = 0,
        channel: str = "web",
        submitted: bool = True,
        page: Sequence[str] = (),
    ) -> Placed:
        """A case as a finished conversation leaves it."""
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        when = {
            "when": {
                "date": (at.astimezone(HOUSE_TIME) - timedelta(days=days)).date().isoformat(),
                "text": f"{days}天前",
            }
        }
        session = {
            "flow": "intake",
            "version": 1,
            "state": "submitted",
            "locale": "zh-CN",
            "answers": {**answers, **when},
            "findings": list(findings),
        }
        protocol = self.service.protocol
        assessment = Assessment(
            category=category,
            also=(),
            urgency=urgency,
            family=str(answers.get("family", "unknown")),
            procedure=answers.get("procedure"),
            fired=tuple(fired),
            issues=tuple(issues),
            queues=tuple(queues),
            page=tuple(page),
            change=("RF-04", "RF-01"),
            protocol=protocol.version,
        )
        routes = [
            Route(
                queue=queue,
                track=protocol.queues[queue].track,
                urgency=urgency,
                due_at=at + timedelta(minutes=due_minutes),
            )
            for queue in queues
        ]
        pictures = [self._picture(n) for n in range(photos)]
        with self.service.database.begin() as c:
            thread = conversations.find_or_begin(
                c, self.service.vault, channel=channel, address=f"person-{number}", message_key=None, now=at
            )
            case = cases.open_case(
                c, thread, number, assessment.to_json(), routes, submitted=submitted, reason="submitted", now=at
            )
            said = [
                conversations.NewMessage(
                    direction="out", kind="alarm", at=at, body=Outbound(type="alarm", text="请立刻打120。").to_json()
                ),
                conversations.NewMessage(direction="out", kind="ask", at=at, body=self._question().to_json()),
            ]
            heard = conversations.NewMessage(direction="in", kind="text", body={"text": story}, at=at, key=number)
            conversations.save(c, thread, session=session, said=said, heard=heard, now=at)
        for data in pictures:
            self._keep(thread, data, at)
        handoffs = {handoff.queue: handoff.id for handoff in case.handoffs}
        return Placed(number, case.id, thread.conversation_id, handoffs)

    def hear(self, placed: Placed, text: str) -> None:
        """The patient writes."""
        now = datetime.now(UTC)
        with self.service.database.begin() as c:
            thread = conversations.find_or_begin(
                c, self.service.vault, channel="web", address=f"person-{placed.number}", message_key=None, now=now
            )
            message = conversations.NewMessage(direction="in", kind="text", body={"text": text}, at=now)
            cases.patient_wrote(c, placed.case_id, now)
            conversations.save(c, thread, session=thread.session or {}, said=(), heard=message, now=now)

    def leave(self, placed: Placed, *, with_findings: bool = True) -> None:
        """The patient starts over with another matter; the conversation goes on without the case."""
        now = datetime.now(UTC)
        with self.service.database.begin() as c:
            thread = conversations.find_or_begin(
                c, self.service.vault, channel="web", address=f"person-{placed.number}", message_key=None, now=now
            )
            session = thread.session or {}
            left = {"answers": session["answers"], "findings": session["findings"]}
            cases.leave(c, thread, datetime.now(UTC))
            answers = thread.key.seal_json(left if with_findings else session["answers"])
            c.execute(sa.update(CASE).where(CASE.c.id == placed.case_id).values(answers=answers))
            fresh = {**session, "answers": {}, "findings": [], "state": "consent"}
            conversations.save(c, thread, session=fresh, said=(), heard=None, now=now)

    def replies(self, placed: Placed) -> list[str]:
        """What staff wrote to the patient, as the patient's page reads it."""
        with self.service.database.read() as c:
            lines = conversations.messages(c, self.service.vault, placed.conversation_id)
        return [line.body["text"] for line in lines if line.direction == "staff"]

    def _question(self) -> Outbound:
        choices = (OutboundChoice(id="yes", label="有"), OutboundChoice(id="no", label="没有"))
        return Outbound(type="ask", text="身边有人吗?", choices=choices, asked="t1")

    def _picture(self, n: int) -> bytes:
        data = BytesIO()
        Image.new("RGB", (640, 480), (190 - 30 * n, 140, 120 + 20 * n)).save(data, "JPEG")
        return data.getvalue()

    def _keep(self, thread: conversations.Thread, data: bytes, at: datetime) -> None:
        stored = self.service.media.put(thread.key, thread.patient_id, data, "photo.jpg", "image/jpeg")
        with self.service.database.begin() as c:
            media.add(c, thread, stored, at)
