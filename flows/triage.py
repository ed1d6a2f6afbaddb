"""From evidence to an assessment: category, urgency, rules and who is to see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.protocol import Category, Protocol, Urgency
from flows.reading import Reader, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of a case; plain JSON when stored."""

    symptoms: Mapping[str, str] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    procedure: str | None = None
    family: str = "unknown"
    days: float | None = None
    place: str | None = None
    operator: str | None = None
    product_unknown: bool = False
    qualifiers: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    issues: Mapping[str, str] = field(default_factory=dict)
    wants: frozenset[str] = frozenset()
    legal_clocks: Mapping[str, str] = field(default_factory=dict)
    minor: bool = False
    text: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON-able copy; `from_json` gives an equal Evidence."""
        return {
            "symptoms": dict(self.symptoms),
            "denied": sorted(self.denied),
            "procedure": self.procedure,
            "family": self.family,
            "days": self.days,
            "place": self.place,
            "operator": self.operator,
            "product_unknown": self.product_unknown,
            "qualifiers": sorted(self.qualifiers),
            "modifiers": sorted(self.modifiers),
            "issues": dict(self.issues),
            "wants": sorted(self.wants),
            "legal_clocks": dict(self.legal_clocks),
            "minor": self.minor,
            "text": list(self.text),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Evidence":
        """The Evidence that `to_json` wrote."""
        sets = {name: frozenset(stored[name]) for name in ("denied", "qualifiers", "modifiers", "wants")}
        maps = {name: dict(stored[name]) for name in ("symptoms", "issues", "legal_clocks")}
        plain = {
            name: stored[name]
            for name in ("procedure", "family", "days", "place", "operator", "product_unknown", "minor")
        }
        return cls(**sets, **maps, **plain, text=tuple(stored["text"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """A rule that holds, with what made it hold in the person's words."""

    id: str
    urgency: Urgency
    evidence: str


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

    @property
    def red_flags(self) -> tuple[str, ...]:
        """Ids of the fired rules, highest urgency first."""
        return tuple(rule.id for rule in self.fired)

    def to_json(self) -> dict[str, Any]:
        """A JSON-able copy; `from_json` gives an equal Assessment."""
        return {
            "category": self.category.value,
            "also": list(self.also),
            "urgency": self.urgency.value,
            "family": self.family,
            "procedure": self.procedure,
            "fired": [
                {"id": rule.id, "urgency": rule.urgency.value, "evidence": rule.evidence}
                for rule in self.fired
            ],
            "issues": list(self.issues),
            "queues": list(self.queues),
            "page": list(self.page),
            "change": list(self.change),
            "protocol": self.protocol,
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
        )


def evidence_from(readings: Iterable[Reading]) -> Evidence:
    """The evidence that texts alone give."""
    return Evidence(text=tuple(reading.text for reading in readings))


def assess(evidence: Evidence, protocol: Protocol) -> Assessment:
    """Decide category and urgency; the only place that does."""
    return Assessment(
        category=Category.unclear,
        also=(),
        urgency=Urgency.soon,
        family=evidence.family,
        procedure=evidence.procedure,
        fired=(),
        issues=(),
        queues=("duty",),
        page=(),
        change=(),
        protocol=protocol.version,
    )


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
