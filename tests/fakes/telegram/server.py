"""The HTTP side: /bot<token>/<method> with JSON, form or multipart bodies, /file/bot<token>/<path>."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.fakes.telegram.errors import ApiError, Fault
from tests.fakes.telegram.methods import Methods
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.state import Account, Call, StoredFile
from tests.fakes.telegram.updates import Postman

JSON_FIELDS = {
    "reply_markup", "link_preview_options", "commands", "allowed_updates", "entities", "reply_parameters",
    "scope", "media",
}  # fmt: skip
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{6,}")
DEFAULT_TOKEN = "700100:fake_token_of_the_patients_bot"


class FakeTelegram:
    """Start with `async with FakeTelegram() as telegram`; `telegram.url` is the base URL for the bot.

    `tokens` limits which bots it knows (others get 401); without it every well-formed token is a bot.
    `latency` delays every answer by so many seconds.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tokens: tuple[str, ...] = (),
        retry_seconds: float = 0.05,
        latency: float = 0.0,
    ) -> None:
        self.host, self.port = host, port
        self.tokens = tokens
        self.latency = latency
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.files: dict[str, StoredFile] = {}
        self.accounts: dict[str, Account] = {}
        self.watchers: list[Callable[[Call], None]] = []
        self.keep_calls = True
        self.methods = Methods(self.files)
        self.postman = Postman(retry_seconds)
        self.postman.on_reply = self._reply
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def token(self) -> str:
        return self.tokens[0] if self.tokens else DEFAULT_TOKEN

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        await self.postman.open()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.postman.close()
        assert self._runner is not None
        await self._runner.cleanup()

    # what a test says

    def account(self, token: str | None = None) -> Account:
        token = token or self.token
        if token not in self.accounts:
            self.accounts[token] = Account(token)
        return self.accounts[token]

    def person(
        self, number: int = 5001, *, token: str | None = None, language: str = "zh-hans", **facts: Any
    ) -> Person:
        return Person(self, self.account(token), number, language=language, **facts)

    def fail(self, method: str, fault: Fault, *, times: int = 1, chat: int | None = None) -> Fault:
        """The next `times` calls of `method` ("file" for downloads) meet this fault."""
        fault.method, fault.left, fault.chat = method, times, chat
        self.faults.append(fault)
        return fault

    def called(self, method: str, chat: int | None = None) -> list[Call]:
        wanted = method.lower()
        return [call for call in self.calls if call.method == wanted and chat in (None, call.chat)]

    # HTTP

    async def _call(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"].lower()
        call = Call(token, method, {}, time.monotonic())
        if self.keep_calls:
            self.calls.append(call)
        fault: Fault | None = None
        try:
            self._admit(token)
            call.params = await _parameters(request)
            fault = self._fault(method, call.chat)
            if fault is not None and not fault.after_effect:
                early = await self._spoil(request, call, fault)
                if early is not None:
                    return early
            result = await self._perform(self.account(token), method, call.params)
            call.status, call.answer = 200, {"ok": True, "result": result}
            if fault is not None and fault.after_effect:
                late = await self._spoil(request, call, fault)
                if late is not None:
                    return late
        except ApiError as error:
            call.status, call.answer = error.status, error.body()
        for watch in self.watchers:
            watch(call)
        if self.latency:
            await asyncio.sleep(self.latency)
        return web.json_response(call.answer, status=call.status)

    def _admit(self, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        if self.tokens and token not in self.tokens:
            raise ApiError(401, "Unauthorized")

    def _stored(self, path: str) -> StoredFile:
        for stored in self.files.values():
            if stored.path == path and not stored.gone:
                return stored
        raise ApiError(404, "Not Found")

    async def _perform(self, account: Account, method: str, params: dict[str, Any]) -> Any:
        if method == "getupdates":
            return await self.postman.get_updates(account, params)
        perform = self.methods.find(method)
        if perform is None:
            raise ApiError(404, "Not Found: method not found")
        result = await perform(account, params)
        if method == "setwebhook":
            self.postman.resume(account)
        return result

    async def _reply(self, account: Account, method: str, params: dict[str, Any]) -> None:
        call = Call(account.token, method.lower(), params, time.monotonic())
        self.calls.append(call)
        try:
            call.answer = {"ok": True, "result": await self._perform(account, call.method, params)}
        except ApiError as error:
            call.status, call.answer = error.status, error.body()
        for watch in self.watchers:
            watch(call)

    def _fault(self, method: str, chat: int | None) -> Fault | None:
        for fault in self.faults:
            if fault.fits(method, chat):
                fault.left -= 1
                return fault
        return None

    @staticmethod
    async def _spoil(request: web.Request, call: Call, fault: Fault) -> web.StreamResponse | None:
        if fault.hang_seconds:
            await asyncio.sleep(fault.hang_seconds)
        if fault.error is not None:
            raise fault.error
        if fault.raw is not None:
            call.status = fault.raw[0]
            return web.Response(status=fault.raw[0], text=fault.raw[1], content_type="text/html")
        if fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return None

    async def _download(self, request: web.Request) -> web.StreamResponse:
        token, path = request.match_info["token"], request.match_info["path"]
        call = Call(token, "file", {"path": path}, time.monotonic())
        self.calls.append(call)
        fault = self._fault("file", None)
        try:
            self._admit(token)
            if fault is not None:
                spoiled = await self._spoil(request, call, fault)
                if spoiled is not None:
                    return spoiled
            stored = self._stored(path)
        except ApiError as error:
            call.status = error.status
            return web.json_response(error.body(), status=error.status)
        call.status = 200
        return web.Response(body=stored.data, content_type="application/octet-stream")


async def _parameters(request: web.Request) -> dict[str, Any]:
    params: dict[str, Any] = dict(request.query)
    if request.method == "POST" and request.content_type == "application/json":
        try:
            params |= await request.json()
        except (ValueError, TypeError):
            raise ApiError(400, "Bad Request: can't parse request: Can't parse JSON object") from None
    elif request.method == "POST":
        form = await request.post()
        for name, value in form.items():
            if isinstance(value, web.FileField):
                params[name] = (value.filename, value.file.read())
            else:
                params[name] = value
    for name in JSON_FIELDS & params.keys():
        if isinstance(params[name], str):
            try:
                params[name] = json.loads(params[name]) if params[name] else None
            except ValueError:
                raise ApiError(400, f"Bad Request: can't parse {name.replace('_', ' ')} JSON object") from None
    for name, value in params.items():
        if isinstance(value, str) and value.startswith("attach://"):
            params[name] = params.get(value.removeprefix("attach://"), value)
    return params
