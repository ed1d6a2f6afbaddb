"""Who is at the door of the web chat, and what every answer to a browser must carry.

The person is known by a random 256-bit token in a cookie that scripts cannot read. Posts from other
sites are refused by the Origin header; a form sent without JavaScript under `Referrer-Policy:
no-referrer` carries `Origin: null` (Fetch standard, "append a request Origin header"), so forms also
carry a token that only a page made for that cookie can know.
"""

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from storage.errors import MediaUnavailable, StorageUnavailable

log = logging.getLogger("aidline.web")

# Browsers cap a cookie's life at 400 days (RFC 6265bis, section 5.5); each visit renews it.
COOKIE_SECONDS = 400 * 24 * 3600
COVER_COOKIE = "cover"
LOCALE_COOKIE = "locale"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie_name(*, secure: bool) -> str:
    """A `__Host-` cookie can be set neither by a sub-domain nor over plain HTTP."""
    return "__Host-chat" if secure else "chat"


def is_secure(public_url: str | None) -> bool:
    return (public_url or "").lower().startswith("https:")


def new_token() -> str:
    return secrets.token_urlsafe(32)


def read_token(request: Request, *, secure: bool) -> str | None:
    """The person's token; None when there is none or it does not look like one of ours."""
    token = request.cookies.get(cookie_name(secure=secure), "")
    return token if _TOKEN.fullmatch(token) else None


def set_token(response: Response, token: str, *, secure: bool) -> None:
    response.set_cookie(
        cookie_name(secure=secure),
        token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=secure,
        path="/",
    )


def form_token(token: str) -> str:
    """What a form made for this cookie carries; tells nothing about the cookie."""
    return hashlib.sha256(b"web form\0" + token.encode()).hexdigest()[:32]


def comes_from_us(request: Request, public_url: str | None) -> bool | None:
    """True: sent by our own page. False: by another site. None: the browser does not say.

    Programs that are not browsers send neither header; they hold no cookie of a victim either.
    """
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if origin is None or origin == "null":
        if site is None:
            return None if origin else True
        return site in ("same-origin", "none")
    ours = {request.headers.get("host", "").lower()}
    if public_url:
        ours.add(urlsplit(public_url).netloc.lower())
    return urlsplit(origin).netloc.lower() in ours


def may_post(request: Request, *, public_url: str | None, token: str | None, sent: str) -> bool:
    """Whether a post may act for the cookie it came with; `sent` is the form's token, if any."""
    ours = comes_from_us(request, public_url)
    if ours is not None:
        return ours
    return token is not None and hmac.compare_digest(form_token(token).encode(), sent.encode())


def protect(response: Response) -> Response:
    """Every answer says what the page may do, and is not kept unless it says so itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def guarded(busy: Callable[[Request, int], Response]) -> type[APIRoute]:
    """Routes whose every answer is protected; `busy` answers, with this status, what failed on our side."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            inner = super().get_route_handler()

            async def handler(request: Request) -> Response:
                try:
                    return protect(await inner(request))
                except ClientDisconnect:
                    return Response(status_code=400)  # nobody reads it
                except (StorageUnavailable, MediaUnavailable):
                    log.warning("the web chat cannot reach storage", exc_info=True)
                    return protect(busy(request, 503))
                except Exception:
                    log.exception("the web chat failed at %s", request.url.path)
                    return protect(busy(request, 500))

            return handler

    return Guarded


def wants_json(request: Request) -> bool:
    """Whether a script or program asks, and not a browser that shows the answer as a page."""
    kinds = request.headers.get("accept", "") + request.headers.get("content-type", "")
    return "application/json" in kinds


def number(text: str | None) -> int | None:
    """A message id out of an address or header; None when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
