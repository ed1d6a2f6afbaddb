"""The life of a handoff."""

import pytest

from flows.case import MACHINE, MOVES, STATUSES, NotAllowed, case_status, move

HELD = ("claimed", "waiting_for_patient", "in_hand")


def test_an_answered_case_goes_from_queue_to_hands_and_back_and_ends() -> None:
    status = "queued"
    seen = []
    for trigger in ("claim", "reply", "patient_wrote", "reply", "close", "reopen", "claim", "release"):
        status = move(status, trigger)
        seen.append(status)
    assert seen == [
        "claimed",
        "waiting_for_patient",
        "in_hand",
        "waiting_for_patient",
        "closed",
        "queued",
        "claimed",
        "queued",
    ]


@pytest.mark.parametrize("status", HELD)
def test_what_somebody_holds_cannot_be_claimed(status: str) -> None:
    with pytest.raises(NotAllowed, match=f"cannot claim a handoff that is {status}"):
        move(status, "claim")


@pytest.mark.parametrize("trigger", ["reply", "release", "reopen"])
def test_what_nobody_holds_cannot_be_answered_or_given_back(trigger: str) -> None:
    with pytest.raises(NotAllowed):
        move("queued", trigger)


@pytest.mark.parametrize("trigger", ["claim", "release", "transfer", "reply", "patient_wrote", "close"])
def test_a_closed_handoff_can_only_be_reopened(trigger: str) -> None:
    with pytest.raises(NotAllowed):
        move("closed", trigger)


@pytest.mark.parametrize("status", ["queued", *HELD])
def test_a_transfer_always_waits_in_the_new_queue(status: str) -> None:
    assert move(status, "transfer") == "queued"


@pytest.mark.parametrize("status", ["queued", "claimed"])
def test_a_word_from_the_patient_does_not_claim_or_answer_anything(status: str) -> None:
    assert move(status, "patient_wrote") == status


@pytest.mark.parametrize(("status", "trigger"), [("gone", "claim"), ("queued", "to_closed"), ("queued", "")])
def test_an_unknown_status_or_trigger_is_refused(status: str, trigger: str) -> None:
    with pytest.raises(NotAllowed):
        move(status, trigger)


def test_every_source_and_target_of_the_machine_is_a_status() -> None:
    named = {t.source for t in MACHINE.get_transitions()} | {t.dest for t in MACHINE.get_transitions()}
    assert named == set(STATUSES) == set(MACHINE.states)
    assert {trigger for trigger, _, _ in MOVES} == set(MACHINE.events)


@pytest.mark.parametrize(
    ("statuses", "submitted", "expected"),
    [
        ((), False, "open"),
        ((), True, "queued"),
        (("queued",), False, "queued"),
        (("queued", "claimed"), True, "claimed"),
        (("waiting_for_patient", "in_hand"), True, "in_hand"),
        (("closed", "queued"), True, "queued"),
        (("closed", "closed"), True, "closed"),
    ],
)
def test_the_case_stands_where_its_liveliest_handoff_stands(
    statuses: tuple[str, ...], submitted: bool, expected: str
) -> None:
    assert case_status(statuses, submitted) == expected
