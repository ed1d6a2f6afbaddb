"""How well texts alone are read: labelled messages against what triage says of them.

The labels are codes of taxonomy.md. What counts is fixed by the acceptance gate of clinical.md section 9:
emergencies recognised (sensitivity), false alarms among the rest, and how far the urgency is off.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from flows.protocol import Category, Protocol, Urgency
from flows.reading import Finding, Reader
from flows.triage import assess, evidence_from

_Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Label:
    """What the clinicians say of a message; `also` in the order of the codes."""

    category: str
    also: tuple[str, ...]
    urgency: str
    family: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with its label."""

    id: str
    lang: str
    message: str
    gold: Label


@dataclass(frozen=True, slots=True)
class Result:
    """A labelled message, what triage says of it, and what was read in it."""

    told: Labelled
    got: Label
    rules: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def steps_off(self) -> int:
        """How many levels of urgency too high (above 0) or too low (below 0)."""
        return Urgency(self.got.urgency).rank - Urgency(self.told.gold.urgency).rank

    @property
    def is_missed(self) -> bool:
        """An emergency that was not recognised."""
        return self.told.gold.urgency == Urgency.emergency != self.got.urgency

    @property
    def is_false_alarm(self) -> bool:
        """An emergency where there is none."""
        return self.got.urgency == Urgency.emergency != self.told.gold.urgency


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.hits / self.total if self.total else None

    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson (JASA 1927;22:209-212); (0, 1) of nothing."""
        if not self.total:
            return 0.0, 1.0
        p, n = self.hits / self.total, self.total
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)


def labelled(record: Mapping[str, Any]) -> Labelled:
    """One line of a labelled file.

    {"id", "lang", "message", "gold": {"category", "also": [], "urgency", "procedure_family"}}
    Raises ValueError, in words, where a part is missing or a code is none of the taxonomy's.
    """
    try:
        gold = record["gold"]
        label = Label(
            category=Category(gold["category"]).value,
            also=tuple(sorted(Category(code).value for code in gold.get("also", ()))),
            urgency=Urgency(gold["urgency"]).value,
            family=str(gold["procedure_family"]),
        )
        return Labelled(str(record.get("id", "")), str(record.get("lang", "")), str(record["message"]), label)
    except KeyError as missing:
        raise ValueError(f"{missing.args[0]!r} is missing") from None
    except TypeError:
        raise ValueError("not an object with a message and a gold label") from None


def judge(told: Labelled, reader: Reader, protocol: Protocol, *, today: date) -> Result:
    """Read and triage the message as `aidline classify` does, and keep what was read."""
    reading = reader.read(told.message, today=today)
    found = assess(evidence_from([reading]), protocol, explain=False)
    got = Label(found.category.value, tuple(sorted(found.also)), found.urgency.value, found.family)
    return Result(told, got, found.red_flags, (*reading.findings, *reading.likely))


#: The figures by name, each with whom it is about and who of them counts.
_FIGURES: dict[str, tuple[Callable[[Result], bool], Callable[[Result], bool]]] = {
    "emergency sensitivity": (lambda r: r.told.gold.urgency == Urgency.emergency, lambda r: not r.is_missed),
    "false alarms": (lambda r: r.told.gold.urgency != Urgency.emergency, lambda r: r.is_false_alarm),
    "category": (lambda r: True, lambda r: r.got.category == r.told.gold.category),
    "also": (lambda r: True, lambda r: r.got.also == r.told.gold.also),
    "family": (lambda r: True, lambda r: r.got.family == r.told.gold.family),
    "urgency": (lambda r: True, lambda r: r.steps_off == 0),
    "urgency within one step": (lambda r: True, lambda r: abs(r.steps_off) <= 1),
    "urgency too low": (lambda r: True, lambda r: r.steps_off < 0),
}


def figures(results: Sequence[Result]) -> dict[str, Share]:
    """Every figure by its name."""
    made = {}
    for name, (is_about, counts) in _FIGURES.items():
        about = [result for result in results if is_about(result)]
        made[name] = Share(sum(map(counts, about)), len(about))
    return made


def confusion(results: Iterable[Result], part: str) -> dict[tuple[str, str], int]:
    """How often each label (first) was taken for each (second); `part` is a field of Label."""
    return dict(Counter((getattr(one.told.gold, part), getattr(one.got, part)) for one in results))
