"""Which procedure a text is about, when it names several (taxonomy.md, procedure_family).

The concrete procedure decides the family. With several, it is the one that was done, that the time
stands by and that the symptoms or the request concern; if that can't be told, `other`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.context import Scene
from flows.cues import MorePhrases
from flows.matching import Match
from flows.normalise import COMMA, SENTENCE
from flows.protocol import Protocol
from flows.rules import Facts, holds
from flows.spans import Spans
from flows.status import Status
from flows.times import When

_NAMED, _HINTED = 3.0, 2.0  # a concrete procedure, a word of its family
_DONE, _DATED, _FIRST, _CONCERNED, _TYPICAL = 1.5, 1.5, 0.5, 2.5, 1.25
_WISHED, _NOT_DONE, _OF_THE_OTHER = 0.25, 0.1, 0.5  # factors
_CLEAR_LEAD = 1.0
_LIST_GAP = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """The family and, if one is named, the procedure; `match` is where it stands.

    `guessed` from words that only point to it: good enough for one text alone, never against what else is known.
    """

    family: str
    procedure: str | None
    match: Match | None
    guessed: bool = False

    def is_named_by(self, match: Match) -> bool:
        """Whether the match is a name of this very procedure or family."""
        return match.kind in ("procedure", "family") and match.code in (self.procedure, self.family)


def subject(
    scene: Scene,
    statuses: Mapping[Match, Status],
    whens: Sequence[When],
    protocol: Protocol,
    more: MorePhrases,
    days: float | None,
) -> Subject:
    """The procedure the text is about."""
    mentions = _mentions(scene, statuses, whens, protocol)
    if not mentions:
        told = _by_region(scene, statuses, protocol, more)
        return told if told.family != "unknown" else _by_hints(scene, statuses, protocol, more, days)
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
    for family, procedure, match, worth in _names(scene, protocol):
        weight = worth
        start, end = scene.normal.span(match.start, match.end, COMMA)
        done = scene.between("performed", start, end)
        if statuses[match] in (Status.denied, Status.elsewhere):
            weight *= _NOT_DONE
        elif procedure is None and _beside_other(scene, family, start, end, protocol):
            weight *= _OF_THE_OTHER  # "filler in the scalp": what was used, not what it was done for
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


def _names(scene: Scene, protocol: Protocol) -> Iterator[Mention]:
    """The names of procedures and families that count, with what a name is worth."""
    families = {match.code for match in scene.findings if match.kind == "family"}
    for match in scene.findings:
        over = [other for other in scene.placed.touching(match.start, match.end) if other.kind == "procedure"]
        if match.kind == "procedure":
            family = protocol.procedures[match.code].family
            toxin = family == "filler" and "botulinum" in families and family not in families
            # "forehead injected" is filler unless a toxin is named; "nose threads put" are threads in the nose
            if not toxin and not any(_takes_place(other, match) for other in over):
                yield family, match.code, match, _NAMED
        elif match.kind == "family" and not over:  # "整的鼻子玻尿酸" is no surgery of the nose
            yield match.code, None, match, _HINTED


def _takes_place(other: Match, match: Match) -> bool:
    """Whether a name that overlaps this one is longer, or as long and first."""
    size, own = other.end - other.start, match.end - match.start
    inside = match.start <= other.start and other.end <= match.end
    return not inside and (size, match.start) > (own, other.start)


def _beside_other(scene: Scene, family: str, start: int, end: int, protocol: Protocol) -> bool:
    """Whether a concrete procedure of another family stands in the clause."""
    beside = (match for match in scene.placed.inside(start, end) if match.kind == "procedure")
    return any(protocol.procedures[match.code].family != family for match in beside)


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


def _by_hints(
    scene: Scene, statuses: Mapping[Match, Status], protocol: Protocol, more: MorePhrases, days: float | None
) -> Subject:
    """The family that most words point to; none where a sign weighs more while nobody knows what was done."""
    signs = {match.code for match in scene.findings if match.kind == "symptom" and statuses[match] is Status.present}
    found: dict[tuple[str, int], Match] = {}  # of words that lie in one another the longest counts
    reach = 0
    for hint in sorted(scene.hints, key=lambda hint: (hint.start, -hint.end)):
        if hint.end > reach:
            found[hint.code, hint.start] = hint
            reach = hint.end
    points: defaultdict[str, float] = defaultdict(float)
    words = {(hint.code, scene.normal.text[hint.start : hint.end]) for hint in found.values()}
    for code, _ in words:
        points[code] += 1.0
    for sign in signs:
        families = more.typical.get(sign, ())
        if len(families) == 1 and families[0] in points:
            points[families[0]] += 0.5
    ranked = sorted(points, key=lambda family: -points[family])
    if not ranked or (len(ranked) > 1 and points[ranked[0]] == points[ranked[1]]):
        return Subject("unknown", None, None)
    best = ranked[0]
    return Subject("unknown" if _is_graver(scene, signs, best, days, protocol) else best, None, None, guessed=True)


def _is_graver(scene: Scene, signs: set[str], family: str, days: float | None, protocol: Protocol) -> bool:
    """Whether the signs are an earlier case for a doctor while nobody knows what was done than after `family`."""
    qualifiers = frozenset(match.code for match in scene.findings if match.kind == "qualifier")
    rules = protocol.rules_near(frozenset(signs))

    def rank(done: str) -> int:
        facts = Facts(frozenset(signs), frozenset({done}), days, qualifiers, unlicensed=False)
        holding = [clause.urgency or rule.urgency for rule in rules for clause in rule.when if holds(clause, facts)]
        return max((urgency.rank for urgency in holding), default=-1)

    return rank("unknown") > rank(family)


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
