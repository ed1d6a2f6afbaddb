"""The composition root: settings to a running ASGI app with its worker and channels."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI

from bot import delivery, probes
from bot.demo import demo_links
from bot.service import Service, reader
from bot.settings import BrokenSetting, Settings

log = logging.getLogger("aidline")


def build(settings: Settings) -> FastAPI:
    """The app with everything mounted; touches no network and no disk but the settings' secret."""
    service = Service(settings)
    app = FastAPI(title="aidline", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.service = service
    app.state.door = app  # what the server calls
    app.state.warm = False
    service.worker.perform["send"] = delivery.Sender(service)
    probes.mount(app, service)
    from bot.channels import web
    from bot.desk import web as desk

    app.include_router(desk.router(service))
    if settings.telegram_on:
        from bot.channels.telegram import TelegramChannel
        from bot.channels.telegram.webhook import Lane

        channel = TelegramChannel(service)
        app.include_router(channel.router())
        app.state.door = Lane(app, channel.entrance.webhook)
        service.channels["telegram"] = channel
    app.include_router(web.router(service))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await asyncio.to_thread(service.database.migrate)
    tasks = [asyncio.create_task(service.worker.run_forever()), asyncio.create_task(_warm_up(app))]
    for channel in service.channels.values():
        await channel.start()
    try:
        yield
    finally:
        for channel in service.channels.values():
            await channel.stop()
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await service.worker.stop()
        service.close()


async def _warm_up(app: FastAPI) -> None:
    """What the first turn needs and the first page does not."""
    try:
        await asyncio.to_thread(reader)
    finally:
        gc.collect()
        gc.freeze()  # a full collection of what never dies costs 0.1 s in the middle of a turn
        gc.set_threshold(50_000, 20, 20)
        gc.enable()  # `aidline serve` starts without
    app.state.warm = True


class Server(uvicorn.Server):
    """Lets open pages go first when it stops; they come back by themselves."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams, then whatever is under way."""
        self._service.nudges.close()
        await super().shutdown(sockets)


def run(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until stopped; `announce` is told, line by line, where to go.

    Raises:
        BrokenSetting: when the port is taken.
    """
    for name in ("httpx", "transitions", "aiogram.event", "apprise"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BrokenSetting(
                f"PORT: can't listen on {settings.host}:{settings.port} ({error.strerror}); set another PORT"
            ) from None
    app = build(settings)
    service: Service = app.state.service
    service.database.migrate()
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    announce(f"{'Patient page':<18}{base}/")
    announce(f"{'Desk':<18}{base}/desk")
    for name, link in demo_links(service, datetime.now(UTC)):
        announce(f"{name:<18}{base}{link}")
    config = uvicorn.Config(
        app.state.door,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    Server(config, service).run()
