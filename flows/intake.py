"""The patient's conversation: one input in, the next session and its events out.

`step` is pure. What comes next is the first thing still missing (`flows.missing`); red flags
(`flows.alarm`) and the person's own wishes (`flows.interrupts`) come in between, in every state.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flows.alarm import after_alarm_question, alarm, call_about_mind, raise_alarm, tell_urgent
from flows.answers import command_of, is_phone, picked, word_of
from flows.concern import is_grave, note_concern
from flows.conversation import (
    AttachMedia,
    Context,
    Event,
    Forget,
    Input,
    LeaveCase,
    Lines,
    Msg,
    OpenCase,
    Page,
    Quote,
    RecordConsent,
    Relay,
    ReopenCase,
    Say,
    Session,
    Step,
    Term,
    UpdateCase,
)
from flows.dossier import absorb, house_date
from flows.easing import besides, care_words, note_care, note_retraction
from flows.follow_up import lacks_asq
from flows.interrupts import COMMANDS, COMMANDS_WHILE_HELD, dismiss_restart, greet, unknown_command
from flows.languages import answer_other_language, is_other_language
from flows.missing import (
    ALARM_QUESTIONS,
    BACKABLE,
    STATES,
    TRAIL,
    WITH_CENTRE,
    is_sent,
)
from flows.moves import ask, move, reopen_line
from flows.protocol import Category, Urgency
from flows.questions import QUESTIONS, Question
from flows.retelling import is_correction, put_right
from flows.sent import after_close, reassess, submit, with_centre
from flows.triage import Assessment
from flows.turn import Turn

FLOW = "intake"
VERSION = 1
CONSENT_VERSION = "2026-11"
MISSES_SHOWN = 3  # hints differ this many times
CONTACT_ASKED = ("contact", "alarm_phone")
READ_LIMIT = 20_000  # characters of a message that are read; all of it is kept


def start(locale: str) -> Session:
    """A conversation in which nothing has been said yet."""
    return Session(flow=FLOW, version=VERSION, state="consent", locale=locale)


def step(session: Session, heard: Input, context: Context) -> Step:
    """Take one input: the next session and what has to happen, in order."""
    turn = Turn.begin(session, heard, context)
    if turn.state not in STATES:  # begun under an older flow: ask what is missing now
        turn.state = "consent"
        move(turn, "next")
    if session.turns == 0:
        turn.locale = _language_of(heard.text) or turn.locale
    _pick(turn)
    command = command_of(heard) if not heard.picks and not heard.media and not turn.exact else None
    _read(turn)
    note_concern(turn)
    if command is None and turn.state != WITH_CENTRE and is_correction(turn):
        put_right(turn)
    in_care = command is None and not turn.exact and note_care(turn)
    alarmed = raise_alarm(turn)
    taken_back = note_retraction(turn)
    if len(heard.text) > READ_LIMIT and not turn.keeps_nothing:
        turn.say(Msg("too-long"))
    if heard.media:
        _take_media(turn)
    if not alarmed:
        _note_contact(turn)
        if turn.findings != session.findings:
            tell_urgent(turn)
        if (in_care or taken_back) and not turn.held and turn.context.case is not None:
            _heard_of_alarm(turn, in_care=in_care)
        _go_about(turn, command, eased=in_care or taken_back)
        reassess(turn)
    if turn.keeps_nothing:
        _erase(turn, written=command is None)
    return Step(session=turn.as_session(), events=tuple(turn.events), picked=turn.picked)


def _note_contact(turn: Turn) -> None:
    """A phone number told in passing is kept as the way to reach the person."""
    if turn.keeps_nothing:
        return
    if is_phone(turn.heard.text) and "contact" not in turn.answers and turn.state not in CONTACT_ASKED:
        turn.answers["contact"] = {"here": False, "text": turn.heard.text.strip()[:200]}
        turn.noted_contact = True


def _heard_of_alarm(turn: Turn, *, in_care: bool) -> None:
    """Those who were called learn that it is over, or that help is there; the person what fits then."""
    if in_care and turn.alarmed:
        turn.say(care_words(turn))
    if turn.state != WITH_CENTRE:
        turn.events.append(UpdateCase(assessment=turn.assess(), submitted=is_sent(turn), reason="answers"))


def _go_about(turn: Turn, command: str | None, *, eased: bool = False) -> None:
    """What the input is for: the person who holds the case, a command, or the open question.

    With `eased` it takes something back or tells that help is there: then only the rest of it can be an answer.
    """
    if turn.held and command not in COMMANDS_WHILE_HELD:
        if not turn.answers.get("told_held"):
            turn.answers["told_held"] = True
            turn.say(Msg("now-held"))
        turn.events.append(Relay())
        _take_quietly(turn)
        return
    if not turn.held:
        turn.answers.pop("told_held", None)
    if turn.heard.edited and not turn.keeps_nothing:  # an old message put right answers no new question
        turn.say(Msg("edit-kept"))
        if turn.context.case is not None:
            turn.events.append(Relay())
    elif command is None and is_other_language(turn):
        answer_other_language(turn)
        if turn.context.case is not None:
            turn.events.append(Relay())
    elif command is not None:
        COMMANDS.get(command, unknown_command)(turn)
    else:
        _answer(turn, eased=eased)


def _take_quietly(turn: Turn) -> None:
    """A button pressed while a person talks still counts; it may even be an alarm."""
    question = QUESTIONS.get(turn.state)
    if question is None or not turn.heard.picks or turn.state in ("consent", "review", "closed"):
        return
    if question.take(turn) and not alarm(turn):
        tell_urgent(turn)


def _language_of(text: str) -> str | None:
    """The language of a first message, when it is plain; None leaves the channel's."""
    if any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return "zh-CN"
    return "en" if len([word for word in text.split() if word.isascii() and word.isalpha()]) >= 2 else None


# -- reading and red flags


def _read(turn: Turn) -> None:
    if not turn.heard.text.strip() or (turn.exact and not turn.heard.picks):
        return
    turn.reading = turn.context.reader.read(turn.heard.text[:READ_LIMIT], today=house_date(turn.context.now))
    turn.findings = absorb(turn.answers, turn.findings, turn.reading, turn.context.now)


# -- answers


def _pick(turn: Turn) -> None:
    """What the input picks of the open question; a number or a whole label is nothing to read into."""
    question = QUESTIONS.get(turn.state)
    heard = turn.heard
    if question is None or _is_old(turn):
        return
    choices = question.choices(turn)
    loose = turn.state != "safety" and word_of(heard.text) is None
    turn.picks, turn.exact = picked(heard, choices, turn.speaker, multi=question.multi, loose=loose)
    turn.offered = tuple(choice.id for choice in choices)
    labels = {choice.id: turn.speaker(choice.label) for choice in choices}
    if heard.toggle and question.multi:
        if "done" in heard.picks:
            turn.picks = turn.selected or (("none",) if "none" in [choice.id for choice in choices] else ())
        else:
            ticked = set(turn.selected) ^ set(turn.picks)
            turn.selected = tuple(choice.id for choice in choices if choice.id in ticked)
            labels |= {id_: f"{'☑' if id_ in ticked else '☐'} {labels[id_]}" for id_ in turn.picks}
    turn.picked = tuple(labels[pick] for pick in turn.picks)


def _tick_is_alarm(turn: Turn) -> bool:
    """A danger sign counts the moment it is ticked, not only when the list is sent off."""
    ids = {question.id for question in turn.protocol.must_asks}
    turn.findings = tuple(item for item in turn.findings if item["evidence"] not in ids)
    told = {item["code"] for item in turn.findings if item["status"] == "present"}
    ticked = [question for question in turn.protocol.must_asks if question.id in turn.selected]
    turn.findings += tuple(
        {"kind": "symptom", "code": code, "status": "present", "evidence": question.id}
        for question in ticked
        if told.isdisjoint(question.symptoms)
        for code in question.counts_as
    )
    return alarm(turn)


def _is_old(turn: Turn) -> bool:
    return bool(turn.heard.picks) and turn.heard.asked is not None and turn.heard.asked != turn.asked


def _answer(turn: Turn, *, eased: bool = False) -> None:
    if turn.asked == "" and turn.state == "consent":
        greet(turn)
        return
    if _is_old(turn):
        turn.say(Msg("old-button"))
        ask(turn)
        return
    if turn.state == WITH_CENTRE:
        with_centre(turn)
        return
    question = QUESTIONS[turn.state]
    if turn.heard.toggle and question.multi and "done" not in turn.heard.picks:
        if not (turn.state == "safety" and _tick_is_alarm(turn)):
            ask(turn, edit=True)
        return
    if eased and not turn.picks and turn.state not in ("symptoms", "refused"):
        if not _take_rest(turn, question):
            ask(turn)
            return
    elif not question.take(turn):
        _miss(turn)
        return
    turn.misses = 0
    if turn.repeat:
        ask(turn)
        return
    _note_what_was_read(turn)
    AFTER.get(turn.state, _go_on)(turn)


def _take_rest(turn: Turn, question: Question) -> bool:
    """The answer in a message that takes something back or tells that help is there: what it says besides.

    Words that can't be read are not accepted here as they are after a hint: they are about something else.
    """
    heard, misses = turn.heard, turn.misses
    turn.heard, turn.misses = replace(heard, text=besides(turn)), 0
    taken = question.take(turn)
    turn.heard, turn.misses = heard, misses
    return taken


def _miss(turn: Turn) -> None:
    """A hint and the question again; words that told something are thanked for, not blamed."""
    if turn.heard.media:
        ask(turn)
        return
    if turn.state == "refused" and turn.context.case is not None:
        turn.events.append(Relay())
        turn.say(Msg("added", {"number": Quote(turn.context.case.number)}))
        return
    if turn.reading is not None and turn.reading.findings and turn.state not in ("consent", "refused"):
        _note_what_was_read(turn)
    elif turn.noted_contact:
        turn.say(Msg("contact-noted"))
    else:
        turn.misses += 1
        turn.say(Msg(_hint(turn)))
    ask(turn)


def _hint(turn: Turn) -> str:
    if not turn.heard.text.strip() and not turn.heard.picks:
        return "empty-message"
    if turn.state == "consent" and turn.heard.text.strip():
        return "consent-first"  # what they write is kept, only not yet to be gone into
    if turn.state == "alarm_phone":
        return "hint-phone"
    return f"hint-{min(turn.misses, MISSES_SHOWN)}"


def _note_what_was_read(turn: Turn) -> None:
    """Show back what a free text told, so that it can be put right at the review."""
    if turn.reading is None or turn.answers.get("consent") is not True:
        return
    before = {(item["kind"], item["code"]) for item in turn.session.findings}
    read = {(finding.kind, finding.code) for finding in turn.reading.findings}
    fresh = [
        Term(item["kind"], item["code"])
        for item in turn.findings
        if item["status"] == "present"
        and item["kind"] in ("symptom", "issue", "procedure", "place")
        and (item["kind"], item["code"]) in read - before
        and not turn.is_of_mind(item["code"])
    ]
    if fresh and not (turn.state in ("symptoms", "procedure", "place") and len(fresh) == 1):
        turn.say(Msg("noted", {"told": Lines(tuple(fresh), joiner=turn.text(Msg("list-joiner")))}))


def _go_on(turn: Turn) -> None:
    """To the first thing still missing, and ask for it."""
    turn.answers.pop("before_change", None)
    before = turn.state
    tell_urgent(turn)
    move(turn, "next")
    if before in BACKABLE and turn.state != before:
        turn.trail = (*turn.trail, before)[-TRAIL:]
    ask(turn)


def _after_consent(turn: Turn) -> None:
    granted = turn.answers["consent"] is True
    turn.events.append(RecordConsent(granted=granted, version=CONSENT_VERSION, locale=turn.locale))
    if not granted:
        _forget(turn)
        return
    turn.say(Msg("consent-thanks"))
    _note_story(turn)
    _go_on(turn)


def _forget(turn: Turn) -> None:
    """Refused: what was written is erased (`_erase`); an open emergency case stays with its facts."""
    turn.say(Term("safety_text", ""))
    move(turn, "next")
    ask(turn)


def _erase(turn: Turn, *, written: bool) -> None:
    """Who refused and is in no emergency leaves nothing behind, whatever they write or send."""
    if written:  # a command alone tells nothing
        turn.events.append(Forget())
    turn.findings, turn.alarmed, turn.trail = (), {}, ()
    turn.answers = {key: turn.answers[key] for key in ("consent", "before_restart") if key in turn.answers}


def _note_story(turn: Turn) -> None:
    """In an emergency what was read is only said; else it is put to them after the safety questions."""
    told = [line for line in ("procedure", "when", "place", "symptoms", "wrong") if line in turn.reviewed()]
    if told and not is_grave(turn):
        turn.answers["story"] = "open"
    elif told:
        lines = [Msg("review-line", {"line": Msg(f"line-{name}"), "told": turn.summary(name)}) for name in told]
        turn.say(Lines((Msg("story-read"), *lines)))


def _after_safety(turn: Turn) -> None:
    """A ticked safety question may be an emergency by itself."""
    if alarm(turn, answered=True):
        return
    if turn.answers.get("safety", {}).get("Q7") == "unsure" and lacks_asq(turn):
        call_about_mind(turn)
    _go_on(turn)


def _after_asq_now(turn: Turn) -> None:
    """Thoughts of it right now call again, whatever was called before."""
    if turn.answers["asq_now"] == "no" or not alarm(turn, {"suicide_plan_attempt"}, answered=True):
        _go_on(turn)


def _after_story(turn: Turn) -> None:
    if wish := turn.answers.pop("story_wish", ""):
        reopen_line(turn, wish)
        ask(turn)
    else:
        _go_on(turn)


def _after_refusal(turn: Turn) -> None:
    turn.answers.pop("reconsider", None)
    turn.answers.pop("consent", None)
    move(turn, "next")
    ask(turn)


def _after_restart(turn: Turn) -> None:
    if turn.answers.pop("restart", "") != "yes":
        dismiss_restart(turn)
        return
    if is_sent(turn):  # what was sent stays as it is; this is a new matter
        turn.events.append(LeaveCase())
    in_alarm = turn.answers.get("before_restart") in ALARM_QUESTIONS
    kept = {key: turn.answers[key] for key in ("consent", "alarm") if key in turn.answers}
    turn.answers = {key: value for key, value in kept.items() if value is not False}
    turn.findings, turn.trail, turn.alarmed = (), (), {}
    turn.interrupted = "consent" if in_alarm else None  # where they are, and a phone, are asked all the same
    turn.say(Msg("restarted-in-alarm" if in_alarm else "restarted"))
    move(turn, "next")
    ask(turn)


def _after_review(turn: Turn) -> None:
    wish = turn.answers.pop("review")
    if wish == "submit":
        submit(turn)
        return
    answers, findings = turn.answers, turn.findings
    reopen_line(turn, wish.removeprefix("change_"))
    turn.answers["before_change"] = {
        "answers": {key: value for key, value in answers.items() if key not in turn.answers},
        "findings": [item for item in findings if item not in turn.findings],
    }
    ask(turn)


AFTER: Mapping[str, Callable[[Turn], None]] = {
    "consent": _after_consent,
    "safety": _after_safety,
    "safety_one": _after_safety,
    "detail": _after_safety,
    "symptoms": _after_safety,
    "clash": _after_safety,
    "asq": _after_safety,
    "asq_now": _after_asq_now,
    "follow_up": _after_safety,
    "conditions": _after_safety,
    "story": _after_story,
    "procedure": _after_safety,
    "procedure_in_region": _after_safety,
    "when": _after_safety,
    "place": _after_safety,
    "refused": _after_refusal,
    "alarm_where": after_alarm_question,
    "alarm_phone": after_alarm_question,
    "alarm_company": after_alarm_question,
    "confirm_restart": _after_restart,
    "closed": after_close,
    "review": _after_review,
}


def _take_media(turn: Turn) -> None:
    if turn.keeps_nothing:
        return
    usable = [seen for seen in turn.heard.media if seen.problem is None]
    for seen in turn.heard.media:
        if seen.problem is not None:
            turn.say(Msg(f"media-{seen.problem}"))
        elif seen.kind == "document":
            turn.say(Msg("media-kept-as-document"))
    if not usable:
        return
    photos = dict(turn.answers.get("photos", {}))
    photos["ids"] = [*photos.get("ids", ()), *(seen.id for seen in usable)]
    turn.answers["photos"] = photos
    turn.events.append(AttachMedia(media=tuple(seen.id for seen in usable)))
    if turn.state not in ("photos", WITH_CENTRE) and not turn.held:
        turn.say(Msg("photo-kept", {"count": len(photos["ids"])}))


# -- for the shell


def restored(stored: Mapping[str, Any]) -> Session:
    """The session that was stored; what an older version did not know stands at its beginning."""
    known = {name: stored[name] for name in Session.__slots__ if name in stored}
    for name in ("trail", "selected", "findings"):
        known[name] = tuple(known.get(name, ()))
    return Session(**known)


def failure(session: Session, context: Context) -> Step:
    """When a step failed: a person is called, as urgent, and the same question stands (clinical.md 0, I12)."""
    assessment = Assessment(
        category=Category.unclear,
        also=(),
        urgency=Urgency.urgent,
        family="unknown",
        procedure=None,
        fired=(),
        issues=(),
        queues=("duty",),
        page=("duty",),
        change=(),
        protocol=context.protocol.version,
    )
    events: list[Event] = [Say(words=Msg("failure")), Say(words=Term("safety_text", ""))]
    case = context.case
    if case is None:
        number = context.new_case_number
        events.append(OpenCase(number=number, assessment=assessment, submitted=False, reason="failure"))
    else:
        if case.status == "closed":
            events.append(ReopenCase())
        known = (case.assessment or assessment).raised_to(Urgency.urgent)
        events += [UpdateCase(assessment=known, submitted=False, reason="failure"), Relay()]
    events.append(Page(queues=("duty",), rules=()))
    return Step(session=replace(session, turns=session.turns + 1), events=tuple(events))
