"""What is kept of a talk, once and in order."""

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage import cases, conversations, outbox
from storage.conversations import Thread
from storage.database import Database
from storage.errors import AlreadySeen, Sealed
from storage.models import CONSENT, OUTBOX, Moment, micros
from tests.outboxes import waiting
from tests.storage.steps import Clinic, assessment, line, run_together


def texts(database: Database, thread: Thread, **more: int) -> list[str]:
    with database.read() as c:
        found = conversations.messages(c, database.vault, thread.conversation_id, **more)
        return [message.body["text"] for message in found]


def test_a_talk_goes_on_where_it_stood(clinic: Clinic) -> None:
    first = clinic.says("hello")
    again = clinic.says("it hurts")
    assert first.session == {"state": "asking", "answers": {"last": "hello"}}
    assert again.conversation_id == first.conversation_id
    assert texts(clinic.database, again) == ["hello", "ok", "it hurts", "ok"]


def test_a_new_person_has_no_session(clinic: Clinic) -> None:
    with clinic.database.begin() as c:
        assert clinic.thread(c).session is None


def test_the_same_address_on_another_channel_is_another_talk(clinic: Clinic) -> None:
    telegram = clinic.says("hello")
    with clinic.database.begin() as c:
        web = conversations.find_or_begin(
            c, clinic.database.vault, channel="web", address="p1", message_key=None, now=clinic.now
        )
    assert web.conversation_id != telegram.conversation_id


def test_the_same_message_is_taken_once(clinic: Clinic) -> None:
    assert not clinic.says("hello", key="update:7").repeated
    repeated = clinic.says("hello", key="update:7")
    assert repeated.repeated
    assert texts(clinic.database, repeated) == ["hello", "ok"]


def test_two_persons_may_have_messages_of_the_same_key(clinic: Clinic) -> None:
    clinic.says("hello", key="7", address="p1")
    assert not clinic.says("hello", key="7", address="p2").repeated


def test_a_message_that_slips_past_the_first_look_is_refused_by_the_table(clinic: Clinic) -> None:
    thread = clinic.says("hello", key="7")
    with pytest.raises(AlreadySeen), clinic.database.begin() as c:
        again = line("in", "text", {"text": "hello"}, clinic.now, key="7")
        conversations.save(c, thread, session={}, said=[], heard=again, now=clinic.now)
    assert texts(clinic.database, thread) == ["hello", "ok"]


def test_saving_gives_the_ids_in_the_order_they_were_said(clinic: Clinic) -> None:
    said = [line("out", "say", {"text": str(number)}, clinic.now) for number in range(5)]
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
        heard = line("in", "text", {"text": "hello"}, clinic.now)
        ids = conversations.save(c, thread, session={}, said=said, heard=heard, now=clinic.now)
    with clinic.database.read() as c:
        kept = conversations.messages(c, thread.key, thread.conversation_id)
    assert [message.id for message in kept] == ids == thread.saved
    assert [message.body["text"] for message in kept] == ["hello", "0", "1", "2", "3", "4"]


def test_a_reader_that_knows_some_lines_gets_the_newer_ones(clinic: Clinic) -> None:
    known = clinic.says("hello").saved[-1]
    thread = clinic.says("it hurts")
    assert texts(clinic.database, thread, after=known) == ["it hurts", "ok"]
    assert texts(clinic.database, thread, limit=1) == ["hello"]


def test_a_talk_can_be_found_without_being_begun(clinic: Clinic) -> None:
    def look(address: str) -> Thread | None:
        with clinic.database.read() as c:
            return conversations.find(c, clinic.database.vault, channel="telegram", address=address)

    thread = clinic.says("hello")
    found = look("p1")
    assert found is not None
    assert found.conversation_id == thread.conversation_id
    assert look("nobody") is None


def test_turns_of_one_talk_wait_for_each_other_and_see_what_the_other_did(clinic: Clinic) -> None:
    """Each turn adds one to a number; on PostgreSQL they come from as many connections."""
    clinic.says("hello")

    def turns() -> None:
        for _ in range(10):
            with clinic.database.begin() as c:
                thread = clinic.thread(c)
                assert thread.session is not None
                count = thread.session.get("count", 0) + 1
                conversations.save(c, thread, session={"count": count}, said=[], heard=None, now=clinic.now)

    run_together([turns] * 4)
    with clinic.database.begin() as c:
        assert clinic.thread(c).session == {"count": 40}


def test_who_waited_for_a_turn_sees_the_case_it_opened_and_the_message_it_took(clinic: Clinic) -> None:
    clinic.says("hello")
    held, go = threading.Event(), threading.Event()
    seen: list[Thread] = []

    def first() -> None:
        with clinic.database.begin() as c:
            thread = clinic.thread(c)
            held.set()
            go.wait(5)
            heard = line("in", "text", {"text": "blind"}, clinic.now, key="update:8")
            conversations.save(c, thread, session={}, said=[], heard=heard, now=clinic.now)
            opened = clinic.routes("eye", urgency="emergency")
            cases.open_case(
                c, thread, "A-1", assessment("emergency", ("eye",)), opened,
                submitted=False, reason="alarm", now=clinic.now,
            )  # fmt: skip

    def second() -> None:
        held.wait(5)
        threading.Timer(0.1, go.set).start()
        with clinic.database.begin() as c:
            seen.append(clinic.thread(c, key="update:8"))

    run_together([first, second])
    assert seen[0].case is not None
    assert seen[0].case.number == "A-1"
    assert seen[0].repeated


def test_many_first_messages_at_once_begin_one_talk(clinic: Clinic) -> None:
    ids: list[str] = []

    def begin() -> None:
        with clinic.database.begin() as c:
            ids.append(clinic.thread(c).conversation_id)

    run_together([begin] * 4)
    assert len(set(ids)) == 1


def test_consent_is_kept_with_the_version_and_language_of_its_words(clinic: Clinic) -> None:
    thread = clinic.says("yes")
    with clinic.database.begin() as c:
        conversations.record_consent(c, thread, True, "v3", "en", clinic.now)
    with clinic.database.read() as c:
        row = c.execute(CONSENT.select()).one()
    assert (row.granted, row.version, row.locale, row.at) == (True, "v3", "en", clinic.now)


def test_forgetting_leaves_only_what_the_bot_said_last(clinic: Clinic) -> None:
    clinic.says("my secret story")
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
        heard = line("in", "text", {"text": "no, don't keep it"}, clinic.now)
        farewell = line("out", "say", {"text": "forgotten"}, clinic.now)
        conversations.save(c, thread, session={"state": "end"}, said=[farewell], heard=heard, now=clinic.now)
        old_key = thread.key
        conversations.forget(c, thread, clinic.now)
    assert texts(clinic.database, thread) == ["forgotten"]
    with clinic.database.begin() as c:
        assert clinic.thread(c).session == {"state": "end"}
        with pytest.raises(Sealed):
            old_key.open(thread.key.seal(b"after"))


def test_forgetting_takes_back_what_was_not_sent_but_no_alarm(clinic: Clinic) -> None:
    thread, stranger = clinic.says("my story"), clinic.says("hers", address="p2")

    def send(kind: str, text: str, to: Thread = thread) -> outbox.Row:
        message = {"type": kind, "text": text}
        recipient = f"{to.channel}:{to.conversation_id}"
        return outbox.Row(kind="send", recipient=recipient, payload={"message": message}, due_at=clinic.now)

    rows = [send("alarm", "failed"), send("alarm", "go now"), send("reply", "come"), send("ask", "so: my story?")]
    with clinic.database.begin() as c:
        failed, *_ = outbox.add(c, [*rows, send("say", "hers", stranger)], owner="a", now=clinic.now)
        outbox.give_up(c, failed.id, "blocked", "blocked", clinic.now)
        conversations.forget(c, clinic.thread(c), clinic.now)
        left = [
            [row.payload["message"]["text"] for row in waiting(c, f"telegram:{to.conversation_id}")]
            for to in (thread, stranger)
        ]
        count = c.execute(sa.select(sa.func.count(OUTBOX.c.id))).scalar_one()
    assert left == [["go now", "come"], ["hers"]]
    assert count == 3


def test_forgetting_keeps_the_codes_of_an_emergency_but_not_the_words(clinic: Clinic) -> None:
    case = clinic.case("eye", urgency="emergency")
    clinic.update("emergency", "eye", rules=("RF-01",))
    with clinic.database.begin() as c:
        conversations.forget(c, clinic.thread(c), clinic.now)
    kept = clinic.facts(case.id).assessment
    assert (kept["urgency"], kept["queues"]) == ("emergency", ["eye"])
    assert kept["fired"] == [{"id": "RF-01", "urgency": "emergency", "evidence": ""}]


def test_a_forgotten_message_is_still_known_as_taken(clinic: Clinic) -> None:
    clinic.says("my story", key="update:9")
    with clinic.database.begin() as c:
        conversations.forget(c, clinic.thread(c), clinic.now)
    assert clinic.says("my story", key="update:9").repeated


@pytest.mark.parametrize("at", [datetime(2026, 3, 1, 8, 0, 0, 999999, tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC)])
def test_times_come_back_to_the_microsecond(at: datetime) -> None:
    assert Moment().process_result_value(micros(at), sqlite.dialect()) == at
