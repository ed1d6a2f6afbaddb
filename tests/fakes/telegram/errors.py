"""What can go wrong with a call: errors in Telegram's own words, and faults a test orders in advance."""

from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """An answer with ok=false; the description is worded as the real server words it."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(what: str) -> ApiError:
    return ApiError(400, f"Bad Request: {what}")


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next calls of a method instead of, or before, their being answered.

    `after_effect` lets the call do its work first and spoils only the answer: the message is there, and
    the bot does not know it.
    """

    error: ApiError | None = None
    hang_seconds: float = 0.0
    drop: bool = False
    raw: tuple[int, str] | None = None  # status and a body that is no JSON, as a proxy in between gives it
    after_effect: bool = False
    method: str = ""
    chat: int | None = None
    left: int = 1

    @classmethod
    def flood(cls, retry_after: int = 1) -> "Fault":
        description = f"Too Many Requests: retry after {retry_after}"
        return cls(error=ApiError(429, description, retry_after=retry_after))

    @classmethod
    def server_error(cls) -> "Fault":
        return cls(error=ApiError(500, "Internal Server Error"))

    @classmethod
    def bad_gateway(cls) -> "Fault":
        return cls(raw=(502, "<html><head><title>502 Bad Gateway</title></head></html>"))

    @classmethod
    def hang(cls, seconds: float) -> "Fault":
        return cls(hang_seconds=seconds)

    @classmethod
    def dropped(cls, *, after_effect: bool = False) -> "Fault":
        return cls(drop=True, after_effect=after_effect)

    def fits(self, method: str, chat: int | None) -> bool:
        return self.left > 0 and self.method.lower() == method and self.chat in (None, chat)
