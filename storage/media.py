"""Photos and files: sealed bytes in the media store, one row for each time one was sent.

The bytes lie under `patient/blob/original` (untouched, for evidence), `…/working` (upright, without
EXIF) and `…/thumb`. The same bytes of the same patient have the same `blob`, so they are kept once,
and putting them again after a crash does no harm. Storing bytes happens before the transaction that
writes the row.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import obstore
import sqlalchemy as sa
from obstore.store import LocalStore, ObjectStore, from_url

from storage.conversations import Thread
from storage.errors import MediaUnavailable
from storage.models import MEDIA, PATIENT, new_id
from storage.pictures import MAX_BYTES, MAX_PIXELS, Inspected, examine, inspect
from storage.prepared import Prepared, PreparedForSeveral, columns
from storage.vault import PatientKey, Vault

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "Inspected",
    "Media",
    "MediaStore",
    "Stored",
    "add",
    "arrived",
    "attach",
    "await_",
    "get",
    "inspect",
    "of_case",
    "refuse",
]

Variant = Literal["original", "working", "thumb"]
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What came of putting a file; with a `problem` nothing was kept."""

    kind: str
    content_type: str
    size: int
    problem: str | None
    blob: str | None
    detail: dict[str, Any] = field(repr=False)  # name, declared type, SHA-256, width, height


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A photo or file that somebody sent."""

    id: str
    patient_id: str
    conversation_id: str
    case_id: str | None
    blob: str | None
    kind: str  # photo | document | video | voice
    content_type: str
    size: int
    status: str  # stored | pending | refused
    problem: str | None
    received_at: datetime
    detail: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """What the sender called it."""
        return str(self.detail.get("name", ""))


class MediaStore:
    """Where the bytes are: a folder (a path or file://) or an S3-compatible store (s3://bucket/prefix)."""

    def __init__(self, url: str, vault: Vault) -> None:
        self._vault = vault
        self._folder: Path | None = None
        scheme = urlsplit(url).scheme
        if scheme in ("", "file"):
            self._folder = Path(unquote(urlsplit(url).path) if scheme else url).absolute()
        self._url = url
        self._opened: ObjectStore | None = None

    def put(self, key: PatientKey, patient_id: str, data: bytes, declared_name: str, declared_type: str) -> Stored:
        """Look at a file and keep it sealed, unless it cannot be used. Takes its time: not in a transaction."""
        seen, pictures = examine(data, declared_name, declared_type)
        digest = hashlib.sha256(data).hexdigest()
        detail: dict[str, Any] = {"name": declared_name[:NAME_LIMIT], "declared_type": declared_type[:NAME_LIMIT]}
        blob = None
        if seen.problem is None:
            detail["sha256"] = digest
            blob = self._vault.lookup("media", patient_id, digest)[:32]
            if pictures:
                detail |= {"width": pictures.width, "height": pictures.height}
                self._write(patient_id, blob, "thumb", key.seal(pictures.thumb))
                self._write(patient_id, blob, "working", key.seal(pictures.working))
            self._write(patient_id, blob, "original", key.seal(data))
        return Stored(
            kind=seen.kind,
            content_type=seen.content_type,
            size=len(data),
            problem=seen.problem,
            blob=blob,
            detail=detail,
        )

    def open(self, key: PatientKey, media: Media, variant: Variant = "working") -> bytes:
        """The bytes of a stored file. Only photos have more than the original."""
        if media.blob is None:
            raise MediaUnavailable
        try:
            stored = obstore.get(self._store(), f"{media.patient_id}/{media.blob}/{variant}")
            return key.open(bytes(stored.bytes()))
        except (OSError, obstore.exceptions.BaseError) as exc:
            raise MediaUnavailable from exc

    def remove(self, patient_id: str, blobs: Iterable[str]) -> None:
        """Delete files for good; what is not there is no error."""
        try:
            for blob in blobs:
                listed = obstore.list(self._store(), f"{patient_id}/{blob}")
                obstore.delete(self._store(), [entry["path"] for batch in listed for entry in batch])
        except (OSError, obstore.exceptions.BaseError) as exc:
            raise MediaUnavailable from exc

    def check(self) -> None:
        """Raise MediaUnavailable unless files can be written and read."""
        self._write("check", "check", "original", b"check")

    def _write(self, patient_id: str, blob: str, variant: str, sealed: bytes) -> None:
        path = f"{patient_id}/{blob}/{variant}"
        try:
            obstore.put(self._store(), path, sealed)
            if self._folder is not None:
                _flush(self._folder / path)
        except (OSError, obstore.exceptions.BaseError) as exc:
            raise MediaUnavailable from exc

    def _store(self) -> ObjectStore:
        if self._opened is None:
            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._opened = LocalStore(self._folder)
            else:
                self._opened = from_url(self._url)
        return self._opened


def _free(count: int) -> sa.Update:
    ids = [sa.bindparam(f"media_id_{i}", type_=MEDIA.c.id.type) for i in range(count)]
    free = sa.update(MEDIA).where(MEDIA.c.id.in_(ids), MEDIA.c.case_id.is_(None))
    return free.values(case_id=sa.bindparam("to_case"))


_ATTACH = PreparedForSeveral(_free)
_NEW = Prepared(sa.insert(MEDIA).values(columns(MEDIA, *(column.name for column in MEDIA.columns))))


def add(c: sa.Connection, thread: Thread, stored: Stored, now: datetime) -> str:
    """Write the row of a file that was put; gives its id.

    The same picture again in the same case (or before there is one) is the row that was there.
    """
    case_id = thread.case.id if thread.case else None
    if stored.blob is not None:
        same = c.execute(
            sa.select(MEDIA.c.id)
            .where(
                MEDIA.c.patient_id == thread.patient_id,
                MEDIA.c.blob == stored.blob,
                sa.or_(MEDIA.c.case_id.is_(None), MEDIA.c.case_id == case_id),
            )
            .order_by(MEDIA.c.received_at)
            .limit(1)
        ).scalar()
        if same is not None:
            return str(same)
    return _insert(c, thread, _values(thread.key, stored), now)


def await_(c: sa.Connection, thread: Thread, kind: str, name: str, now: datetime) -> str:
    """A row for a file whose bytes are still on the platform; gives its id. `arrived` completes it."""
    values = {
        "kind": kind,
        "content_type": "",
        "size": 0,
        "status": "pending",
        "detail": thread.key.seal_json({"name": name[:NAME_LIMIT]}),
    }
    return _insert(c, thread, values, now)


def arrived(c: sa.Connection, key: PatientKey, media_id: str, stored: Stored) -> None:
    """The bytes of a pending file were put (or found unusable)."""
    c.execute(
        sa.update(MEDIA).where(MEDIA.c.id == media_id, MEDIA.c.status == "pending").values(**_values(key, stored))
    )


def refuse(c: sa.Connection, media_id: str, problem: str) -> None:
    """The bytes of a pending file will never come."""
    c.execute(
        sa.update(MEDIA)
        .where(MEDIA.c.id == media_id, MEDIA.c.status == "pending")
        .values(status="refused", problem=problem)
    )


def attach(c: sa.Connection, ids: Iterable[str], case_id: str) -> None:
    """These belong to the case, unless they belong to another one."""
    _ATTACH.run(c, [{"media_id": id_} for id_ in ids], to_case=case_id)


def get(c: sa.Connection, vault: Vault, media_id: str) -> tuple[Media, PatientKey] | None:
    """One file and the key that opens it; None when there is none or its patient was erased."""
    row = c.execute(sa.select(MEDIA, PATIENT.c.key).join_from(MEDIA, PATIENT).where(MEDIA.c.id == media_id)).first()
    if row is None or row.key is None:
        return None
    key = vault.open_key(row.key, row.patient_id)
    return _media(row, key), key


def of_case(c: sa.Connection, key: PatientKey, case_id: str) -> list[Media]:
    """The files of a case in the order they came; a picture that was sent twice stands there once."""
    return _listed(c, key, MEDIA.c.case_id == case_id)


def _listed(c: sa.Connection, key: PatientKey, condition: sa.ColumnElement[bool]) -> list[Media]:
    chosen = sa.select(MEDIA).where(condition).order_by(MEDIA.c.received_at, MEDIA.c.id)
    found: dict[str, Media] = {}
    for row in c.execute(chosen):
        found.setdefault(row.blob or row.id, _media(row, key))
    return list(found.values())


def _insert(c: sa.Connection, thread: Thread, values: dict[str, Any], now: datetime) -> str:
    media_id = new_id()
    row = {
        "id": media_id,
        "patient_id": thread.patient_id,
        "conversation_id": thread.conversation_id,
        "case_id": thread.case.id if thread.case else None,
        "received_at": now,
    }
    _NEW.run(c, {"blob": None, "problem": None, **values, **row})
    return media_id


def _values(key: PatientKey, stored: Stored) -> dict[str, Any]:
    return {
        "blob": stored.blob,
        "kind": stored.kind,
        "content_type": stored.content_type,
        "size": stored.size,
        "status": "refused" if stored.problem else "stored",
        "problem": stored.problem,
        "detail": key.seal_json(stored.detail),
    }


def _media(row: Any, key: PatientKey) -> Media:
    return Media(
        id=row.id,
        patient_id=row.patient_id,
        conversation_id=row.conversation_id,
        case_id=row.case_id,
        blob=row.blob,
        kind=row.kind,
        content_type=row.content_type,
        size=row.size,
        status=row.status,
        problem=row.problem,
        received_at=row.received_at,
        detail=key.open_json(row.detail) if row.detail else {},
    )


def _flush(path: Path) -> None:
    """What the database will say is there must be there after a power cut, too."""
    for place in (path, path.parent, path.parent.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
