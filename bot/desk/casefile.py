"""The claimed case: its card, what was said, what happened, its photos. Reading it is written to the audit."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.desk.board import BoardRow, find, session_of
from bot.desk.talk import Said, said
from flows.legal_card import LegalCard, legal_card
from flows.protocol import Protocol
from flows.summary import Change, SbarCard, concerns, named_rules, sbar_card
from flows.triage import Assessment
from storage import audit, cases, conversations, media, replies
from storage.case_files import talks_of
from storage.people import Staff
from storage.timeline import Entry
from storage.vault import PatientKey

PATIENTS = ("opened", "updated")  # entries that come of what the patient said
ANSWERS = ("replied", "note", "triage_set")  # by which a holder shows that the news were read
LOOK_HOURS = 8  # how long a look with a reason lasts
INTIMATE = ("intimate", "breast")  # families whose photos are shown only when pressed (clinical.md 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a clinician made of the case."""

    by: str
    at: datetime
    category: str
    urgency: str
    grade: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The patient told something by which the case rose, or by which a rule fired."""

    at: datetime
    urgency: str
    raised: bool
    rules: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Everything on the page of a claimed case."""

    row: BoardRow
    others: tuple[BoardRow, ...]
    card: SbarCard | LegalCard
    said: tuple[Said, ...]
    media: tuple[media.Media, ...]
    triage: Assessment  # what the rules say, whatever a clinician made of it
    veiled: bool  # photos are loaded only when pressed
    timeline: tuple[Entry, ...]
    channels: tuple[str, ...]
    judged: tuple[Judged, ...] = ()  # the newest first
    news: tuple[News, ...] = ()  # what made it graver since the holder last did anything
    may_judge: bool = False
    looking: str = ""  # the reason given, when the reader does not hold the case


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDoor:
    """What somebody sees who does not hold the case: its blind row."""

    row: BoardRow
    others: tuple[BoardRow, ...] = field(default=())


def read(
    c: Connection, protocol: Protocol, staff: Staff, number: str, handoff_id: str, live: bool, now: datetime
) -> OpenCase | ClosedDoor | None:
    """The case as this person may see it; None when there is no such case for them."""
    rows = find(c, protocol, staff, number, now)
    row = next((one for one in rows if one.id == handoff_id), None)
    if row is None:
        return None
    others = tuple(one for one in rows if one.id != handoff_id and one.status != "closed")
    looking = _looking(c, row, staff, now)
    if row.case is None or not (row.mine or looking):
        audit.append(c, staff.actor, "viewed", f"case:{number}", {"what": "blind card", "live": live}, now)
        return ClosedDoor(row=row, others=others)
    opened = _opened(c, protocol, row, staff, now)
    detail = {"what": "card, transcript, timeline", "queue": row.queue, "live": live, "reason": looking}
    audit.append(c, staff.actor, "viewed", f"case:{number}", detail, now)
    return replace(opened, others=others, looking="" if row.mine else looking)


def look(c: Connection, row: BoardRow, staff: Staff, reason: str, now: datetime) -> None:
    """A coordinator opens a case that somebody else holds, and says why; everybody can see that."""
    detail = {"reason": reason, "by": staff.name, "handoff": row.id}
    cases.event(c, row.case_id, staff.actor, "looked", detail, now)
    audit.append(c, staff.actor, "looked", f"case:{row.number}", {"reason": reason}, now)


def is_open_to(c: Connection, row: BoardRow, staff: Staff, now: datetime) -> bool:
    """May this person see more than the blind card."""
    return row.key is not None and (row.mine or bool(_looking(c, row, staff, now)))


def _looking(c: Connection, row: BoardRow, staff: Staff, now: datetime) -> str:
    if row.mine or staff.role != "coordinator" or row.key is None:
        return ""
    since = now - timedelta(hours=LOOK_HOURS)
    given = (
        str(entry.detail.get("reason", ""))
        for entry in reversed(cases.entries(c, row.case_id, row.key))
        if entry.kind == "looked" and entry.actor == staff.actor and entry.at > since
    )
    return next(given, "")


def _opened(c: Connection, protocol: Protocol, row: BoardRow, staff: Staff, now: datetime) -> OpenCase:
    assert row.case is not None
    assert row.key is not None
    entries = tuple(cases.entries(c, row.case_id, row.key))
    lines = _whole_talk(c, row.key, row.case_id)
    told, channels = talks_of(c, row.key, row.case_id)
    case = replace(
        row.case,
        session=session_of(told),
        now=now,
        reason=next((str(e.detail.get("reason", "")) for e in reversed(entries) if e.kind in PATIENTS), ""),
        told=tuple(dict.fromkeys(line.body.get("text", "") for line in lines if line.kind == "alarm")),
        own_words=tuple(str(line.body["text"]) for line in lines if line.direction == "in" and line.body.get("text")),
    )
    return OpenCase(
        row=row,
        others=(),
        card=legal_card(case, protocol) if row.track == "legal" else sbar_card(case, protocol),
        said=said(lines, entries, replies.states(c, row.case_id)),
        media=tuple(media.of_case(c, row.key, row.case_id)),
        veiled=staff.role == "legal_aid" or case.assessment.family in INTIMATE,
        triage=case.assessment,
        timeline=entries,
        judged=_judged(entries),
        news=_news(entries, row, protocol),
        may_judge=may_judge(staff, row),
        channels=channels,
    )


def may_judge(staff: Staff, row: BoardRow) -> bool:
    """Whether this person may set category and urgency: a medical expert who holds the case."""
    return staff.role == "expert" and row.track != "legal" and row.mine and row.status != "closed"


def _judged(entries: tuple[Entry, ...]) -> tuple[Judged, ...]:
    return tuple(
        Judged(
            by=str(entry.detail.get("by", "")),
            at=entry.at,
            category=entry.detail["category"],
            urgency=entry.detail["urgency"],
            grade=entry.detail.get("grade", ""),
            reason=entry.detail.get("reason", ""),
        )
        for entry in reversed(entries)
        if entry.kind == "triage_set" and "urgency" in entry.detail
    )


def _news(entries: tuple[Entry, ...], row: BoardRow, protocol: Protocol) -> tuple[News, ...]:
    """What the holder has not answered yet, the newest first; nothing while nobody holds the case."""
    if row.staff_id is None or row.claimed_at is None:
        return ()
    actor = f"staff:{row.staff_id}"
    deeds = [entry.at for entry in entries if entry.actor == actor and entry.kind in ANSWERS]
    since = max([row.claimed_at, *deeds])
    return tuple(
        News(
            at=entry.at,
            urgency=entry.detail["urgency"],
            raised=bool(entry.detail.get("raised")),
            rules=named_rules(
                (rule for rule in entry.detail.get("rules", ()) if concerns(rule, row.track, protocol)), protocol
            ),
        )
        for entry in reversed(entries)
        if entry.kind == "updated" and entry.at > since and (entry.detail.get("raised") or entry.detail.get("rules"))
    )


def _whole_talk(c: Connection, key: PatientKey, case_id: str) -> list[conversations.StoredMessage]:
    """All lines of the talk, however long it is."""
    lines: list[conversations.StoredMessage] = []
    while batch := conversations.transcript(c, key, case_id, after=lines[-1].id if lines else 0):
        lines += batch
    return lines
