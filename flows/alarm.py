"""Red flags interrupt: the alarm text first, the case opened and people paged, then three short questions."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from flows.conversation import Alarm, Lines, Msg, OpenCase, Page, Quote, Relay, Term
from flows.easing import care_words, is_in_care, taken_back
from flows.missing import ALARM_QUESTIONS, BACKABLE, STATES, TRAIL, WITH_CENTRE
from flows.moves import ask, move, open_or_update
from flows.outcome import GENERAL, alarm_words, emergency_rules, is_told_by_rule
from flows.protocol import Urgency
from flows.reading import Status
from flows.triage import Assessment
from flows.turn import Turn

REPEAT_AFTER = timedelta(minutes=30)  # told again after this long, the same signs are an alarm again


def raise_alarm(turn: Turn) -> bool:
    """Interrupt when what was just read fires an emergency rule; True when the alarm has taken over."""
    if turn.reading is None:
        return False
    read = (*turn.reading.findings, *turn.reading.likely)
    told = {finding.code for finding in read if finding.status == Status.present}
    return bool(told) and alarm(turn, told)


def alarm(turn: Turn, told: AbstractSet[str] = frozenset(), *, answered: bool = False) -> bool:
    """The same for anything just learnt; with `answered` the open question has its answer.

    A rule's text is shown once, and again when a further sign of it is told, when the same is told after
    a while or after the case was closed, and each time when a life is at stake by the person's own hand.
    """
    if not turn.has_signs():
        return False
    quick = turn.assess(explain=False)
    rules = tuple(rule for rule in emergency_rules(quick, turn.protocol) if _is_due(turn, rule, told))
    if not rules:
        return False
    sound(turn, turn.assess(), rules, answered=answered)
    return True


def sound(turn: Turn, assessment: Assessment, rules: tuple[str, ...], *, answered: bool = False) -> None:
    """Text, case and page; then the three short questions, unless the person has had them."""
    care = care_words(turn) if is_in_care(turn) else None
    turn.events.append(Alarm(words=alarm_words(rules, turn.protocol, care), rules=rules))
    turn.note_alarmed(rules)
    open_or_update(turn, assessment, "alarm")
    turn.events.append(Page(queues=paged(assessment), rules=rules))
    if turn.held:  # a person is there to ask
        turn.events.append(Relay())
        return
    if turn.state == "closed":
        move(turn, f"return_to_{WITH_CENTRE}")
    if turn.interrupted is None and "alarm" not in turn.answers:
        turn.interrupted = turn.state
        move(turn, "alarm")
    elif answered:
        move(turn, "next")
    ask(turn)


def tell_urgent(turn: Turn) -> bool:
    """Who has to be seen today is told so at once, and somebody is called: many stop half-way.

    True when the case became urgent by this. A case that is as urgent already is left as it is.
    """
    case = turn.context.case
    agreed = turn.answers.get("consent") is True or case is not None
    if not agreed or not turn.has_signs() or any(isinstance(event, OpenCase) for event in turn.events):
        return False
    known = Urgency.routine if case is None or _is_closed(turn) else Urgency(case.urgency)
    quick = turn.assess(explain=False)
    if known.rank >= Urgency.urgent.rank or quick.urgency is not Urgency.urgent or _is_judged(turn, quick):
        return False
    assessment = turn.assess()
    if not turn.held:
        urgent = (rule for rule in assessment.fired if rule.urgency is Urgency.urgent)
        rule = next((rule.id for rule in urgent if is_told_by_rule(rule, turn.protocol)), None)
        plain = (Msg("urgent-now-plain"), Term("safety_text", ""))
        turn.say(Lines((Msg("urgent-now"), Term("rule_text", rule)) if rule else plain))
    open_or_update(turn, assessment, "urgent")
    turn.events.append(Page(queues=paged(assessment), rules=assessment.red_flags))
    return True


def call_about_mind(turn: Turn) -> None:
    """Who does not know whether they think of suicide may stop at the next question: somebody is called now."""
    if turn.answers.get("called_about_mind"):
        return
    turn.answers["called_about_mind"] = True
    open_or_update(turn, turn.assess(), "urgent")
    turn.events.append(Page(queues=("duty", "psy"), rules=()))


def _is_judged(turn: Turn, assessment: Assessment) -> bool:
    """Whether a clinician has set the urgency, knowing all that has fired."""
    case = turn.context.case
    if case is None or case.assessment is None or not case.judged:
        return False
    return set(assessment.red_flags) <= set(case.assessment.red_flags)


def cry_for_help(turn: Turn) -> None:
    """A bare call for help: nothing is known, so it is taken for the worst (clinical.md 0, I12)."""
    made = turn.assess()
    worst = replace(made.raised_to(Urgency.emergency), page=made.page or ("duty",))
    sound(turn, worst, (GENERAL,))


def _is_due(turn: Turn, rule: str, told: AbstractSet[str]) -> bool:
    last = turn.alarmed.get(rule)
    if last is None:
        return True
    flag = turn.protocol.red_flags.get(rule)
    signs = {code for clause in flag.when for code in (*clause.any, *clause.all, *clause.also_any)} if flag else set()
    again = told & signs
    if not again:
        return False
    known = {item["code"] for item in turn.session.findings if item["status"] == Status.present} - taken_back(turn)
    grave = flag is not None and flag.order == "mind"
    late = turn.context.now - datetime.fromisoformat(last) >= REPEAT_AFTER
    return grave or late or bool(again - known) or _is_closed(turn)


def _is_closed(turn: Turn) -> bool:
    return turn.context.case is not None and turn.context.case.status == "closed"


def paged(assessment: Assessment) -> tuple[str, ...]:
    """The coordinators always; with them whom the rules name, or else the queue that leads."""
    return tuple(dict.fromkeys(("duty", *(assessment.page or assessment.queues[:1]))))


def after_alarm_question(turn: Turn) -> None:
    move(turn, "next")
    if turn.state not in ALARM_QUESTIONS:
        back = WITH_CENTRE if turn.interrupted == "closed" else turn.interrupted
        turn.interrupted = None
        open_or_update(turn, turn.assess(), "answers")
        number = turn.context.case.number if turn.context.case else turn.context.new_case_number
        turn.say(Msg("alarm-thanks", {"number": Quote(number)}))
        move(turn, f"return_to_{back}" if back in STATES and back not in ALARM_QUESTIONS else "next")
        if turn.state == WITH_CENTRE:
            return
        if turn.answers.get("consent") is True:
            before = turn.state
            move(turn, "next")
            if before in BACKABLE and turn.state != before:  # answered by what raised the alarm
                turn.trail = (*turn.trail, before)[-TRAIL:]
            turn.say(Msg("alarm-go-on"))
    ask(turn)
