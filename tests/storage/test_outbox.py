"""What is to be done outside: in order per recipient, by one process, never lost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage import backlog, cases, conversations, outbox
from storage.database import Database
from storage.outbox import Row
from tests.outboxes import waiting
from tests.storage.steps import Clinic, run_together


class Post:
    """Two processes, "a" and "b", that work on one outbox."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now

    def add(self, *texts: str, owner: str = "a", to: str = "telegram:1", **more: object) -> tuple[Row, ...]:
        """Rows to one recipient; gives those the owner is to send at once."""
        row = Row(kind="send", recipient=to, payload={}, due_at=self.now)
        rows = [replace(row, payload={"text": text}, **more) for text in texts]  # type: ignore[arg-type]
        with self.database.begin() as c:
            return outbox.add(c, rows, owner=owner, now=self.now)

    def claim(self, owner: str = "b", after: float = 0, limit: int = 100) -> list[str]:
        """What this process gets so many seconds later."""
        with self.database.begin() as c:
            rows = outbox.claim_due(c, owner, self.now + timedelta(seconds=after), limit)
        return [row.payload["text"] for row in rows]

    def retry(self, row: Row, after: float) -> None:
        with self.database.begin() as c:
            outbox.retry(c, row.id, self.now + timedelta(seconds=after), "429")

    def done(self, *rows: Row) -> None:
        with self.database.begin() as c:
            outbox.done(c, [row.id for row in rows])

    def pending(self, to: str = "telegram:1") -> list[str]:
        with self.database.read() as c:
            return [row.payload["text"] for row in waiting(c, to)]


@pytest.fixture
def post(database: Database, now: datetime) -> Post:
    return Post(database, now)


def test_rows_belong_to_the_process_that_wrote_them_from_birth(post: Post) -> None:
    rows = post.add("one", "two")
    assert [row.payload["text"] for row in rows] == ["one", "two"]
    assert rows[0].id < rows[1].id
    assert post.claim("b") == []


def test_rows_of_a_process_that_died_go_to_another(post: Post) -> None:
    post.add("one", "two", owner="a")
    assert post.claim("b", after=outbox.OWNED_SECONDS) == ["one", "two"]
    assert post.claim("c", after=outbox.OWNED_SECONDS) == []


def test_a_process_that_lives_on_keeps_its_rows(post: Post) -> None:
    (row,) = post.add("one", owner="a")
    until = post.now + timedelta(seconds=17)
    with post.database.begin() as c:
        assert outbox.renew(c, "a", [row.id], post.now + timedelta(seconds=7)) == {row.id: until}
    assert post.claim("b", after=16) == []
    assert post.claim("b", after=17) == ["one"]


def test_a_process_keeps_only_the_rows_it_names_and_still_owns(post: Post) -> None:
    named = post.add("named", to="1")
    post.add("dropped", to="2")
    (others,) = post.add("of another process", owner="c", to="3")
    with post.database.begin() as c:
        kept = outbox.renew(c, "a", [named[0].id, others.id, 4711], post.now + timedelta(seconds=7))
    assert list(kept) == [named[0].id]
    assert post.claim("b", after=10) == ["dropped", "of another process"]


def test_more_rows_are_kept_than_a_statement_takes(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "RENEWED_AT_ONCE", 2)
    ids = [row.id for row in post.add("1", "2", "3", "4", "5")]
    with post.database.begin() as c:
        assert sorted(outbox.renew(c, "a", ids, post.now + timedelta(seconds=7))) == ids


def test_a_process_that_ends_gives_its_rows_back(post: Post) -> None:
    post.add("one", owner="a")
    with post.database.begin() as c:
        outbox.release(c, "a")
    assert post.claim("b") == ["one"]


def test_what_is_done_is_gone(post: Post) -> None:
    post.done(*post.add("one"))
    assert post.pending() == []
    assert post.claim("b", after=3600) == []


def test_a_timer_waits_for_its_time_and_holds_nobody_up(post: Post) -> None:
    assert post.add("later", due_at=post.now + timedelta(hours=1)) == ()
    assert [row.payload["text"] for row in post.add("now")] == ["now"]
    assert post.claim("b", after=3599) == ["now"]
    assert post.claim("b", after=3600) == ["later"]


def test_what_somebody_is_sending_to_a_person_keeps_others_from_sending_there(post: Post) -> None:
    post.add("later", due_at=post.now + timedelta(seconds=5))
    post.add("now", owner="a")
    assert post.claim("b", after=5) == []
    assert post.claim("a", after=5) == ["later"]


def test_a_row_that_failed_for_now_is_waited_for(post: Post) -> None:
    first, _second = post.add("one", "two")
    post.retry(first, after=60)
    assert post.add("three") == ()
    assert post.claim("b", after=59) == []
    assert post.claim("b", after=60) == ["one", "two", "three"]


def test_other_recipients_do_not_wait(post: Post) -> None:
    post.retry(post.add("one")[0], after=60)
    assert len(post.add("hello", to="telegram:2")) == 1


def test_a_row_behind_one_that_another_process_has_is_left_to_come_after_it(post: Post) -> None:
    post.add("one", owner="a")
    assert post.add("two", owner="b") == ()
    assert post.claim("b") == []
    with post.database.begin() as c:
        outbox.release(c, "a")
    assert post.claim("b") == ["one", "two"]


def test_a_row_written_while_the_one_before_it_was_put_off_comes_after_it(post: Post) -> None:
    if post.database.dialect == "sqlite":
        pytest.skip("there one writes at a time")
    (first,) = post.add("one", owner="a")
    with post.database.begin() as c:  # a turn that is not over when the first is put off
        row = Row(kind="send", recipient="telegram:1", payload={"text": "two"}, due_at=post.now)
        outbox.add(c, [row], owner="a", now=post.now)
        post.retry(first, after=1)
    post.add("three", owner="a")
    assert post.claim("a", after=1) == ["one", "two", "three"]


def test_a_row_behind_one_whose_lease_is_over_is_left_to_come_after_it(post: Post) -> None:
    post.add("one", owner="a")
    late = post.now + timedelta(seconds=outbox.OWNED_SECONDS)
    with post.database.begin() as c:
        row = Row(kind="send", recipient="telegram:1", payload={"text": "two"}, due_at=late)
        assert outbox.add(c, [row], owner="a", now=late) == ()
    assert post.claim("b", after=outbox.OWNED_SECONDS) == ["one", "two"]


def test_tries_are_counted(post: Post) -> None:
    post.retry(post.add("one")[0], after=1)
    with post.database.begin() as c:
        (row,) = outbox.claim_due(c, "a", post.now + timedelta(seconds=1))
    assert (row.attempts, row.status, row.owned_until) == (
        1,
        "pending",
        post.now + timedelta(seconds=1 + outbox.OWNED_SECONDS),
    )


def test_what_failed_for_good_is_seen_on_the_case_and_stops_nobody(clinic: Clinic) -> None:
    post, case = Post(clinic.database, clinic.now), clinic.case("plastic")
    first, _second = post.add("one", "two", case_id=case.id)
    with clinic.database.begin() as c:
        outbox.give_up(c, first.id, "bot was blocked by the user", "blocked", clinic.now)
        outbox.give_up(c, first.id, "bot was blocked by the user", "blocked", clinic.now)
        failed = cases.entries(c, case.id, clinic.thread(c).key)[1:]
    assert [(entry.kind, entry.detail["error"]) for entry in failed] == [
        ("undeliverable", "bot was blocked by the user")
    ]
    assert post.pending() == ["two"]
    assert post.claim("b", after=30) == ["two"]


def test_a_newer_row_replaces_one_that_still_waits(post: Post) -> None:
    soon = post.now + timedelta(seconds=1)
    post.add("got 1 photo", collapse_key="album", due_at=soon)
    post.add("got 2 photos", collapse_key="album", due_at=soon)
    post.add("for somebody else", collapse_key="album", due_at=soon, to="telegram:2")
    assert post.pending() == ["got 2 photos"]
    assert post.pending("telegram:2") == ["for somebody else"]


def test_a_row_that_is_being_sent_is_not_replaced(post: Post) -> None:
    post.add("got 1 photo", collapse_key="album")
    post.add("got 2 photos", collapse_key="album")
    assert post.pending() == ["got 1 photo", "got 2 photos"]


def test_the_limit_counts_recipients_and_takes_all_rows_of_each(post: Post) -> None:
    for to in ("1", "2", "3"):
        post.add(f"{to}a", f"{to}b", to=to)
    assert post.claim("b", after=30, limit=2) == ["1a", "1b", "2a", "2b"]


def test_processes_that_claim_at_once_share_the_recipients_and_no_row(post: Post) -> None:
    for to in range(20):
        post.add("a", "b", to=str(to))
    got: list[tuple[str, Row]] = []

    def work(owner: str) -> None:
        with post.database.begin() as c:
            rows = outbox.claim_due(c, owner, post.now + timedelta(seconds=30), 8)
        got.extend((owner, row) for row in rows)

    run_together([lambda owner=owner: work(owner) for owner in "bcde"])  # type: ignore[misc]
    assert len({row.id for _, row in got}) == len(got)
    owners: dict[str, set[str]] = {}
    for owner, row in got:
        owners.setdefault(row.recipient, set()).add(owner)
    assert all(len(of_recipient) == 1 for of_recipient in owners.values())


def test_nothing_to_add_is_nothing_to_do(post: Post) -> None:
    assert post.add() == ()


def test_a_letter_that_was_given_up_goes_with_its_sender(clinic: Clinic) -> None:
    row = Row(kind="take", recipient="take:telegram:p1", payload={"inbound": {"text": "words"}}, due_at=clinic.now)
    with clinic.database.begin() as c:
        given_up, _waiting = outbox.add(c, [row, row], owner="a", now=clinic.now)
        outbox.give_up(c, given_up.id, "refused", "refused", clinic.now)
        conversations.forget(c, clinic.thread(c), clinic.now)
        assert [one.status for one in backlog.listed(c)] == ["pending"]
