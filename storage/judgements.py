"""What clinicians make of cases: category, urgency and grade, and how far the rules had it right.

A judgement is kept in codes only, apart from the patient's own words, so that the figures stay when a
patient is erased; the reason stands in the timeline, under the patient's key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flows.protocol import Category, Urgency
from flows.severity import GRADES
from storage import audit
from storage.case_files import CaseRow, HandoffRow, facts
from storage.database import vault_of
from storage.errors import NotHolder
from storage.handoffs import locked_handoff, settle
from storage.models import CASE, HANDOFF, JUDGEMENT
from storage.people import Staff
from storage.timeline import event

_BY_CASE = sa.select(JUDGEMENT).where(JUDGEMENT.c.case_id == sa.bindparam("case_id")).order_by(JUDGEMENT.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One judgement, beside what the rules had said at that time."""

    case_id: str
    staff_id: str
    at: datetime
    category: str
    urgency: str
    grade: str  # Clavien-Dindo, with "d" for a lasting disability; empty where none was given
    assessed_category: str
    assessed_urgency: str
    fired: tuple[tuple[str, str], ...]  # rules and the urgency each had
    protocol: str


def judge(
    c: sa.Connection,
    handoff_id: str,
    staff: Staff,
    *,
    category: str,
    urgency: str,
    grade: str,
    reason: str,
    minutes: Mapping[Urgency, int],
    now: datetime,
) -> CaseRow:
    """The clinician who holds the case decides category and urgency, up or down; the one way urgency falls.

    `minutes` are those within which each urgency is to be answered: open clocks follow, those of legal
    aid keep their own. Raises NotHolder for anybody else, ValueError for a code there is not.
    """
    category, urgency = Category(category).value, Urgency(urgency).value
    if grade and grade.removesuffix("d") not in GRADES:
        raise ValueError(f"{grade!r} is not a grade of Clavien and Dindo")
    case, handoff, key = locked_handoff(c, handoff_id)
    if not may_judge(staff, handoff):
        raise NotHolder
    c.execute(
        sa.update(CASE).where(CASE.c.id == case.id).values(category=category, urgency=urgency, triaged_by=staff.id)
    )
    for other in case.handoffs:
        if other.status != "closed" and other.track != "legal":
            _redate(c, other, Urgency(urgency), minutes, now)
    _keep(c, case, staff, category, urgency, grade, now)
    settle(c, case.id, case.submitted, now)
    detail = {
        "category": category,
        "urgency": urgency,
        "grade": grade,
        "category_before": case.category,
        "urgency_before": case.urgency,
        "reason": reason,
        "queue": handoff.queue,
        "handoff": handoff.id,
        "by": staff.name,
    }
    event(c, case.id, staff.actor, "triage_set", detail, now, key=key)
    told = {"urgency": urgency, "before": case.urgency, "category": category, "grade": grade}
    audit.append(c, staff.actor, "triage_set", f"case:{case.number}", told, now)
    return facts(c, case.id)


def may_judge(staff: Staff, handoff: HandoffRow) -> bool:
    """Only a medical expert who holds a clinical handoff (clinical.md 0, I1)."""
    held = handoff.staff_id == staff.id and handoff.status != "closed"
    return staff.role == "expert" and handoff.track != "legal" and held


def of_case(c: sa.Connection, case_id: str) -> list[Judgement]:
    """All judgements of a case, the oldest first."""
    vault = vault_of(c)
    return [_judgement(row, vault.system.open_json(row.codes)) for row in c.execute(_BY_CASE, {"case_id": case_id})]


def last_of_each_case(c: sa.Connection) -> list[Judgement]:
    """The judgement that stands, of every case that has one."""
    vault = vault_of(c)
    newest = sa.select(sa.func.max(JUDGEMENT.c.id)).group_by(JUDGEMENT.c.case_id)
    chosen = sa.select(JUDGEMENT).where(JUDGEMENT.c.id.in_(newest)).order_by(JUDGEMENT.c.id)
    return [_judgement(row, vault.system.open_json(row.codes)) for row in c.execute(chosen)]


def _redate(
    c: sa.Connection, handoff: HandoffRow, urgency: Urgency, minutes: Mapping[Urgency, int], now: datetime
) -> None:
    """Raised, it is due the sooner; lowered, from when it was queued."""
    step = urgency.rank - Urgency(handoff.urgency).rank
    if step == 0:
        return
    span = timedelta(minutes=minutes[urgency])
    due = handoff.queued_at + span if step < 0 else min(filter(None, (handoff.due_at, now + span)))
    c.execute(sa.update(HANDOFF).where(HANDOFF.c.id == handoff.id).values(urgency=urgency.value, due_at=due))


def _keep(
    c: sa.Connection, case: CaseRow, staff: Staff, category: str, urgency: str, grade: str, now: datetime
) -> None:
    codes = {
        "category": category,
        "urgency": urgency,
        "grade": grade,
        "assessed_category": case.assessment.get("category", case.category),
        "assessed_urgency": case.assessment.get("urgency", case.assessed_urgency),
        "fired": [[rule["id"], rule["urgency"]] for rule in case.assessment.get("fired", ())],
        "protocol": case.assessment.get("protocol", ""),
    }
    sealed = vault_of(c).system.seal_json(codes)
    c.execute(sa.insert(JUDGEMENT), {"case_id": case.id, "staff_id": staff.id, "codes": sealed, "at": now})


def _judgement(row: Any, codes: dict[str, Any]) -> Judgement:
    fired = tuple((rule, urgency) for rule, urgency in codes.pop("fired"))
    return Judgement(case_id=row.case_id, staff_id=row.staff_id, at=row.at, fired=fired, **codes)
