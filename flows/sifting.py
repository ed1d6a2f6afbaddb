"""Which of the phrases found in a text count: no idioms, no reach over other body parts, the longest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flows.matching import Match
from flows.spans import Spans

# A kind gives way to a longer phrase of these kinds ("blackhead" is not "black").
_OVER = {"symptom": ("symptom", "procedure"), "procedure": ("procedure",), "family": ("procedure", "family")}


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    whole: bool  # the guard has no gap


def sift(matches: Sequence[Match]) -> tuple[list[Match], list[Match]]:
    """Findings and cues that count."""
    guards = Spans(
        _Part(start, end, len(guard.parts) == 1)
        for guard in matches
        if guard.kind == "guard"
        for start, end in guard.parts
    )
    regions = Spans(match for match in matches if match.kind == "region")
    free = [match for match in matches if match.kind != "guard" and not _guarded(match, guards)]
    findings = [match for match in free if match.kind != "cue" and not _reaches_over(match, regions)]
    return _longest(findings), [match for match in free if match.kind == "cue"]


def _guarded(match: Match, guards: Spans[_Part]) -> bool:
    """Whether an idiom or another harmless phrase covers a part of the match.

    What is no symptom may be the guard's very words: "超声刀" is no knife, but a procedure. What
    stands in the gap of a guard is free: "bruise from my filler is still purple" tells of a filler.
    """
    slack = match.kind != "symptom"

    def holds(start: int, end: int, guard: _Part) -> bool:
        inside = guard.whole and start <= guard.start and guard.end <= end
        return inside and end - start + slack > guard.end - guard.start

    return any(not holds(start, end, guard) for start, end in match.parts for guard in guards.touching(start, end))


def _reaches_over(match: Match, regions: Spans[Match]) -> bool:
    """Whether another body part than the one it begins with stands in a gap of the match."""
    for (start, end), (following, _) in pairwise(match.parts):
        near = list(regions.touching(start, following))
        own = {region.code for region in near if start <= region.start and region.end <= end}
        gap = (region for region in near if end <= region.start < following)  # "右眼" of "右眼皮" stands in none
        if own and any(region.code not in own for region in gap):
            return True
    return False


def _longest(findings: list[Match]) -> list[Match]:
    over = Spans(match for match in findings if len(match.parts) == 1 or match.kind == "procedure")
    return [match for match in findings if len(match.parts) > 1 or not _covered(match, over)]


def _covered(match: Match, solid: Spans[Match]) -> bool:
    """Whether a longer match takes the place of this one.

    What was done may be told in pieces ("fat ... to my breasts") and covers other names; in pieces nothing
    covers a sign, which may stand in the gap.
    """
    over = _OVER.get(match.kind, (match.kind,))
    return any(
        other.kind in over
        and (len(other.parts) == 1 or match.kind != "symptom")
        and other.start <= match.start
        and match.end <= other.end
        and other.end - other.start > match.end - match.start
        for other in solid.touching(match.start, match.end)
    )
