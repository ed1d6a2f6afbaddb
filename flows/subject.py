"""Which procedure a text is about, when it names several (taxonomy.md, procedure_family).

The concrete procedure decides the family. With several, it is the one that was done, that the time
stands by and that the symptoms or the request concern; if that can't be told, `other`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.context import Scene
from flows.cues import MorePhrases
from flows.matching import Match
from flows.normalise import COMMA, SENTENCE
from flows.protocol import Protocol
from flows.spans import Spans
from flows.status import Status
from flows.times import When

_NAMED, _HINTED = 3.0, 2.0  # a concrete procedure, a word of its family
_DONE, _DATED, _FIRST, _CONCERNED, _TYPICAL = 1.5, 1.5, 0.5, 2.5, 1.25
_WISHED, _NOT_DONE = 0.25, 0.1  # factors
_CLEAR_LEAD = 1.0
_LIST_GAP = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """The family and, if one is named, the procedure; `match` is where it stands."""

    family: str
    procedure: str | None
    match: Match | None

    def is_named_by(self, match: Match) -> bool:
        """Whether the match is a name of this very procedure or family."""
        return match.kind in ("procedure", "family") and match.code in (self.procedure, self.family)


def subject(
    scene: Scene,
    statuses: Mapping[Match, Status],
    whens: Sequence[When],
    protocol: Protocol,
    more: MorePhrases,
) -> Subject:
    """The procedure the text is about."""
    mentions = _mentions(scene, statuses, whens, protocol)
    if not mentions:
        return _by_region(scene, statuses, protocol, more)
    scores: defaultdict[str, float] = defaultdict(float)
    for family, _, _, weight in mentions:
        scores[family] = max(scores[family], weight) + (0.25 if scores[family] else 0.0)
    if len(scores) > 1:
        for family, bonus in _concerned(scene, statuses, protocol, more).items():
            if family in scores:
                scores[family] += bonus
    ranked = sorted(scores, key=lambda family: -scores[family])
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < _CLEAR_LEAD:
        return Subject("other", None, None)
    best = ranked[0]
    own = [mention for mention in mentions if mention[0] == best]
    family, procedure, match, _ = max(own, key=lambda mention: (mention[1] is not None, mention[3]))
    return Subject(family, procedure, match)


Mention = tuple[str, str | None, Match, float]


def _mentions(
    scene: Scene, statuses: Mapping[Match, Status], whens: Sequence[When], protocol: Protocol
) -> list[Mention]:
    found: list[Mention] = []
    placed = Spans(whens)
    for match in scene.findings:
        if match.kind == "procedure":
            family, procedure = protocol.procedures[match.code].family, match.code
            weight = _NAMED
        elif match.kind == "family":
            family, procedure, weight = match.code, None, _HINTED
        else:
            continue
        start, end = scene.normal.span(match.start, match.end, COMMA)
        done = scene.between("performed", start, end)
        if statuses[match] in (Status.denied, Status.elsewhere):
            weight *= _NOT_DONE
        elif not done and _wished(scene, match, start, end):
            weight *= _WISHED
        elif done:
            weight += _DONE
        if any(True for _ in placed.inside(start, end)):
            weight += _DATED
        if not found:
            weight += _FIRST
        # what is told of the first of a list is told of all
        weight = max([weight, *(before[3] for before in found[-3:] if _listed(scene, before[2], match))])
        found.append((family, procedure, match, weight))
    return found


def _listed(scene: Scene, first: Match, second: Match) -> bool:
    near = 0 < second.start - first.end <= _LIST_GAP
    return near and scene.between("listed", first.end, second.start)


def _wished(scene: Scene, match: Match, start: int, end: int) -> bool:
    wish = scene.before("wish", match.start, COMMA, reach=16)
    return (
        wish is not None
        or scene.between("wish_after", match.end, end)
        or (scene.normal.text[end - 1 : end] == "?" and scene.between("wish_or", start, end))
    )


def _concerned(
    scene: Scene, statuses: Mapping[Match, Status], protocol: Protocol, more: MorePhrases
) -> dict[str, float]:
    """Families that the present symptoms and the body parts beside them point to; looks point less."""
    points: defaultdict[str, float] = defaultdict(float)
    for match in scene.findings:
        if match.kind != "symptom" or statuses[match] is not Status.present:
            continue
        for family in more.typical.get(match.code, ()):
            points[family] = max(points[family], _TYPICAL)
        pointing = _CONCERNED if protocol.symptoms[match.code].active else _CONCERNED / 2
        start, end = scene.normal.span(match.start, match.end, SENTENCE)
        for region in scene.placed.inside(start, end):
            if region.kind == "region":
                near = scene.normal.deepest(min(match.end, region.end), max(match.start, region.start)) < COMMA
                for family in more.regions.get(region.code, ()):
                    points[family] = max(points[family], pointing if near else pointing / 2)
    return points


def _by_region(scene: Scene, statuses: Mapping[Match, Status], protocol: Protocol, more: MorePhrases) -> Subject:
    """No procedure is named: a body part that something was done to, or a result that only one family has."""
    for match in scene.findings:
        if match.kind != "region" or match.code not in more.regions:
            continue
        families = more.regions[match.code]
        start, end = scene.normal.span(match.start, match.end, COMMA)
        done = scene.between("performed", start, end) or any(
            other.kind == "symptom" and statuses[other] is Status.present and not protocol.symptoms[other.code].active
            for other in scene.placed.inside(start, end)
        )
        if done and len(families) == 1 and families[0] in protocol.families:
            return Subject(families[0], None, match)
    for match in scene.findings:
        if match.kind == "symptom" and statuses[match] is Status.present and match.code in more.typical:
            symptom, families = protocol.symptoms[match.code], more.typical[match.code]
            if len(families) == 1 and (symptom.region == "breast" or not symptom.active):
                return Subject(families[0], None, match)
    return Subject("unknown", None, None)
