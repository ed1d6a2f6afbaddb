"""Whose talk is shown with which case."""

from datetime import timedelta

import pytest

from storage import cases, conversations
from tests.storage.steps import Clinic, line


def talk_of(clinic: Clinic, case: cases.CaseRow) -> list[str]:
    with clinic.database.read() as c:
        found = conversations.transcript(c, clinic.database.vault, case.id)
    return [message.body["text"] for message in found]


def says(clinic: Clinic, *texts: str) -> None:
    """The patient says this, a minute apart."""
    for text in texts:
        clinic.now += timedelta(minutes=1)
        with clinic.database.begin() as c:
            heard = line("in", "text", {"text": text}, clinic.now)
            conversations.save(c, clinic.thread(c), session={}, heard=heard, said=(), now=clinic.now)


def leaves(clinic: Clinic) -> None:
    clinic.now += timedelta(minutes=1)
    with clinic.database.begin() as c:
        cases.leave(c, clinic.thread(c), clinic.now)


def test_a_case_shows_the_talk_before_it_was_opened_and_after(clinic: Clinic) -> None:
    says(clinic, "my nose", "is white")
    case = clinic.case("plastic")
    says(clinic, "and cold")
    assert talk_of(clinic, case) == ["my nose", "is white", "and cold"]


def test_a_later_matter_is_not_shown_with_the_first_case_nor_the_first_with_the_later(clinic: Clinic) -> None:
    says(clinic, "my nose")
    first = clinic.case("plastic")
    says(clinic, "is white")
    leaves(clinic)
    says(clinic, "something private")
    assert talk_of(clinic, first) == ["my nose", "is white"]
    second = clinic.case("psy")
    says(clinic, "more of it")
    assert talk_of(clinic, first) == ["my nose", "is white"]
    assert talk_of(clinic, second) == ["something private", "more of it"]


def test_what_the_holder_of_the_left_case_writes_stays_in_its_talk(clinic: Clinic) -> None:
    says(clinic, "my nose")
    first = clinic.case("plastic")
    doctor = clinic.staff("Dr Li")
    leaves(clinic)
    says(clinic, "something private")
    clinic.now += timedelta(minutes=1)
    with clinic.database.begin() as c:
        cases.claim(c, first.handoffs[0].id, doctor, clinic.now)
        cases.staff_replied(c, first.handoffs[0].id, doctor, "how is the nose?", clinic.now)
    assert talk_of(clinic, first) == ["my nose", "how is the nose?"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_case_ends_where_the_patient_went_on_to_another_matter_closed_or_not(clinic: Clinic, closed: bool) -> None:
    says(clinic, "my nose")
    first = clinic.case("plastic")
    doctor = clinic.staff("Dr Li")
    if closed:
        with clinic.database.begin() as c:
            cases.claim(c, first.handoffs[0].id, doctor, clinic.now)
            cases.close(c, first.handoffs[0].id, "advised", "fine", doctor, clinic.now + timedelta(seconds=1))
    leaves(clinic)
    says(clinic, "something new")
    second = clinic.case("psy")
    says(clinic, "more of it")
    assert talk_of(clinic, first) == ["my nose"]
    assert talk_of(clinic, second)[-2:] == ["something new", "more of it"]


def test_a_closed_case_that_the_patient_still_writes_in_shows_all_of_it(clinic: Clinic) -> None:
    says(clinic, "my nose")
    case = clinic.case("plastic")
    doctor = clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        cases.claim(c, case.handoffs[0].id, doctor, clinic.now)
        cases.close(c, case.handoffs[0].id, "advised", "fine", doctor, clinic.now)
    says(clinic, "thank you")
    assert talk_of(clinic, case) == ["my nose", "thank you"]
