"""A refused row is taken for what it is, not for the one refusal that somebody expected."""

from dataclasses import replace

import pytest

from storage import cases, conversations
from storage.errors import RowRefused
from tests.storage.steps import Clinic, assessment, line


def test_case_that_breaks_another_rule_is_not_taken_for_a_taken_number(clinic: Clinic) -> None:
    with pytest.raises(RowRefused), clinic.database.begin() as c:
        thread = replace(clinic.thread(c), patient_id="nobody")
        cases.open_case(
            c, thread, "A-1", assessment("soon", ()), [], submitted=True, reason="submitted", now=clinic.now
        )


@pytest.mark.parametrize("direction", ["in", "sideways"])
def test_message_that_breaks_another_rule_is_not_taken_for_a_repeated_one(clinic: Clinic, direction: str) -> None:
    with pytest.raises(RowRefused), clinic.database.begin() as c:
        thread = clinic.thread(c)
        if direction == "in":
            thread.conversation_id = "nowhere"
        heard = line(direction, "text", {"text": "hello"}, clinic.now, key="7")
        conversations.save(c, thread, session={}, said=[], heard=heard, now=clinic.now)
