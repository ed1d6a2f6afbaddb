"""A message in a language that nobody taught the machine: both languages answer, and a person is called.

What can't be read may be an emergency, so it is urgent until somebody has read it (clinical.md 0, I12).
"""

import re

from flows.answers import keywords
from flows.conversation import Lines, Msg, Quote, Term
from flows.moves import ask_again, call_person
from flows.protocol import Urgency
from flows.turn import Turn

# Hangul, Cyrillic, Arabic, Hebrew, Greek, Thai, the scripts of India; and kana, of which Chinese knows one or two.
_SCRIPTS = re.compile(r"[\u0370-\u052f\u0590-\u06ff\u0750-\u077f\u0900-\u0dff\u0e00-\u0eff\u1100-\u11ff\uac00-\ud7af]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_VIETNAMESE = re.compile(r"[đăơưĐĂƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\W\d_]+")
FEWEST = 3  # signs or words
NAMES_ALLOWED = ("contact", "place", "alarm_where", "alarm_phone", "alarm_company")  # names come in any script


def is_other_language(turn: Turn) -> bool:
    """Whether the message is in neither Chinese nor English; only where nothing at all was read from it."""
    text = turn.heard.text
    if turn.picks or turn.state in NAMES_ALLOWED or (turn.reading is not None and turn.reading.findings):
        return False
    if any(len(pattern.findall(text)) >= FEWEST for pattern in (_SCRIPTS, _KANA)) or len(_VIETNAMESE.findall(text)) > 1:
        return True
    words = [word.casefold() for word in _WORD.findall(text)]
    known = keywords().other_languages
    return len(words) >= FEWEST and sum(word in known for word in words) >= max(2, len(words) // 4)


def answer_other_language(turn: Turn) -> None:
    """Say so in both languages, with what to do in danger; call a person, once; the question stands."""
    for locale, speaker in turn.context.speakers.items():
        if locale != turn.locale:
            other = Quote("\n".join((speaker(Msg("other-language")), speaker(Term("safety_text", "")))))
            own = Lines((Msg("other-language"), Term("safety_text", "")))
            turn.say(Lines((own, other), joiner="\n\n"))
    if not turn.answers.get("other_language"):
        turn.answers["other_language"] = True
        call_person(turn, turn.assess().raised_to(Urgency.urgent))
    if turn.session.turns == 0:  # of the two the one that more people know
        turn.locale = "en"
    ask_again(turn)
