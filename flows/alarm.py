"""Red flags interrupt: the alarm text first, the case opened and people paged, then three short questions."""

from flows.conversation import Alarm, Msg, Page, Quote, Relay
from flows.missing import ALARM_QUESTIONS, STATES, WITH_CENTRE
from flows.moves import ask, move, open_or_update
from flows.outcome import alarm_words, emergency_rules
from flows.triage import Assessment
from flows.turn import Turn


def raise_alarm(turn: Turn) -> bool:
    """Interrupt when what was just read fires an emergency rule whose text the person has not had yet."""
    return turn.findings != turn.session.findings and alarm(turn)


def alarm(turn: Turn) -> bool:
    """The same for anything just learnt; True when the alarm has taken over."""
    quick = turn.assess(explain=False)
    rules = tuple(rule for rule in emergency_rules(quick, turn.protocol) if rule not in turn.alarmed)
    if not rules:
        return False
    assessment = turn.assess()
    turn.events.append(Alarm(words=alarm_words(rules), rules=rules))
    turn.alarmed = (*turn.alarmed, *rules)
    open_or_update(turn, assessment, "alarm")
    turn.events.append(Page(queues=paged(assessment), rules=rules))
    if turn.held:
        turn.events.append(Relay())
    if turn.interrupted is None and "alarm" not in turn.answers:
        turn.interrupted = turn.state
        move(turn, "alarm")
    ask(turn)
    return True


def paged(assessment: Assessment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("duty", *assessment.page)))


def after_alarm_question(turn: Turn) -> None:
    move(turn, "next")
    if turn.state not in ALARM_QUESTIONS:
        back = turn.interrupted
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
