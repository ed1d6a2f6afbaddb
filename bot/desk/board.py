"""What waits for whom: the rows of the board, blind, and the one row a case page stands on."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from flows.conversation import Session
from flows.facts import CaseFile
from flows.protocol import Category, Protocol, Urgency
from flows.summary import BlindCard, blind_card
from flows.triage import Assessment
from storage import board as stored
from storage import cases
from storage.board import VIEWS, Row
from storage.people import Staff

__all__ = ["VIEWS", "BoardRow", "alarms", "board", "find", "page", "session_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow(Row):
    """One handoff as its reader may see it before opening: nothing that tells who the patient is."""

    case: CaseFile | None  # None once the patient was erased
    card: BlindCard | None


def board(c: Connection, protocol: Protocol, staff: Staff, view: str, queue: str, now: datetime) -> list[BoardRow]:
    """The rows of one view; emergencies on top, then what is due first."""
    rows = [_shown(row, protocol, now) for row in stored.of_view(c, protocol, staff, view, queue)]
    return rows if view == "closed" else sorted(rows, key=_first_things_first)


def page(c: Connection, protocol: Protocol, staff: Staff, view: str, queue: str, now: datetime) -> dict[str, Any]:
    """All that the board's template shows."""
    # First of all: what is committed while the rest is read is announced then, if it is not shown yet.
    since = cases.changes(c)
    return {
        "rows": board(c, protocol, staff, view, queue, now),
        "counts": stored.counts(c, protocol, staff, queue),
        "alarms": alarms(c, protocol, staff, now),
        "since": since,
    }


def alarms(c: Connection, protocol: Protocol, staff: Staff, now: datetime) -> list[BoardRow]:
    """Emergencies that nobody has taken, the longest waiting first."""
    return [_shown(row, protocol, now) for row in stored.alarms(c, protocol, staff)]


def find(c: Connection, protocol: Protocol, staff: Staff, number: str, now: datetime) -> list[BoardRow]:
    """The handoffs of a case that this person may see; empty for an unknown number."""
    return [_shown(row, protocol, now) for row in stored.of_number(c, protocol, staff, number)]


def _first_things_first(row: BoardRow) -> tuple[bool, bool, bool, datetime]:
    """Emergencies, then those nobody has taken, then unanswered ones by their clock."""
    late = datetime.max.replace(tzinfo=UTC)
    emergency = row.urgency == Urgency.emergency
    return (
        not emergency,
        emergency and row.status != "queued",
        row.answered_at is not None and row.status != "in_hand",
        row.due_at or late,
    )


def _shown(row: Row, protocol: Protocol, now: datetime) -> BoardRow:
    case = _case_file(row, now) if row.key else None
    whole = {field.name: getattr(row, field.name) for field in fields(row)}
    return BoardRow(**whole, case=case, card=blind_card(case, protocol) if case else None)


def _case_file(row: Row, now: datetime) -> CaseFile:
    """What the cards are made from."""
    return CaseFile(
        number=row.number,
        assessment=Assessment.from_json(row.assessment),
        session=session_of(row.told),
        now=now,
        track=row.track,
        standing=Urgency(row.case_urgency),
        judged=Category(row.category),
        due_at=row.due_at,
        submitted=row.submitted,
        photos=row.photos,
        clinical=row.clinical,
    )


def session_of(told: dict[str, Any]) -> Session:
    """What was told of a case, as the cards read it."""
    findings = tuple(told["findings"])
    return Session(flow="", version=0, state="", locale=told["locale"], answers=told["answers"], findings=findings)
