"""The questions of the intake: what each asks and which choices it offers.

A question is data: `words` and `choices` are made from the turn; `take` (`flows.taking`) stores a
usable answer. Which question comes next is decided in `flows.missing`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flows.conversation import Choice, Lines, Msg, Quote, Term, Words
from flows.dossier import procedure_of, spoken
from flows.easing import is_in_care
from flows.follow_up import (
    asq_choices,
    asq_words,
    condition_choices,
    follow_up_choices,
    take_asq,
    take_asq_now,
    take_conditions,
    take_follow_up,
)
from flows.retelling import clash_words, settled, story_choices, story_words, take_clash, take_story
from flows.taking import (
    SPANS,
    open_must_ask,
    take_consent,
    take_contact,
    take_detail,
    take_first_wish,
    take_in_region,
    take_photos,
    take_pick,
    take_place,
    take_procedure,
    take_review,
    take_safety,
    take_safety_one,
    take_several,
    take_wants,
    take_when,
    take_words,
    ticked_symptoms,
)
from flows.turn import Turn

# What went wrong beyond the body: the issues offered as buttons; all thirty are read from own words.
ISSUES_OFFERED = (
    "refund_refused", "unlicensed_institution", "unlicensed_practitioner", "unregistered_drug",
    "records_withheld", "surgeon_swapped", "false_advertising", "upsell_on_table", "no_informed_consent",
    "loan_trap", "institution_vanished", "privacy_leak",
)  # fmt: skip
WANTS_OFFERED = ("treatment", "revision", "refund", "accountability", "records", "second_opinion")
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
    made = tuple(_choice(id_, Msg(f"{prefix}-{id_.replace('_', '-')}")) for id_ in ids)
    return lambda _turn: made


# -- consent


def _consent_words(turn: Turn) -> Words:
    parts: list[Words] = [Msg("ask-consent")]
    if turn.context.channel == "telegram":
        parts.append(Msg("consent-telegram"))
    return Lines(tuple(parts), joiner="\n\n")


# -- the seven safety questions


def _safety_choices(turn: Turn) -> tuple[Choice, ...]:
    known = settled(turn)
    lines = [_choice(q.id, Term("must_ask", q.id), turn) for q in turn.protocol.must_asks if q.id not in known]
    return (
        *lines,
        _choice("none", Msg("choice-safety-none"), turn),
        _choice("unsure", Msg("choice-unsure"), turn),
    )


def _safety_words(turn: Turn) -> Words:
    told = [id_ for id_, answer in settled(turn).items() if answer == "yes"]
    if not told:
        return Msg("ask-safety")
    symptoms = {code for question in turn.protocol.must_asks if question.id in told for code in question.symptoms}
    signs = [code for code in spoken(turn.as_session(), "symptom", turn.protocol) if code in symptoms]
    named = Lines(tuple(Term("symptom", code) for code in signs[:4]), joiner=turn.text(Msg("list-joiner")))
    return Msg("ask-safety-besides", {"told": named})


def _safety_one_words(turn: Turn) -> Words:
    id_ = open_must_ask(turn)
    asked = Term("must_ask_question", id_)
    return Lines((Msg("why-mind"), asked)) if id_ == turn.protocol.must_asks[-1].id else asked


def _in_region_words(turn: Turn) -> Words:
    asked = Msg("ask-procedure-in-region")
    return Lines((Msg("why-intimate"), asked)) if turn.answers.get("family") == "intimate" else asked


def _detail_choices(turn: Turn) -> tuple[Choice, ...]:
    codes = [_choice(code, Term("symptom", code), turn) for code in ticked_symptoms(turn)]
    return (*codes, _choice("unsure", Msg("choice-unsure"), turn))


# -- what was done, when, where


def _procedure_choices(turn: Turn) -> tuple[Choice, ...]:
    families = [code for code in turn.protocol.families if code not in ("other", "unknown")]
    return (
        *(_choice(code, Term("region", code)) for code in families),
        _choice("other", Msg("choice-procedure-other")),
        _choice("unknown", Msg("choice-unsure")),
    )


def _in_region_choices(turn: Turn) -> tuple[Choice, ...]:
    family = turn.answers.get("family", "unknown")
    codes = [p.code for p in turn.protocol.procedures.values() if p.family == family]
    return (
        *(_choice(code, Term("procedure", code)) for code in codes),
        _choice("unknown", Msg("choice-unsure")),
    )


def _place_choices(turn: Turn) -> tuple[Choice, ...]:
    return tuple(_choice(p.code, Term("place", p.code)) for p in turn.protocol.vocabulary if p.kind == "place")


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


# -- beyond the body, and the wish


def _wrong_choices(turn: Turn) -> tuple[Choice, ...]:
    issues = [_choice(code, Msg(f"choice-wrong-{code.replace('_', '-')}"), turn) for code in ISSUES_OFFERED]
    return (*issues, _choice("none", Msg("choice-wrong-none"), turn))


def _wants_choices(turn: Turn) -> tuple[Choice, ...]:
    return tuple(_choice(code, Term("want", code), turn) for code in WANTS_OFFERED)


# -- before sending


def _review_choices(turn: Turn) -> tuple[Choice, ...]:
    return (
        _choice("submit", Msg("choice-submit")),
        *(_choice(f"change_{line}", Msg("choice-change", {"line": Msg(f"line-{line}")})) for line in turn.reviewed()),
    )


QUESTIONS: dict[str, Question] = {
    "consent": Question(
        words=_consent_words, take=take_consent, choices=_msgs("choice-consent", "agree", "more", "decline")
    ),
    "safety": Question(words=_safety_words, take=take_safety, choices=_safety_choices, multi=True),
    "safety_one": Question(
        words=_safety_one_words,
        take=take_safety_one,
        choices=_msgs("choice", "yes", "no", "unsure"),
    ),
    "detail": Question(words=lambda _t: Msg("ask-detail"), take=take_detail, choices=_detail_choices, multi=True),
    "procedure": Question(words=lambda _t: Msg("ask-procedure"), take=take_procedure, choices=_procedure_choices),
    "procedure_in_region": Question(words=_in_region_words, take=take_in_region, choices=_in_region_choices),
    "when": Question(words=lambda _t: Msg("ask-when"), take=take_when, choices=_msgs("choice-when", *SPANS, "unsure")),
    "place": Question(words=lambda _t: Msg("ask-place"), take=take_place, choices=_place_choices),
    "symptoms": Question(
        words=lambda _t: Msg("ask-symptoms"), take=take_several("symptoms"), choices=_symptom_choices, multi=True
    ),
    "story": Question(words=story_words, take=take_story, choices=story_choices),
    "clash": Question(words=clash_words, take=take_clash, choices=_msgs("choice-clash", "yes", "no", "unsure")),
    "asq": Question(words=asq_words, take=take_asq, choices=asq_choices, multi=True),
    "asq_now": Question(
        words=lambda _t: Msg("ask-asq-now"), take=take_asq_now, choices=_msgs("choice", "yes", "no", "unsure")
    ),
    "follow_up": Question(
        words=lambda _t: Msg("ask-follow-up"), take=take_follow_up, choices=follow_up_choices, multi=True
    ),
    "conditions": Question(
        words=lambda _t: Msg("ask-conditions"), take=take_conditions, choices=condition_choices, multi=True
    ),
    "photos": Question(
        words=_photo_words,
        take=take_photos,
        choices=lambda t: _msgs("choice-photos", "done" if t.answers.get("photos", {}).get("ids") else "skip")(t),
        wants_photo=True,
    ),
    "wrong": Question(
        words=lambda _t: Msg("ask-wrong"), take=take_several("wrong"), choices=_wrong_choices, multi=True
    ),
    "wants": Question(words=lambda _t: Msg("ask-wants"), take=take_wants, choices=_wants_choices, multi=True),
    "first_wish": Question(
        words=lambda _t: Msg("ask-first-wish"),
        take=take_first_wish,
        choices=_msgs("choice-first-wish", "revision", "accountability"),
    ),
    "contact": Question(
        words=lambda _t: Msg("ask-contact"), take=take_contact, choices=_msgs("choice-contact", "here")
    ),
    "review": Question(words=lambda t: t.review(), take=take_review, choices=_review_choices),
    "alarm_where": Question(
        words=lambda t: Msg("ask-alarm-where-care" if is_in_care(t) else "ask-alarm-where"),
        take=take_words("where"),
        choices=_msgs("choice", "skip"),
    ),
    "alarm_phone": Question(
        words=lambda _t: Msg("ask-alarm-phone"), take=take_words("phone"), choices=_msgs("choice", "skip")
    ),
    "alarm_company": Question(
        words=lambda _t: Msg("ask-alarm-company"),
        take=take_words("company"),
        choices=_msgs("choice-company", "with_someone", "alone", "skip"),
    ),
    "confirm_restart": Question(
        words=lambda _t: Msg("ask-restart"),
        take=take_pick("restart"),
        choices=_msgs("choice-restart", "yes", "no"),
    ),
    "refused": Question(
        words=lambda t: Msg("ask-refused-kept" if t.opens_case() else "ask-refused"),
        take=take_pick("reconsider"),
        choices=_msgs("choice-refused", "yes"),
    ),
    "closed": Question(
        words=lambda t: Msg("ask-closed", {"number": Quote(t.context.case.number if t.context.case else "")}),
        take=take_pick("after_close"),
        choices=_msgs("choice-closed", "reopen", "new", "no"),
    ),
}
