"""What works in every state and then returns to the very question: help, back, language, a person, …"""

from collections.abc import Callable, Mapping

from flows.alarm import cry_for_help
from flows.conversation import Lines, Msg, Page, Quote, Term
from flows.missing import ALARM_QUESTIONS, WITH_CENTRE
from flows.moves import ask, ask_again, move, open_or_update, reopen_line
from flows.outcome import status
from flows.turn import Turn


def greet(turn: Turn) -> None:
    turn.say(Msg("greeting"))
    if turn.heard.text.strip() and turn.reading is not None and turn.reading.findings:
        turn.say(Msg("greeting-heard"))
    ask(turn)


def _help(turn: Turn) -> None:
    turn.say(Lines((Msg("help"), Term("safety_text", "")), joiner="\n\n"))
    ask_again(turn)


def _back(turn: Turn) -> None:
    if (before := turn.answers.pop("before_change", None)) is not None:  # out of a change: it was right as it was
        turn.answers = before["answers"] | turn.answers
        turn.findings = (*before["findings"], *turn.findings)
        move(turn, "next")
        ask(turn)
        return
    if not turn.trail or turn.state in ALARM_QUESTIONS or turn.state == WITH_CENTRE:
        turn.say(Msg("nothing-to-go-back-to"))
        ask_again(turn)
        return
    *rest, last = turn.trail
    reopen_line(turn, "safety" if last in ("safety", "safety_one", "detail") else last)
    turn.trail = tuple(rest)
    ask(turn)


def _language(turn: Turn) -> None:
    wanted = turn.heard.text.strip().casefold()
    english = any(word in wanted for word in ("en", "英")) if wanted else turn.locale != "en"
    chinese = any(word in wanted for word in ("zh", "中", "汉", "chinese"))
    turn.locale = "zh-CN" if chinese or not english else "en"
    turn.say(Msg("language-changed"))
    ask_again(turn)


def _person(turn: Turn) -> None:
    _call_person(turn, "person-called")


def _data(turn: Turn) -> None:
    """To see, correct or delete what is kept, or to withdraw consent: a person does it."""
    _call_person(turn, "data-called")


def _call_person(turn: Turn, words: str) -> None:
    number = open_or_update(turn, turn.assess(), "person_asked")
    turn.events.append(Page(queues=("duty",), rules=()))
    turn.say(Msg(words, {"number": Quote(number)}))
    ask_again(turn)


def _restart(turn: Turn) -> None:
    if turn.state in ALARM_QUESTIONS:
        ask(turn)
        return
    if turn.state != "confirm_restart":
        turn.answers["before_restart"] = turn.state
    move(turn, "restart")
    ask(turn)


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
    ask_again(turn)


def _begin(turn: Turn) -> None:
    if turn.asked == "" and turn.state == "consent":
        greet(turn)
    elif turn.state == WITH_CENTRE:
        _status(turn)
    else:
        turn.say(Msg("welcome-back"))
        ask_again(turn)


def unknown_command(turn: Turn) -> None:
    turn.say(Msg("unknown-command"))
    ask_again(turn)


COMMANDS: Mapping[str, Callable[[Turn], None]] = {
    "start": _begin,
    "help": _help,
    "back": _back,
    "lang": _language,
    "person": _person,
    "restart": _restart,
    "exit": _exit,
    "status": _status,
    "data": _data,
    "sos": cry_for_help,
}
COMMANDS_WHILE_HELD = ("help", "lang", "exit", "status", "sos")
