"""Complication, repair or dispute, and how urgent (clinical.md 3.8, 3.9 and 4.1, legal.md 4.1, taxonomy.md).

An open clinical need comes first; between repair and dispute the person's wish decides. Risk of
self-harm sets the urgency and leaves the category (taxonomy.md holds over clinical.md 4.1 step 1).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flows.evidence import Evidence, FiredRule
from flows.protocol import Category, Protocol, Symptom, Urgency
from flows.rules import Facts, facts_of, holds

REVISION = frozenset({"revision"})
ACCOUNTABILITY = frozenset({"refund", "compensation", "accountability", "punishment", "records", "takedown"})
_TREATMENT = frozenset({"treatment", "second_opinion"})
_WORSE = frozenset({"worsening", "increasing", "spreading", "growing", "sudden", "new_onset"})
# Told of most stories and no ground for a dispute by themselves.
_NO_GROUND = frozenset({"overseas_or_foreign_doctor", "channel_or_platform"})
_OF_PERSON = ("RF-", "M-")  # rules of the body and mind, from phrases and from the model
_DANGER_NOW = "L-E"  # held, violence, a child at risk: danger to life and not only a legal clock


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `weigh` decides."""

    category: Category
    also: tuple[str, ...]
    urgency: Urgency
    too_early: bool


class Case:
    """Evidence with the rules that fired, and what follows from both."""

    def __init__(self, evidence: Evidence, protocol: Protocol, rules: tuple[FiredRule, ...]) -> None:
        self.evidence = evidence
        self.protocol = protocol
        self.rules = rules

    @cached_property
    def facts(self) -> Facts:
        """What the clauses of symptoms are checked against."""
        return facts_of(self.evidence, self.protocol)

    @cached_property
    def clinical_rules(self) -> list[FiredRule]:
        """Rules of the body."""
        return [rule for rule in self.rules if rule.id.startswith(_OF_PERSON) and not self._of_mind(rule)]

    @cached_property
    def mind_rules(self) -> list[FiredRule]:
        """Rules about self-harm, harm to others and distress."""
        return [rule for rule in self.rules if rule.id.startswith(_OF_PERSON) and self._of_mind(rule)]

    @cached_property
    def danger_rules(self) -> list[FiredRule]:
        """Legal rules where somebody is in danger now."""
        return [rule for rule in self.rules if rule.id.startswith(_DANGER_NOW)]

    def _of_mind(self, rule: FiredRule) -> bool:
        return self.protocol.red_flags[rule.id].order == "mind"

    @cached_property
    def body(self) -> list[Symptom]:
        """The present symptoms that are not of the mind."""
        found = [self.protocol.symptoms.get(code) for code in self.evidence.symptoms]
        return [symptom for symptom in found if symptom is not None and symptom.region != "mind"]

    @cached_property
    def worse(self) -> bool:
        """Whether something is said to get worse."""
        return not _WORSE.isdisjoint(self.evidence.qualifiers)

    @cached_property
    def active(self) -> list[Symptom]:
        """Symptoms that are an open clinical need (4.1 step 2), not a settled result."""
        return [symptom for symptom in self.body if symptom.active and not self.is_settled(symptom)]

    def is_settled(self, symptom: Symptom) -> bool:
        """A functional loss that has been the same for long is a result when one asks for more than care."""
        if symptom.stable_after_days is None or self.worse or not (self.wants_revision or self.wants_account):
            return False
        if self.evidence.days is None:
            return self.wants_revision
        return self.evidence.days >= symptom.stable_after_days

    @cached_property
    def reads_like(self) -> Category | None:
        """What the statistical reader takes a text for, as long as no question was answered."""
        if not self.evidence.from_text:
            return None
        found = (category for category in Category if f"like_{category}" in self.evidence.likeness)
        return next(found, None)

    @property
    def wants_revision(self) -> bool:
        """Whether the person asks to have the result changed."""
        return not REVISION.isdisjoint(self.evidence.wants)

    @property
    def wants_account(self) -> bool:
        """Whether the person asks for money, accountability or evidence."""
        return not ACCOUNTABILITY.isdisjoint(self.evidence.wants)

    @cached_property
    def judge_days(self) -> int | None:
        """Before this a result can't be judged (4.2)."""
        family = self.protocol.families.get(self.evidence.family)
        return family.judge_days if family else None


def weigh(case: Case) -> Verdict:
    """The category, what else applies, and the urgency."""
    category, too_early = _category(case)
    also = tuple(code for code in _also(case, category) if code != category)
    return Verdict(category, also, _urgency(case, category), too_early)


def _category(case: Case) -> tuple[Category, bool]:
    grave = any(rule.urgency.rank >= Urgency.urgent.rank for rule in case.clinical_rules)
    if grave:
        return Category.complication, False
    if case.reads_like is not None:
        return case.reads_like, False
    if case.active:
        return Category.complication, False
    revision, account = case.wants_revision, case.wants_account
    if revision and account:
        return (Category.repair if case.evidence.first_wish == "revision" else Category.dispute), False
    if revision:
        return Category.repair, False
    if account:
        return Category.dispute, False
    looks = bool(case.body)
    if looks and _inside_window(case):
        return Category.complication, True
    if case.evidence.issues and not (looks and not _grounds(case)):
        return Category.dispute, False
    if looks:
        return Category.repair, False
    if case.evidence.family != "unknown" and (_TREATMENT & case.evidence.wants or _worried_early(case)):
        return Category.complication, False
    if case.danger_rules or case.evidence.legal_clocks or case.evidence.issues:
        return Category.dispute, False
    return Category.unclear, False


def _inside_window(case: Case) -> bool:
    """4.1 step 3: too early to judge the result; an expert confirms the normal course."""
    days, judge = case.evidence.days, case.judge_days
    return days is not None and judge is not None and days < judge


def _worried_early(case: Case) -> bool:
    """Nothing is felt, but the person checks or fears signs inside the healing window."""
    return _inside_window(case) and bool(case.evidence.denied or "reassurance" in case.evidence.wants)


def _grounds(case: Case) -> bool:
    """Whether an issue is more than the result itself not being as promised."""
    return not {"effect_promise", "negligent_treatment", *_NO_GROUND}.issuperset(case.evidence.issues)


def _also(case: Case, category: Category) -> Iterator[str]:
    """What else applies; `dispute` whenever a ground for one is in the text (taxonomy.md)."""
    ground = case.evidence.from_text and "like_ground_for_dispute" in case.evidence.likeness
    if ground or case.wants_account or not _NO_GROUND.issuperset(case.evidence.issues):
        yield Category.dispute.value
    results = any(not symptom.active or case.is_settled(symptom) for symptom in case.body)
    if case.wants_revision or (category is Category.dispute and results):
        yield Category.repair.value


def _urgency(case: Case, category: Category) -> Urgency:
    """The highest of all rules and defaults, raised by circumstances (I1: max wins)."""
    levels = [rule.urgency for rule in (*case.clinical_rules, *case.mind_rules, *case.danger_rules)]
    levels += [level for symptom in case.body for level in _defaults(case, symptom)]
    if category in (Category.unclear, Category.complication) and not case.body and case.evidence.text:
        levels.append(Urgency.soon)  # typed but not recognised: a person reads it (3.8)
    urgency = _highest(levels)
    if case.active and (case.evidence.minor or case.evidence.modifiers):
        urgency = urgency.raised()
    return urgency


def _defaults(case: Case, symptom: Symptom) -> Iterator[Urgency]:
    """What a symptom is worth when no rule fires (3.8)."""
    if case.is_settled(symptom):
        yield Urgency.routine
        return
    special = [clause for clause in symptom.defaults if holds(clause, case.facts)]
    yield _highest([clause.urgency or symptom.default for clause in special]) if special else symptom.default


def _highest(levels: Iterable[Urgency]) -> Urgency:
    return max(levels, key=lambda level: level.rank, default=Urgency.routine)
