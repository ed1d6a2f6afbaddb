"""The signs of a case as the desk reads them: there, gone since, denied, asked for; the newest word wins.

Urgency never falls by it: what fired stays on the card with both words (clinical.md 0, I1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.conversation import Words
from flows.dossier import present, spoken, ticked_ids
from flows.easing import named
from flows.facts import CaseFile, Told
from flows.mentions import in_context
from flows.protocol import Protocol, Text
from flows.reading import Status

MIND = ("suicidal_ideation", "suicide_plan_attempt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A symptom that is there, with the person's words where there are any."""

    code: str
    quote: str
    red: bool  # part of a fired rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A symptom that was there and is told to be gone; it keeps counting until a clinician decides."""

    sign: Words
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One of the safety questions and what came of it."""

    id: str
    label: Text
    told: Told


def signs_of(case: CaseFile, protocol: Protocol) -> tuple[Sign, ...]:
    """Symptoms that hold, those of fired rules first."""
    order: dict[str, int] = {}
    for rank, rule in enumerate(case.assessment.fired):
        for code in codes_of(rule.id, protocol):
            order.setdefault(code, rank)
    told, gone = spoken(case.session, "symptom", protocol), taken_back(case)
    codes = [code for code in dict.fromkeys((*told, *tapped(case))) if code in protocol.symptoms and code not in gone]
    codes.sort(key=lambda code: order.get(code, len(order)))
    return tuple(
        Sign(code=code, quote=in_context(told.get(code, ""), case.own_words), red=code in order) for code in codes
    )


def gone_signs(case: CaseFile, protocol: Protocol) -> tuple[Gone, ...]:
    """Signs that were taken back, with what was said before and after."""
    before = spoken(case.session, "symptom", protocol)
    return tuple(
        Gone(sign=named(code), before=before.get(code, ""), now=words) for code, words in taken_back(case).items()
    )


def denied_signs(case: CaseFile, protocol: Protocol) -> tuple[str, ...]:
    """What was denied and never told or ticked since: no old "no" stands beside a sign that counts."""
    counted = case.assessment.evidence.symptoms if case.assessment.evidence else ()
    ticked = case.answers.get("safety", {})
    counts_as = (code for q in protocol.must_asks if ticked.get(q.id, "no") != "no" for code in q.counts_as)
    told = spoken(case.session, "symptom", protocol)
    there = {*told, *tapped(case), *counted, *counts_as} - taken_back(case).keys()
    said = [
        item["code"] for item in case.session.findings if item["kind"] == "symptom" and item["status"] == Status.denied
    ]
    offered = case.answers.get("follow_up", {})
    left_out = () if offered.get("left") else offered.get("offered", ())
    return tuple(code for code in dict.fromkeys((*said, *left_out)) if code not in there)


def checks(case: CaseFile, protocol: Protocol) -> tuple[Check, ...]:
    """The safety questions, what is known of them first: answered by a tap, by the story, or not asked at all."""
    answers = case.answers.get("safety", {})
    gone = set(taken_back(case))
    there = {*spoken(case.session, "symptom", protocol), *tapped(case)} - gone
    ticked = dict.fromkeys(ticked_ids(case.session, protocol), "yes")
    found = []
    for question in protocol.must_asks:
        signs = {*question.symptoms, *question.counts_as}
        told = Told((ticked | answers).get(question.id, Told.not_asked))
        if there & signs:
            told = Told.yes
        elif gone & {question.id, *signs}:
            told = Told.no
        found.append(Check(id=question.id, label=question.label, told=told))
    order = list(Told)
    order.insert(1, order.pop(order.index(Told.unsure)))
    return tuple(sorted(found, key=lambda check: order.index(check.told)))


def self_harm(case: CaseFile, protocol: Protocol) -> bool:
    """Whether anything told, ticked or fired speaks of self-harm; whoever answers has to know it first."""
    ticked = case.answers.get("safety", {})
    asked = (question.id for question in protocol.must_asks if set(MIND) & set(question.symptoms))
    return (
        any(code in present(case.session, "symptom") for code in MIND)
        or any(ticked.get(id_, "no") != "no" for id_ in asked)
        or any(not codes_of(rule.id, protocol).isdisjoint(MIND) for rule in case.assessment.fired)
    )


def taken_back(case: CaseFile) -> Mapping[str, str]:
    """The newest word on signs that were there: taken back, each with the message that said so."""
    return {code: entry["text"] for entry in case.answers.get("taken_back", ()) for code in entry["codes"]}


def taken_back_of(rule: str, case: CaseFile, protocol: Protocol) -> tuple[str, ...]:
    """What was said later of the signs behind a rule."""
    codes = codes_of(rule, protocol)
    questions = {q.id for q in protocol.must_asks if codes & {*q.symptoms, *q.counts_as}}
    return distinct(words for code, words in taken_back(case).items() if code in codes | questions)


def codes_of(rule: str, protocol: Protocol) -> frozenset[str]:
    """The signs that a rule names."""
    clauses = protocol.red_flags[rule].when if rule in protocol.red_flags else ()
    return frozenset(code for clause in clauses for code in (*clause.any, *clause.also_any, *clause.all))


def tapped(case: CaseFile) -> tuple[str, ...]:
    """Symptoms that were picked from a list."""
    answers = case.answers
    asked = (answers.get(name, {}) for name in ("symptoms", "follow_up"))
    return (*answers.get("detail", ()), *(code for told in asked for code in told.get("codes", ())))


def distinct(quotes: Iterable[str]) -> tuple[str, ...]:
    """Quotes without repeats and without one that is part of a longer one."""
    unique = list(dict.fromkeys(quotes))
    return tuple(one for one in unique if not any(one != other and one in other for other in unique))
