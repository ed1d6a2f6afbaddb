"""From a flow's events to rows: the one place where each event is given its effect.

Everything happens on the turn's own connection, so that all of it is kept or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from bot.messages import Outbound, OutboundChoice
from bot.speech import Speaker
from flows.conversation import (
    Alarm,
    Ask,
    AttachMedia,
    Event,
    Forget,
    LeaveCase,
    OpenCase,
    Page,
    RecordConsent,
    Relay,
    ReopenCase,
    Say,
    Step,
    UpdateCase,
)
from flows.protocol import Protocol, Urgency
from flows.routing import Route, routes
from flows.triage import Assessment
from storage import cases, conversations, media, outbox, people
from storage.case_files import CaseRow

BY_HAND = ("person_asked", "failure")  # reasons for which the coordinators get the case as well


@dataclass(slots=True, kw_only=True)
class Effects:
    """Applies a step; afterwards holds what is to be said and put into the outbox."""

    c: Connection
    thread: conversations.Thread
    now: datetime
    owner: str
    protocol: Protocol
    speakers: Mapping[str, Speaker]
    said: list[Outbound] = field(default_factory=list)
    rows: list[outbox.Row] = field(default_factory=list)
    forget: bool = False
    case: CaseRow | None = None
    photos: tuple[str, ...] = ()  # all that the person sent for this matter

    def say(self, step: Step) -> None:
        """Put all that is to be said into words; nothing else has happened if this fails."""
        speaker = self.speakers[step.session.locale]
        self.said = [made for event in step.events if (made := _said(event, speaker)) is not None]

    def apply(self, step: Step) -> None:
        """Give every event of the step its effect, in order."""
        self.case = self.thread.case
        self.photos = tuple(step.session.answers.get("photos", {}).get("ids", ()))
        for event in step.events:
            self._apply(event)

    def _apply(self, event: Event) -> None:  # noqa: C901  # one branch for each kind of event
        match event:
            case Say() | Alarm() | Ask():
                pass  # said already
            case OpenCase() | UpdateCase():
                self._keep_case(event)
            case Page(queues=queues, rules=rules):
                self._page(queues, rules)
            case AttachMedia(media=ids):
                if self.case is not None:
                    media.attach(self.c, ids, self.case.id)
            case Relay():
                if self.case is not None:
                    cases.patient_wrote(self.c, self.case.id, self.now)
            case ReopenCase():
                if self.case is not None:
                    self.case = cases.reopen_case(self.c, self.case.id, self.now)
            case LeaveCase():
                cases.leave(self.c, self.thread, self.now)
                self.case = None
            case RecordConsent(granted=granted, version=version, locale=locale):
                conversations.record_consent(self.c, self.thread, granted, version, locale, self.now)
            case Forget():
                self.forget = True
            case _:
                assert_never(event)

    def _keep_case(self, event: OpenCase | UpdateCase) -> None:
        made = self._routes(event.assessment, event.reason)
        if isinstance(event, OpenCase):
            self.case = cases.open_case(
                self.c, self.thread, event.number, event.assessment.to_json(), made,
                submitted=event.submitted, reason=event.reason, now=self.now,
            )  # fmt: skip
            media.attach(self.c, self.photos, self.case.id)
        else:
            self.case = cases.update_case(
                self.c, self.thread, event.assessment.to_json(), made,
                submitted=event.submitted, reason=event.reason, now=self.now,
            )  # fmt: skip

    def _routes(self, assessment: Assessment, reason: str) -> Sequence[Route]:
        """Where the case goes; who asked for a person, or met a failure, is answered by a coordinator today."""
        made = routes(assessment, self.protocol, now=self.now)
        if reason not in BY_HAND:
            return made
        least = Urgency.urgent if reason == "failure" else Urgency.soon
        urgency = max(assessment.urgency, least, key=lambda one: one.rank)
        minutes = self.protocol.response_times[Urgency.urgent].answer_minutes
        duty = Route(queue="duty", track="coordination", urgency=urgency, due_at=self.now + timedelta(minutes=minutes))
        return (*(route for route in made if route.queue != "duty"), duty)

    def _page(self, queues: tuple[str, ...], rules: tuple[str, ...]) -> None:
        """One row for the notification services; who was on call, or holds the case, stands in the timeline."""
        if self.case is None:
            return
        staff = [*people.on_call(self.c, queues), *people.holders(self.c, self.case.id)]
        called = list(dict.fromkeys(person.name for person in staff))
        cases.event(
            self.c, self.case.id, "system", "paged",
            {"queues": list(queues), "rules": list(rules), "called": called}, self.now,
        )  # fmt: skip
        payload = {"number": self.case.number, "urgency": self.case.urgency, "queues": list(queues)}
        self.rows.append(
            outbox.Row(
                kind="page", recipient=f"page:{self.case.id}", payload=payload, due_at=self.now, case_id=self.case.id
            )
        )


def _said(event: Event, speaker: Speaker) -> Outbound | None:
    """The message that an event is, if it is one."""
    match event:
        case Say(words=words):
            return Outbound(type="say", text=speaker(words))
        case Alarm(words=words):
            return Outbound(type="alarm", text=speaker(words))
        case Ask():
            return _question(event, speaker)
        case _:
            return None


def _question(ask: Ask, speaker: Speaker) -> Outbound:
    return Outbound(
        type="ask",
        text=speaker(ask.words),
        choices=tuple(
            OutboundChoice(id=choice.id, label=speaker(choice.label), selected=choice.selected)
            for choice in ask.choices
        ),
        multi=ask.multi,
        wants_photo=ask.wants_photo,
        asked=ask.asked,
        edit=ask.edit,
    )
