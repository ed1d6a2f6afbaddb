"""The patient page at `/` and what it talks to under `/chat/`.

A post is answered after the commit, with the messages it led to. Without scripts the same posts come
as forms and are answered by the page itself. Looking creates nothing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from bot.channels.webchat import guard, records
from bot.channels.webchat.assets import Assets
from bot.channels.webchat.guard import number, wants_json
from bot.channels.webchat.live import Arrivals, EventStream
from bot.channels.webchat.pages import Pages, wanted_locale
from bot.channels.webchat.posted import Posted, Refused, read_post
from bot.channels.webchat.records import View
from bot.channels.webchat.still import Still
from bot.messages import Inbound
from bot.service import Service
from locales import LOCALES, translator
from storage.errors import MediaUnavailable, StorageUnavailable

# Files of this many posts are in memory at a time; the others wait on disk.
POSTS_WITH_FILES = 3


def router(service: Service) -> APIRouter:
    """All routes of the web chat. The last takes every address nobody else has: include it last."""
    return WebChat(service).router()


class WebChat:
    """The web channel: makes `Inbound` of what is posted and shows what was said."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.public_url = service.settings.public_url
        self.secure = guard.is_secure(self.public_url)
        self.house = service.settings.locale
        self.pages = Pages(Assets())
        self.still = Still(self.pages, self._locale)
        self.arrivals = Arrivals(service.nudges, self._newest)
        self._hands = asyncio.Semaphore(POSTS_WITH_FILES)

    def router(self) -> APIRouter:
        made = APIRouter(route_class=guard.guarded(self._busy), include_in_schema=False)
        for method, path, endpoint in (
            ("GET", "/", self.page),
            ("POST", "/chat/message", self.message),
            ("GET", "/chat/messages", self.messages),
            ("GET", "/chat/events", self.events),
            ("GET", "/chat/media/{media_id}/thumb", self.thumb),
            ("POST", "/chat/language", self.language),
            ("POST", "/chat/leave", self.leave),
            ("POST", "/chat/continue", self.go_on),
            ("GET", "/chat/blank", self.still.blank),
            ("GET", "/chat/offline", self.still.offline),
            ("GET", "/chat/manifest.webmanifest", self.still.manifest),
            ("GET", "/chat/static/{version}/{name}", self.still.static),
            ("GET", "/sw.js", self.still.worker),
            ("GET", "/{path:path}", self.still.nowhere),
        ):
            methods = ["GET", "HEAD"] if method == "GET" and endpoint != self.events else [method]
            made.add_api_route(path, endpoint, methods=methods, response_model=None)
        return made

    def _token(self, request: Request) -> str | None:
        return guard.read_token(request, secure=self.secure)

    def _locale(self, request: Request, view: View | None = None) -> str:
        return wanted_locale(request, view, self.house)

    async def _newest(self, conversation_ids: Sequence[str]) -> dict[str, int]:
        return await self.service.look(records.newest, conversation_ids)

    # -- looking

    async def page(self, request: Request) -> Response:
        token = self._token(request)
        if token is not None and request.cookies.get(guard.COVER_COOKIE):
            return self.pages.cover(token, self._locale(request))
        return await self._page(request, token, before=number(request.query_params.get("before")))

    async def _page(
        self,
        request: Request,
        token: str | None,
        *,
        before: int | None = None,
        refused: Refused | None = None,
    ) -> Response:
        view = await self.service.look(records.last_page, token, before) if token else None
        token = token or guard.new_token()
        response = self.pages.chat(token, self._locale(request, view), view, refused)
        guard.set_token(response, token, secure=self.secure)
        return response

    async def messages(self, request: Request) -> Response:
        token = self._token(request)
        after = number(request.query_params.get("after")) or 0
        view = await self.service.look(records.since, token, after) if token else None
        if token is None or view is None:
            nothing = {"messages": [], "last": 0, "open": "", "state": "", "progress": 0, "case": None}
            return JSONResponse(nothing | {"locale": self._locale(request), "known": False})
        return JSONResponse(self.pages.batch(token, view, after, self.house))

    async def events(self, request: Request) -> Response:
        """Server-sent events; the id of an event is the id of its last message."""
        token = self._token(request)
        view = await self.service.look(records.door, token) if token else None
        if token is None or view is None:
            return Response(status_code=204)  # tells the browser not to come back by itself
        after = number(request.headers.get("last-event-id")) or number(request.query_params.get("after")) or 0
        return EventStream(
            self._stream(token, view.thread.conversation_id, after),
            headers={"X-Accel-Buffering": "no"},  # nginx would hold small pieces back
        )

    async def _stream(self, token: str, conversation_id: str, after: int) -> AsyncIterator[str]:
        yield "retry: 3000\nevent: beat\ndata: 1\n\n"
        missed = False  # storage was away when there was something to see
        async with aclosing(self.arrivals.beats(conversation_id)) as beats:
            async for fresh in beats:
                batch = await self._fresh(token, after) if fresh or missed else None
                missed = (fresh or missed) and batch is None
                if batch is not None and batch["last"] > after:
                    after = batch["last"]
                    data = json.dumps(batch, ensure_ascii=False, separators=(",", ":"))
                    yield f"id: {after}\nevent: messages\ndata: {data}\n\n"
                elif not fresh:
                    yield "event: beat\ndata: 1\n\n"

    async def _fresh(self, token: str, after: int) -> dict[str, Any] | None:
        try:
            view = await self.service.look(records.since, token, after)
        except StorageUnavailable:
            return None
        return self.pages.batch(token, view, after, self.house) if view else None

    async def thumb(self, request: Request, media_id: str) -> Response:
        """A small picture, for the person who sent it and nobody else."""
        token = self._token(request)
        found = await self.service.look(records.photo, token, media_id) if token else None
        if found is None:
            return Response(status_code=404)
        sent, key = found
        try:
            data = await asyncio.to_thread(self.service.media.open, key, sent, "thumb")
        except MediaUnavailable:
            return Response(status_code=503)
        return Response(data, media_type="image/jpeg")

    # -- speaking

    async def message(self, request: Request) -> Response:
        try:
            posted = await read_post(request)
        except Refused as refused:
            return await self._refuse(request, refused)
        try:
            return await self._answer(request, posted)
        except Refused as refused:
            return await self._refuse(request, refused)
        finally:
            posted.close()

    async def _answer(self, request: Request, posted: Posted) -> Response:
        known = self._checked_token(request, posted)
        if posted.is_empty:
            raise Refused("nothing", 422)
        token = known or guard.new_token()
        await self._hear(request, token, posted)
        view = await self.service.look(records.since, token, posted.after)
        assert view is not None  # it was just written to
        response: Response
        if wants_json(request):
            batch = self.pages.batch(token, view, posted.after or 0, self.house)
            response = JSONResponse(batch | {"new_cookie": known is None})
        else:
            alarm = next((message.id for message in view.messages if message.kind == "alarm"), None)
            response = RedirectResponse(f"/#m{alarm}" if alarm else "/#end", 303)
        guard.set_token(response, token, secure=self.secure)
        return response

    def _checked_token(self, request: Request, posted: Posted) -> str | None:
        token = self._token(request)
        if not guard.may_post(request, public_url=self.public_url, token=token, sent=posted.form):
            raise Refused("foreign", 403, posted.text)
        return token

    async def _hear(self, request: Request, token: str, posted: Posted) -> None:
        """Let the turn take what was posted; on return it is on disk."""
        async with AsyncExitStack() as stack:
            if posted.files:
                await stack.enter_async_context(self._hands)
            media = [await asyncio.to_thread(file.as_media) for file in posted.files]
            await self.service.take(
                Inbound(
                    channel=records.CHANNEL,
                    address=token,
                    key=posted.key or uuid4().hex,
                    at=datetime.now(UTC),
                    text=posted.text,
                    picks=posted.picks,
                    asked=posted.asked,
                    command=posted.command,
                    media=tuple(media),
                    locale=self._locale(request),
                )
            )

    async def _refuse(self, request: Request, refused: Refused) -> Response:
        """Say why, in the person's language; what they wrote stays in the box."""
        if not wants_json(request):
            return await self._page(request, self._token(request), refused=refused)
        sentence = translator(self._locale(request)).text(refused.key)
        return JSONResponse({"error": sentence, "reason": refused.reason}, refused.status)

    def _busy(self, request: Request, status: int) -> Response:
        if not wants_json(request):
            return self.pages.busy(self._locale(request), status)
        sentence = translator(self._locale(request)).text("web-refused-unavailable")
        return JSONResponse({"error": sentence, "reason": "unavailable"}, status, {"Retry-After": "5"})

    # -- steering the page

    async def _steer(self, request: Request, response: Response, command: str = "") -> Response:
        """Take a small form that is ours, let the conversation hear of it, and answer."""
        try:
            posted = await read_post(request)
            posted.close()
            token = self._checked_token(request, posted)
        except Refused as refused:
            return await self._refuse(request, refused)
        if posted.locale in LOCALES:
            self._set_cookie(response, guard.LOCALE_COOKIE, posted.locale)
        view = await self.service.look(records.door, token) if token else None
        if command and token and view:
            await self._hear(request, token, Posted(command=command, text=posted.locale))
        return response

    def _set_cookie(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, guard.COOKIE_SECONDS, samesite="lax", secure=self.secure)

    async def language(self, request: Request) -> Response:
        return await self._steer(request, RedirectResponse("/#end", 303), "lang")

    async def leave(self, request: Request) -> Response:
        """Quick exit. With scripts the page is gone already; without them it goes now."""
        answer = Response(status_code=204) if wants_json(request) else RedirectResponse("/chat/blank", 303)
        # Scripts set this cookie themselves as well, for the moment without a connection.
        self._set_cookie(answer, guard.COVER_COOKIE, "1")
        answer.headers["Clear-Site-Data"] = '"cache"'
        return await self._steer(request, answer, "exit")

    async def go_on(self, request: Request) -> Response:
        """The person asks for what the quick exit had put away."""
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(guard.COVER_COOKIE)
        return await self._steer(request, answer)
