"""Which rules of the protocol hold for a case, and which one further sign would make hold.

A clause of a rule is data (`flows.protocol.model.Clause`); this module is its meaning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.evidence import Evidence, FiredRule
from flows.protocol import Clause, Protocol, Urgency

_CHANGE_AT_MOST = 5
MODEL = "M-"  # the rules for what the statistical reader finds
_RANKS = {level: level.rank for level in Urgency}
_DOUBTFUL = frozenset({"unlicensed_institution", "unlicensed_practitioner", "unregistered_drug", "unregistered_device"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What clauses are checked against, worked out once per case."""

    signs: frozenset[str]  # symptoms, legal clocks and likenesses
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
        signs=frozenset((*evidence.symptoms, *evidence.legal_clocks, *evidence.likeness)),
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
    return tuple(sorted(_without_needless(found, protocol), key=lambda rule: -_RANKS[rule.urgency]))


def _without_needless(found: list[FiredRule], protocol: Protocol) -> Iterator[FiredRule]:
    """A rule for the model stands only where no other rule says as much.

    An emergency of the body and one of the mind are different things to say.
    """

    def says_as_much(other: FiredRule, rule: FiredRule) -> bool:
        higher = _RANKS[other.urgency] - _RANKS[rule.urgency]
        if higher < 0 or (other.id.startswith(MODEL) and not higher):
            return False
        minds = {protocol.red_flags[each.id].order == "mind" for each in (other, rule)}
        return rule.urgency is not Urgency.emergency or len(minds) == 1

    for rule in found:
        if not rule.id.startswith(MODEL) or not any(says_as_much(other, rule) for other in found):
            yield rule


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
    named = clause.families or clause.procedures
    if named and facts.done.isdisjoint(clause.families) and facts.done.isdisjoint(clause.procedures):
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
    told = {**evidence.likeness, **evidence.legal_clocks, **evidence.symptoms}
    codes = [code for clause in clauses for code in (*clause.all, *clause.any, *clause.also_any) if code in told]
    pieces = (piece for code in codes for piece in told[code].split("; "))
    return "; ".join(dict.fromkeys(pieces))


def change(evidence: Evidence, protocol: Protocol, already: frozenset[str]) -> tuple[str, ...]:
    """Ids of urgent and emergency rules that one further sign would fire, the gravest first."""
    facts = facts_of(evidence, protocol)
    settled = facts.signs | evidence.denied
    near: list[str] = []
    for rule in protocol.grave_rules:
        if rule.id not in already:
            for clause in rule.when:
                if _one_away(clause, facts, settled):
                    near.append(rule.id)
                    break
            if len(near) == _CHANGE_AT_MOST:
                break
    return tuple(near)


def _one_away(clause: Clause, facts: Facts, settled: frozenset[str]) -> bool:
    """Whether exactly one further sign makes the clause hold; it can't be one of the `settled`, told or denied."""
    missing = 0
    if clause.any:
        short = clause.at_least - len(facts.signs.intersection(clause.any))
        if short > 0:
            if short > 1 or settled.issuperset(clause.any):
                return False
            missing = 1
    for code in clause.all:
        if code not in facts.signs:
            if missing or code in settled:
                return False
            missing = 1
    if clause.also_any and facts.signs.isdisjoint(clause.also_any):
        if missing or settled.issuperset(clause.also_any):
            return False
        missing = 1
    return missing == 1 and _applies(clause, facts)
