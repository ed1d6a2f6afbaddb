"""The turn: one message of a person, one transaction, for every channel alike.

Skip what was seen, lock the conversation, step the flow, keep what changed together with every
message that has to go out. Nothing here talks to a platform.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.arrivals import Arrival, to_fetch, write_rows
from bot.effects import Effects
from bot.messages import Inbound, Outbound
from bot.speech import Speaker
from flows import intake
from flows.case_number import DRAWS, case_number
from flows.conversation import CaseFacts, Context, Input, MediaSeen, Session, Step
from flows.protocol import Protocol
from flows.reading import Reader
from flows.triage import Assessment
from storage import conversations, outbox
from storage.case_files import CaseRow
from storage.database import Database
from storage.errors import AlreadySeen, NumberTaken

log = logging.getLogger("aidline.turns")

#: Channels that read the transcript themselves: for them nothing is put into the outbox.
PULLING = ("web", "terminal")
ALBUM_PAUSE = timedelta(seconds=1.2)  # several photos in a row get one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of an inbound message."""

    conversation_id: str
    state: str
    case_number: str | None
    repeated: bool = False
    messages: tuple[Outbound, ...] = ()
    rows: tuple[outbox.Row, ...] = ()
    last_message_id: int = 0
    case_changed: bool = False
    forgotten: tuple[str, tuple[str, ...]] | None = None  # patient and blobs whose bytes are to go


@dataclass(frozen=True, slots=True)
class Coming:
    """One message on its way in, with what was stored of it already."""

    inbound: Inbound
    arrivals: Sequence[Arrival] = ()
    by_hand: bool = False  # no flow is asked: it is kept and the coordinators are called


@dataclass(slots=True, kw_only=True)
class _Turn:
    """A turn between the flow's step and the end of the transaction."""

    coming: Coming
    thread: conversations.Thread
    now: datetime
    seen: tuple[MediaSeen, ...]
    step: Step
    session: dict[str, Any]  # to be stored
    effects: Effects
    photos: bool  # photos come several in a row
    forgotten: Sequence[str] = ()  # blobs whose bytes are to go

    @property
    def lines(self) -> list[conversations.NewMessage]:
        """What was heard and said, for the transcript."""
        inbound = self.coming.inbound
        kind = "media" if self.seen else "text"
        body = _heard(inbound, self.seen)
        if self.step.picked:
            body["picked"] = list(self.step.picked)
        heard = conversations.NewMessage(direction="in", kind=kind, body=body, at=inbound.at, key=inbound.key)
        said = [
            conversations.NewMessage(direction="out", kind=out.type, body=out.to_json(), at=self.now)
            for out in self.effects.said
        ]
        return [heard, *said]

    def rows(self) -> list[outbox.Row]:
        """What is to be done outside, once the lines are saved."""
        inbound, thread = self.coming.inbound, self.thread
        fetches = _fetches(inbound, to_fetch(self.coming.arrivals, self.seen), thread, self.now)
        rows = [*self.effects.rows, *fetches]
        if inbound.channel not in PULLING:
            said = zip(self.effects.said, thread.saved[1:], strict=True)
            rows += [_row(inbound, out, id_, thread, self.now, photos=self.photos) for out, id_ in said]
        return rows

    def taken(self, owned: tuple[outbox.Row, ...]) -> Taken:
        """What came of it."""
        case = self.effects.case
        return Taken(
            conversation_id=self.thread.conversation_id,
            state=self.session.get("state", ""),
            case_number=case.number if case else None,
            messages=tuple(self.effects.said),
            rows=owned,
            last_message_id=self.thread.saved[-1],
            case_changed=case is not None,
            forgotten=(self.thread.patient_id, tuple(self.forgotten)) if self.forgotten else None,
        )


@dataclass(kw_only=True)
class Turns:
    """Takes turns; safe to use from several threads."""

    database: Database
    protocol: Protocol
    reader: Callable[[], Reader]  # made at the first call, which takes its time
    speakers: Mapping[str, Speaker]
    default_locale: str
    owner: str  # of the outbox rows made here
    clock: Callable[[], datetime]
    draw: Callable[[], int] = field(default=lambda: secrets.randbelow(DRAWS))

    def take(self, inbound: Inbound, arrivals: Sequence[Arrival] = (), *, by_hand: bool = False) -> Taken:
        """Take one message. When this returns, everything is on disk.

        The same key again changes nothing and is answered with `repeated`. With `by_hand` no flow is
        asked: the message is kept and the coordinators are called.
        """
        while True:
            try:
                with self.database.begin() as c:
                    return self.take_inside(c, inbound, arrivals, by_hand=by_hand)
            except NumberTaken:
                continue  # another draw
            except AlreadySeen:
                return self._again(inbound)

    def _again(self, inbound: Inbound) -> Taken:
        with self.database.begin() as c:
            thread = conversations.find_or_begin(
                c,
                self.database.vault,
                channel=inbound.channel,
                address=inbound.address,
                message_key=inbound.key,
                now=self.clock(),
            )
            return self._unchanged(thread)

    def take_inside(
        self, c: Connection, inbound: Inbound, arrivals: Sequence[Arrival] = (), *, by_hand: bool = False
    ) -> Taken:
        """The same in a transaction that is open; whoever opened it undoes it when this raises."""
        (taken,) = self.take_all(c, [Coming(inbound, arrivals, by_hand)], wait=True)
        assert taken is not None
        return taken

    def take_all(self, c: Connection, several: Sequence[Coming], *, wait: bool = False) -> list[Taken | None]:
        """Take messages of several people in one transaction that is open.

        Without `wait` there is None for each whose conversation or case somebody else is working on
        at this moment: it has to be taken by itself.
        """
        now = self.clock()
        callers = [conversations.Caller(one.inbound.channel, one.inbound.address, one.inbound.key) for one in several]
        threads = conversations.find_all(c, self.database.vault, callers, now, wait=wait)
        taken: list[Taken | None] = [self._unchanged(thread) if thread else None for thread in threads]
        new = {
            place: self._stepped(c, several[place], thread, now)
            for place, thread in enumerate(threads)
            if thread is not None and not thread.repeated
        }
        changes = [conversations.Change(turn.thread, turn.session, turn.lines) for turn in new.values()]
        conversations.save_all(c, changes, now)
        for turn in new.values():
            turn.forgotten = conversations.forget(c, turn.thread, now) if turn.effects.forget else []
        rows = outbox.add_each(c, [turn.rows() for turn in new.values()], owner=self.owner, now=now)
        for (place, turn), owned in zip(new.items(), rows, strict=True):
            taken[place] = turn.taken(owned)
        return taken

    def _stepped(self, c: Connection, coming: Coming, thread: conversations.Thread, now: datetime) -> "_Turn":
        """The flow has taken the message and its effects are written; nothing is saved or sent yet."""
        inbound = coming.inbound
        seen = write_rows(c, thread, coming.arrivals, now)
        context = self._context(thread, now)
        effects = Effects(c=c, thread=thread, now=now, owner=self.owner, protocol=self.protocol, speakers=self.speakers)
        session = intake.start(self._locale(inbound, thread.session))
        unreadable = thread.session  # left as it is, for a version that can read it
        try:
            session = intake.restored(thread.session) if thread.session else session
            unreadable = None
            failed = coming.by_hand
            step = intake.failure(session, context) if failed else intake.step(session, _input(inbound, seen), context)
            effects.say(step)
        except Exception:
            log.exception("the flow failed; handing the person to the coordinator")
            step = intake.failure(session, context)
            effects.say(step)
        effects.apply(step)
        photos = bool(seen) or session.state == "photos"
        return _Turn(
            coming=coming, thread=thread, now=now, seen=seen, step=step,
            session=unreadable or _stored(step.session), effects=effects, photos=photos,
        )  # fmt: skip

    def _unchanged(self, thread: conversations.Thread) -> Taken:
        return Taken(
            conversation_id=thread.conversation_id,
            state=(thread.session or {}).get("state", ""),
            case_number=thread.case.number if thread.case else None,
            repeated=True,
        )

    def _locale(self, inbound: Inbound, stored: Mapping[str, Any] | None) -> str:
        """The language of a conversation that begins now, or of one that cannot be read."""
        wanted = (stored or {}).get("locale") or inbound.locale or ""
        return wanted if wanted in self.speakers else self.default_locale

    def _context(self, thread: conversations.Thread, now: datetime) -> Context:
        return Context(
            now=now,
            protocol=self.protocol,
            reader=self.reader(),
            speakers=self.speakers,
            channel=thread.channel,
            case=case_facts(thread.case, talking=thread.muted) if thread.case else None,
            new_case_number=case_number(self.draw()),
        )


def case_facts(case: CaseRow, *, talking: bool) -> CaseFacts:
    """What a conversation may know of its case; `talking` when a person of ours has written in it."""
    return CaseFacts(
        number=case.number,
        status=case.status,
        category=case.category,
        urgency=case.urgency,
        queues=case.queues,
        due_at=case.due_at,
        held=case.held and talking,
        assessment=Assessment.from_json(case.assessment) if case.assessment else None,
        judged=case.triaged_by is not None,
    )


def _input(inbound: Inbound, seen: tuple[MediaSeen, ...]) -> Input:
    return Input(
        text=_clean(inbound.text),
        picks=inbound.picks,
        asked=inbound.asked,
        toggle=inbound.toggle,
        command=inbound.command,
        media=seen,
        edited=inbound.edited,
    )


def _clean(text: str) -> str:
    """The text without control characters and halves of characters, which no store or reader takes."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)


def _heard(inbound: Inbound, seen: Sequence[MediaSeen]) -> dict[str, Any]:
    """The message as it came, whole, for the transcript."""
    body: dict[str, Any] = {"text": _clean(inbound.text)}
    if inbound.picks:
        body["picks"] = list(inbound.picks)
    if inbound.command:
        body["command"] = inbound.command
    if inbound.edited:
        body["edited"] = True
    if seen:
        body["media"] = [
            {"id": one.id, "kind": one.kind} | ({"problem": one.problem} if one.problem else {}) for one in seen
        ]
    return body


def _stored(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in Session.__slots__}


def _row(
    inbound: Inbound, out: Outbound, message_id: int, thread: conversations.Thread, now: datetime, *, photos: bool
) -> outbox.Row:
    """One message to send. Photos come several in a row: a question around them waits a moment, and
    a newer one replaces it; nothing else ever waits or is replaced."""
    collapses = photos and out.type == "ask"
    waits = collapses and bool(inbound.media)
    return outbox.Row(
        kind="send",
        recipient=f"{inbound.channel}:{thread.conversation_id}",
        payload={
            "channel": inbound.channel,
            "address": inbound.address,
            "message": out.to_json(),
            "message_id": message_id,
        },
        due_at=now + ALBUM_PAUSE if waits else now,
        collapse_key="ask" if collapses else None,
        case_id=thread.case.id if thread.case else None,
    )


def _fetches(
    inbound: Inbound, wanted: list[dict[str, Any]], thread: conversations.Thread, now: datetime
) -> list[outbox.Row]:
    return [
        outbox.Row(
            kind="fetch",
            recipient=f"fetch:{thread.conversation_id}",
            payload={"channel": inbound.channel, "address": inbound.address, **one},
            due_at=now,
            case_id=thread.case.id if thread.case else None,
        )
        for one in wanted
    ]
