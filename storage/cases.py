"""Cases: opened and updated by the patient's turn, worked on by the staff.

The names of the whole subject, whichever of the three modules they live in: reading
(`case_files`), the patient's side (here), the staff's side (`handoffs`), the timeline.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flows.case import case_status, move
from flows.protocol import Urgency
from flows.routing import Route
from storage import constraints
from storage.case_files import (
    CaseRow,
    HandoffRow,
    by_number,
    facts,
    handoffs_of,
    list_cases,
    locked,
    show_case,
)
from storage.conversations import Thread
from storage.errors import NumberTaken, RowRefused
from storage.handoffs import (
    TRANSFERRED,
    Reply,
    claim,
    close,
    note,
    release,
    reopen,
    settle,
    staff_replied,
    transfer,
)
from storage.models import CASE, CONVERSATION, HANDOFF, new_id
from storage.prepared import Prepared, columns, savepoint
from storage.timeline import changed_cases, changes, entries, event

__all__ = [
    "CaseRow",
    "HandoffRow",
    "Reply",
    "by_number",
    "changed_cases",
    "changes",
    "claim",
    "close",
    "entries",
    "event",
    "facts",
    "handoffs_of",
    "leave",
    "list_cases",
    "note",
    "open_case",
    "patient_wrote",
    "release",
    "reopen",
    "reopen_case",
    "show_case",
    "staff_replied",
    "transfer",
    "update_case",
]


_NEW = Prepared(
    sa.insert(CASE).values(
        columns(
            CASE, "id", "number", "patient_id", "status", "category", "urgency", "assessed_urgency", "queues",
            "submitted", "assessment", "due_at", "opened_at",
        )
    )
)  # fmt: skip
_QUEUE = Prepared(
    sa.insert(HANDOFF).values(
        columns(HANDOFF, "id", "case_id", "queue", "track", "status", "urgency", "due_at", "queued_at")
    )
)
_POINT = Prepared(
    sa.update(CONVERSATION).where(CONVERSATION.c.id == sa.bindparam("talk_id")).values(case_id=sa.bindparam("to_case"))
)


def open_case(
    c: sa.Connection,
    thread: Thread,
    number: str,
    assessment_json: dict[str, Any],
    routes: Sequence[Route],
    *,
    submitted: bool,
    reason: str,
    now: datetime,
) -> CaseRow:
    """Make a case of this conversation, with a handoff for each route.

    Raises NumberTaken, and nothing is changed: draw another number and call again. The thread's
    `case` is set.
    """
    case_id = new_id()
    values = {
        "id": case_id,
        "number": number,
        "patient_id": thread.patient_id,
        "status": case_status(("queued" for _ in routes), submitted),
        "category": assessment_json["category"],
        "urgency": assessment_json["urgency"],
        "assessed_urgency": assessment_json["urgency"],
        "queues": ",".join(_distinct(route.queue for route in routes)),
        "submitted": submitted,
        "assessment": thread.key.seal_json(assessment_json),
        "due_at": min((route.due_at for route in routes), default=None),
        "opened_at": now,
    }
    try:
        with savepoint(c):
            _NEW.run(c, values)
    except constraints.REFUSALS as exc:
        if constraints.broke(exc, "uq_case_file_number", "case_file.number"):
            raise NumberTaken from exc
        raise RowRefused from exc
    _POINT.run(c, {"talk_id": thread.conversation_id, "to_case": case_id})
    for route in routes:
        _queue(c, case_id, route, now)
    detail = {"reason": reason, "category": values["category"], "urgency": values["urgency"]}
    event(c, case_id, "patient", "opened", {**detail, "submitted": submitted}, now, key=thread.key)
    thread.case = facts(c, case_id)
    return thread.case


def update_case(
    c: sa.Connection,
    thread: Thread,
    assessment_json: dict[str, Any],
    routes: Sequence[Route],
    *,
    submitted: bool,
    reason: str,
    now: datetime,
) -> CaseRow:
    """What is known of the thread's case changed.

    Urgency only rises here: above what a clinician set only for what is new since. A category that
    a clinician set stays. Queues that never had the case get a handoff; when the urgency rises, so
    do those whose handoff was closed, and clocks are brought forward; what was answered is due anew.
    """
    assert thread.case is not None
    case, key = locked(c, thread.case.id)
    urgency = _risen(case, assessment_json)
    raised = Urgency(urgency).rank > Urgency(case.urgency).rank
    category = case.category if case.triaged_by else assessment_json["category"]
    added = [route.queue for route in routes if _take_route(c, case, route, raised or reason in CALLING, now)]
    values: dict[str, Any] = {
        "category": category,
        "urgency": urgency,
        "assessed_urgency": _higher(case.assessed_urgency, assessment_json["urgency"]),
        "queues": ",".join(_distinct([*(route.queue for route in routes), *case.queues])),
        "submitted": case.submitted or submitted,
        "assessment": key.seal_json(assessment_json),
    }
    c.execute(sa.update(CASE).where(CASE.c.id == case.id).values(**values))
    settle(c, case.id, values["submitted"], now)
    known = {rule["id"] for rule in case.assessment.get("fired", ())}
    fresh = [rule["id"] for rule in assessment_json.get("fired", ()) if rule["id"] not in known]
    news = raised or added or fresh or category != case.category or values["submitted"] != case.submitted
    if news:
        detail = {"reason": reason, "category": category, "urgency": urgency, "raised": raised, "added": added}
        detail["rules"] = fresh
        event(c, case.id, "patient", "updated", {**detail, "submitted": submitted}, now, key=key)
    thread.case = facts(c, case.id)
    return thread.case


def reopen_case(c: sa.Connection, case_id: str, now: datetime, reason: str = "patient came back") -> CaseRow:
    """The patient came back to a closed case: it waits again in every queue that had it last."""
    case, _ = locked(c, case_id)
    newest = {handoff.queue: handoff for handoff in case.handoffs}
    for handoff in newest.values():
        if handoff.status == "closed" and handoff.outcome != TRANSFERRED:
            reopen(c, handoff.id, None, reason, now)
    return facts(c, case_id)


def leave(c: sa.Connection, thread: Thread, now: datetime) -> None:
    """The conversation goes on without its case: the person starts over. The case stays as it is."""
    if thread.case is None:
        return
    told = {name: (thread.session or {}).get(name) for name in ("answers", "findings")}
    answers = thread.key.seal_json(told)
    c.execute(sa.update(CASE).where(CASE.c.id == thread.case.id).values(answers=answers))
    c.execute(
        sa.update(CONVERSATION).where(CONVERSATION.c.id == thread.conversation_id).values(case_id=None, muted=False)
    )
    event(c, thread.case.id, "patient", "left", {}, now, key=thread.key)
    thread.case = None


def patient_wrote(c: sa.Connection, case_id: str, now: datetime) -> None:
    """The patient said something in a case: whose turn it was to wait has the case in hand again."""
    case, key = locked(c, case_id)
    moved = False
    for handoff in case.handoffs:
        if handoff.status == "closed":
            continue
        status = move(handoff.status, "patient_wrote")
        if status != handoff.status:
            c.execute(sa.update(HANDOFF).where(HANDOFF.c.id == handoff.id).values(status=status))
            moved = True
    if moved:
        settle(c, case_id, case.submitted, now)
    event(c, case_id, "patient", "patient_wrote", {}, now, key=key)


#: Reasons for which somebody is called: each needs an open handoff, also where an earlier one was closed.
CALLING = ("alarm", "urgent", "submitted", "person_asked", "failure")


def _risen(case: CaseRow, assessment: dict[str, Any]) -> str:
    """The urgency after a new assessment: that of the case, or more if something new calls for it."""
    assessed = str(assessment["urgency"])
    if case.triaged_by is None:
        return _higher(case.urgency, assessed)
    urgency = case.urgency
    if Urgency(assessed).rank > Urgency(case.assessed_urgency).rank:
        urgency = _higher(urgency, assessed)
    known = {rule["id"] for rule in case.assessment.get("fired", ())}
    for rule in assessment.get("fired", ()):
        if rule["id"] not in known:
            urgency = _higher(urgency, str(rule["urgency"]))
    return urgency


def _higher(one: str, other: str) -> str:
    return max(one, other, key=lambda code: Urgency(code).rank)


def _take_route(c: sa.Connection, case: CaseRow, route: Route, raised: bool, now: datetime) -> bool:
    """Make the handoff if it is missing, or bring its clock forward; True when it was made."""
    there = [handoff for handoff in case.handoffs if handoff.queue == route.queue]
    still_open = next((handoff for handoff in there if handoff.status != "closed"), None)
    if still_open is None:
        same_track = any(handoff.track == route.track and handoff.status != "closed" for handoff in case.handoffs)
        if (there or same_track) and not raised:  # it was dealt with there, or handed on to another queue
            return False
        _queue(c, case.id, route, now)
        return True
    due = still_open.due_at
    if Urgency(route.urgency).rank > Urgency(still_open.urgency).rank and (raised or not case.triaged_by):
        values: dict[str, Any] = {"urgency": str(route.urgency), "due_at": route.due_at}
        if raised and still_open.answered_at is not None:  # it is to be answered anew, by the new clock
            values["answered_at"] = None
        elif due is not None:
            values["due_at"] = min(due, route.due_at)
        c.execute(sa.update(HANDOFF).where(HANDOFF.c.id == still_open.id).values(**values))
    return False


def _queue(c: sa.Connection, case_id: str, route: Route, now: datetime) -> None:
    _QUEUE.run(
        c,
        {
            "id": new_id(),
            "case_id": case_id,
            "queue": route.queue,
            "track": route.track,
            "status": "queued",
            "urgency": str(route.urgency),
            "due_at": route.due_at,
            "queued_at": now,
        },
    )


def _distinct(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
