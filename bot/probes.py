"""What machines and the curious ask of the server: is it alive, is it ready, its figures, its source code."""

import asyncio
import hmac
import logging
from ipaddress import ip_address

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Connection

from bot.service import Service
from bot.worker import WorkerStopped
from storage.errors import StorageError

log = logging.getLogger("aidline")
READ = ["GET", "HEAD"]
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def mount(app: FastAPI, service: Service) -> None:
    """Add /healthz and /readyz (open to all), /metrics (guarded) and /source."""

    async def healthz() -> Response:
        return Response("ok", media_type="text/plain")

    async def readyz() -> Response:
        if not app.state.warm:
            return Response("starting", status_code=503, media_type="text/plain")
        try:
            await service.look(_ping)
            await asyncio.to_thread(service.media.check)
            service.worker.check()
        except (StorageError, WorkerStopped) as error:
            log.warning("not ready: %s", type(error).__name__)
            return Response("not ready", status_code=503, media_type="text/plain")
        return Response("ready", media_type="text/plain")

    async def metrics(request: Request) -> Response:
        if not may_read_metrics(request, service.settings.metrics_token.get_secret_value()):
            return Response("set AIDLINE_METRICS_TOKEN and send it as a bearer token", 403, media_type="text/plain")
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def source() -> Response:
        """The source of this very version (GNU AGPL, section 13)."""
        return RedirectResponse(service.settings.source_url, 302, {"Referrer-Policy": "no-referrer"})

    for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics), ("/source", source)):
        app.add_api_route(path, answer, methods=READ, include_in_schema=False, response_model=None)


def may_read_metrics(request: Request, token: str) -> bool:
    """Whoever has the token; without one set, only this machine itself and nobody through a proxy."""
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _ping(c: Connection) -> None:
    c.exec_driver_sql("SELECT 1")
