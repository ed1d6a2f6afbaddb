"""Coordinators, and nobody else, read at the desk what no conversation could take in; looking is on record."""

from datetime import UTC, datetime

from bot.messages import Inbound
from storage import audit, outbox
from storage.outbox import Row
from tests.bot.desk_house import House
from tests.bot.desk_people import Person


async def test_letters_are_for_coordinators(house: House, people_at_work: dict[str, Person]) -> None:
    now = datetime.now(UTC)
    inbound = Inbound(channel="telegram", address="5001", key="m1", at=now, text="左眼突然看不见了")
    row = Row(kind="take", recipient="take:telegram:5001", payload={"inbound": inbound.to_json()}, due_at=now)
    with house.service.database.begin() as c:
        outbox.add(c, [row], owner="a", now=now)
    for person in people_at_work.values():
        page = await person.see("/desk/letters")
        if person.staff.role == "coordinator":
            assert "左眼突然看不见了" in page.text
            with house.service.database.read() as c:
                newest = audit.records(c)[0]
            assert (newest.actor, newest.action, newest.object) == (person.staff.actor, "viewed", "letters")
        else:
            assert page.status_code == 404
            assert "左眼" not in page.text
    assert {"coordinator", "expert"} <= {person.staff.role for person in people_at_work.values()}
