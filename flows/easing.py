"""What a person says that changes what an alarm means for them: it is over or was a slip, or help is there already.

None of it undoes an alarm: urgency only rises until a clinician lowers it (clinical.md 0, I1). It is heard,
kept for the card, and the words fit what was said.
"""

import re
from datetime import datetime, timedelta

from flows.answers import is_phone, keywords, plain
from flows.conversation import Lines, Msg, Term, Words
from flows.dossier import procedure_of, spoken, ticked_ids
from flows.reading import Status
from flows.turn import Turn

CARE_LASTS = timedelta(hours=12)  # after that nobody is taken to be with a doctor still
SLIP_AT_MOST = 24  # signs; a longer text tells something besides the slip
_CLAUSE_END = re.compile(r"[，。；！!;\n]|[,.](?!\d)")


def note_retraction(turn: Turn) -> bool:
    """Keep what the person takes back, for the card, and say that it was heard; True when there was any."""
    known = _told_before(turn)
    if turn.reading is None or not known:
        return False
    told = {finding.code for finding in turn.reading.findings if finding.status is Status.present}
    _forget_what_is_back(turn, told)
    over = {f.code for f in turn.reading.findings if f.status in (Status.denied, Status.past)} - told
    codes = [code for code in known if code in over] or (known if _is_slip(turn.heard.text) and not told else [])
    if not codes:
        return False
    entry = {"codes": codes, "text": turn.heard.text.strip()[:200]}
    turn.answers["taken_back"] = [*turn.answers.get("taken_back", ()), entry][-20:]
    if not turn.held:
        shown = Lines(tuple(map(named, codes[:3])), joiner=turn.text(Msg("list-joiner")))
        turn.say(Msg("taken-back-alarmed" if turn.alarmed else "taken-back", {"told": shown}))
    return True


def named(code: str) -> Term:
    """The name of a symptom, or of the safety question that was ticked."""
    return Term("must_ask" if code.isupper() else "symptom", code)  # Q1 … Q7 against vision_loss


def taken_back(turn: Turn) -> set[str]:
    """The codes that were taken back and not told again."""
    return {code for entry in turn.session.answers.get("taken_back", ()) for code in entry["codes"]}


def _told_before(turn: Turn) -> list[str]:
    """Bodily symptoms that stood before this message; what the mind suffers is not taken back by a word."""
    answers = turn.session.answers
    codes = [*spoken(turn.session, "symptom", turn.protocol), *answers.get("symptoms", {}).get("codes", ())]
    codes += answers.get("detail", ())
    symptoms = turn.protocol.symptoms
    told = [code for code in dict.fromkeys(codes) if code in symptoms and symptoms[code].region != "mind"]
    if told:
        return told
    ids = set(ticked_ids(turn.session, turn.protocol))
    ids |= {id_ for id_, answer in answers.get("safety", {}).items() if answer == "yes"}
    ticked = [question for question in turn.protocol.must_asks if question.id in ids]
    return [question.id for question in ticked if symptoms[question.symptoms[0]].region != "mind"]


def _forget_what_is_back(turn: Turn, told: set[str]) -> None:
    """Told anew, it is no longer taken back."""
    entries = [
        entry | {"codes": [code for code in entry["codes"] if code not in told]}
        for entry in turn.answers.get("taken_back", ())
    ]
    if entries:
        turn.answers["taken_back"] = [entry for entry in entries if entry["codes"]]


def _is_slip(text: str) -> bool:
    said = plain(text)
    asks = said.endswith(("吗", "吗?", "?"))
    return len(said) <= SLIP_AT_MOST and not asks and any(word in said for word in keywords().slips)


# -- already in care


def note_care(turn: Turn) -> bool:
    """Whether this message says that the person is with a hospital or an ambulance already."""
    place = care_in(turn.heard.text)
    if place is None:
        return False
    turn.answers["in_care"] = turn.context.now.isoformat()
    return True


def care_in(text: str) -> str | None:
    """The hospital's name where one is told, an empty string where none is; None when nobody is there yet."""
    for clause in _CLAUSE_END.split(text):
        said = plain(clause)
        if keywords().not_in_care.search(said):
            continue
        for pattern in keywords().in_care:
            if match := pattern.search(said):
                return (match.groupdict().get("name") or "").strip()
    return None


def besides(turn: Turn) -> str:
    """What the message says besides: its text without the parts that take back or tell of help.

    A hospital that is named is where they are, and who is with doctors is not alone; a part with a number
    in it is kept, for it may be an address or a phone.
    """
    text = turn.heard.text
    care = care_in(text)
    if (turn.state == "alarm_where" and care) or (turn.state == "alarm_company" and care is not None):
        return text
    findings = turn.reading.findings if turn.reading is not None else ()
    gone = [finding.evidence for finding in findings if finding.status in (Status.denied, Status.past)]
    rest = []
    for part in _CLAUSE_END.split(text):
        eases = care_in(part) is not None or _is_slip(part) or any(words and words in part for words in gone)
        number = any(sign.isdigit() for sign in part)
        place = turn.state != "alarm_where" or not is_phone(part)
        if part.strip() and (not eases or number) and place:
            rest.append(part.strip())
    return ", ".join(rest)


def is_in_care(turn: Turn) -> bool:
    """Whether the person said so a short while ago."""
    since = turn.answers.get("in_care")
    return since is not None and turn.context.now - datetime.fromisoformat(since) < CARE_LASTS


def care_words(turn: Turn) -> Words:
    """What to tell the doctors who are there."""
    procedure, family = procedure_of(turn.answers, turn.protocol)
    done: list[Words] = [Term("procedure", procedure)] if procedure in turn.protocol.procedures else []
    done = done or ([Term("family", family)] if family not in ("unknown", "other") else [])
    when = turn.answers.get("when")
    if done and when is not None and when.get("text"):
        done.append(turn.summary("when"))
    joiner = turn.text(Msg("list-joiner"))
    signs = [Term("symptom", code) for code in spoken(turn.as_session(), "symptom", turn.protocol)]
    lines: list[Words] = [Msg("care-tell")]
    if done:
        lines.append(Msg("care-done", {"done": Lines(tuple(done), joiner=joiner)}))
    if signs:
        lines.append(Msg("care-signs", {"signs": Lines(tuple(signs[:5]), joiner=joiner)}))
    return Lines((*lines, Msg("care-product"), Msg("care-not-there")))
