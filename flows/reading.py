"""Free text to findings: what a person says is there, denies, asks about or tells of others.

The reader is pure and safe to share between threads; it is built once per process.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.protocol import Protocol


class Status(StrEnum):
    """How a finding stands in the text (the ConText algorithm's question)."""

    present = "present"
    denied = "denied"
    asked = "asked"  # feared, asked about, or only "if"
    past = "past"  # was there and is over
    elsewhere = "elsewhere"  # news, hearsay, somebody else's story, the clinic's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found; `evidence` is the person's own words."""

    kind: str
    code: str
    status: Status
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything read from one text. `days` and `hours` are since the procedure."""

    findings: tuple[Finding, ...] = ()
    days: float | None = None
    days_evidence: str = ""
    hours: float | None = None
    subject: str = "self"
    age: int | None = None
    text: str = ""


class Reader:
    """Reads texts against one protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol

    def read(self, text: str, *, today: date) -> Reading:
        """Find everything in `text`; never raises."""
        return Reading(text=text)
