"""What is known of a case, and what of it made a rule hold: the types between reading and triage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.protocol import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of a case; plain JSON when stored."""

    symptoms: Mapping[str, str] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    procedure: str | None = None
    family: str = "unknown"
    family_guess: str = "unknown"  # where none is told: what the words only point to
    days: float | None = None
    place: str | None = None
    operator: str | None = None
    product_unknown: bool = False
    qualifiers: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    issues: Mapping[str, str] = field(default_factory=dict)
    wants: frozenset[str] = frozenset()
    legal_clocks: Mapping[str, str] = field(default_factory=dict)
    likeness: Mapping[str, str] = field(default_factory=dict)  # what the statistical reader found
    from_text: bool = True  # nothing but texts: no question about symptoms or wishes was answered
    minor: bool = False
    first_wish: str | None = None  # where both revision and accountability are wanted: which comes first
    also_done: frozenset[str] = frozenset()  # families and procedures, when the family is `other`
    text: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON-able copy; `from_json` gives an equal Evidence."""
        return {
            "symptoms": dict(self.symptoms),
            "denied": sorted(self.denied),
            "procedure": self.procedure,
            "family": self.family,
            "family_guess": self.family_guess,
            "days": self.days,
            "place": self.place,
            "operator": self.operator,
            "product_unknown": self.product_unknown,
            "qualifiers": sorted(self.qualifiers),
            "modifiers": sorted(self.modifiers),
            "issues": dict(self.issues),
            "wants": sorted(self.wants),
            "legal_clocks": dict(self.legal_clocks),
            "likeness": dict(self.likeness),
            "from_text": self.from_text,
            "minor": self.minor,
            "first_wish": self.first_wish,
            "also_done": sorted(self.also_done),
            "text": list(self.text),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Evidence":
        """The Evidence that `to_json` wrote."""
        return cls(
            symptoms=dict(stored["symptoms"]),
            denied=frozenset(stored["denied"]),
            procedure=stored["procedure"],
            family=stored["family"],
            family_guess=stored.get("family_guess", "unknown"),
            days=stored["days"],
            place=stored["place"],
            operator=stored["operator"],
            product_unknown=stored["product_unknown"],
            qualifiers=frozenset(stored["qualifiers"]),
            modifiers=frozenset(stored["modifiers"]),
            issues=dict(stored["issues"]),
            wants=frozenset(stored["wants"]),
            legal_clocks=dict(stored["legal_clocks"]),
            likeness=dict(stored.get("likeness", {})),
            from_text=stored.get("from_text", False),
            minor=stored["minor"],
            first_wish=stored.get("first_wish"),
            also_done=frozenset(stored.get("also_done", ())),
            text=tuple(stored["text"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """A rule that holds, with what made it hold in the person's words."""

    id: str
    urgency: Urgency
    evidence: str
