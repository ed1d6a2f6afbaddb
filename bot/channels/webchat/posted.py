"""What a browser posted: read as a stream with firm bounds, then checked field by field.

Files over 256 kB wait in an anonymous temporary file, so that neither a 50 MB upload nor two hundred
people on slow phones fill the memory. Limits are said in words to the person by the caller.
"""

import asyncio
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Literal
from urllib.parse import parse_qs

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.arrivals import guessed_kind
from bot.messages import InboundMedia

MAX_TEXT = 20_000
MAX_FILE = 20 * 1024 * 1024
MAX_FILES = 10
MAX_FORM = 256 * 1024  # all text fields together: 20,000 characters, escaped in JSON
MAX_BODY = 2 * MAX_FILE + MAX_FORM  # a form without JavaScript may hold several photos
MAX_DRAINED = 120 * 1024 * 1024  # what is still read, and thrown away, so that the answer can be read
READ_SECONDS = 600.0

KINDS: dict[str, Literal["photo", "document", "video", "voice"]] = {
    "image": "photo",
    "video": "video",
    "audio": "voice",
}

_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_CODE = re.compile(r"[\w.:|-]{1,64}")
_COMMAND = re.compile(r"[a-z_]{1,24}")


class Refused(Exception):
    """The post cannot be taken. `reason` says why in a word."""

    def __init__(self, reason: str, status: int, text: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.text = text  # the person's words, to be put back into the box

    @property
    def key(self) -> str:
        """The locale key of the sentence that says why."""
        return f"web-refused-{self.reason}"


@dataclass(slots=True)
class PostedFile:
    name: str
    content_type: str
    spool: IO[bytes]
    size: int = 0

    def read(self) -> bytes:
        self.spool.seek(0)
        return self.spool.read()

    def as_media(self) -> InboundMedia:
        """The whole file in memory, as the turn takes it; what it really is shows when it is decoded."""
        # some browsers give HEIC no type
        kind = KINDS.get(self.content_type.split("/")[0]) or guessed_kind(self.name)
        return InboundMedia(kind=kind, name=self.name, content_type=self.content_type, data=self.read(), size=self.size)


@dataclass(slots=True)
class Posted:
    """One thing the person sent, as far as the browser says."""

    key: str = ""
    text: str = ""
    picks: tuple[str, ...] = ()
    asked: str | None = None
    command: str | None = None
    after: int | None = None
    form: str = ""  # token of a form sent without JavaScript
    locale: str = ""  # asked for by the language button
    files: list[PostedFile] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing was said. An answer without a tick is something: the flow has a hint for it."""
        return not (self.text.strip() or self.picks or self.command or self.files or self.asked)

    def close(self) -> None:
        for file in self.files:
            file.spool.close()


@dataclass(slots=True)
class _Fields:
    values: dict[str, list[str]] = field(default_factory=dict)
    files: list[PostedFile] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)

    def one(self, name: str) -> str:
        return self.values.get(name, [""])[-1]


async def read_post(request: Request) -> Posted:
    """Read and check the body; raises Refused after the rest of the body has been read away."""
    stream = request.stream()
    started = time.monotonic()
    fields = _Fields()
    try:
        async with asyncio.timeout(READ_SECONDS):
            await _read_fields(request, stream, fields)
        return _checked(fields)
    except (Refused, FormParserError, ValueError, TimeoutError) as problem:
        for file in fields.files:
            file.spool.close()
        await _drain(stream, READ_SECONDS - (time.monotonic() - started))
        if isinstance(problem, Refused):
            raise
        raise Refused("unreadable", 400) from problem


async def _read_fields(request: Request, stream: AsyncIterator[bytes], fields: _Fields) -> None:
    content_type, options = parse_options_header(request.headers.get("content-type", ""))
    if content_type == b"multipart/form-data":
        await _read_multipart(stream, options.get(b"boundary", b""), fields)
        return
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > MAX_FORM:
            raise Refused("too-long", 413)
    if content_type == b"application/json":
        _read_json(bytes(body), fields)
    else:
        for name, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items():
            fields.values[name] = values


def _read_json(body: bytes, fields: _Fields) -> None:
    data: Any = json.loads(body)
    if not isinstance(data, dict):
        raise Refused("unreadable", 400)
    for name, value in data.items():
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                fields.add(name, str(item))


async def _read_multipart(stream: AsyncIterator[bytes], boundary: bytes, fields: _Fields) -> None:
    parts = _Parts(fields)
    parser = MultipartParser(boundary, parts.callbacks())
    total = 0
    async for chunk in stream:
        total += len(chunk)
        if total > MAX_BODY:
            raise Refused("photo-too-large", 413)
        # Writing a spooled file goes to the page cache; a thread per chunk would cost more than it.
        parser.write(chunk)
    parser.finalize()


class _Parts:
    """Callbacks of the multipart parser: fills `fields`, counts, and stops what is too much."""

    def __init__(self, fields: _Fields) -> None:
        self.fields = fields
        self.header = bytearray()
        self.value = bytearray()
        self.headers: dict[bytes, bytes] = {}
        self.name = ""
        self.file: PostedFile | None = None
        self.data = bytearray()
        self.form_size = 0

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self.begin,
            "on_header_field": lambda data, start, end: self.header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self.value.extend(data[start:end]),
            "on_header_end": self.header_end,
            "on_headers_finished": self.headers_finished,
            "on_part_data": self.part_data,
            "on_part_end": self.part_end,
        }

    def begin(self) -> None:
        self.headers = {}
        self.file = None
        self.data = bytearray()

    def header_end(self) -> None:
        self.headers[bytes(self.header).lower()] = bytes(self.value)
        self.header.clear()
        self.value.clear()

    def headers_finished(self) -> None:
        _, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        self.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            return
        if len(self.fields.files) >= MAX_FILES:
            raise Refused("too-many-files", 413)
        kind = self.headers.get(b"content-type", b"").decode("latin-1")[:100]
        name = options[b"filename"].decode("utf-8", "replace")[-120:]
        # Closed by Posted.close, or by read_post when the post is refused.
        spool = SpooledTemporaryFile(max_size=256 * 1024)  # noqa: SIM115  lives longer than this call
        self.file = PostedFile(name=name, content_type=kind, spool=spool)
        self.fields.files.append(self.file)

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self.file is not None:
            self.file.size += end - start
            if self.file.size > MAX_FILE:
                raise Refused("photo-too-large", 413)
            self.file.spool.write(data[start:end])
            return
        self.form_size += end - start
        if self.form_size > MAX_FORM:
            raise Refused("too-long", 413)
        self.data += data[start:end]

    def part_end(self) -> None:
        if self.file is None:
            self.fields.add(self.name, self.data.decode("utf-8", "replace"))


async def _drain(stream: AsyncIterator[bytes], seconds: float) -> None:
    """Read on and forget: a browser shows our answer only once it has sent everything."""
    left = MAX_DRAINED
    try:
        async with asyncio.timeout(max(seconds, 1.0)):
            async for chunk in stream:
                left -= len(chunk)
                if left < 0:
                    return
    except (TimeoutError, RuntimeError):
        return


def clean(text: str) -> str:
    """Text as it can be stored: one kind of line end, no lone surrogates, no NUL."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _checked(fields: _Fields) -> Posted:
    text = clean(fields.one("text"))
    if len(text) > MAX_TEXT:
        raise Refused("too-long", 413, text)
    picks = tuple(fields.values.get("picks", ()))
    asked = fields.one("asked") or None
    command = fields.one("command").lstrip("/") or None
    codes = (*picks, *([asked] if asked else ()))
    if len(picks) > 64 or not all(_CODE.fullmatch(code) for code in codes):
        raise Refused("unreadable", 400, text)
    if command is not None and not _COMMAND.fullmatch(command):
        raise Refused("unreadable", 400, text)
    # A file field left empty by a browser arrives as a nameless part without a byte.
    files = [file for file in fields.files if file.size or file.name]
    for file in fields.files:
        if file not in files:
            file.spool.close()
    after = fields.one("after")
    posted = Posted(
        text=text,
        picks=picks,
        asked=asked,
        command=command,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None,
        form=fields.one("form"),
        locale=fields.one("locale"),
        files=files,
    )
    posted.key = _key_of(fields.one("key"), posted, plain=bool(posted.form))
    return posted


def _key_of(sent: str, posted: Posted, *, plain: bool) -> str:
    """The client's own key. A plain form has one key for the whole page, so its content joins in:
    the same form twice is one message, another answer from the same page is another."""
    if not plain:
        if sent and not _KEY.fullmatch(sent):
            raise Refused("unreadable", 400, posted.text)
        return sent
    digest = hashlib.sha256()
    for piece in (sent, posted.text, *posted.picks, posted.asked or "", posted.command or ""):
        digest.update(piece.encode() + b"\0")
    for file in posted.files:
        digest.update(file.read())
    return digest.hexdigest()[:48]
