"""From evidence to an assessment: category, urgency, rules and who is to see it.

Follows clinical.md 3, 3.8, 3.9 and 4 and legal.md 4; taxonomy.md holds over both. `assess` is the
only place that decides category and urgency, and gives the same result for the same evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flows.category import Case, weigh
from flows.evidence import Evidence, FiredRule
from flows.protocol import Category, Protocol, Urgency
from flows.reading import Reader, Reading
from flows.rules import change, fired
from flows.status import Status

__all__ = ["Assessment", "Evidence", "FiredRule", "assess", "classify", "evidence_from"]

_REFERRING = ("soon", "urgent", "emergency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the protocol says of a case, and why."""

    category: Category
    also: tuple[str, ...]
    urgency: Urgency
    family: str
    procedure: str | None
    fired: tuple[FiredRule, ...]
    issues: tuple[str, ...]
    queues: tuple[str, ...]
    page: tuple[str, ...]
    change: tuple[str, ...]
    protocol: str
    looks_too_early: bool = False  # inside the healing window of clinical.md 4.2, nothing else
    evidence: Evidence | None = None  # what it stands on; None where no rule decided, or it was forgotten
    at_least: Urgency | None = None  # where it was raised above what the rules say: a cry for help, a failure

    @property
    def red_flags(self) -> tuple[str, ...]:
        """Ids of the fired rules, highest urgency first."""
        return tuple(rule.id for rule in self.fired)

    def raised_to(self, urgency: Urgency) -> "Assessment":
        """At least as urgent as this without a rule, for a person to look at; the same where it is so already."""
        if self.urgency.rank >= urgency.rank:
            return self
        return replace(self, urgency=urgency, at_least=urgency, queues=self.queues or ("duty",))

    def to_json(self) -> dict[str, Any]:
        """A JSON-able copy; `from_json` gives an equal Assessment."""
        return {
            "category": self.category.value,
            "also": list(self.also),
            "urgency": self.urgency.value,
            "family": self.family,
            "procedure": self.procedure,
            "fired": [{"id": rule.id, "urgency": rule.urgency.value, "evidence": rule.evidence} for rule in self.fired],
            "issues": list(self.issues),
            "queues": list(self.queues),
            "page": list(self.page),
            "change": list(self.change),
            "protocol": self.protocol,
            "looks_too_early": self.looks_too_early,
            "evidence": self.evidence.to_json() if self.evidence else None,
            "at_least": self.at_least.value if self.at_least else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Assessment":
        """The Assessment that `to_json` wrote."""
        fired = tuple(
            FiredRule(id=rule["id"], urgency=Urgency(rule["urgency"]), evidence=rule["evidence"])
            for rule in stored["fired"]
        )
        return cls(
            category=Category(stored["category"]),
            also=tuple(stored["also"]),
            urgency=Urgency(stored["urgency"]),
            family=stored["family"],
            procedure=stored["procedure"],
            fired=fired,
            issues=tuple(stored["issues"]),
            queues=tuple(stored["queues"]),
            page=tuple(stored["page"]),
            change=tuple(stored["change"]),
            protocol=stored["protocol"],
            looks_too_early=stored.get("looks_too_early", False),
            evidence=Evidence.from_json(stored["evidence"]) if stored.get("evidence") else None,
            at_least=Urgency(stored["at_least"]) if stored.get("at_least") else None,
        )


def evidence_from(readings: Iterable[Reading]) -> Evidence:
    """The evidence that texts alone give, later texts adding to earlier ones."""
    readings = list(readings)
    findings = [finding for reading in readings for finding in (*reading.findings, *reading.likely)]

    def told(kind: str, status: Status = Status.present) -> dict[str, str]:
        found: dict[str, str] = {}
        for finding in findings:
            if finding.kind == kind and finding.status is status:
                found.setdefault(finding.code, finding.evidence)
        return found

    symptoms = told("symptom")
    families, guesses = told("family"), told("family_guess")
    operators, places = told("operator"), told("place")
    days = [reading.days for reading in readings if reading.days is not None]
    ages = [reading.age for reading in readings if reading.age is not None]
    wants = list(told("want"))
    hinted = next((reading.family_hint for reading in readings if reading.family_hint != "unknown"), "unknown")
    return Evidence(
        symptoms=symptoms,
        denied=frozenset(told("symptom", Status.denied)) - symptoms.keys(),
        procedure=next(iter(told("procedure")), None),
        family=next(iter(families), "unknown"),
        family_guess=next(iter(guesses), hinted),
        days=days[0] if days else None,
        place=next(iter(places), None),
        operator=next(iter(operators), None),
        product_unknown="unknown_product" in told("product"),
        qualifiers=frozenset(told("qualifier")),
        modifiers=frozenset(told("modifier")),
        issues=told("issue"),
        wants=frozenset(wants),
        legal_clocks=told("legal_clock"),
        likeness=told("likeness"),
        minor=any(age < 18 for age in ages),
        first_wish=next((code for code in told("first_wish")), None),
        also_done=frozenset(told("procedure", Status.past)) | frozenset(told("family", Status.past)),
        text=tuple(reading.text for reading in readings),
    )


def assess(evidence: Evidence, protocol: Protocol, *, explain: bool = True) -> Assessment:
    """Decide category and urgency, and say why and what would change it.

    Without `explain` the last part, which costs more than all the rest, is left empty.
    """
    if evidence.family != "unknown" or evidence.family_guess == "unknown":
        return _assess(evidence, protocol, explain=explain)
    # A guess names the family, but never makes a case less grave than it is without one.
    plain = _assess(evidence, protocol, explain=explain)
    guessed = _assess(replace(evidence, family=evidence.family_guess), protocol, explain=explain)
    if guessed.urgency.rank >= plain.urgency.rank:
        return guessed
    return replace(plain, family=evidence.family_guess)


def _assess(evidence: Evidence, protocol: Protocol, *, explain: bool) -> Assessment:
    rules = fired(evidence, protocol)
    case = Case(evidence, protocol, rules)
    verdict = weigh(case)
    queues = _queues(case, verdict.category, verdict.also)
    return Assessment(
        category=verdict.category,
        also=verdict.also,
        urgency=verdict.urgency,
        family=evidence.family,
        procedure=evidence.procedure,
        fired=rules,
        issues=tuple(evidence.issues),
        queues=queues,
        page=_page(rules, evidence.family, protocol),
        change=change(evidence, protocol, frozenset(rule.id for rule in rules)) if explain else (),
        protocol=protocol.version,
        looks_too_early=verdict.too_early,
        evidence=evidence,
    )


def explained(assessment: Assessment, protocol: Protocol) -> Assessment:
    """One that was made without `explain`, with the last part."""
    assert assessment.evidence is not None
    return replace(assessment, change=change(assessment.evidence, protocol, frozenset(assessment.red_flags)))


def _queues(case: Case, category: Category, also: tuple[str, ...]) -> tuple[str, ...]:
    """The lead queue first; legal aid as well where a dispute is in the case."""
    lead = _lead(case, category)
    legal = Category.dispute in (category, *also)
    return tuple(dict.fromkeys(filter(None, (lead, "legal_aid" if legal else None)))) or ("duty",)


def _lead(case: Case, category: Category) -> str | None:
    for rule in case.clinical_rules + case.mind_rules:
        queue = case.protocol.red_flags[rule.id].queue
        if queue and rule.urgency.value in _REFERRING:
            return queue
    if category is Category.dispute:
        return None
    if category is Category.unclear:
        return "duty"
    procedure = case.protocol.procedures.get(case.evidence.procedure or "")
    if procedure is not None and procedure.queue:
        return procedure.queue
    family = case.protocol.families.get(case.evidence.family)
    return family.queue if family else "duty"


def _page(rules: Iterable[FiredRule], family: str, protocol: Protocol) -> tuple[str, ...]:
    """Whom to call at once: the queues of all urgent and emergency rules, the gravest first."""
    queues: list[str] = []
    for rule in rules:
        if rule.urgency.rank >= Urgency.urgent.rank:
            source = protocol.red_flags[rule.id]
            queues += [*source.page, *source.page_also.get(family, ())]
    return tuple(dict.fromkeys(queues))


def classify(message: str, reader: Reader, protocol: Protocol, *, today: date) -> dict[str, Any]:
    """One message to the codes of taxonomy.md, from the text alone."""
    assessment = assess(evidence_from([reader.read(message, today=today)]), protocol)
    return {
        "category": assessment.category.value,
        "also": list(assessment.also),
        "urgency": assessment.urgency.value,
        "procedure_family": assessment.family,
        "red_flags": list(assessment.red_flags),
        "rules": [{"id": rule.id, "evidence": rule.evidence} for rule in assessment.fired],
        "protocol": assessment.protocol,
    }
