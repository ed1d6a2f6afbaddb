"""The questions of the intake: what each asks, which choices it offers, what it takes as an answer.

A question is data: `words` and `choices` are made from the turn, `take` stores a usable answer in
`turn.answers` and says whether it was one. Which question comes next is not decided here but in
`flows.intake`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flows.answers import begins_with_no, looks_like_contact, plain, word_of
from flows.conversation import Choice, Lines, Msg, Quote, Term, Words
from flows.dossier import present, procedure_of
from flows.turn import Turn

# What went wrong beyond the body: the issues offered as buttons; all thirty are read from own words.
ISSUES_OFFERED = (
    "refund_refused", "unlicensed_institution", "unlicensed_practitioner", "unregistered_drug",
    "records_withheld", "surgeon_swapped", "false_advertising", "upsell_on_table", "no_informed_consent",
    "loan_trap", "institution_vanished", "privacy_leak",
)  # fmt: skip
WANTS_OFFERED = ("treatment", "revision", "refund", "accountability", "records", "second_opinion")
# Lower bound of each span in days: an uncertain time counts as the more dangerous one (clinical.md I3).
SPANS = {"today": 0, "yesterday": 1, "days": 2, "weeks": 7, "months": 30, "half_year": 180, "years": 366}
COMMON_SYMPTOMS = (
    "pain_severe", "redness_spreading", "swelling_one_side", "fever_low", "pus_discharge", "wound_open",
    "numbness_local", "lump_firm",
)  # fmt: skip
LOOKS = ("asymmetry_general", "result_unsatisfactory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; `take` returns False when the input answers nothing."""

    words: Callable[[Turn], Words]
    take: Callable[[Turn], bool]
    choices: Callable[[Turn], tuple[Choice, ...]] = lambda _turn: ()
    multi: bool = False
    wants_photo: bool = False


def _choice(id_: str, words: Words, turn: Turn | None = None) -> Choice:
    return Choice(id=id_, label=words, selected=turn is not None and id_ in turn.selected)


def _msgs(prefix: str, *ids: str) -> Callable[[Turn], tuple[Choice, ...]]:
    return lambda _turn: tuple(_choice(id_, Msg(f"{prefix}-{id_.replace('_', '-')}")) for id_ in ids)


def _own_words(turn: Turn) -> str:
    """What the person typed, when it holds any letter or digit."""
    text = turn.heard.text.strip()
    return text[:2000] if any(sign.isalnum() for sign in text) else ""


# -- consent


def _consent_words(turn: Turn) -> Words:
    parts: list[Words] = [Msg("ask-consent")]
    if turn.context.channel == "telegram":
        parts.append(Msg("consent-telegram"))
    return Lines(tuple(parts), joiner="\n\n")


def _take_consent(turn: Turn) -> bool:
    answer = turn.pick or {"yes": "agree", "no": "decline"}.get(word_of(turn.heard.text) or "")
    if answer == "more":
        turn.say(Msg("consent-more"))
        turn.repeat = True
        return True
    if answer in ("agree", "decline"):
        turn.answers["consent"] = answer == "agree"
        return True
    return False


# -- the seven safety questions


def _safety_choices(turn: Turn) -> tuple[Choice, ...]:
    lines = [_choice(q.id, Term("must_ask", q.id), turn) for q in turn.protocol.must_asks]
    return (
        *lines,
        _choice("none", Msg("choice-safety-none"), turn),
        _choice("unsure", Msg("choice-unsure"), turn),
    )


def _take_safety(turn: Turn) -> bool:
    ids = [question.id for question in turn.protocol.must_asks]
    word = word_of(turn.heard.text)
    picks = set(turn.picks) or ({"none"} if word == "no" else {"unsure"} if word == "unsure" else set())
    if not picks and begins_with_no(turn.heard.text):
        picks = {"none"}
    if not picks:
        return False
    yes = picks & set(ids)
    if "unsure" in picks:  # one at a time then; those ticked are already answered
        turn.answers["safety"] = {id_: "yes" for id_ in ids if id_ in yes}
    else:
        turn.answers["safety"] = {id_: "yes" if id_ in yes else "no" for id_ in ids}
    return True


def _open_must_ask(turn: Turn) -> str:
    answered = turn.answers.get("safety", {})
    return next(question.id for question in turn.protocol.must_asks if question.id not in answered)


def _take_safety_one(turn: Turn) -> bool:
    answer = turn.pick or word_of(turn.heard.text)
    if answer not in ("yes", "no", "unsure"):
        return False
    turn.answers["safety"] = turn.answers.get("safety", {}) | {_open_must_ask(turn): answer}
    return True


def ticked_symptoms(turn: Turn) -> tuple[str, ...]:
    """The symptoms that a ticked safety question may stand for."""
    safety = turn.answers.get("safety", {})
    ticked = [question for question in turn.protocol.must_asks if safety.get(question.id) == "yes"]
    return tuple(dict.fromkeys(code for question in ticked for code in question.symptoms))


def _detail_choices(turn: Turn) -> tuple[Choice, ...]:
    codes = [_choice(code, Term("symptom", code), turn) for code in ticked_symptoms(turn)]
    return (*codes, _choice("unsure", Msg("choice-unsure"), turn))


def _take_detail(turn: Turn) -> bool:
    if turn.picks or word_of(turn.heard.text) in ("unsure", "skip", "no"):
        turn.answers["detail"] = [code for code in turn.picks if code != "unsure"]
        return True
    if _own_words(turn):
        turn.answers["detail"] = []
        return True
    return False


# -- what was done, when, where


def _procedure_choices(turn: Turn) -> tuple[Choice, ...]:
    families = [code for code in turn.protocol.families if code not in ("other", "unknown")]
    return (
        *(_choice(code, Term("region", code)) for code in families),
        _choice("other", Msg("choice-procedure-other")),
        _choice("unknown", Msg("choice-unsure")),
    )


def _take_procedure(turn: Turn) -> bool:
    if turn.pick:
        turn.answers["family"] = turn.pick
        if turn.pick in ("other", "unknown"):
            turn.answers["procedure"] = f"{turn.pick}_procedure"
        return True
    if word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers |= {"family": "unknown", "procedure": "unknown_procedure"}
        return True
    return bool(turn.answers.get("procedure") or turn.answers.get("family")) or _accept_words(turn, "procedure")


def _accept_words(turn: Turn, key: str) -> bool:
    """After a hint, words we can't read are taken as they are, for a person to read."""
    text = _own_words(turn)
    if not text or turn.misses < 1:
        return False
    turn.answers[f"{key}_text"] = text
    if key == "procedure":
        turn.answers |= {"family": "other", "procedure": "other_procedure"}
    elif key == "when":
        turn.answers["when"] = {"date": None, "text": text}
    return True


def _in_region_choices(turn: Turn) -> tuple[Choice, ...]:
    family = turn.answers.get("family", "unknown")
    codes = [p.code for p in turn.protocol.procedures.values() if p.family == family]
    return (
        *(_choice(code, Term("procedure", code)) for code in codes),
        _choice("unknown", Msg("choice-unsure")),
    )


def _take_in_region(turn: Turn) -> bool:
    if turn.pick or word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers["procedure"] = "unclear" if turn.pick in ("", "unknown") else turn.pick
        return True
    if not turn.answers.get("procedure") and _own_words(turn):
        turn.answers |= {"procedure": "unclear", "procedure_text": _own_words(turn)}
    return bool(turn.answers.get("procedure"))


def _take_when(turn: Turn) -> bool:
    if turn.pick in SPANS:
        day = turn.context.now.date() - timedelta(days=SPANS[turn.pick])
        turn.answers["when"] = {"date": day.isoformat(), "span": turn.pick}
        return True
    if turn.pick == "unsure" or word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers["when"] = {"date": None, "span": "unsure"}
        return True
    return "when" in turn.answers or _accept_words(turn, "when")


def _place_choices(turn: Turn) -> tuple[Choice, ...]:
    return tuple(_choice(p.code, Term("place", p.code)) for p in turn.protocol.vocabulary if p.kind == "place")


def _take_place(turn: Turn) -> bool:
    if turn.pick:
        turn.answers["place"] = {"code": turn.pick}
    elif word_of(turn.heard.text) in ("unsure", "skip"):
        turn.answers["place"] = {"code": "unknown"}
    elif "place" not in turn.answers and (text := _own_words(turn)):
        turn.answers["place"] = {"code": "unknown", "text": text}
    return "place" in turn.answers


# -- how it is now


def _symptom_choices(turn: Turn) -> tuple[Choice, ...]:
    procedure, family = procedure_of(turn.answers, turn.protocol)
    asked: tuple[str, ...] = ()
    if procedure is not None:
        asked = turn.protocol.procedures[procedure].ask_first
    else:
        kin = [p for p in turn.protocol.procedures.values() if p.family == family]
        asked = kin[0].ask_first if kin else ()
    codes = [code for code in (*asked, *COMMON_SYMPTOMS) if code in turn.protocol.symptoms]
    codes = [*dict.fromkeys(codes)][:9] + list(LOOKS)
    return (
        *(_choice(code, Term("symptom", code), turn) for code in dict.fromkeys(codes)),
        _choice("none", Msg("choice-symptoms-none"), turn),
    )


def _take_symptoms(turn: Turn) -> bool:
    word = word_of(turn.heard.text)
    text = "" if turn.picks or word else _own_words(turn)
    if not turn.picks and word not in ("no", "unsure", "skip") and not text:
        return False
    told = {"codes": [code for code in turn.picks if code != "none"]}
    turn.answers["symptoms"] = told | ({"text": text} if text else {})
    return True


def _photo_words(turn: Turn) -> Words:
    kept = len(turn.answers.get("photos", {}).get("ids", ()))
    if kept:
        return Msg("ask-photos-more", {"count": kept})
    _, family = procedure_of(turn.answers, turn.protocol)
    guides = [guide for guide in turn.protocol.photo_guides if family in guide.families]
    parts: list[Words] = [Msg("ask-photos")]
    parts += [Term("photo_guide", guide.code) for guide in guides[:2]]
    if any(guide.on_request_only for guide in guides):
        parts = [Msg("ask-photos-intimate")]
    return Lines((*parts, Msg("ask-photos-how")))


def _take_photos(turn: Turn) -> bool:
    photos = turn.answers.get("photos", {"ids": []})
    answer = turn.pick or word_of(turn.heard.text)
    if answer in ("done", "skip", "no", "yes"):
        turn.answers["photos"] = photos | {"done": True}
        return True
    if turn.heard.media:
        turn.repeat = True
        return True
    return False


# -- beyond the body, and the wish


def _wrong_choices(turn: Turn) -> tuple[Choice, ...]:
    issues = [_choice(code, Msg(f"choice-wrong-{code.replace('_', '-')}"), turn) for code in ISSUES_OFFERED]
    return (*issues, _choice("none", Msg("choice-wrong-none"), turn))


def _take_wrong(turn: Turn) -> bool:
    word = word_of(turn.heard.text)
    text = "" if turn.picks or word else _own_words(turn)
    if not turn.picks and word not in ("no", "unsure", "skip") and not text:
        return False
    told = {"codes": [code for code in turn.picks if code != "none"]}
    turn.answers["wrong"] = told | ({"text": text} if text else {})
    return True


def _wants_choices(turn: Turn) -> tuple[Choice, ...]:
    return tuple(_choice(code, Term("want", code), turn) for code in WANTS_OFFERED)


def _take_wants(turn: Turn) -> bool:
    text = "" if turn.picks else _own_words(turn)
    if not turn.picks and not text:
        return False
    turn.answers["wants"] = {"codes": list(turn.picks)} | ({"text": text} if text else {})
    return True


def _take_first_wish(turn: Turn) -> bool:
    wishes = present(turn.as_session(), "want")
    if turn.pick:
        turn.answers["first_wish"] = turn.pick
    elif word_of(turn.heard.text) in ("unsure", "skip") or _own_words(turn):
        turn.answers["first_wish"] = "revision" if "revision" in wishes else "accountability"
    return "first_wish" in turn.answers


# -- reaching the person


def _take_contact(turn: Turn) -> bool:
    word = word_of(turn.heard.text)
    if turn.pick or word in ("skip", "no", "yes"):
        turn.answers["contact"] = {"here": True}
        return True
    text = _own_words(turn)
    if text and (looks_like_contact(text) or turn.misses):
        turn.answers["contact"] = {"here": False, "text": text}
        return True
    return False


def _take_words(key: str) -> Callable[[Turn], bool]:
    """For the questions after an alarm: any words, or `skip`."""

    def take(turn: Turn) -> bool:
        told = turn.answers.get("alarm", {})
        if turn.pick == "skip" or word_of(turn.heard.text) == "skip":
            turn.answers["alarm"] = told | {key: ""}
        elif turn.pick:
            turn.answers["alarm"] = told | {key: turn.pick}
        elif text := _own_words(turn):
            turn.answers["alarm"] = told | {key: {"yes": "with_someone", "no": "alone"}.get(word_of(text) or "", text)
                                            if key == "company" else text}  # fmt: skip
        else:
            return False
        return True

    return take


def _take_pick(key: str) -> Callable[[Turn], bool]:
    """For a question that only its choices, or yes and no, can answer."""

    def take(turn: Turn) -> bool:
        answer = turn.pick or {"yes": "yes", "no": "no"}.get(word_of(turn.heard.text) or "", "")
        if answer:
            turn.answers[key] = answer
        return bool(answer)

    return take


# -- before sending

REVIEWED = ("procedure", "when", "place", "safety", "symptoms", "photos", "wrong", "wants", "contact")


def _review_choices(_turn: Turn) -> tuple[Choice, ...]:
    changes = [_choice(f"change_{line}", Msg("choice-change", {"line": Msg(f"line-{line}")})) for line in REVIEWED]
    return (_choice("submit", Msg("choice-submit")), *changes)


def _take_review(turn: Turn) -> bool:
    wish = turn.pick or {"yes": "submit", "done": "submit"}.get(word_of(turn.heard.text) or "", "")
    if not wish and (text := plain(turn.heard.text)):
        lines = [line for line in REVIEWED if plain(turn.text(Msg(f"line-{line}"))) in text]
        wish = f"change_{lines[0]}" if len(lines) == 1 else ""
    if wish:
        turn.answers["review"] = wish
    return bool(wish)


QUESTIONS: dict[str, Question] = {
    "consent": Question(
        words=_consent_words, take=_take_consent, choices=_msgs("choice-consent", "agree", "more", "decline")
    ),
    "safety": Question(words=lambda _t: Msg("ask-safety"), take=_take_safety, choices=_safety_choices, multi=True),
    "safety_one": Question(
        words=lambda t: Term("must_ask_question", _open_must_ask(t)),
        take=_take_safety_one,
        choices=_msgs("choice", "yes", "no", "unsure"),
    ),
    "detail": Question(words=lambda _t: Msg("ask-detail"), take=_take_detail, choices=_detail_choices, multi=True),
    "procedure": Question(words=lambda _t: Msg("ask-procedure"), take=_take_procedure, choices=_procedure_choices),
    "procedure_in_region": Question(
        words=lambda _t: Msg("ask-procedure-in-region"), take=_take_in_region, choices=_in_region_choices
    ),
    "when": Question(words=lambda _t: Msg("ask-when"), take=_take_when, choices=_msgs("choice-when", *SPANS, "unsure")),
    "place": Question(words=lambda _t: Msg("ask-place"), take=_take_place, choices=_place_choices),
    "symptoms": Question(
        words=lambda _t: Msg("ask-symptoms"), take=_take_symptoms, choices=_symptom_choices, multi=True
    ),
    "photos": Question(
        words=_photo_words,
        take=_take_photos,
        choices=lambda t: _msgs("choice-photos", "done" if t.answers.get("photos", {}).get("ids") else "skip")(t),
        wants_photo=True,
    ),
    "wrong": Question(words=lambda _t: Msg("ask-wrong"), take=_take_wrong, choices=_wrong_choices, multi=True),
    "wants": Question(words=lambda _t: Msg("ask-wants"), take=_take_wants, choices=_wants_choices, multi=True),
    "first_wish": Question(
        words=lambda _t: Msg("ask-first-wish"),
        take=_take_first_wish,
        choices=_msgs("choice-first-wish", "revision", "accountability"),
    ),
    "contact": Question(
        words=lambda _t: Msg("ask-contact"), take=_take_contact, choices=_msgs("choice-contact", "here")
    ),
    "review": Question(words=lambda t: t.review(), take=_take_review, choices=_review_choices),
    "alarm_where": Question(
        words=lambda _t: Msg("ask-alarm-where"), take=_take_words("where"), choices=_msgs("choice", "skip")
    ),
    "alarm_phone": Question(
        words=lambda _t: Msg("ask-alarm-phone"), take=_take_words("phone"), choices=_msgs("choice", "skip")
    ),
    "alarm_company": Question(
        words=lambda _t: Msg("ask-alarm-company"),
        take=_take_words("company"),
        choices=_msgs("choice-company", "with_someone", "alone", "skip"),
    ),
    "confirm_restart": Question(
        words=lambda _t: Msg("ask-restart"),
        take=_take_pick("restart"),
        choices=_msgs("choice-restart", "yes", "no"),
    ),
    "refused": Question(
        words=lambda _t: Msg("ask-refused"),
        take=_take_pick("reconsider"),
        choices=_msgs("choice-refused", "yes"),
    ),
    "closed": Question(
        words=lambda t: Msg("ask-closed", {"number": Quote(t.context.case.number if t.context.case else "")}),
        take=_take_pick("after_close"),
        choices=_msgs("choice-closed", "reopen", "new", "no"),
    ),
}
