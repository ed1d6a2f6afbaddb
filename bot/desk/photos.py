"""Photos and files of a claimed case: only for those who may open it, and every look is recorded."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import Request, Response
from sqlalchemy import Connection

from bot.desk import board, casefile
from bot.desk.access import Door, Refused
from bot.service import Service
from flows.protocol import Protocol
from storage import audit, media
from storage.database import vault_of
from storage.errors import KeyDestroyed, MediaUnavailable, Sealed
from storage.people import Staff
from storage.vault import PatientKey

PICTURE = "image/jpeg"  # what working copies and thumbnails are made as
# A file that came from outside is never shown inside the desk, only saved.
SANDBOX = "default-src 'none'; sandbox"


class Photos:
    """Hands out what patients sent."""

    def __init__(self, service: Service, door: Door) -> None:
        self._service = service
        self._door = door

    async def thumbnail(self, request: Request, number: str, handoff_id: str, media_id: str) -> Response:
        """The small picture of the strip."""
        return await self._send(request, number, handoff_id, media_id, "thumb")

    async def whole(self, request: Request, number: str, handoff_id: str, media_id: str) -> Response:
        """A photo's upright working copy without EXIF; any other file as it came, to be saved."""
        return await self._send(request, number, handoff_id, media_id, "working")

    async def _send(
        self, request: Request, number: str, handoff_id: str, media_id: str, variant: media.Variant
    ) -> Response:
        visit = await self._door.visit(request)
        found, key = await self._service.run(
            _opened, self._service.protocol, visit.staff, number, handoff_id, media_id, variant, datetime.now(UTC)
        )
        photo = found.kind == "photo"
        wanted: media.Variant = variant if photo else "original"
        try:
            data = await asyncio.to_thread(self._service.media.open, key, found, wanted)
        except (MediaUnavailable, Sealed, KeyDestroyed) as error:
            raise Refused(404, "no-file") from error
        if photo:
            return Response(data, media_type=PICTURE)
        name = quote(found.name or found.id)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Security-Policy": SANDBOX,
        }
        return Response(data, media_type="application/octet-stream", headers=headers)


def _opened(
    c: Connection,
    protocol: Protocol,
    staff: Staff,
    number: str,
    handoff_id: str,
    media_id: str,
    variant: str,
    now: datetime,
) -> tuple[media.Media, PatientKey]:
    """The file, if it belongs to a case that this person has open; raises Refused(404) otherwise."""
    rows = board.find(c, protocol, staff, number, now)
    row = next((one for one in rows if one.id == handoff_id), None)
    found = media.get(c, vault_of(c), media_id)
    if row is None or found is None or found[0].case_id != row.case_id or found[0].status != "stored":
        raise Refused(404, "no-file")
    if not casefile.is_open_to(c, row, staff, now):
        raise Refused(404, "no-file")
    audit.append(c, staff.actor, "viewed", f"media:{media_id}", {"case": row.number, "variant": variant}, now)
    return found
