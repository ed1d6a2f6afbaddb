"""The patient's conversation: which question comes next, and what interrupts it.

`step` is pure. The order of the questions is the order of the `next` transitions below: the first
whose guard holds is asked. Interrupts (red flags, help, a person, language, start over, exit) work
in every state and return to the very question.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from transitions import Machine

from flows.answers import command_of, picked
from flows.conversation import (
    Alarm,
    Ask,
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
from flows.dossier import absorb
from flows.outcome import alarm_words, emergency_rules, status, submitted
from flows.protocol import Category, Urgency
from flows.questions import QUESTIONS, ticked_symptoms
from flows.triage import Assessment
from flows.turn import Turn

FLOW = "intake"
VERSION = 1
CONSENT_VERSION = "2026-11"
WITH_CENTRE = "with_centre"  # everything is sent; people answer now
ALARM_QUESTIONS = {"alarm_where": "where", "alarm_phone": "phone", "alarm_company": "company"}
MISSES_SHOWN = 3  # hints differ this many times
READ_LIMIT = 20_000  # characters of a message that are read; all of it is kept


# -- guards: claims about what is still missing, in the order of the questions


def lacks_alarm_answer(key: str) -> Callable[[Turn], bool]:
    def lacks(turn: Turn) -> bool:
        return turn.interrupted is not None and key not in turn.answers.get("alarm", {})

    lacks.__name__ = f"lacks_{key}"
    return lacks


def refused(turn: Turn) -> bool:
    return turn.answers.get("consent") is False


def lacks_consent(turn: Turn) -> bool:
    return "consent" not in turn.answers


def lacks_safety(turn: Turn) -> bool:
    return "safety" not in turn.answers


def lacks_one_safety_answer(turn: Turn) -> bool:
    return len(turn.answers.get("safety", {})) < len(turn.protocol.must_asks)


def lacks_detail(turn: Turn) -> bool:
    if "detail" in turn.answers:
        return False
    possible = ticked_symptoms(turn)
    told = {item["code"] for item in turn.findings if item["status"] == "present"}
    return bool(possible) and not told.intersection(possible)


def lacks_procedure(turn: Turn) -> bool:
    return not (turn.answers.get("procedure") or turn.answers.get("family"))


def lacks_procedure_in_region(turn: Turn) -> bool:
    return not turn.answers.get("procedure")


def lacks_when(turn: Turn) -> bool:
    return "when" not in turn.answers


def lacks_place(turn: Turn) -> bool:
    return "place" not in turn.answers


def lacks_symptoms(turn: Turn) -> bool:
    told = any(item["kind"] == "symptom" and item["status"] == "present" for item in turn.findings)
    return "symptoms" not in turn.answers and not told and not turn.answers.get("detail")


def lacks_photos(turn: Turn) -> bool:
    return not turn.answers.get("photos", {}).get("done")


def _told(turn: Turn, kind: str) -> bool:
    return any(item["kind"] == kind and item["status"] == "present" for item in turn.findings)


def lacks_wrong(turn: Turn) -> bool:
    return "wrong" not in turn.answers and not _told(turn, "issue")


def lacks_wants(turn: Turn) -> bool:
    return "wants" not in turn.answers and not _told(turn, "want")


def lacks_first_wish(turn: Turn) -> bool:
    """Both repair and accountability are asked for: one of them comes first (clinical.md 4.1 step 6)."""
    wants = {item["code"] for item in turn.findings if item["kind"] == "want" and item["status"] == "present"}
    wants |= set(turn.answers.get("wants", {}).get("codes", ()))
    both = "revision" in wants and wants & {"refund", "compensation", "accountability", "punishment"}
    return bool(both) and "first_wish" not in turn.answers


def lacks_contact(turn: Turn) -> bool:
    return "contact" not in turn.answers


def is_sent(turn: Turn) -> bool:
    return turn.answers.get("submitted") is True


ORDER: tuple[tuple[str, Callable[[Turn], bool]], ...] = (
    ("alarm_where", lacks_alarm_answer("where")),
    ("alarm_phone", lacks_alarm_answer("phone")),
    ("alarm_company", lacks_alarm_answer("company")),
    ("refused", refused),
    ("consent", lacks_consent),
    (WITH_CENTRE, is_sent),
    ("safety", lacks_safety),
    ("safety_one", lacks_one_safety_answer),
    ("detail", lacks_detail),
    ("procedure", lacks_procedure),
    ("procedure_in_region", lacks_procedure_in_region),
    ("when", lacks_when),
    ("place", lacks_place),
    ("symptoms", lacks_symptoms),
    ("photos", lacks_photos),
    ("wrong", lacks_wrong),
    ("wants", lacks_wants),
    ("first_wish", lacks_first_wish),
    ("contact", lacks_contact),
    ("review", lambda _turn: True),
)
BACKABLE = [name for name, _ in ORDER if name not in (*ALARM_QUESTIONS, "refused", "consent", WITH_CENTRE, "review")]
STATES = [name for name, _ in ORDER] + ["confirm_restart", "closed"]


def _machine() -> Machine:
    """The state machine of the intake: one, shared by all conversations."""
    transitions = [{"trigger": "next", "source": "*", "dest": name, "conditions": guard} for name, guard in ORDER]
    transitions += [
        {"trigger": "alarm", "source": "*", "dest": "alarm_where", "conditions": lacks_alarm_answer("where")},
        {"trigger": "restart", "source": "*", "dest": "confirm_restart"},
        {"trigger": "closed", "source": WITH_CENTRE, "dest": "closed"},
    ]
    transitions += [{"trigger": f"return_to_{name}", "source": "*", "dest": name} for name in STATES]
    return Machine(
        model=None,
        states=STATES,
        transitions=transitions,
        initial="consent",
        auto_transitions=False,
        queued=False,
    )


MACHINE = _machine()


def start(locale: str) -> Session:
    """A conversation in which nothing has been said yet."""
    return Session(flow=FLOW, version=VERSION, state="consent", locale=locale)


def step(session: Session, heard: Input, context: Context) -> Step:
    """Take one input: the next session and what has to happen, in order."""
    turn = Turn.begin(session, heard, context)
    if turn.state not in STATES:  # begun under an older flow: ask what is missing now
        turn.state = "consent"
        _move(turn, "next")
    if session.turns == 0:
        turn.locale = _language_of(heard.text) or turn.locale
    turn.picks = _picks(turn)
    command = command_of(heard) if not heard.picks and not heard.media else None
    _read(turn)
    alarmed = _raise_alarm(turn)
    if heard.media:
        _take_media(turn)
    if alarmed:
        pass
    elif turn.held and command not in COMMANDS_WHILE_HELD:
        turn.events.append(Relay())
    elif command is not None:
        COMMANDS.get(command, _unknown_command)(turn)
    else:
        _answer(turn)
    return Step(session=turn.as_session(), events=tuple(turn.events))


def _language_of(text: str) -> str | None:
    """The language of a first message, when it is plain; None leaves the channel's."""
    if any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return "zh-CN"
    return "en" if len([word for word in text.split() if word.isascii() and word.isalpha()]) >= 2 else None


# -- reading and red flags


def _read(turn: Turn) -> None:
    if not turn.heard.text.strip() or turn.heard.command is not None or _exactly_picked(turn):
        return
    if len(turn.heard.text) > READ_LIMIT:
        turn.say(Msg("too-long"))
    turn.reading = turn.context.reader.read(turn.heard.text[:READ_LIMIT], today=turn.context.now.date())
    turn.findings = absorb(turn.answers, turn.findings, turn.reading, turn.context.now)


def _raise_alarm(turn: Turn) -> bool:
    """Interrupt when an emergency rule fires whose text the person has not had yet."""
    if turn.reading is None:
        return False
    return _alarm(turn, turn.assess())


def _alarm(turn: Turn, assessment: Assessment) -> bool:
    fresh = [rule for rule in emergency_rules(assessment, turn.protocol) if rule not in turn.alarmed]
    if not fresh:
        return False
    rules = tuple(fresh)
    turn.events.append(Alarm(words=alarm_words(rules), rules=rules))
    turn.alarmed = (*turn.alarmed, *rules)
    _open_or_update(turn, assessment, "alarm")
    turn.events.append(Page(queues=_paged(assessment), rules=rules))
    if turn.held:
        turn.events.append(Relay())
    if turn.interrupted is None and "alarm" not in turn.answers:
        turn.interrupted = turn.state
        _move(turn, "alarm")
    _ask(turn)
    return True


def _paged(assessment: Assessment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("duty", *assessment.page)))


def _open_or_update(turn: Turn, assessment: Assessment, reason: str) -> str:
    """Open the case or bring it up to date; its number."""
    sent = turn.answers.get("submitted") is True
    case = turn.context.case
    if case is not None:
        turn.events.append(UpdateCase(assessment=assessment, submitted=sent, reason=reason))
        return case.number
    number = turn.context.new_case_number
    opened = next((event for event in turn.events if isinstance(event, OpenCase)), None)
    if opened is None:
        turn.events.append(OpenCase(number=number, assessment=assessment, submitted=sent, reason=reason))
    return number


# -- answers


def _picks(turn: Turn) -> tuple[str, ...]:
    question = QUESTIONS.get(turn.state)
    heard = turn.heard
    if question is None or _is_old(turn):
        return ()
    picks = picked(heard, question.choices(turn), turn.speaker, multi=question.multi, loose=turn.state != "safety")
    if heard.toggle and question.multi:
        if "done" in heard.picks:
            return turn.selected or (("none",) if "none" in [c.id for c in question.choices(turn)] else ())
        ticked = set(turn.selected) ^ set(picks)
        turn.selected = tuple(c.id for c in question.choices(turn) if c.id in ticked)
    return picks


def _exactly_picked(turn: Turn) -> bool:
    """A number or a whole label is an answer and nothing to read into."""
    question = QUESTIONS.get(turn.state)
    return question is not None and bool(
        picked(turn.heard, question.choices(turn), turn.speaker, multi=question.multi, loose=False)
    )


def _is_old(turn: Turn) -> bool:
    return bool(turn.heard.picks) and turn.heard.asked is not None and turn.heard.asked != turn.asked


def _answer(turn: Turn) -> None:
    if turn.asked == "" and turn.state == "consent":
        _greet(turn)
        return
    if _is_old(turn):
        turn.say(Msg("old-button"))
        _ask(turn)
        return
    if turn.state == WITH_CENTRE:
        _with_centre(turn)
        return
    question = QUESTIONS[turn.state]
    if turn.heard.toggle and question.multi and "done" not in turn.heard.picks:
        _ask(turn, edit=True)
        return
    if not question.take(turn):
        _miss(turn)
        return
    turn.misses = 0
    if turn.repeat:
        _ask(turn)
        return
    _note_what_was_read(turn)
    AFTER.get(turn.state, _go_on)(turn)


def _miss(turn: Turn) -> None:
    """A hint and the question again; words that told something are thanked for, not blamed."""
    if turn.heard.media:
        _ask(turn)
        return
    if turn.state == "refused":
        turn.events.append(Forget())
    if turn.reading is not None and turn.reading.findings and turn.state not in ("consent", "refused"):
        _note_what_was_read(turn)
    else:
        turn.misses += 1
        empty = not turn.heard.text.strip() and not turn.heard.picks
        turn.say(Msg("empty-message" if empty else f"hint-{min(turn.misses, MISSES_SHOWN)}"))
    _ask(turn)


def _note_what_was_read(turn: Turn) -> None:
    """Show back what a free text told, so that it can be put right at the review."""
    if turn.reading is None or turn.answers.get("consent") is not True:
        return
    before = {(item["kind"], item["code"]) for item in turn.session.findings}
    fresh = [
        Term(item["kind"], item["code"])
        for item in turn.findings
        if item["status"] == "present"
        and item["kind"] in ("symptom", "issue", "procedure", "place")
        and (item["kind"], item["code"]) not in before
    ]
    if fresh and not (turn.state in ("symptoms", "procedure", "place") and len(fresh) == 1):
        turn.say(Msg("noted", {"told": Lines(tuple(fresh), joiner=turn.text(Msg("list-joiner")))}))


def _greet(turn: Turn) -> None:
    turn.say(Msg("greeting"))
    if turn.heard.text.strip() and turn.reading is not None and turn.reading.findings:
        turn.say(Msg("greeting-heard"))
    _ask(turn)


def _go_on(turn: Turn) -> None:
    """To the first thing still missing, and ask for it."""
    before = turn.state
    _move(turn, "next")
    if before in BACKABLE and turn.state != before:
        turn.trail = (*turn.trail, before)[-20:]
    _ask(turn)


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
    """Refused: what was written is erased; an open emergency case stays with its facts."""
    if turn.context.case is None:
        turn.events.append(Forget())
        turn.findings, turn.alarmed, turn.trail = (), (), ()
        turn.answers = {"consent": False}
    turn.say(Term("safety_text", ""))
    _move(turn, "next")
    _ask(turn)


def _note_story(turn: Turn) -> None:
    told = [line for line in ("procedure", "when", "place", "symptoms", "wrong") if _is_told(turn, line)]
    if told:
        lines = [Msg("review-line", {"line": Msg(f"line-{name}"), "told": turn.summary(name)}) for name in told]
        turn.say(Lines((Msg("story-read"), *lines)))


def _is_told(turn: Turn, line: str) -> bool:
    lacking = {
        "procedure": lacks_procedure,
        "when": lacks_when,
        "place": lacks_place,
        "symptoms": lacks_symptoms,
        "wrong": lacks_wrong,
    }
    return not lacking[line](turn)


def _after_safety(turn: Turn) -> None:
    """A ticked safety question may be an emergency by itself."""
    if not _alarm(turn, turn.assess()):
        _go_on(turn)


def _after_refusal(turn: Turn) -> None:
    turn.answers.pop("reconsider", None)
    turn.answers.pop("consent", None)
    _move(turn, "next")
    _ask(turn)


def _after_alarm_question(turn: Turn) -> None:
    _move(turn, "next")
    if turn.state not in ALARM_QUESTIONS:
        back = turn.interrupted
        turn.interrupted = None
        _open_or_update(turn, turn.assess(), "answers")
        number = turn.context.case.number if turn.context.case else turn.context.new_case_number
        turn.say(Msg("alarm-thanks", {"number": Quote(number)}))
        _move(turn, f"return_to_{back}" if back in STATES and back not in ALARM_QUESTIONS else "next")
        if turn.state == WITH_CENTRE:
            return
        if turn.answers.get("consent") is True:
            _move(turn, "next")
            turn.say(Msg("alarm-go-on"))
    _ask(turn)


def _after_restart(turn: Turn) -> None:
    if turn.answers.pop("restart", "") == "yes":
        consent = turn.answers.get("consent")
        alarm = turn.answers.get("alarm")
        turn.answers = {key: value for key, value in (("consent", consent), ("alarm", alarm)) if value is not None}
        turn.findings, turn.trail, turn.interrupted = (), (), None
        turn.say(Msg("restarted"))
        _move(turn, "next")
    else:
        back = turn.answers.pop("before_restart", None)
        _move(turn, f"return_to_{back}" if back in STATES else "next")
    _ask(turn)


def _after_close(turn: Turn) -> None:
    wish = turn.answers.pop("after_close", "")
    if wish == "reopen":
        turn.events += [ReopenCase(), Relay()]
        turn.say(Msg("case-reopened"))
        _move(turn, f"return_to_{WITH_CENTRE}")
    elif wish == "new":
        turn.events.append(LeaveCase())
        turn.answers = {"consent": turn.answers.get("consent")}
        turn.findings, turn.trail, turn.alarmed = (), (), ()
        _move(turn, "next")
        _ask(turn)
    else:
        turn.say(Msg("closed-fine"))
        _move(turn, f"return_to_{WITH_CENTRE}")


def _after_review(turn: Turn) -> None:
    wish = turn.answers.pop("review")
    if wish == "submit":
        _submit(turn)
        return
    _reopen_line(turn, wish.removeprefix("change_"))
    _ask(turn)


def _reopen_line(turn: Turn, line: str) -> None:
    """Forget one line of the review, so that it is asked again."""
    kinds = {"symptoms": "symptom", "wrong": "issue", "wants": "want"}
    gone = {
        "procedure": ("procedure", "family", "procedure_text"),
        "safety": ("safety", "detail"),
        "symptoms": ("symptoms", "detail"),
        "wants": ("wants", "first_wish"),
    }.get(line, (line,))
    if line == "photos":  # photos that are here stay; more may come
        turn.answers["photos"] = {"ids": turn.answers.get("photos", {}).get("ids", ())}
        gone = ()
    turn.answers = {key: value for key, value in turn.answers.items() if key not in gone}
    turn.findings = tuple(item for item in turn.findings if item["kind"] != kinds.get(line) and item["kind"] != line)
    _move(turn, f"return_to_{line}")


def _submit(turn: Turn) -> None:
    turn.answers["submitted"] = True
    assessment = turn.assess()
    if _alarm_was_missing(turn, assessment):
        rules = emergency_rules(assessment, turn.protocol)
        turn.events.append(Alarm(words=alarm_words(rules), rules=rules))
        turn.alarmed = (*turn.alarmed, *rules)
    number = _open_or_update(turn, assessment, "submitted")
    if assessment.urgency in (Urgency.emergency, Urgency.urgent):
        turn.events.append(Page(queues=_paged(assessment), rules=assessment.red_flags))
    due = turn.context.now + timedelta(minutes=turn.protocol.response_times[assessment.urgency].answer_minutes)
    turn.say(submitted(assessment, turn.protocol, number, due))
    _move(turn, f"return_to_{WITH_CENTRE}")
    turn.asked, turn.trail = "", ()


def _alarm_was_missing(turn: Turn, assessment: Assessment) -> bool:
    return any(rule not in turn.alarmed for rule in emergency_rules(assessment, turn.protocol))


AFTER: Mapping[str, Callable[[Turn], None]] = {
    "consent": _after_consent,
    "safety": _after_safety,
    "safety_one": _after_safety,
    "detail": _after_safety,
    "symptoms": _after_safety,
    "procedure": _after_safety,
    "procedure_in_region": _after_safety,
    "when": _after_safety,
    "place": _after_safety,
    "refused": _after_refusal,
    "alarm_where": _after_alarm_question,
    "alarm_phone": _after_alarm_question,
    "alarm_company": _after_alarm_question,
    "confirm_restart": _after_restart,
    "closed": _after_close,
    "review": _after_review,
}


# -- after everything was sent


def _with_centre(turn: Turn) -> None:
    case = turn.context.case
    if case is None:  # sent, but its case is gone from this conversation: begin anew
        turn.answers.pop("submitted", None)
        _go_on(turn)
        return
    if case.status == "closed":
        _move(turn, "closed")
        _ask(turn)
        return
    turn.events.append(Relay())
    if turn.reading is not None and turn.reading.findings:
        assessment = turn.assess()
        if case.assessment is None or assessment.red_flags != case.assessment.red_flags:
            turn.events.append(UpdateCase(assessment=assessment, submitted=True, reason="raised"))
    if turn.heard.text.strip() or turn.heard.media:
        turn.say(Msg("added", {"number": Quote(case.number)}))


def _take_media(turn: Turn) -> None:
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


# -- what works in every state


def _help(turn: Turn) -> None:
    turn.say(Lines((Msg("help"), Term("safety_text", "")), joiner="\n\n"))
    _ask_again(turn)


def _back(turn: Turn) -> None:
    if not turn.trail or turn.state in ALARM_QUESTIONS or turn.state == WITH_CENTRE:
        turn.say(Msg("nothing-to-go-back-to"))
        _ask_again(turn)
        return
    *rest, last = turn.trail
    _reopen_line(turn, "safety" if last in ("safety", "safety_one", "detail") else last)
    turn.trail = tuple(rest)
    _ask(turn)


def _language(turn: Turn) -> None:
    wanted = turn.heard.text.strip().casefold()
    english = any(word in wanted for word in ("en", "英")) if wanted else turn.locale != "en"
    chinese = any(word in wanted for word in ("zh", "中", "汉", "chinese"))
    turn.locale = "zh-CN" if chinese or not english else "en"
    turn.say(Msg("language-changed"))
    _ask_again(turn)


def _person(turn: Turn) -> None:
    assessment = turn.assess()
    number = _open_or_update(turn, assessment, "person_asked")
    turn.events.append(Page(queues=("duty",), rules=()))
    turn.say(Msg("person-called", {"number": Quote(number)}))
    _ask_again(turn)


def _restart(turn: Turn) -> None:
    if turn.state in ALARM_QUESTIONS:
        _ask(turn)
        return
    if turn.state != "confirm_restart":
        turn.answers["before_restart"] = turn.state
    _move(turn, "restart")
    _ask(turn)


def _exit(turn: Turn) -> None:
    turn.say(Msg("exit"))


def _status(turn: Turn) -> None:
    case = turn.context.case
    asked = turn.heard.text.strip().upper() if turn.heard.command == "status" else ""
    if asked and (case is None or asked != case.number):
        turn.say(Msg("status-unknown-number", {"number": Quote(asked[:20])}))
    elif case is None:
        turn.say(Msg("status-none"))
    else:
        turn.say(status(case, turn.protocol))
    _ask_again(turn)


def _begin(turn: Turn) -> None:
    if turn.asked == "" and turn.state == "consent":
        _greet(turn)
    elif turn.state == WITH_CENTRE:
        _status(turn)
    else:
        turn.say(Msg("welcome-back"))
        _ask_again(turn)


def _unknown_command(turn: Turn) -> None:
    turn.say(Msg("unknown-command"))
    _ask_again(turn)


COMMANDS: Mapping[str, Callable[[Turn], None]] = {
    "start": _begin,
    "help": _help,
    "back": _back,
    "lang": _language,
    "person": _person,
    "restart": _restart,
    "exit": _exit,
    "status": _status,
}
COMMANDS_WHILE_HELD = ("help", "lang", "exit", "status")


# -- asking


def _ask_again(turn: Turn) -> None:
    """After an interrupt: the question that was open, if any."""
    if turn.state == WITH_CENTRE:
        return
    _ask(turn)


def _move(turn: Turn, trigger: str) -> None:
    before = turn.state
    MACHINE.events[trigger].trigger(turn, turn)
    if turn.state != before:
        turn.asked, turn.selected, turn.misses = "", (), 0


def _ask(turn: Turn, *, edit: bool = False) -> None:
    question = QUESTIONS.get(turn.state)
    if question is None:
        return
    if not turn.asked or turn.state == "safety_one":
        turn.asked = format(turn.session.turns + 1, "x")
    if question.multi and not turn.selected and not edit:
        turn.selected = _already_told(turn)
    turn.events.append(
        Ask(
            asked=turn.asked,
            state=turn.state,
            words=question.words(turn),
            choices=question.choices(turn),
            multi=question.multi,
            wants_photo=question.wants_photo,
            edit=edit,
        )
    )


def _already_told(turn: Turn) -> tuple[str, ...]:
    """What of a multi-select is known from the person's own words: ticked beforehand."""
    told = {item["code"] for item in turn.findings if item["status"] == "present"}
    if turn.state == "safety":
        return tuple(q.id for q in turn.protocol.must_asks if told.intersection(q.symptoms))
    return tuple(choice.id for choice in QUESTIONS[turn.state].choices(turn) if choice.id in told)


# -- for the shell


def restored(stored: Mapping[str, Any]) -> Session:
    """The session that was stored; what an older version did not know stands at its beginning."""
    known = {name: stored[name] for name in Session.__slots__ if name in stored}
    for name in ("trail", "selected", "alarmed", "findings"):
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
    if context.case is None:
        number = context.new_case_number
        events.append(OpenCase(number=number, assessment=assessment, submitted=False, reason="failure"))
    else:
        events.append(Relay())
    events.append(Page(queues=("duty",), rules=()))
    return Step(session=replace(session, turns=session.turns + 1), events=tuple(events))
