"""What is the same for everybody: scripts and styles, the install card, the pages beside the chat."""

from collections.abc import Callable

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from bot.channels.webchat.guard import wants_json
from bot.channels.webchat.pages import Pages


class Still:
    """Answers that need no storage."""

    def __init__(self, pages: Pages, locale: Callable[[Request], str]) -> None:
        self.pages = pages
        self.assets = pages.assets
        self.locale = locale

    async def blank(self, request: Request) -> Response:
        return self.pages.blank(self.locale(request))

    async def offline(self) -> Response:
        return self.pages.offline()

    async def manifest(self, request: Request) -> Response:
        made = self.pages.manifest(self.locale(request))
        return JSONResponse(made, media_type="application/manifest+json")

    async def static(self, request: Request, version: str, name: str) -> Response:
        # A page from before an update names the old version; what it gets must not be kept as that.
        made = self.assets.answer(request, name, lasting=version == self.assets.version)
        return made or Response(status_code=404)

    async def worker(self, request: Request) -> Response:
        """The service worker; under `/` because it may only serve addresses below its own."""
        return self.assets.answer(request, "sw.js", lasting=False) or Response(status_code=404)

    async def nowhere(self, request: Request, path: str) -> Response:
        """Any other address: a kind page, and nothing about what exists."""
        if path == "favicon.ico":
            return RedirectResponse(self.assets.url("icon-192.png"), 302)
        if wants_json(request):
            return JSONResponse({"error": "not found"}, 404)
        return self.pages.lost(self.locale(request))
