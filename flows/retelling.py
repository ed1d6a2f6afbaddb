"""What was read from a person's words is put before them: once after the safety questions, and where it clashes.

Nothing that is taken away here undoes an alarm: then the sign stays, and the card says that it was taken back.
"""

from flows.answers import keywords, plain, word_of
from flows.concern import is_grave, is_inquiry
from flows.conversation import Choice, Lines, Msg, Quote, Session, Term, Words
from flows.dossier import Found, spoken, when_told
from flows.reading import Status
from flows.turn import Turn

LINES = ("procedure", "when", "place")
KINDS = ("symptom", "issue", "want")
ITEMS_AT_MOST = 8
CORRECTION_AT_MOST = 200  # signs
STILL = {"yes": "yes", "unsure": "yes", "no": "no"}  # not knowing counts as still there (clinical.md 0, I3)


def settled(turn: Turn) -> dict[str, str]:
    """The safety questions that the person's own words have answered already, whole."""
    return _settled(turn, turn.as_session(), turn.findings)


def settled_before(turn: Turn) -> dict[str, str]:
    """The same before this input."""
    return _settled(turn, turn.session, turn.session.findings)


def _settled(turn: Turn, session: Session, findings: tuple[Found, ...]) -> dict[str, str]:
    told = spoken(session, "symptom", turn.protocol)
    denied = {item["code"] for item in findings if item["kind"] == "symptom" and item["status"] == Status.denied}
    answered = {}
    for question in turn.protocol.must_asks:
        if not told.keys().isdisjoint(question.symptoms):
            answered[question.id] = "yes"
        elif denied.issuperset(question.symptoms):
            answered[question.id] = "no"
    return answered


# -- the story, shown back once


def lacks_story(turn: Turn) -> bool:
    """What was read from the first words was not confirmed yet; in an emergency that can wait for the review."""
    return turn.answers.get("story") == "open" and not is_grave(turn) and not is_inquiry(turn) and bool(_items(turn))


def _items(turn: Turn) -> list[tuple[str, str]]:
    lines = [("change", line) for line in LINES if _is_told(turn, line)]
    told = [
        (item["kind"], item["code"])
        for item in turn.findings
        if item["kind"] in KINDS
        and item["status"] == Status.present
        and item["code"] not in _taken_away(turn)
        and not turn.is_of_mind(item["code"])
    ]
    return (lines + list(dict.fromkeys(told)))[:ITEMS_AT_MOST]


def _is_told(turn: Turn, line: str) -> bool:
    if line == "procedure":
        return bool(turn.answers.get("procedure") or turn.answers.get("family"))
    return line in turn.answers


def _taken_away(turn: Turn) -> set[str]:
    return {code for entry in turn.answers.get("taken_back", ()) for code in entry["codes"]}


def story_words(turn: Turn) -> Words:
    """One line for each thing, in plain words."""
    shown: list[Words] = []
    for kind, code in _items(turn):
        if kind == "change":
            shown.append(Msg("review-line", {"line": Msg(f"line-{code}"), "told": turn.summary(code)}))
        else:
            shown.append(Msg("story-item", {"told": Term(kind, code)}))
    return Lines((Msg("ask-story"), *shown, Msg("ask-story-end")))


def story_choices(turn: Turn) -> tuple[Choice, ...]:
    """All of it is right, or one of it is not."""
    choices = [Choice(id="ok", label=Msg("choice-story-ok"))]
    for kind, code in _items(turn):
        told: Words = Msg(f"line-{code}") if kind == "change" else Term(kind, code)
        label = Msg("choice-change", {"line": told}) if kind == "change" else Msg("choice-not-so", {"told": told})
        choices.append(Choice(id=f"{kind}:{code}", label=label))
    return tuple(choices)


def take_story(turn: Turn) -> bool:
    """It is right; or a thing is taken away, to be asked anew, or put right in words."""
    if turn.pick == "ok" or word_of(turn.heard.text) in ("yes", "done", "skip", "unsure"):
        turn.answers["story"] = "confirmed"
        return True
    if turn.pick:
        kind, _, code = turn.pick.partition(":")
        if kind == "change":
            turn.answers["story_wish"] = code
        else:
            _take_away(turn, kind, code)
            turn.repeat = bool(_items(turn))
        return True
    if word_of(turn.heard.text) == "no":
        turn.say(Msg("story-which"))
        turn.repeat = True
        return True
    if turn.reading is not None and (turn.reading.findings or turn.reading.days is not None):
        put_right(turn)
        turn.repeat = True
        return True
    if any(sign.isalnum() for sign in turn.heard.text) and turn.misses:  # kept in the transcript, for a person to read
        turn.answers["story"] = "confirmed"
        return True
    return False


def _take_away(turn: Turn, kind: str, code: str) -> None:
    if kind == "symptom" and is_grave(turn):
        entry = {"codes": [code], "text": turn.text(Msg("choice-not-so", {"told": Term(kind, code)}))}
        turn.answers["taken_back"] = [*turn.answers.get("taken_back", ()), entry]
        return
    if kind == "symptom":
        turn.findings = tuple(
            {**item, "status": str(Status.denied)} if (item["kind"], item["code"]) == (kind, code) else item
            for item in turn.findings
        )
    else:
        turn.findings = tuple(item for item in turn.findings if (item["kind"], item["code"]) != (kind, code))


def is_correction(turn: Turn) -> bool:
    """Whether the words put right something that was told before."""
    return keywords().corrects.search(plain(turn.heard.text[:CORRECTION_AT_MOST])) is not None


def put_right(turn: Turn) -> None:
    """A procedure, time or place told now takes the place of the one that was read before."""
    reading = turn.reading
    if reading is None:
        return
    told = {finding.kind: finding for finding in reading.findings if finding.status is Status.present}
    if "procedure" in told or "family" in told:
        for key in ("procedure", "family", "procedure_text", "tapped"):
            turn.answers.pop(key, None)
        turn.answers |= {kind: told[kind].code for kind in ("procedure", "family") if kind in told}
    if "place" in told:
        turn.answers["place"] = {"code": told["place"].code, "text": told["place"].evidence}
    if reading.days is not None:
        turn.answers["when"] = when_told(reading, turn.context.now)


# -- an answer that clashes with what was written


def clashing(turn: Turn) -> str | None:
    """The first safety question answered "no" although its sign was told, and not asked about yet.

    What the mind suffers is not put in doubt, nor what was told later and has raised its alarm.
    """
    asked = turn.answers.get("clash", {})
    told = {*spoken(turn.as_session(), "symptom", turn.protocol), *turn.answers.get("symptoms", {}).get("codes", ())}
    told |= set(turn.answers.get("detail", ()))
    told -= _taken_away(turn)
    symptoms = turn.protocol.symptoms
    told = {code for code in told if code in symptoms and symptoms[code].region != "mind"}
    safety = turn.answers.get("safety", {})
    doubtful = turn.answers.get("denied_after", ())
    for question in turn.protocol.must_asks:
        if question.id in asked or told.isdisjoint(question.symptoms):
            continue
        if question.id in doubtful:
            return question.id
        if safety.get(question.id) == "no" and not _is_alarmed(turn, told.intersection(question.symptoms)):
            return question.id
    return None


def _is_alarmed(turn: Turn, codes: set[str]) -> bool:
    flags = turn.protocol.red_flags
    clauses = [clause for rule in turn.alarmed if rule in flags for clause in flags[rule].when]
    return codes <= {code for clause in clauses for code in (*clause.any, *clause.all, *clause.also_any)}


def lacks_clash(turn: Turn) -> bool:
    """Something that was answered "no" was written to be there: asked once, then the safer counts."""
    return "safety" in turn.answers and clashing(turn) is not None


def clash_words(turn: Turn) -> Words:
    """What was written, and the question whether it is so now."""
    id_ = clashing(turn)
    question = next((one for one in turn.protocol.must_asks if one.id == id_), None)
    told = spoken(turn.as_session(), "symptom", turn.protocol)
    ticked = [*turn.answers.get("symptoms", {}).get("codes", ()), *turn.answers.get("detail", ())]
    codes = question.symptoms if question else ()
    words = next((Quote(told[code]) for code in codes if told.get(code)), None)
    name = next((Term("symptom", code) for code in (*told, *ticked) if code in codes), None)
    return Msg("ask-clash", {"told": words or name or Msg("nothing-told")})


def take_clash(turn: Turn) -> bool:
    """Still there, not any more, or not sure; only the card is told of the second."""
    answer = turn.pick or word_of(turn.heard.text) or ""
    id_ = clashing(turn)
    if answer not in STILL or id_ is None:
        return False
    turn.answers["clash"] = turn.answers.get("clash", {}) | {id_: answer}
    turn.answers["safety"] = turn.answers["safety"] | {id_: "yes"}
    turn.answers["told_apart"] = [*turn.answers.get("told_apart", ()), id_]
    if answer == "no":
        question = next(one for one in turn.protocol.must_asks if one.id == id_)
        told = spoken(turn.as_session(), "symptom", turn.protocol)
        codes = [code for code in question.symptoms if code in told]
        entry = {"codes": codes, "text": turn.text(Msg("choice-clash-no"))}
        turn.answers["taken_back"] = [*turn.answers.get("taken_back", ()), entry]
    return True
