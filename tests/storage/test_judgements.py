"""Only a clinician who holds a case judges it; clocks follow, and what the rules had said is kept beside."""

from datetime import timedelta
from typing import Any

import pytest

from flows.protocol import Urgency
from storage import audit, cases, conversations, judgements, timeline
from storage.errors import NotHolder
from tests.storage.steps import MINUTES, Clinic


def test_the_clocks_follow_what_was_judged_and_legal_aid_keeps_its_own(clinic: Clinic) -> None:
    case = clinic.case("plastic", "legal_aid", urgency="emergency")
    legal = next(h for h in case.handoffs if h.queue == "legal_aid")
    judged = clinic.judge(case, clinic.staff("Dr Li"), "soon", "complication")
    there = {handoff.queue: handoff for handoff in judged.handoffs}
    assert (there["plastic"].urgency, there["plastic"].due_at) == ("soon", clinic.now + timedelta(minutes=240))
    assert (there["legal_aid"].urgency, there["legal_aid"].due_at) == ("emergency", legal.due_at)
    assert (judged.urgency, judged.category) == ("soon", "complication")


def test_raised_by_a_clinician_a_case_is_due_sooner_and_never_later(clinic: Clinic) -> None:
    case = clinic.case("plastic", urgency="routine")
    doctor = clinic.staff("Dr Li")
    judged = clinic.judge(case, doctor, "urgent")
    assert judged.due_at == clinic.now + timedelta(minutes=60)
    clinic.now += timedelta(minutes=30)
    assert clinic.judge(judged, doctor, "emergency").due_at == clinic.now + timedelta(minutes=5)


@pytest.mark.parametrize("role", ["legal_aid", "coordinator"])
def test_nobody_but_a_clinician_sets_the_urgency(clinic: Clinic, role: str) -> None:
    case = clinic.case("plastic", urgency="emergency")
    with pytest.raises(NotHolder):
        clinic.judge(case, clinic.staff("Zhou", role), "soon")
    assert clinic.facts(case.id).urgency == "emergency"


def test_a_clinician_who_does_not_hold_the_case_judges_nothing(clinic: Clinic) -> None:
    case = clinic.case("plastic", urgency="emergency")
    clinic.judge(case, clinic.staff("Dr Li"), "emergency")
    with pytest.raises(NotHolder):
        clinic.judge(case, clinic.staff("Dr Wu"), "soon")


@pytest.mark.parametrize("codes", [{"grade": "VI"}, {"grade": "IIIc"}, {"category": "nonsense"}, {"urgency": "asap"}])
def test_codes_that_there_are_not_are_refused(clinic: Clinic, codes: dict[str, Any]) -> None:
    case = clinic.case("plastic")
    with pytest.raises(ValueError, match=r"."):
        clinic.judge(case, clinic.staff("Dr Li"), **{"urgency": "soon", **codes})


def test_what_the_rules_had_said_is_kept_beside_and_outlives_the_patients_words(clinic: Clinic) -> None:
    case = clinic.case("plastic", urgency="emergency")
    clinic.update("emergency", "plastic", rules=("RF-01", "RF-12"))
    doctor = clinic.staff("Dr Li")
    clinic.judge(case, doctor, "urgent", "complication", grade="IIIad")
    with clinic.database.begin() as c:
        conversations.forget(c, clinic.thread(c), clinic.now)
    with clinic.database.read() as c:
        (kept,) = judgements.of_case(c, case.id)
    assert kept.fired == (("RF-01", "emergency"), ("RF-12", "emergency"))
    assert (kept.urgency, kept.assessed_urgency, kept.grade, kept.staff_id) == (
        "urgent", "emergency", "IIIad", doctor.id,
    )  # fmt: skip


def test_the_last_judgement_of_each_case_stands(clinic: Clinic) -> None:
    doctor = clinic.staff("Dr Li")
    one, other = clinic.case("plastic"), clinic.case("eye", address="p2")
    for urgency in ("soon", "routine"):
        clinic.judge(one, doctor, urgency)
    clinic.judge(other, doctor, "urgent")
    with clinic.database.read() as c:
        stands = {judgement.case_id: judgement.urgency for judgement in judgements.last_of_each_case(c)}
    assert stands == {one.id: "routine", other.id: "urgent"}


def test_a_judgement_is_in_the_timeline_with_its_reason_and_in_the_audit_without(clinic: Clinic) -> None:
    case = clinic.case("plastic", urgency="emergency")
    clinic.judge(case, clinic.staff("Dr Li"), "soon", "complication", reason="no visual loss on the phone")
    with clinic.database.read() as c:
        entry = cases.entries(c, case.id, timeline.key_of(c, case.id))[-1]
        record = audit.records(c, object_=f"case:{case.number}")[0]
    assert entry.kind == record.action == "triage_set"
    assert entry.detail["reason"] == "no visual loss on the phone"
    assert record.detail == {"urgency": "soon", "before": "emergency", "category": "complication", "grade": ""}


def test_a_case_that_rises_after_an_answer_is_due_anew(clinic: Clinic) -> None:
    case, doctor = clinic.case("plastic", urgency="soon"), clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        cases.staff_replied(c, case.handoffs[0].id, doctor, "watch it", clinic.now)
    clinic.now += timedelta(days=1)
    (handoff,) = clinic.update("emergency", "plastic", rules=("RF-12",)).handoffs
    assert handoff.answered_at is None
    assert handoff.due_at == clinic.now + timedelta(minutes=MINUTES[Urgency.emergency])
    assert handoff.claimed_by == "Dr Li"
