"""Photos and files of a case: kept once, sealed, found again."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage import conversations, media
from storage.conversations import Thread
from storage.errors import MediaUnavailable, Sealed
from storage.media import Media, MediaStore, Stored
from storage.models import PATIENT
from tests.storage import photos
from tests.storage.steps import Clinic

PHOTO = photos.photo_with_exif()
PDF = b"%PDF-1.7\ncontract"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def store(folder: Path, clinic: Clinic) -> MediaStore:
    return MediaStore(str(folder), clinic.database.vault)


def sends(clinic: Clinic, store: MediaStore, data: bytes, name: str = "x.jpg", address: str = "p1") -> str:
    """A patient sends a file; gives the id of its row."""
    with clinic.database.begin() as c:
        thread = clinic.thread(c, address)
    stored = store.put(thread.key, thread.patient_id, data, name, "image/jpeg")
    with clinic.database.begin() as c:
        return media.add(c, clinic.thread(c, address), stored, clinic.now)


def of_case(clinic: Clinic, address: str = "p1") -> list[Media]:
    with clinic.database.begin() as c:
        thread = clinic.thread(c, address)
        assert thread.case is not None
        return media.of_case(c, thread.key, thread.case.id)


def test_a_photo_is_kept_untouched_and_shown_upright(clinic: Clinic, store: MediaStore) -> None:
    clinic.case("plastic")
    media_id = sends(clinic, store, PHOTO, "lip.jpg")
    with clinic.database.read() as c:
        got = media.get(c, clinic.database.vault, media_id)
    assert got is not None
    kept, key = got
    assert (kept.status, kept.kind, kept.content_type, kept.size) == ("stored", "photo", "image/jpeg", len(PHOTO))
    assert (kept.name, kept.detail["width"], kept.detail["height"]) == ("lip.jpg", 40, 60)
    assert len(kept.detail["sha256"]) == 64
    assert store.open(key, kept, "original") == PHOTO
    assert photos.opened(store.open(key, kept)).size == (40, 60)
    assert photos.opened(store.open(key, kept, "thumb")).format == "JPEG"


def test_a_document_is_kept_as_it_is(clinic: Clinic, store: MediaStore) -> None:
    clinic.case("legal_aid")
    sends(clinic, store, PDF, "contract.pdf")
    (kept,) = of_case(clinic)
    assert (kept.kind, kept.content_type) == ("document", "application/pdf")
    with clinic.database.begin() as c:
        key = clinic.thread(c).key
    assert store.open(key, kept, "original") == PDF
    with pytest.raises(MediaUnavailable):
        store.open(key, kept, "working")


def test_a_file_that_cannot_be_used_leaves_a_row_but_no_bytes(clinic: Clinic, store: MediaStore, folder: Path) -> None:
    clinic.case("plastic")
    sends(clinic, store, PHOTO[:200])
    (kept,) = of_case(clinic)
    assert (kept.status, kept.problem, kept.blob) == ("refused", "photo-broken", None)
    assert not folder.exists()


def test_the_same_picture_twice_in_a_case_is_kept_once(clinic: Clinic, store: MediaStore, folder: Path) -> None:
    before = sends(clinic, store, PHOTO)
    case = clinic.case("plastic")
    with clinic.database.begin() as c:
        media.attach(c, [before], case.id)
    assert sends(clinic, store, PHOTO) == before
    assert [kept.id for kept in of_case(clinic)] == [before]
    assert len(list(folder.rglob("original"))) == 1


def test_the_same_picture_in_a_second_case_belongs_to_both(clinic: Clinic, store: MediaStore) -> None:
    first = clinic.case("plastic")
    sends(clinic, store, PHOTO)
    second = clinic.case("eye")
    sends(clinic, store, PHOTO)
    with clinic.database.begin() as c:
        key = clinic.thread(c).key
        assert [len(media.of_case(c, key, case.id)) for case in (first, second)] == [1, 1]


def test_two_patients_with_the_same_picture_have_nothing_in_common(
    clinic: Clinic, store: MediaStore, folder: Path
) -> None:
    clinic.case("plastic", address="p1")
    clinic.case("plastic", address="p2")
    sends(clinic, store, PHOTO, address="p1")
    sends(clinic, store, PHOTO, address="p2")
    (one,), (other,) = of_case(clinic, "p1"), of_case(clinic, "p2")
    assert one.blob != other.blob
    with clinic.database.begin() as c:
        key_of_other = clinic.thread(c, "p2").key
    with pytest.raises(Sealed):
        store.open(key_of_other, one)


def test_photos_before_the_case_are_attached_to_it(clinic: Clinic, store: MediaStore) -> None:
    media_id = sends(clinic, store, PHOTO)
    case = clinic.case("plastic")
    assert of_case(clinic) == []
    with clinic.database.begin() as c:
        media.attach(c, [media_id, "no such"], case.id)
    assert [kept.id for kept in of_case(clinic)] == [media_id]


def test_a_file_still_on_its_platform_is_awaited(clinic: Clinic, store: MediaStore) -> None:
    clinic.case("plastic")
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
        awaited = media.await_(c, thread, "photo", "", clinic.now)
        never = media.await_(c, thread, "photo", "", clinic.now + timedelta(seconds=1))
    assert [kept.status for kept in of_case(clinic)] == ["pending", "pending"]
    stored = store.put(thread.key, thread.patient_id, PHOTO, "", "")
    with clinic.database.begin() as c:
        media.arrived(c, thread.key, awaited, stored)
        media.refuse(c, never, "photo-gone")
        media.refuse(c, awaited, "too late")
    assert [(kept.status, kept.problem) for kept in of_case(clinic)] == [
        ("stored", None),
        ("refused", "photo-gone"),
    ]


def test_an_awaited_picture_that_was_there_already_is_listed_once(clinic: Clinic, store: MediaStore) -> None:
    clinic.case("plastic")
    sends(clinic, store, PHOTO)
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
        awaited = media.await_(c, thread, "photo", "", clinic.now)
    stored = store.put(thread.key, thread.patient_id, PHOTO, "", "")
    with clinic.database.begin() as c:
        media.arrived(c, thread.key, awaited, stored)
    assert len(of_case(clinic)) == 1


def test_putting_again_after_a_crash_does_no_harm(clinic: Clinic, store: MediaStore, folder: Path) -> None:
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
    for _ in range(2):
        stored = store.put(thread.key, thread.patient_id, PHOTO, "x.jpg", "image/jpeg")
    with clinic.database.begin() as c:
        media.add(c, clinic.thread(c), stored, clinic.now)
    assert len(list(folder.rglob("*"))) == 2 + 3  # patient, blob; original, working, thumb


def test_forgotten_photos_can_be_deleted(clinic: Clinic, store: MediaStore, folder: Path) -> None:
    clinic.case("plastic")
    sends(clinic, store, PHOTO)
    with clinic.database.begin() as c:
        thread: Thread = clinic.thread(c)
        blobs = conversations.forget(c, thread, clinic.now)
    store.remove(thread.patient_id, blobs)
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert [(kept.status, kept.detail) for kept in of_case(clinic)] == [("refused", {})]


def test_a_lost_file_is_said_to_be_unavailable(clinic: Clinic, store: MediaStore) -> None:
    clinic.case("plastic")
    sends(clinic, store, PHOTO)
    (kept,) = of_case(clinic)
    store.remove(kept.patient_id, [str(kept.blob)])
    with clinic.database.begin() as c, pytest.raises(MediaUnavailable):
        store.open(clinic.thread(c).key, kept)


def test_a_store_that_cannot_be_written_is_said_to_be_unavailable(tmp_path: Path, clinic: Clinic) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MediaUnavailable):
        MediaStore(str(tmp_path / "file"), clinic.database.vault).check()
    with pytest.raises(MediaUnavailable):
        MediaStore("nonsense://bucket", clinic.database.vault).check()


def test_a_folder_may_be_named_by_url(tmp_path: Path, clinic: Clinic) -> None:
    store = MediaStore(f"file://{tmp_path}/a%20folder", clinic.database.vault)
    store.check()
    assert (tmp_path / "a folder").is_dir()


def test_an_erased_patient_has_no_files_to_show(clinic: Clinic, store: MediaStore) -> None:
    media_id = sends(clinic, store, PHOTO)
    with clinic.database.begin() as c:
        c.execute(PATIENT.update().values(key=None))
    with clinic.database.read() as c:
        assert media.get(c, clinic.database.vault, media_id) is None
        assert media.get(c, clinic.database.vault, "no such") is None


def test_what_came_of_putting_does_not_show_names_when_printed(clinic: Clinic, store: MediaStore) -> None:
    with clinic.database.begin() as c:
        thread = clinic.thread(c)
    stored: Stored = store.put(thread.key, thread.patient_id, PHOTO, "MARKER.jpg", "")
    assert "MARKER" not in repr(stored)
