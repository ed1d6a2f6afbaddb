"""The rules, the category and the urgency: every rule fires on what it names and on nothing less."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.evidence import Evidence
from flows.protocol import Category, Clause, Urgency, load
from flows.rules import facts_of, fired, holds
from flows.triage import Assessment, assess

PROTOCOL = load()
CLAUSES = [(rule.id, place, clause) for rule in PROTOCOL.red_flags.values() for place, clause in enumerate(rule.when)]
NAMES = [f"{rule}-{place}" for rule, place, _ in CLAUSES]


def evidence_for(clause: Clause) -> Evidence:
    """The least that makes a clause hold."""
    signs = {*clause.all, *clause.any[: clause.at_least], *clause.also_any[:1]}
    procedure = clause.procedures[0] if clause.procedures and not clause.families else None
    family = clause.families[0] if clause.families else "unknown"
    if procedure:
        family = PROTOCOL.procedures[procedure].family
    return Evidence(
        symptoms={code: code for code in signs if code in PROTOCOL.symptoms},
        legal_clocks={code: code for code in signs if code not in PROTOCOL.symptoms},
        family=family,
        procedure=procedure,
        days=clause.min_days if clause.min_days is not None else clause.max_days,
        qualifiers=frozenset(clause.qualifiers),
        product_unknown=bool(clause.unlicensed_or_unknown_product),
    )


@pytest.mark.parametrize(("rule", "place", "clause"), CLAUSES, ids=NAMES)
def test_every_clause_fires_its_rule_on_what_it_names(rule: str, place: int, clause: Clause) -> None:
    found = {hit.id: hit for hit in fired(evidence_for(clause), PROTOCOL)}
    assert rule in found
    least = clause.urgency or PROTOCOL.red_flags[rule].urgency
    assert found[rule].urgency.rank >= least.rank


@pytest.mark.parametrize(("rule", "place", "clause"), CLAUSES, ids=NAMES)
def test_no_clause_holds_when_one_needed_sign_is_missing(rule: str, place: int, clause: Clause) -> None:
    told = evidence_for(clause)
    for code in {*told.symptoms, *told.legal_clocks}:
        less = replace(
            told,
            symptoms={c: w for c, w in told.symptoms.items() if c != code},
            legal_clocks={c: w for c, w in told.legal_clocks.items() if c != code},
        )
        assert not holds(clause, facts_of(less, PROTOCOL))


@pytest.mark.parametrize(
    ("rule", "place", "clause"),
    [case for case in CLAUSES if case[2].max_days is not None],
    ids=[name for name, case in zip(NAMES, CLAUSES, strict=True) if case[2].max_days is not None],
)
def test_a_window_ends_on_its_last_day_and_unknown_days_are_inside(rule: str, place: int, clause: Clause) -> None:
    told = evidence_for(clause)
    assert clause.max_days is not None
    assert holds(clause, facts_of(replace(told, days=clause.max_days), PROTOCOL))
    assert not holds(clause, facts_of(replace(told, days=clause.max_days + 1), PROTOCOL))
    assert holds(clause, facts_of(replace(told, days=None), PROTOCOL))


@pytest.mark.parametrize(
    ("rule", "place", "clause"),
    [case for case in CLAUSES if case[2].families and "other" not in case[2].families],
    ids=[
        name for name, case in zip(NAMES, CLAUSES, strict=True) if case[2].families and "other" not in case[2].families
    ],
)
def test_a_clause_for_some_families_is_for_no_other(rule: str, place: int, clause: Clause) -> None:
    other = next(code for code in PROTOCOL.families if code not in clause.families)
    assert not holds(clause, facts_of(replace(evidence_for(clause), family=other), PROTOCOL))


def test_no_evidence_fires_nothing() -> None:
    assert fired(Evidence(), PROTOCOL) == ()


@pytest.mark.parametrize(
    ("told", "category"),
    [
        (Evidence(symptoms={"pus_discharge": "流脓"}, wants=frozenset({"refund"}), family="nose"), "complication"),
        (Evidence(symptoms={"asymmetry_general": "歪"}, wants=frozenset({"revision"}), family="nose"), "repair"),
        (Evidence(symptoms={"asymmetry_general": "歪"}, wants=frozenset({"refund"}), family="nose"), "dispute"),
        (Evidence(issues={"refund_refused": "不退"}, family="nose"), "dispute"),
        (Evidence(symptoms={"suicidal_ideation": "不想活"}, wants=frozenset({"refund"})), "dispute"),
        (Evidence(symptoms={"suicidal_ideation": "不想活"}, wants=frozenset({"revision"})), "repair"),
        (Evidence(symptoms={"swelling_general": "肿"}, family="nose", days=10), "complication"),
        (Evidence(symptoms={"result_unsatisfactory": "假"}, family="nose", days=10), "complication"),
        (Evidence(symptoms={"result_unsatisfactory": "假"}, family="nose", days=1000), "repair"),
        (Evidence(text=("在吗",)), "unclear"),
    ],
)
def test_an_open_need_comes_first_then_the_wish_decides(told: Evidence, category: str) -> None:
    assert assess(told, PROTOCOL).category is Category(category)


@pytest.mark.parametrize(("first", "category"), [("revision", "repair"), ("accountability", "dispute")])
def test_of_both_wishes_the_first_decides_and_the_other_stands_in_also(first: str, category: str) -> None:
    told = Evidence(
        symptoms={"scar_old": "疤"}, wants=frozenset({"revision", "refund"}), family="eyelid", first_wish=first
    )
    assessment = assess(told, PROTOCOL)
    assert assessment.category is Category(category)
    assert {assessment.category.value, *assessment.also} == {"repair", "dispute"}


def test_a_loss_of_function_long_stable_is_repair_when_revision_is_asked_and_not_when_it_worsens() -> None:
    told = Evidence(symptoms={"nose_obstruction": "不通气"}, wants=frozenset({"revision"}), family="nose", days=900)
    assert assess(told, PROTOCOL).category is Category.repair
    worse = replace(told, qualifiers=frozenset({"worsening"}))
    assert assess(worse, PROTOCOL).category is Category.complication


@pytest.mark.parametrize("change", [{"minor": True}, {"modifiers": frozenset({"diabetes"})}])
def test_circumstances_raise_an_active_sign_by_one_level_but_no_result(change: dict[str, object]) -> None:
    lump = Evidence(symptoms={"lump_firm": "硬块"}, family="filler", days=60)
    assert assess(lump, PROTOCOL).urgency is Urgency.soon
    assert assess(replace(lump, **change), PROTOCOL).urgency is Urgency.urgent
    dent = Evidence(symptoms={"skin_dent": "凹"}, family="filler", days=600, wants=frozenset({"revision"}))
    assert assess(replace(dent, **change), PROTOCOL).urgency is assess(dent, PROTOCOL).urgency


def test_an_unknown_product_raises_the_rules_of_toxin() -> None:
    told = Evidence(symptoms={"ptosis_one_side": "耷拉"}, family="botulinum", days=5)
    assert assess(told, PROTOCOL).urgency is Urgency.soon
    assert assess(replace(told, product_unknown=True), PROTOCOL).urgency is Urgency.urgent
    assert assess(replace(told, place="salon"), PROTOCOL).urgency is Urgency.urgent


def test_evidence_joins_distinct_words_once() -> None:
    told = Evidence(symptoms={"fever_high": "Q2", "chills_rigors": "Q2", "confusion_drowsy": "说胡话"}, days=2)
    found = {rule.id: rule.evidence for rule in fired(told, PROTOCOL)}
    assert sorted(found["RF-07"].split("; ")) == ["Q2", "说胡话"]


SIGNS = sorted(PROTOCOL.symptoms)
EVIDENCE = st.builds(
    Evidence,
    symptoms=st.dictionaries(st.sampled_from(SIGNS), st.just("x"), max_size=5),
    family=st.sampled_from(sorted(PROTOCOL.families)),
    days=st.none() | st.floats(0, 4000),
    wants=st.frozensets(st.sampled_from(["revision", "refund", "treatment"]), max_size=3),
    issues=st.dictionaries(st.sampled_from(sorted(PROTOCOL.issues)), st.just("y"), max_size=2),
    qualifiers=st.frozensets(st.sampled_from(["worsening", "sudden", "near_eye"]), max_size=2),
    minor=st.booleans(),
    text=st.just(("t",)),
)
EMERGENCIES = ["breathing_difficulty", "coughing_blood", "seizure", "limb_weakness_one_side", "chest_pain",
               "suicidal_ideation", "harm_others", "syncope_collapse"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(EVIDENCE, st.sampled_from(EMERGENCIES))
def test_a_present_emergency_always_decides_the_urgency(told: Evidence, sign: str) -> None:
    worse = replace(told, symptoms={**told.symptoms, sign: "z"})
    assessment = assess(worse, PROTOCOL)
    assert assessment.urgency is Urgency.emergency
    assert assessment.page
    assert assessment.fired[0].urgency is Urgency.emergency


@settings(max_examples=150, deadline=None)
@given(EVIDENCE)
def test_an_assessment_is_the_same_again_and_survives_json(told: Evidence) -> None:
    assessment = assess(told, PROTOCOL)
    again = Evidence.from_json(told.to_json())
    assert again == told
    assert assess(again, PROTOCOL) == assessment
    assert Assessment.from_json(assessment.to_json()) == assessment
    ranks = [rule.urgency.rank for rule in assessment.fired]
    assert ranks == sorted(ranks, reverse=True)
    assert len(assessment.change) <= 5
    assert not set(assessment.change) & set(assessment.red_flags)


@settings(max_examples=100, deadline=None)
@given(EVIDENCE)
def test_what_would_change_it_really_does(told: Evidence) -> None:
    for rule in assess(told, PROTOCOL).change:
        wanted = {c for clause in PROTOCOL.red_flags[rule].when for c in (*clause.any, *clause.all, *clause.also_any)}
        hits = (fired(_with(told, code), PROTOCOL) for code in wanted)
        assert any(rule in {hit.id for hit in found} for found in hits)


def _with(told: Evidence, code: str) -> Evidence:
    if code in PROTOCOL.symptoms:
        return replace(told, symptoms={**told.symptoms, code: code})
    return replace(told, legal_clocks={**told.legal_clocks, code: code})
