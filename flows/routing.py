"""From an assessment to the queues where the case waits, with the time by which someone answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.protocol import Category, Protocol, Urgency
from flows.triage import Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One handoff to make."""

    queue: str
    track: str  # clinical | legal | coordination
    urgency: Urgency
    due_at: datetime


def routes(assessment: Assessment, protocol: Protocol, *, now: datetime) -> tuple[Route, ...]:
    """The handoffs of a case: one lead queue, and legal aid where a dispute is in it.

    A pure dispute goes to legal aid alone unless a clinical or safety rule fired. The legal clock
    keeps its own pace (taxonomy.md): a clinical emergency does not make the refund an emergency.
    """
    return tuple(
        Route(
            queue=queue,
            track=protocol.queues[queue].track,
            urgency=assessment.urgency,
            due_at=now + timedelta(minutes=protocol.response_times[assessment.urgency].answer_minutes),
        )
        for queue in assessment.queues
        if assessment.category is not Category.unclear or queue == "duty"
    )
