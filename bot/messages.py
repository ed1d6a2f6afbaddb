"""What passes between a channel and the turn: `Inbound` one way, `Outbound` the other."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMedia:
    """A photo or file: its bytes, or the platform's reference by which they are fetched later."""

    kind: Literal["photo", "document", "video", "voice"]
    name: str = ""
    content_type: str = ""
    data: bytes | None = None
    ref: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message of a person, the same from every channel.

    `key` names the message on its channel: the same key again is the same message again.
    """

    channel: str
    address: str
    key: str
    at: datetime
    text: str = ""
    picks: tuple[str, ...] = ()
    asked: str | None = None
    toggle: bool = False
    command: str | None = None
    media: tuple[InboundMedia, ...] = ()
    locale: str | None = None
    edited: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain data, without the bytes of photos; `from_json` reads it back."""
        made = asdict(self)
        made["at"] = self.at.isoformat()
        for item in made["media"]:
            del item["data"]
        return made

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Inbound":
        """The message that `to_json` wrote."""
        read: dict[str, Any] = {
            "at": datetime.fromisoformat(stored["at"]),
            "picks": tuple(stored["picks"]),
            "media": tuple(InboundMedia(**item) for item in stored["media"]),
        }
        return cls(**(stored | read))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundChoice:
    """One button."""

    id: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to a person, before a channel gives it its own shape.

    `reply` is what a member of staff wrote; `role` then says in which role.
    """

    type: Literal["say", "ask", "alarm", "reply"]
    text: str
    choices: tuple[OutboundChoice, ...] = ()
    multi: bool = False
    wants_photo: bool = False
    asked: str | None = None
    edit: bool = False
    role: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data, without what is empty; `from_json` reads it back."""
        made: dict[str, Any] = {"type": self.type, "text": self.text}
        if self.choices:
            made["choices"] = [{"id": c.id, "label": c.label, "selected": c.selected} for c in self.choices]
        for name in ("multi", "wants_photo", "asked", "edit", "role"):
            if value := getattr(self, name):
                made[name] = value
        return made

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Outbound":
        """The message that `to_json` wrote."""
        return cls(
            type=stored["type"],
            text=stored["text"],
            choices=tuple(OutboundChoice(**choice) for choice in stored.get("choices", ())),
            multi=stored.get("multi", False),
            wants_photo=stored.get("wants_photo", False),
            asked=stored.get("asked"),
            edit=stored.get("edit", False),
            role=stored.get("role"),
        )
