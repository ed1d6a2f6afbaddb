"""The cards: nothing before claiming that tells who it is, nothing on a card that nobody said."""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.speech import speakers
from flows.conversation import Lines, Msg, Quote, Session, Term
from flows.dossier import absorb, is_rough
from flows.facts import CaseFile, Fact, Source, Told
from flows.legal_card import legal_card
from flows.outcome import submitted
from flows.protocol import Category, Protocol, Urgency, load
from flows.reading import Reader
from flows.severity import Verdict, agreements
from flows.summary import blind_card, sbar_card
from flows.triage import Assessment, FiredRule

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load()


def found(kind: str, code: str, words: str, status: str = "present") -> dict[str, str]:
    return {"kind": kind, "code": code, "status": status, "evidence": words}


def case(
    protocol: Protocol,
    answers: Mapping[str, Any] | None = None,
    findings: tuple[Mapping[str, Any], ...] = (),
    *,
    fired: tuple[FiredRule, ...] = (),
    category: Category = Category.complication,
    issues: tuple[str, ...] = (),
    change: tuple[str, ...] = (),
    photos: int = 0,
    submitted: bool = True,
) -> CaseFile:
    assessment = Assessment(
        category=category,
        also=(),
        urgency=fired[0].urgency if fired else Urgency.soon,
        family="filler",
        procedure=None,
        fired=fired,
        issues=issues,
        queues=("plastic",),
        page=(),
        change=change,
        protocol=protocol.version,
    )
    session = Session(
        flow="intake", version=1, state="review", locale="zh-CN", answers=answers or {}, findings=findings
    )
    return CaseFile(
        number="A2B-3C4", assessment=assessment, session=session, now=NOW, photos=photos, submitted=submitted
    )


def fact(facts: tuple[Fact, ...], key: str) -> Fact | None:
    return next((one for one in facts if one.key == key), None)


VISION = FiredRule(id="RF-12", urgency=Urgency.emergency, evidence="右眼看不清了")
STORY: dict[str, Any] = {
    "procedure": "nose_filler_ha",
    "family": "filler",
    "when": {"date": "2026-03-07", "text": "3天前"},
    "place": {"code": "salon", "text": "静安路丽人美容院"},
    "contact": {"here": False, "text": "李娜 13800001111"},
    "alarm": {"where": "上海浦东", "phone": "13800001111", "company": "alone"},
    "safety": {"Q1": "no"},
}
SEEN = (found("symptom", "vision_loss", "右眼看不清了"), found("symptom", "breathing_difficulty", "不喘", "denied"))


# -- before claiming


def test_blind_card_holds_no_word_of_the_person_and_nothing_of_the_clinic(protocol: Protocol) -> None:
    card = blind_card(case(protocol, STORY, SEEN, fired=(VISION,), photos=2), protocol)
    shown = repr(asdict(card))
    for secret in ("李娜", "13800001111", "上海", "丽人", "看不清"):
        assert secret not in shown


def test_blind_card_tells_what_decides_whether_to_take_it(protocol: Protocol) -> None:
    code = next(iter(protocol.procedures))
    card = blind_card(case(protocol, STORY | {"procedure": code}, SEEN, fired=(VISION,), photos=2), protocol)
    assert card.procedure == Term("procedure", code)
    assert card.since == Msg("desk-days", {"days": 3})
    assert card.place == "salon"
    assert card.photos == 2
    assert [flag.id for flag in card.flags] == ["RF-12"]


def test_a_day_told_in_own_words_that_could_not_be_read_stays_off_the_blind_card(protocol: Protocol) -> None:
    answers = {"when": {"date": None, "text": "李医生生日那天"}}
    assert blind_card(case(protocol, answers), protocol).since is None


# -- the clinical card


def test_not_asked_is_not_no(protocol: Protocol) -> None:
    first, second, *rest = protocol.must_asks
    card = sbar_card(case(protocol, {"safety": {first.id: "no", second.id: "unsure"}}), protocol)
    told = {check.id: check.told for check in card.checks}
    assert told[first.id] is Told.no
    assert told[second.id] is Told.unsure
    assert {told[question.id] for question in rest} == {Told.not_asked}


def test_what_was_never_asked_is_listed_and_has_no_line(protocol: Protocol) -> None:
    card = sbar_card(case(protocol, {}), protocol)
    assert card.situation == ()
    assert {"contact", "phone", "procedure", "since", "place", "allergies"} <= set(card.not_asked)


def test_place_unknown_to_the_person_was_asked_all_the_same(protocol: Protocol) -> None:
    card = sbar_card(case(protocol, {"place": {"code": "unknown"}}), protocol)
    place = fact(card.background, "place")
    assert place is not None
    assert place.told is Told.unsure
    assert place.words is None
    assert "place" not in card.not_asked


def test_each_fired_rule_comes_with_the_persons_words_its_description_and_source(protocol: Protocol) -> None:
    (reason,) = sbar_card(case(protocol, STORY, SEEN, fired=(VISION,)), protocol).reasons
    assert reason.quotes == ("右眼看不清了",)
    assert reason.description == protocol.red_flags["RF-12"].description
    assert reason.source == protocol.red_flags["RF-12"].source


def test_a_rule_fired_by_a_tap_names_the_question_instead_of_a_code(protocol: Protocol) -> None:
    question = next(q for q in protocol.must_asks if "vision_loss" in (*q.symptoms, *q.counts_as))
    fired = FiredRule(id="RF-12", urgency=Urgency.emergency, evidence=question.id)
    (reason,) = sbar_card(case(protocol, {"safety": {question.id: "yes"}}, fired=(fired,)), protocol).reasons
    assert reason.quotes == ()
    assert question.label in reason.answers


def test_a_quote_that_is_part_of_a_longer_one_is_told_once(protocol: Protocol) -> None:
    fired = FiredRule(id="RF-12", urgency=Urgency.emergency, evidence="看不清")
    (reason,) = sbar_card(case(protocol, STORY, SEEN, fired=(fired,)), protocol).reasons
    assert reason.quotes == ("右眼看不清了",)


def test_symptoms_of_fired_rules_come_first(protocol: Protocol) -> None:
    findings = (found("symptom", "bruising_prolonged", "青了"), found("symptom", "vision_loss", "看不清"))
    card = sbar_card(case(protocol, {}, findings, fired=(VISION,)), protocol)
    assert [(sign.code, sign.red) for sign in card.signs] == [("vision_loss", True), ("bruising_prolonged", False)]
    assert card.headline.args["worst"] == Term("symptom", "vision_loss")  # type: ignore[union-attr]  # a Msg


def test_pieces_of_evidence_are_quoted_one_by_one_and_codes_never(protocol: Protocol) -> None:
    fired = FiredRule(id="RF-12", urgency=Urgency.emergency, evidence="眼前发黑; vision_blur; 重影")
    (reason,) = sbar_card(case(protocol, {}, fired=(fired,)), protocol).reasons
    assert reason.quotes == ("眼前发黑", "重影")


def test_a_safety_question_ticked_without_a_symptom_stands_in_the_headline(protocol: Protocol) -> None:
    first = protocol.must_asks[0]
    card = sbar_card(case(protocol, {"safety": {first.id: "yes"}}), protocol)
    assert card.headline.args["worst"] == Term("must_ask", first.id)  # type: ignore[union-attr]  # a Msg


def test_age_pregnancy_and_unknown_products_stand_in_the_background(protocol: Protocol) -> None:
    findings = (
        found("modifier", "minor", "我16岁"),
        found("modifier", "pregnant", "怀孕三个月"),
        found("product", "unknown_product", "不知道打的什么"),
    )
    card = sbar_card(case(protocol, {}, findings), protocol)
    told = {one.key for one in card.background}
    assert {"minor", "conditions", "product"} <= told
    assert not told & set(card.not_asked)


def test_denied_symptoms_are_told_as_denied(protocol: Protocol) -> None:
    assert sbar_card(case(protocol, STORY, SEEN), protocol).denied == ("breathing_difficulty",)


def test_no_old_denial_stands_beside_a_sign_that_counts(protocol: Protocol) -> None:
    question = protocol.must_asks[0]
    code = question.counts_as[0]
    denied = (found("symptom", code, "不喘", "denied"),)
    assert sbar_card(case(protocol, {}, denied), protocol).denied == (code,)
    assert sbar_card(case(protocol, {"safety": {question.id: "yes"}}, denied), protocol).denied == ()


def test_the_newest_word_on_a_sign_wins_on_the_card_and_the_urgency_stays(protocol: Protocol) -> None:
    question = next(q for q in protocol.must_asks if "vision_loss" in q.symptoms)
    card = sbar_card(
        case(protocol, {"taken_back": [{"codes": ["vision_loss"], "text": "现在看得清了"}]}, SEEN, fired=(VISION,)),
        protocol,
    )
    assert card.signs == ()
    assert [(sign.sign, sign.before, sign.now) for sign in card.gone] == [
        (Term("symptom", "vision_loss"), "右眼看不清了", "现在看得清了")
    ]
    assert next(check.told for check in card.checks if check.id == question.id) is Told.no
    assert card.headline.args["worst"] == Msg("desk-worst-taken-back", {"sign": Term("symptom", "vision_loss")})  # type: ignore[union-attr]  # a Msg
    (reason,) = card.reasons
    assert (reason.urgency, reason.quotes, reason.taken_back) == (
        Urgency.emergency, ("右眼看不清了",), ("现在看得清了",),
    )  # fmt: skip


def test_questions_with_an_answer_stand_before_those_not_asked(protocol: Protocol) -> None:
    *_, last = protocol.must_asks
    told = [check.told for check in sbar_card(case(protocol, {"safety": {last.id: "unsure"}}), protocol).checks]
    assert told == [Told.unsure, *[Told.not_asked] * (len(protocol.must_asks) - 1)]


def test_what_the_text_mentions_is_shown_as_said_and_not_called_unasked(protocol: Protocol) -> None:
    text = "花了2万8在丽人美容医院做的，昨晚10点开始疼，对青霉素过敏"
    made = replace(case(protocol, {}), own_words=(text,))
    sbar, legal = sbar_card(made, protocol), legal_card(made, protocol)
    for facts, key, words in (
        (sbar.background, "onset", "昨晚10点"), (sbar.background, "clinic", "丽人美容医院"),
        (sbar.background, "allergies", "对青霉素过敏"), (legal.facts, "money", "2万8"),
        (legal.facts, "clinic", "丽人美容医院"),
    ):  # fmt: skip
        shown = fact(facts, key)
        assert shown is not None, key
        assert shown.words == Lines((Quote(words),), joiner=" · ")
        assert shown.source is Source.mentioned
    assert not {"onset", "clinic", "allergies"} & set(sbar.not_asked)
    assert not {"money", "clinic"} & set(legal.not_asked)
    assert "defendant_name" in legal.not_asked  # what people call it is not under which name it is registered
    assert "money" not in {one.key for one in sbar.background}  # clinicians see no finance (legal.md R11)


def test_a_time_told_roughly_is_shown_as_said_and_roughly_before_claiming(protocol: Protocol) -> None:
    made = case(protocol, {"when": {"date": "2025-07-13", "text": "8个月前"}})
    since = fact(sbar_card(made, protocol).background, "since")
    assert since is not None
    assert since.words == Msg("desk-since-said", {"said": Quote("8个月前"), "date": "2025-07"})
    assert blind_card(made, protocol).since == Msg("desk-about-months", {"n": 8})


@pytest.mark.parametrize(
    ("days", "text", "told"),
    [
        (3, "3天前", Msg("desk-days", {"days": 3})), (40, "40天前", Msg("desk-days", {"days": 40})),
        (14, "两周前", Msg("desk-about-weeks", {"n": 2})), (90, "三个月前", Msg("desk-about-months", {"n": 3})),
        (1100, "3 years ago", Msg("desk-about-years", {"n": 3})),
    ],
)  # fmt: skip
def test_a_span_is_never_told_more_exactly_than_it_was(protocol: Protocol, days: int, text: str, told: Msg) -> None:
    day = (NOW - timedelta(days=days)).date().isoformat()
    assert blind_card(case(protocol, {"when": {"date": day, "text": text}}), protocol).since == told


def test_what_was_asked_further_stands_on_the_card_as_there_as_denied_or_as_none(protocol: Protocol) -> None:
    asked = {
        "follow_up": {"codes": ["fever_high"], "offered": ["fever_high", "pus_discharge"]},
        "conditions": [],
    }
    card = sbar_card(case(protocol, asked), protocol)
    assert [sign.code for sign in card.signs] == ["fever_high"]
    assert card.denied == ("pus_discharge",)
    conditions = fact(card.background, "conditions")
    assert conditions is not None
    assert conditions.words == Msg("desk-none-named")
    left = {"follow_up": {"codes": [], "offered": ["pus_discharge"], "left": "unsure"}}
    assert sbar_card(case(protocol, left), protocol).denied == ()


def test_a_tapped_span_is_told_as_the_least_it_can_be(protocol: Protocol) -> None:
    card = sbar_card(case(protocol, {"when": {"date": "2026-02-08", "span": "months"}}), protocol)
    since = fact(card.background, "since")
    assert since is not None
    assert since.words == Msg("desk-days-at-least", {"days": 30})
    assert since.source is Source.patient


@pytest.mark.parametrize(
    ("told", "rough"),
    [("8个月前", True), ("两周前", True), ("半年", True), ("3 weeks ago", True), ("上周三", False), ("11月3号", False),
     ("3天前", False), ("2026年3月1日", False), ("昨天", False)],
)  # fmt: skip
def test_weeks_months_and_years_are_rough_and_dates_are_not(told: str, rough: bool) -> None:
    assert is_rough(told) == rough


def test_whoever_is_in_hospital_already_is_shown_as_such(protocol: Protocol) -> None:
    card = sbar_card(case(protocol, {"in_care": NOW.isoformat()}), protocol)
    assert fact(card.situation, "in_care") is not None


def test_a_danger_sign_that_was_only_ticked_is_named_as_the_question_that_was_ticked(protocol: Protocol) -> None:
    """A tick raises the alarm before the list is sent off; nobody said "trouble breathing"."""
    fired = (FiredRule(id="RF-01", urgency=Urgency.emergency, evidence="Q1"),)
    card = sbar_card(case(protocol, {}, (found("symptom", "breathing_difficulty", "Q1"),), fired=fired), protocol)
    assert card.signs == ()
    assert card.reasons[0].quotes == ()
    assert card.reasons[0].answers == (protocol.must_asks[0].label,)
    assert card.headline.args["worst"] == Term("must_ask", "Q1")  # type: ignore[union-attr]


def test_whoever_skipped_the_phone_question_was_asked(protocol: Protocol) -> None:
    card = sbar_card(case(protocol, {"alarm": {"where": "上海", "phone": ""}}), protocol)
    phone = fact(card.situation, "phone")
    assert phone is not None
    assert phone.told is Told.unsure
    assert fact(card.situation, "where") == Fact(key="where", told=Told.yes, words=Quote("上海"), source=Source.words)
    assert "company" in card.not_asked


def test_what_would_change_it_names_the_worst_first(protocol: Protocol) -> None:
    urgent = next(id_ for id_, rule in protocol.red_flags.items() if rule.urgency is Urgency.urgent)
    card = sbar_card(case(protocol, {}, change=(urgent, "RF-01", "gone")), protocol)
    assert [change.id for change in card.change] == ["RF-01", urgent]


@pytest.mark.parametrize(
    ("fired", "photos", "submitted", "asked"),
    [
        ((VISION,), 0, True, ("call-patient", "advise-hospital")),
        ((), 2, True, ("judge", "read-photos")),
        ((), 0, False, ("judge", "unfinished")),
    ],
)
def test_the_expert_is_told_what_is_asked_of_them(
    protocol: Protocol, fired: tuple[FiredRule, ...], photos: int, submitted: bool, asked: tuple[str, ...]
) -> None:
    card = sbar_card(case(protocol, {}, fired=fired, photos=photos, submitted=submitted), protocol)
    assert card.request == asked


# -- the legal card

DISPUTE: dict[str, Any] = {
    "procedure_text": "埋线",
    "family": "other",
    "procedure": "other_procedure",
    "wrong": {"codes": ["refund_refused"]},
    "wants": {"codes": ["refund"], "text": "退两万"},
    "safety": {},
}


def test_the_legal_card_shows_no_symptoms_but_that_something_clinical_is_open(protocol: Protocol) -> None:
    card = legal_card(case(protocol, STORY, SEEN, fired=(VISION,), issues=("refund_refused",)), protocol)
    clinical = fact(card.safety, "clinical")
    assert clinical is not None
    assert clinical.words is not None
    assert card.reasons == ()
    assert "vision" not in repr(card.facts) + repr(card.story)


@pytest.mark.parametrize(
    ("clinical", "words"),
    [
        ("held", "desk-clinical-open"), ("queued", "desk-clinical-waiting"), ("closed", "desk-clinical-ended"),
        ("none", "desk-clinical-nobody"),
    ],
)  # fmt: skip
def test_legal_aid_reads_that_somebody_follows_only_when_somebody_does(
    protocol: Protocol, clinical: str, words: str
) -> None:
    made = replace(case(protocol, STORY, SEEN, fired=(VISION,)), clinical=clinical)
    state = fact(legal_card(made, protocol).safety, "clinical")
    assert state is not None
    assert state.words == Msg(words)


@pytest.mark.parametrize(
    ("answers", "findings", "fired", "told"),
    [
        ({}, (found("symptom", "suicidal_ideation", "不想活了"),), (), True),
        ({"safety": {"Q7": "yes"}}, (), (), True),
        ({"safety": {"Q7": "unsure"}}, (), (), True),
        ({}, (), (FiredRule(id="RF-10", urgency=Urgency.emergency, evidence="x"),), True),
        ({"safety": {"Q7": "no"}}, (found("symptom", "suicidal_ideation", "没有不想活", "denied"),), (), False),
    ],
)
def test_self_harm_is_told_before_claiming(
    protocol: Protocol,
    answers: dict[str, Any],
    findings: tuple[Mapping[str, Any], ...],
    fired: tuple[FiredRule, ...],
    told: bool,
) -> None:
    made = replace(case(protocol, answers, findings, fired=fired, category=Category.dispute), track="legal")
    assert blind_card(made, protocol).self_harm is told


def test_each_track_reads_its_own_rules_and_danger_is_for_both(protocol: Protocol) -> None:
    fired = tuple(
        FiredRule(id=id_, urgency=protocol.red_flags[id_].urgency, evidence="x") for id_ in ("RF-12", "L-E1", "L-S1")
    )
    made = case(protocol, {}, fired=fired)

    def flags(track: str) -> set[str]:
        return {flag.id for flag in blind_card(replace(made, track=track), protocol).flags}

    assert flags("clinical") == {"RF-12", "L-E1"}
    assert flags("legal") == {"L-E1", "L-S1"}
    assert flags("coordination") == {"RF-12", "L-E1", "L-S1"}
    assert {reason.id for reason in sbar_card(made, protocol).reasons} == {"RF-12", "L-E1"}
    assert {reason.id for reason in legal_card(made, protocol).reasons} == {"L-E1", "L-S1"}


def test_a_symptom_ticked_later_answers_the_safety_question_after_all(protocol: Protocol) -> None:
    question = next(q for q in protocol.must_asks if "eye_pain" in q.symptoms)
    answers = {"safety": {question.id: "no"}, "symptoms": {"codes": ["eye_pain"]}}
    told = {check.id: check.told for check in sbar_card(case(protocol, answers), protocol).checks}
    assert told[question.id] is Told.yes


def test_grounds_are_those_said_and_those_ticked_each_once(protocol: Protocol) -> None:
    findings = (found("issue", "records_withheld", "他们不给病历"),)
    made = case(protocol, DISPUTE, findings, category=Category.dispute, issues=("records_withheld", "refund_refused"))
    card = legal_card(made, protocol)
    assert [(claim.code, claim.quote) for claim in card.issues] == [
        ("records_withheld", "他们不给病历"),
        ("refund_refused", ""),
    ]
    records = fact(card.evidence, "records")
    assert records is not None
    assert records.words == Msg("desk-evidence-withheld")


def test_evidence_nobody_asked_for_is_not_called_missing(protocol: Protocol) -> None:
    card = legal_card(case(protocol, DISPUTE, category=Category.dispute), protocol)
    assert {one.told for one in card.evidence} == {Told.not_asked}


def test_no_complaint_is_said_only_when_every_safety_question_was_answered_no(protocol: Protocol) -> None:
    every = {question.id: "no" for question in protocol.must_asks}
    part = dict(list(every.items())[:2])

    def told(answers: Mapping[str, str]) -> Told:
        made = legal_card(case(protocol, {"safety": answers}, category=Category.dispute), protocol)
        clinical = fact(made.safety, "clinical")
        assert clinical is not None
        return clinical.told

    assert told(every) is Told.no
    assert told(part) is Told.unsure
    assert told({}) is Told.not_asked


def test_thoughts_of_suicide_stand_on_the_safety_line(protocol: Protocol) -> None:
    findings = (found("symptom", "suicidal_ideation", "不想活了"),)
    mind = fact(legal_card(case(protocol, {}, findings, category=Category.dispute), protocol).safety, "self_harm")
    assert mind is not None
    assert mind.told is Told.yes


def test_next_steps_are_at_most_three_and_name_their_article(protocol: Protocol) -> None:
    codes = tuple(protocol.issues)[:5]
    steps = legal_card(case(protocol, {}, category=Category.dispute, issues=codes), protocol).steps
    assert [step.issue for step in steps] == list(codes[:3])
    assert all(step.source for step in steps)


def test_both_cards_speak_both_languages_without_a_missing_word(protocol: Protocol) -> None:
    from bot.speech import speakers

    made = case(protocol, STORY | DISPUTE, SEEN, fired=(VISION,), issues=tuple(protocol.issues), photos=1)
    for speaker in speakers(protocol).values():
        sbar, legal = sbar_card(made, protocol), legal_card(made, protocol)
        facts = (*sbar.situation, *sbar.background, *legal.safety, *legal.facts, *legal.evidence)
        for one in facts:
            assert speaker.text(f"desk-fact-{one.key.replace('_', '-')}")
            if one.words is not None:
                assert speaker(one.words)
        for key in (*sbar.not_asked, *legal.not_asked):
            assert speaker.text(f"desk-fact-{key.replace('_', '-')}")
        for id_ in sbar.request:
            assert speaker.text(f"desk-request-{id_}")
        assert speaker(sbar.headline)
        assert speaker(legal.story)


# -- the product of a filler decides what may dissolve it

NOSE = {"procedure": "filler_ha_nose", "family": "filler"}


@pytest.mark.parametrize(
    "told",
    [
        "I had nose filler an hour ago and my nose is white",
        "I had collagen nose filler (not hyaluronic acid) yesterday",
        "nose filler yesterday. It was Radiesse, not HA",
        "I don't know if it was HA, they did my nose filler today",
        "昨天打鼻子了，发白",
        "昨天打鼻子，打的不是玻尿酸",
        "打了山根，不知道是不是玻尿酸",
    ],
)
def test_hyaluronic_acid_is_not_put_on_a_card_by_anybody_who_did_not_say_it(protocol: Protocol, told: str) -> None:
    answers, findings = absorbed(told, protocol)
    assert answers["procedure"].startswith(("filler_ha", "filler_collagen", "filler_biostim"))
    one = case(protocol, NOSE | {"ha": answers["ha"]} if "ha" in answers else NOSE, findings)
    for locale, speaker in speakers(protocol).items():
        shown = blind_card(one, protocol).procedure
        assert shown is not None
        assert not re.search("HA|玻尿酸", speaker(shown)), (locale, speaker(shown))


@pytest.mark.parametrize(
    "told", ["HA nose filler yesterday", "昨天玻尿酸隆鼻", "they used Juvederm for my nose filler"]
)
def test_hyaluronic_acid_that_was_said_is_on_the_card(protocol: Protocol, told: str) -> None:
    answers, findings = absorbed(told, protocol)
    shown = blind_card(case(protocol, NOSE | answers, findings), protocol).procedure
    assert shown == Term("procedure_named", "filler_ha_nose")


def test_a_product_nobody_named_is_said_not_to_be_told(protocol: Protocol) -> None:
    shown = blind_card(case(protocol, NOSE), protocol).procedure
    assert shown is not None
    assert speakers(protocol)["en"](shown) == "Filler, nose, product not told"


def test_a_correction_counts_from_then_on(protocol: Protocol) -> None:
    answers, findings = absorbed("HA nose filler yesterday", protocol)
    absorb(answers, findings, Reader(protocol).read("it was Radiesse, not HA", today=NOW.date()), NOW)
    assert answers["ha"] is False


def absorbed(told: str, protocol: Protocol) -> tuple[dict[str, Any], tuple[Mapping[str, Any], ...]]:
    answers: dict[str, Any] = {}
    findings = absorb(answers, (), Reader(protocol).read(told, today=NOW.date()), NOW)
    return answers, findings


# -- the side of the body is not lost


@pytest.mark.parametrize(
    ("told", "words", "shown"),
    [
        (
            "Filler today. My left eye hurts, now I can't see. Help",
            "now I can't see",
            "My left eye hurts, now I can't see",
        ),
        ("昨天打的。左眼疼，看不见了。怎么办", "看不见了", "左眼疼，看不见了"),
        ("右眼看不清了" + "，真的很害怕" * 30, "看不清了", "右眼看不清了"),
        ("something else", "now I can't see", "now I can't see"),
    ],
)
def test_a_sign_is_quoted_with_its_sentence(protocol: Protocol, told: str, words: str, shown: str) -> None:
    blind = FiredRule(id="RF-12", urgency=Urgency.emergency, evidence=words)
    one = replace(case(protocol, {}, (found("symptom", "vision_loss", words),), fired=(blind,)), own_words=(told,))
    card = sbar_card(one, protocol)
    assert card.signs[0].quote == shown
    assert card.reasons[0].quotes == (shown,)


@pytest.mark.parametrize(
    "told", ["I am 17 and my nose filler went wrong", "我17岁，打了鼻子", "She is 16 years old, lip filler"]
)
def test_an_age_under_18_is_on_every_card(protocol: Protocol, told: str) -> None:
    answers, findings = absorbed(told, protocol)
    one = case(protocol, answers, findings, issues=("minor_no_guardian",))
    assert blind_card(one, protocol).minor
    assert "minor" not in sbar_card(one, protocol).not_asked
    assert next(fact for fact in legal_card(one, protocol).safety if fact.key == "minor").told is Told.yes


# -- a rule that fired below its urgency, a category that a clinician set


def test_a_flag_shows_the_urgency_it_fired_with(protocol: Protocol) -> None:
    late = FiredRule(id="RF-23", urgency=Urgency.urgent, evidence="看不清")
    assert protocol.red_flags["RF-23"].urgency is Urgency.emergency
    (flag,) = blind_card(case(protocol, fired=(late,)), protocol).flags
    assert flag.urgency is Urgency.urgent


def test_a_rule_that_fired_below_its_urgency_does_not_send_for_an_ambulance(protocol: Protocol) -> None:
    for urgency, told in ((Urgency.urgent, False), (Urgency.emergency, True)):
        one = case(protocol, fired=(FiredRule(id="RF-23", urgency=urgency, evidence="看不清"),))
        words = submitted(one.assessment, protocol, one.number, NOW)
        assert ("rule_text" in repr(words)) is told


def test_the_judged_category_stands_on_the_card(protocol: Protocol) -> None:
    one = case(protocol, category=Category.dispute)
    one = replace(one, judged=Category.repair, assessment=replace(one.assessment, also=("repair",)))
    card = blind_card(one, protocol)
    assert (card.category, card.also) == ("repair", ())


def test_a_clinical_judgement_does_not_score_legal_rules() -> None:
    fired = (("L-U2", "urgent"), ("RF-12", "emergency"))
    verdict = Verdict(fired=fired, assessed_category="dispute", category="complication", urgency="soon")
    assert [one.rule for one in agreements([verdict])] == ["RF-12"]
