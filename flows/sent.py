"""Sending what was told, and the talk after it: what the person adds, and their case once it is closed."""

from dataclasses import replace
from datetime import datetime, timedelta

from flows.alarm import paged
from flows.case import HELD
from flows.conversation import Alarm, CaseFacts, LeaveCase, Msg, Page, Quote, Relay, ReopenCase, UpdateCase
from flows.easing import care_words, is_in_care
from flows.missing import WITH_CENTRE, is_sent
from flows.moves import ask, move, open_or_update
from flows.outcome import alarm_words, as_judged, emergency_rules, submitted
from flows.protocol import Urgency
from flows.triage import Assessment
from flows.turn import Turn

CALL_AGAIN_AFTER = timedelta(hours=1)  # an overdue case calls the coordinators at most this often


def submit(turn: Turn) -> None:
    turn.answers["submitted"] = True
    assessment = turn.assess()
    if _alarm_was_missing(turn, assessment):
        rules = emergency_rules(assessment, turn.protocol)
        care = care_words(turn) if is_in_care(turn) else None
        turn.events.append(Alarm(words=alarm_words(rules, turn.protocol, care), rules=rules))
        turn.note_alarmed(rules)
    number = open_or_update(turn, assessment, "submitted")
    if assessment.urgency in (Urgency.emergency, Urgency.urgent):
        turn.events.append(Page(queues=paged(assessment), rules=assessment.red_flags))
    told = _no_lower_than(turn.context.case, assessment)
    due = turn.context.now + timedelta(minutes=turn.protocol.response_times[told.urgency].answer_minutes)
    turn.say(submitted(told, turn.protocol, number, due))
    move(turn, f"return_to_{WITH_CENTRE}")
    turn.asked, turn.trail = "", ()


def _no_lower_than(case: CaseFacts | None, assessment: Assessment) -> Assessment:
    """What is told never reads lower than the case stands (clinical.md 0, I1), nor other than a clinician judged."""
    if case is None:
        return assessment
    known = case.assessment.red_flags if case.assessment else ()
    if case.judged and set(assessment.red_flags) <= set(known):
        return as_judged(assessment, case)
    if Urgency(case.urgency).rank <= assessment.urgency.rank:
        return assessment
    return replace(assessment, urgency=Urgency(case.urgency), queues=case.queues or assessment.queues)


def _alarm_was_missing(turn: Turn, assessment: Assessment) -> bool:
    return any(rule not in turn.alarmed for rule in emergency_rules(assessment, turn.protocol))


def with_centre(turn: Turn) -> None:
    case = turn.context.case
    if case is None:  # sent, but its case is gone from this conversation: begin anew
        turn.answers.pop("submitted", None)
        move(turn, "next")
        ask(turn)
        return
    if case.status == "closed" and turn.findings != turn.session.findings:  # told something new: not closed at all
        _reopen(turn)
        return
    if case.status == "closed":
        move(turn, "closed")
        ask(turn)
        return
    turn.events.append(Relay())
    reassess(turn)
    if turn.heard.text.strip() or turn.heard.media:
        _thank(turn, case)


def reassess(turn: Turn) -> None:
    """Whatever is told of an open case is weighed anew, at any time (clinical.md 0, I10).

    Who holds a case that rises by it, or in which a grave rule fires, is called.
    """
    case = turn.context.case
    told = turn.reading is not None and turn.reading.findings
    if case is None or case.status == "closed" or case.assessment is None or not told:
        return
    if any(isinstance(event, (UpdateCase, LeaveCase)) for event in turn.events):
        return
    made, before = turn.assess(), case.assessment
    if (made.red_flags, made.urgency, made.category, made.also) == (
        before.red_flags, before.urgency, before.category, before.also,
    ):  # fmt: skip
        return
    turn.events.append(UpdateCase(assessment=made, submitted=is_sent(turn), reason="raised"))
    fresh = [rule for rule in made.fired if rule.id not in before.red_flags]
    grave = any(rule.urgency.rank >= Urgency.urgent.rank for rule in fresh)
    if case.status in HELD and (grave or made.urgency.rank > before.urgency.rank):
        turn.events.append(Page(queues=made.queues[:1], rules=tuple(rule.id for rule in fresh)))


def _thank(turn: Turn, case: CaseFacts) -> None:
    """Received, and by when somebody answers; when that time has passed the coordinators are called again."""
    number = Quote(case.number)
    if case.due_at is None:
        turn.say(Msg("added", {"number": number}))
    elif case.due_at > turn.context.now:
        turn.say(Msg("added-due", {"number": number, "due": case.due_at}))
    else:
        turn.say(Msg("added-overdue", {"number": number}))
        last = turn.answers.get("called_again")
        if last is None or turn.context.now - datetime.fromisoformat(last) >= CALL_AGAIN_AFTER:
            turn.answers["called_again"] = turn.context.now.isoformat()
            turn.events.append(Page(queues=("duty",), rules=()))


def _reopen(turn: Turn) -> None:
    turn.events += [ReopenCase(), UpdateCase(assessment=turn.assess(), submitted=True, reason="reopened"), Relay()]
    turn.events.append(Page(queues=("duty",), rules=()))
    turn.say(Msg("case-reopened"))
    move(turn, f"return_to_{WITH_CENTRE}")


def after_close(turn: Turn) -> None:
    wish = turn.answers.pop("after_close", "")
    if wish == "reopen":
        _reopen(turn)
    elif wish == "new":
        turn.events.append(LeaveCase())
        turn.answers = {"consent": turn.answers.get("consent")}
        turn.findings, turn.trail, turn.alarmed = (), (), {}
        move(turn, "next")
        ask(turn)
    else:
        turn.say(Msg("closed-fine"))
        move(turn, f"return_to_{WITH_CENTRE}")
