"""What the server remembers: accounts of bots, chats with their messages, files, calls and deliveries."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any


@dataclass(slots=True)
class Call:
    """One call of a bot and what it was answered."""

    token: str
    method: str
    params: dict[str, Any]
    at: float
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def chat(self) -> int | None:
        chat = self.params.get("chat_id")
        return int(chat) if isinstance(chat, int) or (isinstance(chat, str) and chat.lstrip("-").isdigit()) else None

    @property
    def text(self) -> str:
        return str(self.params.get("text") or self.params.get("caption") or "")


@dataclass(slots=True)
class Delivery:
    """One update on its way to a bot: `statuses` holds what the webhook answered, 0 when it did not."""

    update: dict[str, Any]
    lane: int
    statuses: list[int] = field(default_factory=list)
    confirmed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def status(self) -> int:
        return self.statuses[-1] if self.statuses else 0


@dataclass(slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    path: str
    data: bytes
    size: int
    gone: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    allowed: tuple[str, ...] = ()


@dataclass(slots=True)
class Chat:
    """One chat as one bot sees it; messages of both sides by id."""

    facts: dict[str, Any]
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    blocked: bool = False
    actions: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def touch(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(slots=True)
class Account:
    """A bot: its webhook or waiting updates, its chats, the button presses it has not answered yet."""

    token: str
    webhook: Webhook | None = None
    allowed: tuple[str, ...] = ()
    pending: deque[Delivery] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    poll: asyncio.Future[str] | None = None
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, bool] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    last_error: str = ""
    update_ids: "count[int]" = field(default_factory=lambda: count(700_000_001))
    message_ids: "count[int]" = field(default_factory=lambda: count(11))

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": "aidline", "username": "aidline_test_bot"}
