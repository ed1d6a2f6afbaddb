"""How severe a complication turned out, and how often the rules had it right.

Grades after Clavien and Dindo (Dindo D, Demartines N, Clavien PA. Ann Surg 2004;240:205-213; clinical.md 6),
given by a medical expert after contact, never by the machine. The suffix "d" marks a lasting disability.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.evaluation import Share
from flows.protocol import Urgency

LEGAL = "L-"  # rules of legal.md
GRADES = ("I", "II", "IIIa", "IIIb", "IVa", "IVb", "V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules said of one case, and what a clinician made of it."""

    fired: tuple[tuple[str, str], ...]  # rules and their urgency
    assessed_category: str
    category: str
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often what a rule said stood, among the judged cases in which it had fired."""

    rule: str
    urgency: Share  # not put below the rule's
    category: Share  # the category that the machine had given


def agreements(verdicts: Iterable[Verdict]) -> tuple[Agreement, ...]:
    """One for each clinical rule that fired in a judged case, by its id.

    A clinician's judgement says nothing of a legal rule: that a clock runs or evidence may vanish.
    """
    told: dict[str, list[tuple[bool, bool]]] = {}
    for verdict in verdicts:
        for rule, urgency in verdict.fired:
            if rule.startswith(LEGAL):
                continue
            stood = Urgency(verdict.urgency).rank >= Urgency(urgency).rank
            told.setdefault(rule, []).append((stood, verdict.category == verdict.assessed_category))
    return tuple(
        Agreement(
            rule=rule,
            urgency=Share(sum(urgency for urgency, _ in found), len(found)),
            category=Share(sum(category for _, category in found), len(found)),
        )
        for rule, found in sorted(told.items())
    )
