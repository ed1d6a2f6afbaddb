"""A person and the bot without a shell: lines go in, events come out, as the transcripts have them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.speech import Speaker
from flows import intake
from flows.conversation import (
    Alarm,
    Ask,
    AttachMedia,
    CaseFacts,
    Context,
    Event,
    Input,
    LeaveCase,
    Lines,
    MediaSeen,
    Msg,
    OpenCase,
    Page,
    ReopenCase,
    Say,
    Session,
    Term,
    UpdateCase,
    Words,
)
from flows.protocol import Protocol, Urgency
from flows.reading import Reader

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
NUMBER = "A482-9173"


class Talk:
    """A person and the bot, with the shell's part played by a few lines."""

    def __init__(self, protocol: Protocol, reader: Reader, speakers: dict[str, Speaker], locale: str) -> None:
        self.protocol, self.reader, self.speakers = protocol, reader, speakers
        self.session = intake.start(locale)
        self.case: CaseFacts | None = None
        self.now = NOON
        self.held = False
        self.photos = 0

    def send(self, line: str) -> list[Event]:
        if line.startswith("("):
            self._happens(line.strip("()"))
            return []
        stored = {name: getattr(self.session, name) for name in Session.__slots__}
        self.session = intake.restored(json.loads(json.dumps(stored)))
        self.now += timedelta(minutes=1)
        context = Context(
            now=self.now, protocol=self.protocol, reader=self.reader, speakers=self.speakers, channel="terminal",
            case=self.case, new_case_number=NUMBER,
        )  # fmt: skip
        step = intake.step(self.session, self._input(line), context)
        self.session = step.session
        for event in step.events:
            self._keep(event)
        return list(step.events)

    def _happens(self, what: str) -> None:
        """Something that the person does not do: `someone claims`, `closed`, `5 days pass`."""
        assert self.case is not None or "pass" in what
        if what.endswith("days pass"):
            self.now += timedelta(days=int(what.partition(" ")[0]))
        elif self.case is not None:
            status = {"someone claims": "claimed", "closed": "closed", "released": "queued"}[what]
            self.case = CaseFacts(
                number=self.case.number, status=status, category=self.case.category, urgency=self.case.urgency,
                queues=self.case.queues, due_at=None, held=status == "claimed", assessment=self.case.assessment,
            )  # fmt: skip

    def _input(self, line: str) -> Input:
        if line.startswith("photo"):
            self.photos += 1
            problem = "photo-broken" if "broken" in line else None
            return Input(media=(MediaSeen(id=f"p{self.photos}", kind="photo", problem=problem),))
        if line.startswith("#"):
            return Input(picks=tuple(f"#{number}" for number in line[1:].split(",")))
        if line.startswith("[old] "):
            return Input(picks=(line.removeprefix("[old] "),), asked="0")
        if line.startswith("/"):
            command, _, rest = line[1:].partition(" ")
            return Input(command=command, text=rest)
        return Input(text=line)

    def _keep(self, event: Event) -> None:
        if isinstance(event, OpenCase | UpdateCase):
            made = event.assessment
            before = Urgency(self.case.urgency) if self.case else made.urgency
            urgency = max(before, made.urgency, key=lambda level: level.rank)  # the shell never lowers it
            self.case = CaseFacts(
                number=NUMBER, status="queued", category=made.category, urgency=urgency, queues=made.queues,
                due_at=None, held=bool(self.case and self.case.held), assessment=made,
            )  # fmt: skip
        elif isinstance(event, ReopenCase):
            self._happens("released")
        elif isinstance(event, LeaveCase):
            self.case = None


def shown(event: Event) -> str:
    """One line for an event, as the transcripts have it."""
    match event:
        case Alarm(rules=rules, words=words):
            return f"! {' '.join(rules)}{' (in care)' if 'care-tell' in keys(words) else ''}"
        case Ask(state=state, edit=edit):
            return f"? {state}{' (same message)' if edit else ''}"
        case Say(words=words):
            return f"= {' '.join(dict.fromkeys(keys(words)))}"
        case OpenCase(assessment=made, reason=reason) | UpdateCase(assessment=made, reason=reason):
            named = "opened" if isinstance(event, OpenCase) else "updated"
            also = f" also {','.join(made.also)}" if made.also else ""
            rules = f" [{' '.join(made.red_flags)}]" if made.red_flags else ""
            to = ",".join(made.queues)
            return f"* {named} ({reason}): {made.category}{also}, {made.urgency}, {made.family} -> {to}{rules}"
        case Page(queues=queues):
            return f"* paged {','.join(queues)}"
        case AttachMedia(media=ids):
            return f"* kept {','.join(ids)}"
        case _:
            return f"* {type(event).__name__}"


def keys(words: Words) -> Iterator[str]:
    """The locale keys and terms in words, in order."""
    match words:
        case Msg(key, args):
            yield key
            for value in args.values():
                if isinstance(value, Msg | Term | Lines):
                    yield from (key for key in keys(value) if ":" in key)
        case Lines(parts):
            for part in parts:
                yield from keys(part)
        case Term(kind, code):
            yield f"{kind}:{code}" if code else kind
        case _:
            return
