"""Red flags interrupt: the alarm text first, the case opened and people paged, then three short questions."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from flows.conversation import Alarm, Msg, Page, Quote, Relay
from flows.missing import ALARM_QUESTIONS, STATES, WITH_CENTRE
from flows.moves import ask, move, open_or_update
from flows.outcome import GENERAL, alarm_words, emergency_rules
from flows.reading import Status
from flows.triage import Assessment
from flows.turn import Turn

REPEAT_AFTER = timedelta(hours=6)  # told again after this long, the same signs are an alarm again


def raise_alarm(turn: Turn) -> bool:
    """Interrupt when what was just read fires an emergency rule; True when the alarm has taken over."""
    if turn.reading is None:
        return False
    told = {finding.code for finding in turn.reading.findings if finding.status == Status.present}
    return bool(told) and alarm(turn, told)


def alarm(turn: Turn, told: AbstractSet[str] = frozenset()) -> bool:
    """The same for anything just learnt. A rule's text is shown once, and again only when its signs are
    told anew after a while or after the case was closed."""
    if not turn.has_signs():
        return False
    quick = turn.assess(explain=False)
    rules = tuple(rule for rule in emergency_rules(quick, turn.protocol) if _is_due(turn, rule, told))
    if not rules:
        return False
    assessment = turn.assess()
    turn.events.append(Alarm(words=alarm_words(rules), rules=rules))
    turn.note_alarmed(rules)
    open_or_update(turn, assessment, "alarm")
    turn.events.append(Page(queues=paged(assessment), rules=rules))
    if turn.held:
        turn.events.append(Relay())
    if turn.interrupted is None and "alarm" not in turn.answers:
        turn.interrupted = turn.state
        move(turn, "alarm")
    ask(turn)
    return True


def _is_due(turn: Turn, rule: str, told: AbstractSet[str]) -> bool:
    last = turn.alarmed.get(rule)
    if last is None:
        return True
    clauses = turn.protocol.red_flags[rule].when if rule != GENERAL else ()
    again = any(told & {*clause.any, *clause.all, *clause.also_any} for clause in clauses)
    return again and (_is_closed(turn) or turn.context.now - datetime.fromisoformat(last) >= REPEAT_AFTER)


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
            move(turn, "next")
            turn.say(Msg("alarm-go-on"))
    ask(turn)
