"""A stolen copy of the database and of the media folder tells nothing about anybody."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import audit, cases, conversations, judgements, media, outbox, people
from storage.errors import StorageUnavailable
from storage.media import MediaStore
from storage.models import METADATA
from tests.storage import photos
from tests.storage.steps import MINUTES, Clinic, assessment, line

MARKER = "MARKER"


def fill(clinic: Clinic, folder: Path) -> None:
    """Go through everything that takes words, each word with a marker in it."""
    vault, now = clinic.database.vault, clinic.now
    words = {"text": f"{MARKER} my lip is white"}
    store = MediaStore(str(folder), vault)
    with clinic.database.begin() as c:
        doctor = people.add_staff(
            c, f"{MARKER} Li", "expert", telegram=f"{MARKER}77", institution=f"{MARKER} Hospital", now=now
        )
        link = people.new_link(c, doctor.id, now)
        session = people.new_session(c, doctor.id, now)
        thread = conversations.find_or_begin(
            c, vault, channel="telegram", address=f"{MARKER}12345", message_key=None, now=now
        )
        heard = line("in", "text", words, now, key=f"{MARKER}:1")
        said = [line("out", "say", words, now)]
        conversations.save(c, thread, session={"answers": words}, heard=heard, said=said, now=now)
        stated = {**assessment("urgent", ("plastic",)), "fired": [
            {"id": "RF-01", "urgency": "urgent", "evidence": f"{MARKER} white"}
        ]}  # fmt: skip
        case = cases.open_case(
            c, thread, "A-1", stated, clinic.routes("plastic", urgency="urgent"),
            submitted=True, reason=f"{MARKER} submitted", now=now,
        )  # fmt: skip
        stored = store.put(thread.key, thread.patient_id, photos.photo_with_exif(), f"{MARKER}.jpg", MARKER)
        media.add(c, thread, stored, now)
        document = store.put(thread.key, thread.patient_id, b"%PDF-" + MARKER.encode(), f"{MARKER}.pdf", "")
        media.add(c, thread, document, now)
        media.await_(c, thread, "photo", f"{MARKER}.heic", now)
        handoff = case.handoffs[0].id
        cases.claim(c, handoff, doctor, now)
        cases.staff_replied(c, handoff, doctor, f"{MARKER} come today", now)
        cases.note(c, case.id, doctor, f"{MARKER} looks bad", now)
        judgements.judge(
            c, handoff, doctor, category="repair", urgency="soon", grade="II", reason=f"{MARKER} seen",
            minutes=MINUTES, now=now,
        )  # fmt: skip
        row = outbox.Row(
            kind="send", recipient=f"telegram:{MARKER}12345", payload=words, due_at=now,
            collapse_key=MARKER, case_id=case.id,
        )  # fmt: skip
        (added,) = outbox.add(c, [row], owner="a", now=now)
        outbox.retry(c, added.id, now, f"{MARKER} chat not found")
        outbox.give_up(c, added.id, f"{MARKER} chat not found", "no-chat", now)
        cases.leave(c, thread, clinic.now)
        cases.close(c, handoff, "advised", f"{MARKER} done", doctor, now)
        audit.append(c, doctor.actor, "viewed", "case:A-1", {"name": f"{MARKER} Li"}, now)
    clinic.tokens = (link, session)  # type: ignore[attr-defined]  # handed to the test


@pytest.fixture
def filled(clinic: Clinic, tmp_path: Path) -> Clinic:
    fill(clinic, tmp_path / "media")
    return clinic


def test_no_word_stands_in_any_column(filled: Clinic) -> None:
    secrets = (MARKER, photos.GPS_MAKER, *filled.tokens)  # type: ignore[attr-defined]  # set by fill
    told = []
    filled_tables = set()
    with filled.database.read() as c:
        for table in METADATA.sorted_tables:
            for row in c.execute(sa.select(table)).mappings():
                filled_tables.add(table.name)
                for column, value in row.items():
                    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    told += [f"{table.name}.{column}" for secret in secrets if secret in text]
    assert told == []
    assert filled_tables == set(METADATA.tables) - {"consent"}


def test_no_word_stands_in_any_file(filled: Clinic, tmp_path: Path) -> None:
    """The database with its WAL (on SQLite) and the media folder, byte by byte."""
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 4
    secrets = [MARKER.encode(), photos.GPS_MAKER.encode(), *(t.encode() for t in filled.tokens)]  # type: ignore[attr-defined]  # set by fill
    assert [path.name for path in files for secret in secrets if secret in path.read_bytes()] == []


def test_errors_of_the_database_do_not_show_values(clinic: Clinic) -> None:
    with pytest.raises((sa.exc.DBAPIError, StorageUnavailable)) as caught, clinic.database.begin() as c:
        c.execute(sa.text("SELECT nonsense(:words)"), {"words": MARKER})
    assert MARKER not in f"{caught.value} {caught.value.__cause__}"


def test_a_message_does_not_show_its_words_when_printed(filled: Clinic) -> None:
    with filled.database.read() as c:
        (case,) = cases.list_cases(c)
        found = conversations.transcript(c, filled.database.vault, case.id)
    assert [message.direction for message in found] == ["in", "out", "staff"]
    assert MARKER not in repr(found)
