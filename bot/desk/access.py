"""Who is signed in at the desk: one-time links, the session cookie, CSRF tokens, response headers."""

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect

from bot.service import Service
from locales import DEFAULT, LOCALES
from storage import audit, people
from storage.people import Staff

COOKIE = "aidline_desk"
LANGUAGE_COOKIE = "aidline_desk_language"
VISITOR_COOKIE = "aidline_desk_visitor"  # ties the sign-in form to the browser it was shown in
FORM_LIMIT = 64 * 1024
FORM_FIELDS = 20
FORM_SECONDS = 60.0
YEAR = 365 * 24 * 3600

# No inline script or style, nothing from elsewhere, never in a frame.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
}


class Refused(Exception):
    """The desk answers with a page that explains; `key` names its words, `status` is the HTTP status."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request by somebody who is signed in."""

    staff: Staff
    token: str
    locale: str


class Door:
    """Lets staff in and out."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._secure = service.settings.public_url.startswith("https://")

    def locale(self, request: Request, staff: Staff | None = None) -> str:
        """The language chosen here, else the person's, else the browser's."""
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        if chosen in LOCALES:
            return chosen
        if staff is not None and staff.locale in LOCALES:
            return staff.locale
        wanted = request.headers.get("accept-language", "").lower()
        return "en" if wanted.startswith("en") else DEFAULT

    async def visit(self, request: Request) -> Visit:
        """Who asks; raises Refused(401) when nobody is signed in or the session ended."""
        token = request.cookies.get(COOKIE, "")
        staff = await self._service.look(people.session_staff, token, datetime.now(UTC)) if token else None
        if staff is None:
            raise Refused(401, "expired" if token else "sign-in")
        return Visit(staff=staff, token=token, locale=self.locale(request, staff))

    def csrf(self, secret: str) -> str:
        """The token that forms of this session carry."""
        return self._service.database.vault.lookup("desk csrf", secret)

    async def form(self, request: Request, secret: str) -> Mapping[str, str]:
        """The posted form, when it came from a page of ours; raises Refused(403), (408), (413) or (415)."""
        form = await _fields(request)
        given = form.get("csrf", "")
        from_elsewhere = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if from_elsewhere or not hmac.compare_digest(given.encode(), self.csrf(secret).encode()):
            raise Refused(403, "stale-form")
        return form

    # -- signing in

    async def link_owner(self, token: str) -> Staff | None:
        """Whose unspent link this is; looking does not spend it."""
        return await self._service.look(people.link_owner, token, datetime.now(UTC))

    def visitor(self, request: Request) -> str:
        """A random name of this browser, kept or new."""
        return request.cookies.get(VISITOR_COOKIE) or secrets.token_urlsafe(16)

    async def enter(self, token: str) -> str | None:
        """Spend the link; the token of the new session, or None when the link no longer opens."""
        return await self._service.run(enter, token, datetime.now(UTC))

    async def leave(self, visit: Visit) -> None:
        """End the session."""
        await self._service.run(leave, visit, datetime.now(UTC))

    def set_cookie(self, response: Response, name: str, value: str, **options: Any) -> None:
        """A cookie of the desk: not readable by scripts, not sent from other sites' forms."""
        response.set_cookie(name, value, path="/desk", httponly=True, samesite="lax", secure=self._secure, **options)

    def drop_cookie(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(name, path="/desk", httponly=True, samesite="lax", secure=self._secure)


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a small form, whoever sent it: nothing is kept on disk, nothing is read without end."""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise Refused(415, "stale-form")  # no form of the desk holds a file
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > FORM_LIMIT:
                    raise Refused(413, "too-long")
    except (TimeoutError, ClientDisconnect) as error:
        raise Refused(408, "stale-form") from error
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError as error:
        raise Refused(413, "too-long") from error
    return dict(pairs)


def enter(c: Connection, token: str, now: datetime) -> str | None:
    """Spend a link for a session."""
    staff = people.redeem_link(c, token, now)
    if staff is None:
        return None
    session = people.new_session(c, staff.id, now)
    audit.append(c, staff.actor, "signed_in", f"staff:{staff.id}", {"where": "web"}, now)
    return session


def leave(c: Connection, visit: Visit, now: datetime) -> None:
    """End a session."""
    people.end_session(c, visit.token)
    audit.append(c, visit.staff.actor, "signed_out", f"staff:{visit.staff.id}", {"where": "web"}, now)
