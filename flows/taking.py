"""What counts as an answer to each question of the intake: stores it and says whether it was one.

Each function takes what was picked, typed or sent in `turn`, writes `turn.answers`, and returns False
when the input answers nothing.
"""

from collections.abc import Callable
from datetime import timedelta

from flows.answers import begins_with_no, consent_of, is_phone, looks_like_contact, plain, word_of
from flows.conversation import Msg
from flows.dossier import house_date, present
from flows.retelling import settled, settled_before
from flows.turn import Turn

# Lower bound of each span in days: an uncertain time counts as the more dangerous one (clinical.md I3).
SPANS = {"today": 0, "yesterday": 1, "days": 2, "weeks": 7, "months": 30, "half_year": 180, "years": 366}


def own_words(turn: Turn) -> str:
    """What the person typed, when it holds any letter or digit."""
    text = turn.heard.text.strip()
    if turn.state not in ("contact", "alarm_phone", "alarm_where") and is_phone(text) and len(text) < 40:
        return ""  # a way to reach them, kept as such
    return text[:2000] if any(sign.isalnum() for sign in text) else ""


def tells_otherwise(turn: Turn) -> bool:
    """Whether the words tell of something else than what is asked: then they are no answer to it."""
    return turn.reading is not None and any(
        finding.kind in ("symptom", "procedure", "family", "issue") for finding in turn.reading.findings
    )


def take_consent(turn: Turn) -> bool:
    answer = turn.pick or consent_of(turn.heard.text)
    if answer == "more":
        turn.say(Msg("consent-more"))
        turn.repeat = True
        return True
    if answer in ("agree", "decline"):
        turn.answers["consent"] = answer == "agree"
        return True
    return False


def take_safety(turn: Turn) -> bool:
    ids = [question.id for question in turn.protocol.must_asks]
    word = word_of(turn.heard.text)
    said = {"no": {"none"}, "unsure": {"unsure"}, "all": set(ids)}
    picks = set(turn.picks) or said.get(word or "", set())
    if not picks and begins_with_no(turn.heard.text):
        picks = {"none"}
    if not picks:
        return False
    known = settled(turn)
    yes = (picks & set(ids)) | {id_ for id_, answer in known.items() if answer == "yes"}
    if "unsure" in picks:  # one at a time then; those ticked or told are already answered
        turn.answers["safety"] = {id_: "yes" if id_ in yes else "no" for id_ in ids if id_ in yes or id_ in known}
    else:
        turn.answers["safety"] = {id_: "yes" if id_ in yes else "no" for id_ in ids}
    turn.answers["told_apart"] = [id_ for id_, answer in known.items() if answer == "yes" and id_ not in picks]
    if picks == {"none"}:  # does that go for what was written before as well
        turn.answers["denied_after"] = [id_ for id_, answer in settled_before(turn).items() if answer == "yes"]
    return True


def open_must_ask(turn: Turn) -> str:
    """The safety question that is asked now; the last one where all have their answer."""
    answered = turn.answers.get("safety", {})
    ids = [question.id for question in turn.protocol.must_asks]
    return next((id_ for id_ in ids if id_ not in answered), ids[-1])


def take_safety_one(turn: Turn) -> bool:
    answer = turn.pick or word_of(turn.heard.text)
    if answer not in ("yes", "no", "unsure"):
        return False
    turn.answers["safety"] = turn.answers.get("safety", {}) | {open_must_ask(turn): answer}
    return True


def ticked_symptoms(turn: Turn) -> tuple[str, ...]:
    """The symptoms that a ticked safety question may stand for."""
    safety = turn.answers.get("safety", {})
    apart = turn.answers.get("told_apart", ())
    ticked = [q for q in turn.protocol.must_asks if safety.get(q.id) == "yes" and q.id not in apart]
    return tuple(dict.fromkeys(code for question in ticked for code in question.symptoms))


def take_detail(turn: Turn) -> bool:
    if turn.picks or word_of(turn.heard.text) in ("unsure", "skip", "no"):
        turn.answers["detail"] = [code for code in turn.picks if code != "unsure"]
        return True
    if own_words(turn):
        turn.answers["detail"] = []
        return True
    return False


def take_procedure(turn: Turn) -> bool:
    if turn.pick:
        turn.answers |= {"family": turn.pick, "tapped": True}
        if turn.pick in ("other", "unknown"):
            turn.answers["procedure"] = f"{turn.pick}_procedure"
        return True
    if word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers |= {"family": "unknown", "procedure": "unknown_procedure"}
        return True
    return bool(turn.answers.get("procedure") or turn.answers.get("family")) or accept_words(turn, "procedure")


def accept_words(turn: Turn, key: str) -> bool:
    """After a hint, words we can't read are taken as they are, for a person to read."""
    text = own_words(turn)
    if not text or turn.misses < 1 or tells_otherwise(turn) or word_of(text) is not None:
        return False
    turn.answers[f"{key}_text"] = text
    if key == "procedure":
        turn.answers |= {"family": "other", "procedure": "other_procedure"}
    elif key == "when":
        turn.answers["when"] = {"date": None, "text": text}
    return True


def _tells_when_or_where(turn: Turn) -> bool:
    return turn.reading is not None and (
        turn.reading.days is not None or any(finding.kind == "place" for finding in turn.reading.findings)
    )


def take_in_region(turn: Turn) -> bool:
    if turn.pick or word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers["procedure"] = "unclear" if turn.pick in ("", "unknown") else turn.pick
        return True
    if not turn.answers.get("procedure") and own_words(turn) and not _tells_when_or_where(turn):
        turn.answers |= {"procedure": "unclear", "procedure_text": own_words(turn)}
    return bool(turn.answers.get("procedure"))


def take_when(turn: Turn) -> bool:
    if turn.pick in SPANS:
        day = house_date(turn.context.now) - timedelta(days=SPANS[turn.pick])
        turn.answers["when"] = {"date": day.isoformat(), "span": turn.pick}
        return True
    if turn.pick == "unsure" or word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers["when"] = {"date": None, "span": "unsure"}
        return True
    if "when" in turn.answers:
        if text := own_words(turn)[:40]:  # shown back in the person's own words
            turn.answers["when"] = turn.answers["when"] | {"text": text}
        return True
    return accept_words(turn, "when")


def take_place(turn: Turn) -> bool:
    if turn.pick:
        turn.answers["place"] = {"code": turn.pick}
    elif word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers["place"] = {"code": "unknown"}
    elif "place" not in turn.answers and (text := own_words(turn)) and not tells_otherwise(turn):
        turn.answers["place"] = {"code": "unknown", "text": text}
    return "place" in turn.answers


def take_several(key: str) -> Callable[[Turn], bool]:
    """For a list of which several may hold: ticks, own words, none of it, or left open."""

    def take(turn: Turn) -> bool:
        word = word_of(turn.heard.text)
        text = "" if turn.picks or word else own_words(turn)
        if not turn.picks and word not in ("no", "unsure", "skip") and not text:
            return False
        told = {"codes": [code for code in turn.picks if code != "none"]}
        left = {"left": word} if word in ("unsure", "skip") else {}
        offered = {"offered": list(turn.offered)} if key == "symptoms" else {}
        turn.answers[key] = told | left | offered | ({"text": text} if text else {})
        return True

    return take


def take_photos(turn: Turn) -> bool:
    photos = turn.answers.get("photos", {"ids": []})
    answer = turn.pick or word_of(turn.heard.text)
    if answer in ("done", "skip", "no", "yes"):
        turn.answers["photos"] = photos | {"done": True}
        return True
    if turn.heard.media:
        turn.repeat = True
        return True
    return False


def take_wants(turn: Turn) -> bool:
    text = "" if turn.picks else own_words(turn)
    if not turn.picks and not text:
        return False
    turn.answers["wants"] = {"codes": list(turn.picks)} | ({"text": text} if text else {})
    return True


def take_first_wish(turn: Turn) -> bool:
    wishes = present(turn.as_session(), "want")
    if turn.pick:
        turn.answers["first_wish"] = turn.pick
    elif word_of(turn.heard.text) in ("unsure", "skip") or own_words(turn):
        turn.answers["first_wish"] = "revision" if "revision" in wishes else "accountability"
    return "first_wish" in turn.answers


def take_contact(turn: Turn) -> bool:
    word = word_of(turn.heard.text)
    if turn.pick or word in ("skip", "no", "yes"):
        turn.answers["contact"] = {"here": True}
        return True
    text = own_words(turn)
    if text and (looks_like_contact(text) or turn.misses):
        turn.answers["contact"] = {"here": False, "text": text}
        return True
    return False


def take_words(key: str) -> Callable[[Turn], bool]:
    """For the questions after an alarm: any words, or `skip`; a phone should look like one at first try."""

    def take(turn: Turn) -> bool:
        said = turn.pick or ("skip" if word_of(turn.heard.text) == "skip" else "")
        text = own_words(turn)
        if key == "company" and not said:
            said = {"yes": "with_someone", "no": "alone"}.get(word_of(text) or "", "")
        if not said and not turn.misses and not _fits(key, text):
            return False
        if not said and not text:
            return False
        told = "" if said == "skip" else said or text
        known = turn.answers.get("alarm", {})
        turn.answers["alarm"] = known | {key: told or known.get(key, "")}  # skipped later, it still holds
        return True

    return take


def _fits(key: str, text: str) -> bool:
    if key == "phone":
        return looks_like_contact(text)
    return len(text) > 1 and not text.isdigit()


def take_pick(key: str) -> Callable[[Turn], bool]:
    """For a question that only its choices, or yes and no, can answer."""

    def take(turn: Turn) -> bool:
        answer = turn.pick or {"yes": "yes", "no": "no"}.get(word_of(turn.heard.text) or "", "")
        if answer:
            turn.answers[key] = answer
        return bool(answer)

    return take


def take_review(turn: Turn) -> bool:
    wish = turn.pick or {"yes": "submit", "done": "submit"}.get(word_of(turn.heard.text) or "", "")
    if not wish and (text := plain(turn.heard.text)):
        lines = [line for line in turn.reviewed() if plain(turn.text(Msg(f"line-{line}"))) in text]
        wish = f"change_{lines[0]}" if len(lines) == 1 else ""
    if wish:
        turn.answers["review"] = wish
    return bool(wish)
