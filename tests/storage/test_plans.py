"""What is done for every message or press costs the same in an empty database and with a million cases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import audit, cases, media, outbox, people
from tests.storage.steps import Clinic

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


def a_turn(clinic: Clinic, c: sa.Connection) -> None:
    clinic.thread(c, key="update:7")
    row = outbox.Row(kind="send", recipient="telegram:p1", payload={}, due_at=clinic.now)
    outbox.add(c, [row, row], owner="a", now=clinic.now)


def claiming(clinic: Clinic, c: sa.Connection) -> None:
    outbox.claim_due(c, "b", clinic.now + timedelta(seconds=60))


def finishing(_clinic: Clinic, c: sa.Connection) -> None:
    outbox.done(c, [1, 2])


def a_queue(_clinic: Clinic, c: sa.Connection) -> None:
    cases.list_cases(c, queue=["plastic", "eye"])


def a_card(clinic: Clinic, c: sa.Connection) -> None:
    number = clinic.case_number  # type: ignore[attr-defined]  # set below
    case = cases.by_number(c, number)
    cases.show_case(c, clinic.database.vault, number)
    media.of_case(c, clinic.thread(c).key, case.id)


def a_press(clinic: Clinic, c: sa.Connection) -> None:
    people.session_staff(c, "token", clinic.now)
    case = cases.by_number(c, clinic.case_number)  # type: ignore[attr-defined]  # set below
    cases.claim(c, case.handoffs[0].id, people.find_staff(c, "Dr Li"), clinic.now)


def news(clinic: Clinic, c: sa.Connection) -> None:
    cases.changes(c)
    cases.changed_cases(c, 1)
    audit.append(c, "system", "viewed", "case:1", {}, clinic.now)


@pytest.mark.parametrize("work", [a_turn, claiming, finishing, a_queue, a_card, a_press, news])
def test_no_table_is_read_from_end_to_end(clinic: Clinic, work: Callable[[Clinic, sa.Connection], None]) -> None:
    clinic.says("hello")
    clinic.staff("Dr Li")
    clinic.case_number = clinic.case("plastic").number  # type: ignore[attr-defined]  # for the work above
    with clinic.database.begin() as c:
        a_turn(clinic, c)
        said: list[str] = []
        driver: Any = c.connection.dbapi_connection
        driver.set_trace_callback(said.append)
        work(clinic, c)
        driver.set_trace_callback(None)
        statements = [text for text in said if text.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]
        assert statements
        scans = [
            (step[3], statement)
            for statement in statements
            for step in driver.execute(f"EXPLAIN QUERY PLAN {statement}")
            if step[3].startswith("SCAN") and "CONSTANT" not in step[3] and "LIMIT 1 " not in statement
        ]
    assert scans == []
