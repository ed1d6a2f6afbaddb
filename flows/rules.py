"""Which rules of the protocol hold for a case, and which one further sign would make hold.

A clause of a rule is data (`flows.protocol.model.Clause`); this module is its meaning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from flows.evidence import Evidence, FiredRule
from flows.protocol import Clause, Protocol, Urgency

_CHANGE_AT_MOST = 5
_RANKS = {level: level.rank for level in Urgency}
_DOUBTFUL = frozenset({"unlicensed_institution", "unlicensed_practitioner", "unregistered_drug", "unregistered_device"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What clauses are checked against, worked out once per case."""

    signs: frozenset[str]  # symptoms and legal clocks
    done: frozenset[str]  # procedures and families
    days: float | None
    qualifiers: frozenset[str]
    unlicensed: bool


def facts_of(evidence: Evidence, protocol: Protocol) -> Facts:
    """The facts of a case."""
    done = {evidence.family}
    if evidence.procedure:
        done.add(evidence.procedure)
    if evidence.family == "other":  # several at once: a rule for any of them counts
        done |= evidence.also_done
    return Facts(
        signs=frozenset(evidence.symptoms) | frozenset(evidence.legal_clocks),
        done=frozenset(done),
        days=evidence.days,
        qualifiers=evidence.qualifiers,
        unlicensed=is_unlicensed(evidence, protocol),
    )


def is_unlicensed(evidence: Evidence, protocol: Protocol) -> bool:
    """Modifier M2: nobody knows the product, or the place or the operator has no licence."""
    return (
        evidence.product_unknown
        or evidence.place in protocol.unlicensed_words
        or evidence.operator in protocol.unlicensed_words
        or not _DOUBTFUL.isdisjoint(evidence.issues)
    )


def fired(evidence: Evidence, protocol: Protocol) -> tuple[FiredRule, ...]:
    """All rules that hold, highest urgency first, each with the person's words for it."""
    facts = facts_of(evidence, protocol)
    found = []
    for rule in protocol.rules_near(facts.signs):
        holding = [clause for clause in rule.when if holds(clause, facts)]
        if holding:
            urgency = max((clause.urgency or rule.urgency for clause in holding), key=_RANKS.__getitem__)
            found.append(FiredRule(id=rule.id, urgency=urgency, evidence=_words(holding, evidence)))
    return tuple(sorted(found, key=lambda rule: -_RANKS[rule.urgency]))


def holds(clause: Clause, facts: Facts) -> bool:
    """Whether every part of the clause that is given holds."""
    return (
        facts.signs.issuperset(clause.all)
        and (not clause.any or len(facts.signs.intersection(clause.any)) >= clause.at_least)
        and (not clause.also_any or not facts.signs.isdisjoint(clause.also_any))
        and _applies(clause, facts)
    )


def _applies(clause: Clause, facts: Facts) -> bool:
    """Whether the clause could hold for this case, whatever the signs."""
    if clause.families or clause.procedures:
        named = {*clause.families, *clause.procedures}
        if facts.done.isdisjoint(named):
            return False
    if facts.days is not None:  # unknown days count as within
        if clause.min_days is not None and facts.days < clause.min_days:
            return False
        if clause.max_days is not None and facts.days > clause.max_days:
            return False
    return (
        facts.qualifiers.issuperset(clause.qualifiers)
        and facts.signs.isdisjoint(clause.none)
        and (facts.unlicensed or not clause.unlicensed_or_unknown_product)
    )


def _words(clauses: Iterable[Clause], evidence: Evidence) -> str:
    told = {**evidence.legal_clocks, **evidence.symptoms}
    codes = [code for clause in clauses for code in (*clause.all, *clause.any, *clause.also_any) if code in told]
    pieces = (piece for code in codes for piece in told[code].split("; "))
    return "; ".join(dict.fromkeys(pieces))


def change(evidence: Evidence, protocol: Protocol, already: frozenset[str]) -> tuple[str, ...]:
    """Ids of urgent and emergency rules that one further sign would fire, the gravest first."""
    facts = facts_of(evidence, protocol)
    near = (
        rule.id
        for rule in protocol.grave_rules
        if rule.id not in already and any(_one_away(clause, facts, evidence.denied) for clause in rule.when)
    )
    return tuple(islice(near, _CHANGE_AT_MOST))


def _one_away(clause: Clause, facts: Facts, denied: frozenset[str]) -> bool:
    """Whether exactly one further sign makes the clause hold; it can't be one that the person denied."""
    lacking = [code for code in clause.all if code not in facts.signs]
    if len(lacking) > 1 or not denied.isdisjoint(lacking):
        return False
    missing = len(lacking)
    for codes, needed in ((clause.any, clause.at_least), (clause.also_any, 1)):
        short = needed - len(facts.signs.intersection(codes)) if codes else 0
        if short > 0:
            missing += short
            if missing > 1 or facts.signs.union(denied).issuperset(codes):
                return False
    return missing == 1 and _applies(clause, facts)
