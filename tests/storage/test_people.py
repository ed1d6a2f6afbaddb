"""The staff and how they sign in."""

from datetime import timedelta

import pytest

from storage import people
from storage.errors import NameTaken, NoSuchStaff
from tests.storage.steps import Clinic


def test_somebody_taken_on_is_found_by_name_however_it_is_typed(clinic: Clinic) -> None:
    added = clinic.staff("Dr Li", queues=("eye",), telegram="77", institution="City Hospital", on_call=True)
    with clinic.database.read() as c:
        assert people.find_staff(c, " ＤＲ li") == added
        assert people.list_staff(c) == [added]
        with pytest.raises(NoSuchStaff):
            people.find_staff(c, "Dr Wu")


@pytest.mark.parametrize("twin", [{"name": "dr li"}, {"name": "Dr Wu", "telegram": "77"}])
def test_a_name_or_telegram_account_belongs_to_one_person(clinic: Clinic, twin: dict[str, str]) -> None:
    clinic.staff("Dr Li", telegram="77")
    with pytest.raises(NameTaken):
        clinic.staff(**twin)


def test_a_role_there_is_not_is_refused(clinic: Clinic) -> None:
    with pytest.raises(ValueError, match="'chef' is not one of expert, legal_aid, coordinator"):
        clinic.staff("Gordon", "chef")


@pytest.mark.parametrize(
    ("role", "queues", "serves", "not_"),
    [
        ("expert", (), ("eye", "plastic"), ("legal_aid", "duty")),
        ("expert", ("eye",), ("eye",), ("plastic", "legal_aid", "duty")),
        ("legal_aid", (), ("legal_aid",), ("eye", "duty")),
        ("coordinator", (), ("eye", "legal_aid", "duty"), ()),
    ],
)
def test_a_role_serves_its_queues(
    clinic: Clinic, role: str, queues: tuple[str, ...], serves: tuple[str, ...], not_: tuple[str, ...]
) -> None:
    person = clinic.staff("Somebody", role, queues=queues)
    assert all(person.serves(queue) for queue in serves)
    assert not any(person.serves(queue) for queue in not_)


def test_those_on_call_for_a_queue_are_paged_coordinators_last(clinic: Clinic) -> None:
    clinic.staff("Wang", "coordinator", on_call=True)
    clinic.staff("Dr Eye", queues=("eye",), on_call=True)
    clinic.staff("Dr All", on_call=True)
    clinic.staff("Dr Off", queues=("eye",))
    clinic.staff("Lawyer", "legal_aid", on_call=True)
    with clinic.database.read() as c:
        assert [person.name for person in people.on_call(c, ["eye"])] == ["Dr Eye", "Dr All", "Wang"]
        assert [person.name for person in people.on_call(c, ["legal_aid"])] == ["Lawyer", "Wang"]


def test_somebody_can_go_on_and_off_call(clinic: Clinic) -> None:
    doctor = clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        people.set_on_call(c, doctor.id, True)
        assert people.get_staff(c, doctor.id).on_call
        with pytest.raises(NoSuchStaff):
            people.set_on_call(c, "nobody", True)


def test_a_link_signs_in_once(clinic: Clinic) -> None:
    doctor = clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        token = people.new_link(c, doctor.id, clinic.now, minutes=30)
        assert people.redeem_link(c, token, clinic.now) == doctor
        assert people.redeem_link(c, token, clinic.now) is None


def test_a_link_that_is_late_or_made_up_signs_nobody_in(clinic: Clinic) -> None:
    doctor = clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        token = people.new_link(c, doctor.id, clinic.now, minutes=30)
        assert people.redeem_link(c, token, clinic.now + timedelta(minutes=30)) is None
        assert people.redeem_link(c, "made up", clinic.now) is None


def test_a_session_lasts_until_it_ends_or_runs_out(clinic: Clinic) -> None:
    doctor = clinic.staff("Dr Li")
    with clinic.database.begin() as c:
        token = people.new_session(c, doctor.id, clinic.now, hours=12)
        other = people.new_session(c, doctor.id, clinic.now, hours=12)
        assert people.session_staff(c, token, clinic.now + timedelta(hours=11)) == doctor
        assert people.session_staff(c, token, clinic.now + timedelta(hours=12)) is None
        people.end_session(c, token)
        assert people.session_staff(c, token, clinic.now) is None
        assert people.session_staff(c, other, clinic.now) == doctor
