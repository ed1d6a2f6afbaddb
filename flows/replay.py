"""Running a stored case again: the same evidence under the same protocol has to give the same assessment."""

from dataclasses import dataclass, replace
from typing import Any

from flows.protocol import Protocol
from flows.triage import Assessment, assess

#: What triage decides; why and what would change it are compared under the same protocol only.
DECIDED = ("category", "also", "urgency", "family", "procedure", "fired", "issues", "queues", "looks_too_early")
SAID_OF_IT = ("change",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part of an assessment that comes out otherwise; codes only, no words of the person."""

    part: str
    before: Any
    now: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of running a case again; `differences` None where there is no evidence to run."""

    same_protocol: bool
    differences: tuple[Difference, ...] | None

    @property
    def is_broken(self) -> bool:
        """The same evidence under the same protocol gave something else."""
        return self.same_protocol and bool(self.differences)

    @property
    def would_change(self) -> bool:
        """Under this protocol the case would stand otherwise."""
        return not self.same_protocol and bool(self.differences)


def replay(stored: Assessment, protocol: Protocol) -> Replay:
    """Assess the stored evidence under this protocol and compare."""
    same = stored.protocol == protocol.version
    if stored.evidence is None:
        return Replay(same_protocol=same, differences=None)
    before, now = stored.to_json(), _raised(assess(stored.evidence, protocol), stored).to_json()
    parts = (*DECIDED, *SAID_OF_IT) if same else DECIDED
    differing = (part for part in parts if before[part] != now[part])
    return Replay(
        same_protocol=same,
        differences=tuple(
            Difference(part=part, before=_codes(before[part]), now=_codes(now[part]))
            for part in differing
            if same or _codes(before[part]) != _codes(now[part])
        ),
    )


def _raised(made: Assessment, stored: Assessment) -> Assessment:
    """A case that was raised without a rule (a cry for help, a failure) stays raised."""
    if stored.at_least is None or made.urgency.rank >= stored.at_least.rank:
        return made
    return replace(made, urgency=stored.at_least)


def _codes(part: Any) -> Any:
    """Rules without the words that fired them."""
    if isinstance(part, list):
        return [one["id"] if isinstance(one, dict) else one for one in part]
    return part
