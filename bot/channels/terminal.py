"""`aidline chat`: the conversation on standard input and output, for trying, scripting and tests.

One line is one message: text; `#2` or `#1,3` picks choices; `/command`; `photo: PATH[, PATH…]`.
"""

import asyncio
import json
import select
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from bot.arrivals import guessed_kind
from bot.messages import Inbound, InboundMedia, Outbound
from bot.service import Service
from bot.turns import Taken
from locales import Translator, translator
from storage import conversations
from storage.media import MAX_BYTES

CHANNEL = "terminal"
POLL_SECONDS = 1.0


class Terminal:
    """One person at a terminal."""

    def __init__(self, service: Service, name: str, locale: str, *, as_json: bool, out: TextIO) -> None:
        self._service = service
        self._name = name
        self._locale = locale
        self._json = as_json
        self._out = out
        self._words: Translator = translator(locale)
        self._seen_path = service.settings.data / "terminal" / service.vault.lookup("terminal", name)
        self._seen = self._read_seen()

    def show_unseen(self) -> None:
        """Print what was said since this person last looked: replies, or answers a crash kept back."""
        while fresh := self._unseen():
            for message in fresh:
                if message.direction in ("out", "staff"):
                    self._print(Outbound.from_json(message.body))
            self._keep_seen(fresh[-1].id)

    def _unseen(self) -> list[conversations.StoredMessage]:
        with self._service.database.read() as c:
            thread = conversations.find(c, self._service.vault, channel=CHANNEL, address=self._name)
            if thread is None:
                return []
            return conversations.messages(c, thread.key, thread.conversation_id, after=self._seen)

    def hear(self, line: str) -> None:
        """Take one line and print what comes of it, then the end of the turn."""
        self.show_unseen()
        inbound, problems = self._inbound(line.rstrip("\r\n"))
        for problem in problems:
            self._print(Outbound(type="say", text=problem))
        taken = self._take(inbound) if inbound is not None else None
        if taken is not None:
            self.show_unseen()  # the answers, and in its place a reply that came in between
        self._end(taken)
        if taken is not None and taken.rows:
            asyncio.run(self._perform(taken))

    async def _perform(self, taken: Taken) -> None:
        """Page at once, also when no server is running."""
        self._service.worker.submit(taken.rows)
        await self._service.worker.drain()

    def _take(self, inbound: Inbound) -> Taken:
        arrivals = self._service.arrivals.keep(inbound, inbound.at) if inbound.media else ()
        return self._service.turns.take(inbound, arrivals)

    def _inbound(self, line: str) -> tuple[Inbound | None, list[str]]:
        text = line.strip()
        if text.casefold().startswith("photo:"):
            return self._photos(text[len("photo:") :])
        if not text:
            return self._message(text=""), []
        if text.startswith("#") and (picks := _picks(text)):
            return self._message(picks=picks), []
        if text.startswith("/"):
            command, _, rest = text[1:].partition(" ")
            return self._message(command=command.casefold(), text=rest.strip()), []
        return self._message(text=line), []

    def _photos(self, listed: str) -> tuple[Inbound | None, list[str]]:
        media: list[InboundMedia] = []
        problems: list[str] = []
        for name in filter(None, (part.strip() for part in listed.split(","))):
            path = Path(name).expanduser()
            try:
                size = path.stat().st_size
                data = path.read_bytes() if size <= MAX_BYTES else b""
            except OSError:
                problems.append(self._words.text("cli-no-such-file", path=name))
                continue
            if size > MAX_BYTES:
                problems.append(self._words.text("media-photo-too-large"))
                continue
            media.append(InboundMedia(kind=guessed_kind(path.name), name=path.name, data=data, size=size))
        if not media:
            return None, problems or [self._words.text("cli-no-file-named")]
        return self._message(media=tuple(media)), problems

    def _message(
        self,
        *,
        text: str = "",
        picks: tuple[str, ...] = (),
        command: str | None = None,
        media: tuple[InboundMedia, ...] = (),
    ) -> Inbound:
        return Inbound(
            channel=CHANNEL,
            address=self._name,
            key=uuid4().hex,
            at=datetime.now(UTC),
            text=text,
            picks=picks,
            command=command,
            media=media,
            locale=self._locale,
        )

    def _print(self, message: Outbound) -> None:
        if self._json:
            shown = {
                "type": "say" if message.type == "reply" else message.type,
                "text": message.text,
                "choices": [{"id": choice.id, "label": choice.label} for choice in message.choices],
                "multi": message.multi,
                "wants_photo": message.wants_photo,
            }
            print(json.dumps(shown, ensure_ascii=False), file=self._out, flush=True)
            return
        mark = {"alarm": "!! ", "reply": f"[{message.role}] "}.get(message.type, "")
        lines = [mark + message.text]
        for number, choice in enumerate(message.choices, 1):
            lines.append(f"  {number}. {'[x] ' if choice.selected else ''}{choice.label}")
        print("\n".join(lines) + "\n", file=self._out, flush=True)

    def _end(self, taken: Taken | None) -> None:
        if self._json:
            state, case = (taken.state, taken.case_number) if taken else self._standing()
            print(
                json.dumps({"type": "end", "state": state, "case": case}, ensure_ascii=False),
                file=self._out,
                flush=True,
            )

    def _standing(self) -> tuple[str | None, str | None]:
        """The state and the case's number, when nothing was taken."""
        with self._service.database.read() as c:
            thread = conversations.find(c, self._service.vault, channel=CHANNEL, address=self._name)
        state = str(thread.session["state"]) if thread and thread.session else None
        return state, thread.case.number if thread and thread.case else None

    def _read_seen(self) -> int:
        try:
            return int(self._seen_path.read_text())
        except (OSError, ValueError):
            return 0

    def _keep_seen(self, message_id: int) -> None:
        self._seen = message_id
        self._seen_path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._seen_path.with_suffix(".new")
        fresh.write_text(str(message_id))
        fresh.replace(self._seen_path)


def _picks(text: str) -> tuple[str, ...]:
    parts = [part.strip().lstrip("#").strip() for part in text[1:].replace("，", ",").replace(" ", ",").split(",")]
    return tuple(f"#{part}" if part.isdigit() else part for part in parts if part)


def lines(source: TextIO, idle: Callable[[], None]) -> Iterator[str]:
    """The lines of an input; `idle` is called while a person at a keyboard thinks."""
    waits = source.isatty()
    while True:
        if waits and not select.select([source], [], [], POLL_SECONDS)[0]:
            idle()
            continue
        line = source.readline()
        if not line:
            return
        yield line


def talk(service: Service, name: str, locale: str, *, as_json: bool) -> None:
    """Run the conversation until the input ends."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    terminal = Terminal(service, name, locale, as_json=as_json, out=sys.stdout)
    terminal.show_unseen()
    for line in lines(sys.stdin, terminal.show_unseen):
        terminal.hear(line)
