"""What works in every state and then returns to the very question: help, back, language, a person, …"""

from collections.abc import Callable, Mapping

from flows.alarm import cry_for_help
from flows.conversation import Lines, Msg, Quote, Term
from flows.missing import ALARM_QUESTIONS, STATES, WITH_CENTRE
from flows.moves import ask, ask_again, call_person, move, reopen_line
from flows.outcome import status
from flows.taking import open_must_ask
from flows.turn import Turn

NAMES = {
    "zh-CN": ("zh", "中", "汉", "漢", "国语", "國語", "普通话", "普通話", "chinese", "mandarin"),
    "en": ("en", "英"),
}


def greet(turn: Turn) -> None:
    turn.say(Msg("greeting"))
    if turn.heard.text.strip() and turn.reading is not None and turn.reading.findings:
        turn.say(Msg("greeting-heard"))
    ask(turn)


def _help(turn: Turn) -> None:
    turn.say(Lines((Msg("help"), Term("safety_text", "")), joiner="\n\n"))
    ask_again(turn)


def _back(turn: Turn) -> None:
    """To the question before; in an alarm that is the one before it, and its answer stays until there is another."""
    if turn.state in BACK_FROM:
        BACK_FROM[turn.state](turn)
    elif (before := turn.answers.pop("before_change", None)) is not None:  # out of a change: it was right as it was
        turn.answers = before["answers"] | turn.answers
        turn.findings = (*before["findings"], *turn.findings)
        move(turn, "next")
        ask(turn)
    elif turn.state == "safety_one" and (last := _answered_before(turn)):
        turn.answers["safety"] = {id_: told for id_, told in turn.answers["safety"].items() if id_ != last}
        ask(turn)
    elif turn.trail:
        *rest, last = turn.trail
        reopen_line(turn, "safety" if last in ("safety", "safety_one", "detail") else last)
        turn.trail = tuple(rest)
        ask(turn)
    else:
        turn.say(Msg("nothing-to-go-back-to"))
        ask_again(turn)


def _answered_before(turn: Turn) -> str | None:
    """The safety question that was answered before the one that is open."""
    answered = turn.answers["safety"]
    ids = [question.id for question in turn.protocol.must_asks]
    before = ids[: ids.index(open_must_ask(turn))]
    return next((id_ for id_ in reversed(before) if answered.get(id_) in ("no", "unsure")), None)


def _back_in_alarm(turn: Turn) -> None:
    place = ALARM_QUESTIONS.index(turn.state)
    if place == 0:
        turn.say(Msg("alarm-is-first"))
    else:
        move(turn, f"return_to_{ALARM_QUESTIONS[place - 1]}")
    ask(turn)


def _back_to_consent(turn: Turn) -> None:
    turn.answers.pop("consent", None)
    move(turn, "next")
    ask(turn)


def _back_to_centre(turn: Turn) -> None:
    move(turn, f"return_to_{WITH_CENTRE}")
    _status(turn)


def _nothing_behind_sent(turn: Turn) -> None:
    turn.say(Msg("sent-already"))


def dismiss_restart(turn: Turn) -> None:
    """Not started over after all: on with what was open before."""
    back = turn.answers.pop("before_restart", None)
    move(turn, f"return_to_{back}" if back in STATES else "next")
    if turn.state == WITH_CENTRE:
        turn.say(Msg("closed-fine"))
    ask(turn)


BACK_FROM: Mapping[str, Callable[[Turn], None]] = {
    **dict.fromkeys(ALARM_QUESTIONS, _back_in_alarm),
    "refused": _back_to_consent,
    "closed": _back_to_centre,
    WITH_CENTRE: _nothing_behind_sent,
    "confirm_restart": dismiss_restart,
}


def _language(turn: Turn) -> None:
    """To the language that is named, or else to the other one."""
    wanted = turn.heard.text.strip().casefold()
    named = [locale for locale, words in NAMES.items() if any(word in wanted for word in words)]
    turn.locale = named[0] if named else "zh-CN" if turn.locale == "en" else "en"
    turn.say(Msg("language-changed"))
    ask_again(turn)


def _person(turn: Turn) -> None:
    _call_person(turn, "person-called")


def _data(turn: Turn) -> None:
    """To see, correct or delete what is kept, or to withdraw consent: a person does it."""
    _call_person(turn, "data-called")


def _call_person(turn: Turn, words: str) -> None:
    number = call_person(turn, turn.assess())
    turn.say(Msg(words, {"number": Quote(number)}))
    ask_again(turn)


def _restart(turn: Turn) -> None:
    if _is_new(turn):  # nothing was said that could be started over
        greet(turn)
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
        turn.say(status(case, turn.protocol, turn.context.now))
    ask_again(turn)


def _is_new(turn: Turn) -> bool:
    return turn.asked == "" and turn.state == "consent"


def _begin(turn: Turn) -> None:
    if _is_new(turn):
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
