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
    made = []
    for queue in assessment.queues:
        track = protocol.queues[queue].track
        urgency = _legal_urgency(assessment) if track == "legal" else assessment.urgency
        minutes = protocol.response_times[urgency].answer_minutes
        made.append(Route(queue=queue, track=track, urgency=urgency, due_at=now + timedelta(minutes=minutes)))
    return tuple(made)


def _legal_urgency(assessment: Assessment) -> Urgency:
    """The pace of the legal track: its own clocks (legal.md 4.2), and the whole case's if that is a dispute."""
    clocks = [rule.urgency for rule in assessment.fired if rule.id.startswith("L-")]
    if assessment.category is Category.dispute:
        clocks.append(assessment.urgency)
    return max(clocks, key=lambda level: level.rank, default=Urgency.routine)
