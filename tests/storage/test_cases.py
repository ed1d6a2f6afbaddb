"""Cases: opened once, never calmer by themselves, never twice in a queue."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flows.case import NotAllowed
from storage import audit, cases, conversations, judgements
from storage.errors import NoSuchCase, NotHolder, NumberTaken
from storage.models import CASE, HANDOFF, new_id
from tests.storage.steps import MINUTES, Clinic, assessment, run_together


def test_a_case_waits_in_every_queue_it_was_routed_to(clinic: Clinic) -> None:
    case = clinic.case("plastic", "legal_aid", urgency="urgent")
    assert case.status == "queued"
    assert case.queues == ("plastic", "legal_aid")
    assert [(h.queue, h.track, h.status) for h in case.handoffs] == [
        ("plastic", "clinical", "queued"),
        ("legal_aid", "legal", "queued"),
    ]
    assert case.due_at == clinic.now + timedelta(minutes=60)


def test_the_next_turn_knows_the_case(clinic: Clinic) -> None:
    opened = clinic.case("plastic")
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
    assert thread.case is not None
    assert (thread.case.number, thread.case.urgency, thread.case.held) == (opened.number, "urgent", False)
    assert thread.case.conversations == (thread.conversation_id,)


def test_a_taken_number_changes_nothing_and_another_can_be_drawn(clinic: Clinic) -> None:
    taken = clinic.case("plastic").number
    with clinic.database.begin() as c:
        thread = clinic.thread(c, "p2")
        said = {"submitted": True, "reason": "submitted", "now": clinic.now}
        with pytest.raises(NumberTaken):
            cases.open_case(c, thread, taken, assessment("soon", ()), [], **said)  # type: ignore[arg-type]
        cases.open_case(c, thread, "A-9999", assessment("soon", ()), [], **said)  # type: ignore[arg-type]
    with clinic.database.read() as c:
        assert len(cases.list_cases(c)) == 2


def test_urgency_rises_and_brings_the_clock_forward(clinic: Clinic) -> None:
    clinic.case("plastic", urgency="soon")
    case = clinic.update("emergency", "plastic")
    assert case.urgency == "emergency"
    assert case.due_at == clinic.now + timedelta(minutes=5)
    assert case.handoffs[0].urgency == "emergency"


def test_urgency_does_not_fall_by_itself(clinic: Clinic) -> None:
    clinic.case("plastic", urgency="emergency")
    case = clinic.update("routine", "plastic")
    assert case.urgency == "emergency"
    assert case.due_at == clinic.now + timedelta(minutes=5)


def test_a_clinician_may_lower_urgency_and_the_same_answers_do_not_raise_it_again(clinic: Clinic) -> None:
    doctor = clinic.staff("Dr Li")
    case = clinic.case("plastic", urgency="emergency")
    clinic.update("emergency", "plastic", rules=("RF-01",))
    clinic.judge(case, doctor, "routine")
    case = clinic.update("emergency", "plastic", rules=("RF-01",))
    assert (case.category, case.urgency, case.triaged_by) == ("repair", "routine", doctor.id)


def test_a_new_red_flag_raises_what_a_clinician_lowered(clinic: Clinic) -> None:
    doctor = clinic.staff("Dr Li")
    case = clinic.case("plastic", urgency="emergency")
    clinic.update("emergency", "plastic", rules=("RF-01",))
    clinic.judge(case, doctor, "routine")
    assert clinic.update("emergency", "plastic", rules=("RF-01", "RF-02")).urgency == "emergency"


def test_an_update_adds_the_queues_that_are_missing_and_no_other(clinic: Clinic) -> None:
    clinic.case("plastic")
    case = clinic.update("urgent", "plastic", "legal_aid")
    assert sorted(h.queue for h in case.handoffs) == ["legal_aid", "plastic"]
    assert case.queues == ("plastic", "legal_aid")


def test_a_closed_handoff_is_queued_again_only_when_urgency_rises(clinic: Clinic) -> None:
    clerk = clinic.staff("Wang", "coordinator")
    case = clinic.case("plastic", urgency="soon")
    with clinic.database.begin() as c:
        cases.close(c, case.handoffs[0].id, "advised", "", clerk, clinic.now)
    assert clinic.update("soon", "plastic").status == "closed"
    risen = clinic.update("emergency", "plastic")
    assert [h.status for h in risen.handoffs] == ["closed", "queued"]
    assert risen.status == "queued"
    assert risen.closed_at is None


def test_the_tables_refuse_a_second_open_handoff_in_a_queue(clinic: Clinic) -> None:
    case = clinic.case("plastic")
    twin = {
        "id": new_id(), "case_id": case.id, "queue": "plastic", "track": "clinical",
        "status": "queued", "urgency": "soon", "queued_at": clinic.now,
    }  # fmt: skip
    with pytest.raises(IntegrityError), clinic.database.begin() as c:
        c.execute(HANDOFF.insert(), twin)


def test_an_update_that_changes_nothing_stays_out_of_the_timeline(clinic: Clinic) -> None:
    case = clinic.case("plastic")
    clinic.update("urgent", "plastic")
    assert clinic.kinds(case.id) == ["opened"]


def test_of_two_who_claim_at_once_exactly_one_wins(clinic: Clinic) -> None:
    doctors = [clinic.staff(f"Dr {number}") for number in range(4)]
    for _ in range(5):
        handoff_id = clinic.case("plastic", address=new_id()).handoffs[0].id
        won = []

        def claim(doctor, handoff_id=handoff_id, won=won):  # type: ignore[no-untyped-def]  # bound in the loop
            with clinic.database.begin() as c:
                if cases.claim(c, handoff_id, doctor, clinic.now):
                    won.append(doctor.id)

        run_together([lambda doctor=doctor, claim=claim: claim(doctor) for doctor in doctors])
        with clinic.database.read() as c:
            holder = c.execute(HANDOFF.select().where(HANDOFF.c.id == handoff_id)).one().staff_id
        assert won == [holder]


def test_a_reply_is_kept_for_the_patient_and_silences_the_bot(clinic: Clinic) -> None:
    clinic.says("help")
    case, doctor = clinic.case("plastic"), clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        reply = cases.staff_replied(c, case.handoffs[0].id, doctor, "come today", clinic.now)
    assert (reply.channel, reply.address, reply.number) == ("telegram", "p1", case.number)
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
        last = conversations.messages(c, thread.key, thread.conversation_id)[-1]
    assert thread.muted
    assert (last.id, last.direction, last.body, last.staff_id) == (
        reply.message_id, "staff", {"text": "come today"}, doctor.id,
    )  # fmt: skip
    assert clinic.facts(case.id).status == "waiting_for_patient"


def test_a_word_from_the_patient_gives_the_turn_back_to_the_staff(clinic: Clinic) -> None:
    case, doctor = clinic.case("plastic", "legal_aid"), clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        cases.staff_replied(c, case.handoffs[0].id, doctor, "come today", clinic.now)
        cases.patient_wrote(c, case.id, clinic.now)
    assert [h.status for h in clinic.facts(case.id).handoffs] == ["in_hand", "queued"]


def test_the_bot_may_talk_again_once_nobody_holds_the_case(clinic: Clinic) -> None:
    case, doctor = clinic.case("plastic"), clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        cases.staff_replied(c, case.handoffs[0].id, doctor, "come today", clinic.now)
        cases.close(c, case.handoffs[0].id, "advised", "", doctor, clinic.now)
        assert not clinic.thread(c).muted


def test_only_who_holds_a_handoff_answers_and_closes_it(clinic: Clinic) -> None:
    case, doctor, other = clinic.case("plastic"), clinic.staff("Dr Li"), clinic.staff("Dr Wu")
    handoff = case.handoffs[0].id
    with clinic.database.begin() as c:
        cases.claim(c, handoff, doctor, clinic.now)
        with pytest.raises(NotHolder):
            cases.staff_replied(c, handoff, other, "hello", clinic.now)
        with pytest.raises(NotHolder):
            cases.close(c, handoff, "advised", "", other, clinic.now)
        with pytest.raises(NotHolder):
            cases.transfer(c, handoff, "eye", other, "", clinic.now)


def test_a_coordinator_may_release_for_somebody_else(clinic: Clinic) -> None:
    case, doctor = clinic.case("plastic"), clinic.staff("Dr Li")
    clerk = clinic.staff("Wang", "coordinator")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        cases.release(c, case.handoffs[0].id, clerk, clinic.now, "ill")
    released = clinic.facts(case.id).handoffs[0]
    assert (released.status, released.staff_id) == ("queued", None)


def test_what_is_not_held_cannot_be_released(clinic: Clinic) -> None:
    clerk = clinic.staff("Wang", "coordinator")
    case = clinic.case("plastic")
    with pytest.raises(NotAllowed), clinic.database.begin() as c:
        cases.release(c, case.handoffs[0].id, clerk, clinic.now)


def test_a_transfer_waits_in_the_other_queue(clinic: Clinic) -> None:
    case, doctor = clinic.case("plastic"), clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        cases.transfer(c, case.handoffs[0].id, "eye", doctor, "sees double", clinic.now)
    moved = clinic.facts(case.id)
    assert moved.queues == ("eye",)
    assert [(h.queue, h.status, h.staff_id) for h in moved.handoffs] == [("eye", "queued", None)]


def test_a_transfer_to_a_queue_that_has_the_case_ends_this_handoff(clinic: Clinic) -> None:
    case, doctor = clinic.case("plastic", "eye"), clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        cases.transfer(c, case.handoffs[0].id, "eye", doctor, "", clinic.now)
    assert [(h.queue, h.status) for h in clinic.facts(case.id).handoffs] == [
        ("plastic", "closed"),
        ("eye", "queued"),
    ]


def test_a_case_is_closed_with_its_last_handoff_and_comes_back_with_the_patient(clinic: Clinic) -> None:
    case, clerk = clinic.case("plastic", "legal_aid"), clinic.staff("Wang", "coordinator")
    with clinic.database.begin() as c:
        cases.close(c, case.handoffs[0].id, "advised", "", clerk, clinic.now)
    assert clinic.facts(case.id).status == "queued"
    with clinic.database.begin() as c:
        cases.close(c, case.handoffs[1].id, "settled", "", clerk, clinic.now)
    closed = clinic.facts(case.id)
    assert (closed.status, closed.closed_at) == ("closed", clinic.now)
    with clinic.database.begin() as c:
        assert cases.reopen_case(c, case.id, clinic.now).status == "queued"


def test_every_action_stands_in_the_timeline_and_in_the_audit_trail(clinic: Clinic) -> None:
    case, doctor = clinic.case("plastic"), clinic.staff("Dr Li")
    handoff = case.handoffs[0].id
    with clinic.database.begin() as c:
        cases.claim(c, handoff, doctor, clinic.now)
        cases.staff_replied(c, handoff, doctor, "come today", clinic.now)
        cases.note(c, case.id, doctor, "looks bad", clinic.now)
        judgements.judge(
            c, handoff, doctor, category="repair", urgency="soon", grade="", reason="seen", minutes=MINUTES,
            now=clinic.now,
        )  # fmt: skip
        cases.close(c, handoff, "advised", "done", doctor, clinic.now)
        cases.reopen(c, handoff, doctor, "not done", clinic.now)
        done = ["claimed", "replied", "note", "triage_set", "closed", "reopened"]
        assert [entry.kind for entry in cases.entries(c, case.id)][1:] == done
        recorded = audit.records(c, object_=f"case:{case.number}")
    assert [record.action for record in reversed(recorded)] == [
        "claimed", "replied", "noted", "triage_set", "closed", "reopened",
    ]  # fmt: skip
    assert {record.actor for record in recorded} == {doctor.actor}


def test_a_live_page_learns_of_every_change(clinic: Clinic) -> None:
    first, second = clinic.case("plastic"), clinic.case("eye", address="p2")
    with clinic.database.begin() as c:
        before = cases.changes(c)
        cases.patient_wrote(c, second.id, clinic.now)
        assert cases.changes(c, before) > before
        assert cases.changed_cases(c, before) == {second.id: cases.changes(c)}
    assert first.id != second.id


def test_the_desk_lists_its_queue_with_the_most_urgent_first(clinic: Clinic) -> None:
    calm = clinic.case("plastic", urgency="soon", address="p1")
    worst = clinic.case("plastic", urgency="emergency", address="p2")
    clinic.case("eye", urgency="emergency", address="p3")
    with clinic.database.read() as c:
        listed = cases.list_cases(c, queue="plastic")
        both = cases.list_cases(c, queue=["plastic", "eye"])
    assert [case.number for case in listed] == [worst.number, calm.number]
    assert len(both) == 3


def test_the_desk_lists_what_somebody_holds_and_what_is_in_a_state(clinic: Clinic) -> None:
    held, doctor = clinic.case("plastic", address="p1"), clinic.staff("Dr Li")
    clinic.case("plastic", address="p2")
    with clinic.database.begin() as c:
        cases.claim(c, held.handoffs[0].id, doctor, clinic.now)
        mine = cases.list_cases(c, staff_id=doctor.id)
        waiting = cases.list_cases(c, status="queued")
    assert [(case.number, case.handoffs[0].claimed_by) for case in mine] == [(held.number, "Dr Li")]
    assert [case.number for case in waiting] != [held.number]
    assert len(waiting) == 1


def test_a_case_can_be_shown_whole(clinic: Clinic) -> None:
    clinic.says("my lip is white")
    case = clinic.case("plastic", "legal_aid")
    with clinic.database.read() as c:
        shown = cases.show_case(c, clinic.database.vault, case.number.lower())
    assert shown["number"] == case.number
    assert shown["queues"] == ["plastic", "legal_aid"]
    assert shown["answers"] == {"last": "my lip is white"}
    assert [handoff["queue"] for handoff in shown["handoffs"]] == ["plastic", "legal_aid"]
    assert shown["handoffs"][0]["claimed_by"] is None
    assert shown["assessment"]["protocol"] == "p1"
    assert shown["media_count"] == 0
    assert [entry["kind"] for entry in shown["timeline"]] == ["opened"]


def test_an_unknown_number_is_said_to_be_unknown(clinic: Clinic) -> None:
    with pytest.raises(NoSuchCase), clinic.database.read() as c:
        cases.show_case(c, clinic.database.vault, "A-0000")


def test_a_person_who_starts_over_leaves_the_case_with_its_answers(clinic: Clinic) -> None:
    clinic.says("my lip is white")
    case, doctor = clinic.case("plastic"), clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.leave(c, clinic.thread(c), clinic.now)
    clinic.says("another story")
    with clinic.database.begin() as c:
        assert clinic.thread(c).case is None
        shown = cases.show_case(c, clinic.database.vault, case.number)
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        assert cases.staff_replied(c, case.handoffs[0].id, doctor, "hello", clinic.now).address == "p1"
        assert not clinic.thread(c).muted
    assert shown["answers"] == {"last": "my lip is white"}


@pytest.mark.parametrize("shape", ["answers alone", "answers and findings"])
def test_a_left_case_shows_the_answers_it_was_left_with(clinic: Clinic, shape: str) -> None:
    case = clinic.case("plastic")
    answers = {"procedure": "nose_filler"}
    kept = answers if shape == "answers alone" else {"answers": answers, "findings": [{"kind": "symptom"}]}
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
        cases.leave(c, thread, clinic.now)
        c.execute(sa.update(CASE).where(CASE.c.id == case.id).values(answers=thread.key.seal_json(kept)))
        assert cases.show_case(c, clinic.database.vault, case.number)["answers"] == answers
