"""The audit trail shows every change made behind its back."""

import pytest
import sqlalchemy as sa
from alembic import command

from storage import audit
from storage.database import Database
from storage.migrations.run import config
from storage.models import AUDIT, AUDIT_HEAD
from storage.vault import Vault
from tests.storage.steps import Clinic, run_together


@pytest.fixture
def trail(clinic: Clinic) -> Database:
    """Five records."""
    with clinic.database.begin() as c:
        for number in range(1, 6):
            audit.append(c, "staff:1", "viewed", f"case:{number}", {"what": "card"}, clinic.now)
    return clinic.database


def verified(database: Database) -> int | None:
    with database.read() as c:
        return audit.verify(c)


def test_a_trail_that_nobody_touched_is_whole(trail: Database) -> None:
    assert verified(trail) is None


def test_the_newest_records_come_first_and_can_be_asked_for_by_object(trail: Database) -> None:
    with trail.read() as c:
        assert [record.object for record in audit.records(c, limit=2)] == ["case:5", "case:4"]
        (record,) = audit.records(c, object_="case:3")
    assert (record.id, record.actor, record.action, record.detail) == (3, "staff:1", "viewed", {"what": "card"})


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "staff:2"},
        {"action": "claimed"},
        {"object": "case:9"},
        {"detail": b"something else"},
        {"chain": "0" * 64},
        {"at": sa.text("at + 1")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_record_is_found(trail: Database, change: dict[str, object]) -> None:
    with trail.begin() as c:
        c.execute(sa.update(AUDIT).where(AUDIT.c.id == 3).values(**change))
    assert verified(trail) == 3


def test_a_removed_record_is_found(trail: Database) -> None:
    with trail.begin() as c:
        c.execute(sa.delete(AUDIT).where(AUDIT.c.id == 3))
    assert verified(trail) == 3


@pytest.mark.parametrize("left", [0, 3])
def test_records_cut_from_the_end_are_found(trail: Database, left: int) -> None:
    with trail.begin() as c:
        c.execute(sa.delete(AUDIT).where(AUDIT.c.id > left))
    assert verified(trail) == left + 1


def test_new_records_do_not_hide_that_some_were_cut_off(trail: Database, clinic: Clinic) -> None:
    with trail.begin() as c:
        c.execute(sa.delete(AUDIT).where(AUDIT.c.id > 3))
    for _ in range(4):
        with trail.begin() as c:
            audit.append(c, "staff:1", "viewed", "case:1", {}, clinic.now)
        assert verified(trail) is not None


def test_a_head_that_was_taken_away_is_found(trail: Database, clinic: Clinic) -> None:
    with trail.begin() as c:
        c.execute(sa.delete(AUDIT).where(AUDIT.c.id > 3))
        c.execute(sa.delete(AUDIT_HEAD))
    assert verified(trail) == 3
    with trail.begin() as c:
        audit.append(c, "staff:1", "viewed", "case:1", {}, clinic.now)
    assert verified(trail) == 4


def test_a_trail_put_back_whole_is_found_by_a_head_noted_elsewhere(trail: Database, clinic: Clinic) -> None:
    with trail.read() as c:
        before = c.execute(sa.select(AUDIT_HEAD)).mappings().one()
    with trail.begin() as c:
        audit.append(c, "staff:1", "viewed", "case:6", {}, clinic.now)
        noted = audit.head(c)
    assert noted is not None
    with trail.begin() as c:
        assert audit.holds(c, noted)
        c.execute(sa.delete(AUDIT).where(AUDIT.c.id > 5))
        c.execute(sa.update(AUDIT_HEAD).values(number=before["number"], seal=before["seal"]))
        assert not audit.holds(c, noted)
        assert not audit.holds(c, "nonsense")
    assert verified(trail) is None


def test_records_of_the_version_before_are_taken_up_and_watched_from_then_on(trail: Database, clinic: Clinic) -> None:
    with trail.begin() as c:
        command.downgrade(config(c), "0001")
    trail.migrate()
    assert verified(trail) is None
    with trail.begin() as c:
        c.execute(sa.delete(AUDIT).where(AUDIT.c.id > 4))
    assert verified(trail) == 5


def test_a_record_written_without_the_secret_is_found(trail: Database, clinic: Clinic) -> None:
    stranger = Database(trail.url.render_as_string(hide_password=False), Vault(b"another secret of 32 bytes ....."))
    trail.close()  # SQLite has one writer
    with stranger.begin() as c:
        audit.append(c, "staff:1", "viewed", "case:6", {}, clinic.now)
    stranger.close()
    assert verified(trail) == 6


def test_records_written_at_once_make_one_chain(trail: Database, clinic: Clinic) -> None:
    def view() -> None:
        for _ in range(5):
            with trail.begin() as c:
                audit.append(c, "staff:2", "viewed", "case:1", {}, clinic.now)

    run_together([view] * 4)
    assert verified(trail) is None
    with trail.read() as c:
        assert c.execute(sa.select(sa.func.count()).select_from(AUDIT)).scalar() == 25


def test_a_long_trail_is_verified_in_batches(trail: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_NEXT", audit._NEXT.limit(2))
    assert verified(trail) is None
