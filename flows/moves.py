"""The state machine of the intake, and the moves that all its parts share: to a question, back to one.

What comes next is looked up in `flows.missing` and not asked of the machine as guards of twenty transitions,
which cost a fifth of a turn.
"""

from typing import Any

from transitions import Machine

from flows.conversation import Ask, OpenCase, Page, ReopenCase, UpdateCase
from flows.missing import STATES, WITH_CENTRE, first_missing, lacks_alarm_answer
from flows.questions import QUESTIONS
from flows.triage import Assessment
from flows.turn import Turn


def _machine() -> Machine:
    """The state machine of the intake: one, shared by all conversations."""
    transitions: list[Any] = [{"trigger": f"return_to_{name}", "source": "*", "dest": name} for name in STATES]
    transitions += [
        {"trigger": "alarm", "source": "*", "dest": "alarm_where", "conditions": lacks_alarm_answer("where")},
        {"trigger": "restart", "source": "*", "dest": "confirm_restart"},
        {"trigger": "closed", "source": WITH_CENTRE, "dest": "closed"},
    ]
    return Machine(
        model=None,
        states=STATES,
        transitions=transitions,
        initial="consent",
        auto_transitions=False,
        queued=False,
    )


MACHINE = _machine()


def move(turn: Turn, trigger: str) -> None:
    """Fire a trigger of the machine; `next` leads to the first thing that is missing."""
    before = turn.state
    if trigger == "next":
        trigger = f"return_to_{first_missing(turn)}"
    MACHINE.events[trigger].trigger(turn, turn)
    if turn.state != before:
        turn.asked, turn.selected, turn.misses = "", (), 0


def ask(turn: Turn, *, edit: bool = False) -> None:
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
    if turn.state == "safety":  # what is told is no line of it any more
        return ()
    return tuple(choice.id for choice in QUESTIONS[turn.state].choices(turn) if choice.id in told)


def ask_again(turn: Turn) -> None:
    """After an interrupt: the question that was open, if any."""
    if turn.state == WITH_CENTRE:
        return
    ask(turn)


def reopen_line(turn: Turn, line: str) -> None:
    """Forget one line of the review, so that it is asked again."""
    kinds = {"symptoms": "symptom", "wrong": "issue", "wants": "want"}
    gone = {
        "procedure": ("procedure", "family", "procedure_text", "tapped", "follow_up"),
        "safety": ("safety", "detail", "clash", "denied_after", "told_apart", "asq", "asq_now"),
        "symptoms": ("symptoms", "detail", "follow_up"),
        "wants": ("wants", "first_wish"),
    }.get(line, (line,))
    if line == "photos":  # photos that are here stay; more may come
        turn.answers["photos"] = {"ids": turn.answers.get("photos", {}).get("ids", ())}
        gone = ()
    turn.answers = {key: value for key, value in turn.answers.items() if key not in gone}
    turn.findings = tuple(item for item in turn.findings if item["kind"] != kinds.get(line) and item["kind"] != line)
    move(turn, f"return_to_{line}")


def call_person(turn: Turn, assessment: Assessment) -> str:
    """The coordinators are called to the case, which is open again by this if it was closed; its number."""
    number = open_or_update(turn, assessment, "person_asked")
    turn.events.append(Page(queues=("duty",), rules=()))
    if turn.state == "closed":
        move(turn, f"return_to_{WITH_CENTRE}")
    return number


def open_or_update(turn: Turn, assessment: Assessment, reason: str) -> str:
    """Open the case or bring it up to date; its number."""
    sent = turn.answers.get("submitted") is True
    case = turn.context.case
    if case is not None:
        if case.status == "closed":
            turn.events.append(ReopenCase())
        turn.events.append(UpdateCase(assessment=assessment, submitted=sent, reason=reason))
        return case.number
    number = turn.context.new_case_number
    opened = next((event for event in turn.events if isinstance(event, OpenCase)), None)
    if opened is None:
        turn.events.append(OpenCase(number=number, assessment=assessment, submitted=sent, reason=reason))
    return number
