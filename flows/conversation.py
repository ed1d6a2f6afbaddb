"""What every conversation is made of: the session, the input, the events and the step.

A flow is a pure function `step(session, input, context) -> Step`. Nothing here does I/O, reads a
clock or draws a random number; all of that comes in with the input and the context.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from typing import Protocol as Interface

from flows.protocol import Protocol
from flows.reading import Reader
from flows.triage import Assessment


@dataclass(frozen=True, slots=True)
class Msg:
    """A message by its locale key; arguments may be plain values or further messages."""

    key: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """A name out of the protocol: `kind` is procedure, family, symptom, issue, queue, …"""

    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that are shown as they are: the person's own, or a text of the protocol."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Several pieces under one another."""

    parts: tuple["Words", ...]
    joiner: str = "\n"


Words = Msg | Term | Quote | Lines


class Speaker(Interface):
    """Turns words into text in one language; pure."""

    locale: str

    def __call__(self, words: Words) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSeen:
    """A photo or file that arrived; `problem` is a locale key when it could not be used."""

    id: str
    kind: str  # photo | document | video | voice
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing that came from the person."""

    text: str = ""
    picks: tuple[str, ...] = ()  # ids of choices that were tapped or numbered
    asked: str | None = None  # the question the buttons belonged to; None when typed
    toggle: bool = False  # the pick switches one item of a multi-select on or off
    command: str | None = None  # without the slash: help, back, lang, …
    media: tuple[MediaSeen, ...] = ()
    edited: bool = False  # the person put an earlier message right


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What the conversation may know of its case."""

    number: str
    status: str
    category: str
    urgency: str
    queues: tuple[str, ...]
    due_at: datetime | None
    held: bool  # a person has claimed it and is talking with the patient
    assessment: Assessment | None = None
    judged: bool = False  # a clinician has set category and urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a step may know besides its session and input."""

    now: datetime
    protocol: Protocol
    reader: Reader
    speakers: Mapping[str, Speaker]  # by locale
    channel: str
    case: CaseFacts | None = None
    new_case_number: str = ""  # drawn by the shell, used if a case is opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that can be tapped, numbered or typed."""

    id: str
    label: Words
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Tell the person something."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the one question that is open now."""

    asked: str  # token that the buttons carry back
    state: str
    words: Words
    choices: tuple[Choice, ...] = ()
    multi: bool = False
    wants_photo: bool = False
    edit: bool = False  # only the selection changed: an edit instead of a new message


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The emergency text; goes out before anything else."""

    words: Words
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case exists from now on, under `number`."""

    number: str
    assessment: Assessment
    submitted: bool
    reason: str  # alarm | urgent | submitted | person_asked | failure


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCase:
    """What is known of the case changed (answers, assessment, submission)."""

    assessment: Assessment
    submitted: bool
    reason: str  # alarm | urgent | answers | raised | reopened | submitted | person_asked | failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Call the on-call people of these queues now."""

    queues: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachMedia:
    """These photos or files belong to the case."""

    media: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The person who holds the case is to read this message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase:
    """The person wants their closed case taken up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCase:
    """What follows is a new matter; the closed case stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsent:
    """The person answered the consent question."""

    granted: bool
    version: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """The person refused: what they wrote before is erased."""


Event = (
    Say
    | Ask
    | Alarm
    | OpenCase
    | UpdateCase
    | Page
    | AttachMedia
    | Relay
    | ReopenCase
    | LeaveCase
    | RecordConsent
    | Forget
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next session and what has to happen."""

    session: "Session"
    events: tuple[Event, ...]
    picked: tuple[str, ...] = ()  # what the input picked of the open question, as it was offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a conversation remembers between two messages; plain JSON when stored."""

    flow: str
    version: int
    state: str
    locale: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Mapping[str, Any], ...] = ()
    trail: tuple[str, ...] = ()  # states to go back to
    interrupted: str | None = None  # where the intake stood when an alarm came
    asked: str = ""  # token of the open question
    selected: tuple[str, ...] = ()  # ticked so far in a multi-select
    alarmed: Mapping[str, str] = field(default_factory=dict)  # rules whose text the person has had, and when
    misses: int = 0  # unusable answers in a row
    turns: int = 0
