"""How a finding stands: there, denied, asked about, over, or somebody else's.

Follows the ConText algorithm (Harkema 2009): cue words with a direction and an end of scope. Where
ConText lets a negation reach to the end of the sentence, here only filler words may stand between
it and what it denies, because a wrongly denied emergency costs more than a wrongly kept one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from flows.cues import Cues
from flows.matching import Match
from flows.normalise import COMMA, SENTENCE, SPACE, Normal, Normaliser
from flows.spans import Spans, Stretch
from flows.status import Status

_REACH = 40  # signs between a cue and the furthest finding it can govern in a clause
_LIST_REACH = 60
_LONG_AGO = 180.0  # days after which "it happened once" is over
_LIST_LENGTH = 8  # denied findings to look back at


class Scene:
    """One text with its findings and cues."""

    def __init__(
        self, normal: Normal, findings: list[Match], cues: Mapping[str, list[Match]], hints: Sequence[Match] = ()
    ) -> None:
        self.normal = normal
        self.hints = hints  # words that point to a family
        self.findings = findings
        self.placed = Spans(findings)
        self.cues = {name: Spans(found) for name, found in cues.items() if found}

    def before(self, name: str, place: int, level: int, reach: int = _REACH) -> Match | None:
        """The nearest cue that ends before `place`, with no break of `level` between."""
        cue = self.cues[name].last_before(place) if name in self.cues else None
        if cue is None or place - cue.end > reach or self.normal.deepest(cue.end, place) >= level:
            return None
        return cue

    def after(self, name: str, place: int, level: int, reach: int = 10_000) -> Match | None:
        """The nearest cue that starts after `place`, with no break of `level` between."""
        cue = self.cues[name].first_after(place) if name in self.cues else None
        if cue is None or cue.start - place > reach or self.normal.deepest(place, cue.start) >= level:
            return None
        return cue

    def between(self, name: str, start: int, end: int) -> bool:
        """Whether a cue of this name lies wholly between two places."""
        return name in self.cues and any(True for _ in self.cues[name].inside(start, end))


class Judge:
    """Gives every finding of a text its status."""

    def __init__(self, cues: Cues, normalise: Normaliser) -> None:
        def alternatives(words: Iterable[str]) -> str:
            spelled = {normalise.phrase(word) for word in words}
            return "|".join(re.escape(word) for word in sorted(spelled, key=len, reverse=True) if word)

        filler = alternatives(cues.fillers)
        joiner = alternatives(cues.joiners)
        self._filled = re.compile(rf"(?:{filler}|\s)*+")
        self._joined = re.compile(rf"\s*(?:{joiner})*\s*(?:{filler}|\s)*+")
        self._listed = re.compile(rf"\s*,\s*(?:or|and|nor)?\s*(?:{filler}|\s)*+")
        self._denied_after = re.compile(rf"[:?\s]*(?:{alternatives(cues.after_denied)})(?=[^a-z0-9]|$)")
        self._question = re.compile(rf"(?:{alternatives(cues.question_ends)}|\?)[\s啊呀呢哈吧?!。,.]*$")
        self._experienced = re.compile(cues.experienced)
        self._mild = frozenset(cues.mild_is_none)
        self._mind = frozenset(cues.mind)
        self._lasting = frozenset(cues.lasting)
        self._passing = frozenset(cues.passing)
        self._diagnoses = frozenset(cues.diagnoses)

    def statuses(self, scene: Scene, days: float | None) -> dict[Match, Status]:
        """The status of each finding."""
        denied = self._denied(scene)
        found: dict[Match, Status] = {}
        for finding in scene.findings:
            if finding in denied:
                status = self._whose_denial(scene, finding)
            elif finding.code in self._mind and self._not_meant(scene, finding):
                status = Status.past
            elif self._elsewhere(scene, finding):
                status = Status.elsewhere
            elif finding.code not in self._mind and self._asked(scene, finding):
                status = Status.asked
            elif finding.code not in self._mind and self._over(scene, finding, days):
                status = Status.past
            else:
                status = Status.present
            found[finding] = status
        for finding in scene.findings:
            if found[finding] is Status.asked:  # the same words found in another way are asked as well
                for other in scene.placed.touching(finding.start, finding.end):
                    if other.code == finding.code and found[other] is Status.present:
                        found[other] = Status.asked
        return found

    # -- denied

    def _denied(self, scene: Scene) -> set[Match]:
        denied: list[Match] = []
        # by where the last part stands: "皮肤没有发白发紫" goes on where "发白" was denied
        for finding in sorted(scene.findings, key=lambda finding: finding.parts[-1]):
            last = _last_part(finding)
            if (
                self._negation(scene, finding)
                or self._in_denied_list(scene, finding, denied)
                or (last is not finding and self._in_denied_list(scene, last, denied))
            ):
                denied.append(finding)
        return set(denied)

    def _negation(self, scene: Scene, finding: Match) -> bool:
        text = scene.normal.text
        asked = scene.before("asked_me", finding.start, COMMA, reach=4)
        if asked and scene.after("answered_no", finding.end, SENTENCE, reach=12):
            return True
        for start, _ in finding.parts:
            cue = scene.before("negation", start, COMMA)
            own = cue and any(here < cue.end and cue.start < there for here, there in finding.parts)
            if cue and not own and self._filled.fullmatch(text, cue.end, start):
                return True  # the "can't" of "can't ... swallow" denies nothing
            mild = scene.before("mild", start, COMMA)
            if mild and finding.code in self._mild and self._filled.fullmatch(text, mild.end, start):
                return True
        after = self._denied_after.match(text, finding.end)
        if after is None:
            return False
        rest = scene.normal.depth[after.end()] if after.end() <= len(text) else SENTENCE
        return after.end() == len(text) or rest > 0 or text[after.end()] in ",.;!。、"

    def _in_denied_list(self, scene: Scene, finding: Match, denied: list[Match]) -> bool:
        """Whether the finding goes on a list that began denied: "no fever, redness or pus"."""
        if not denied:
            return False
        # The "skin" of "skin not white, not purple" stands before the list.
        begins = dict.fromkeys((finding.start, finding.parts[-1][0]))
        return any(self._goes_on(scene, finding, begin, denied) for begin in begins)

    def _goes_on(self, scene: Scene, finding: Match, begin: int, denied: list[Match]) -> bool:
        if scene.between("any_negation", begin, finding.end):
            return False
        text = scene.normal.text
        near = denied[-_LIST_LENGTH:]
        before = max((f for f in near if f.end <= begin), key=lambda f: f.end, default=None)
        if before is None or begin - before.end > _REACH:
            return False
        if scene.normal.deepest(before.end, begin) < SPACE:
            gap_is_empty = before.end == begin
            if self._joined.fullmatch(text, before.end, begin):
                return not gap_is_empty or self._ends_list(scene, finding)
        if self._listed.fullmatch(text, before.end, finding.start):
            sentence_end = scene.normal.span(finding.start, finding.end, SENTENCE)[1]
            rest = text[finding.end : min(sentence_end, finding.end + _LIST_REACH)]
            joined = re.search(r"\b(?:or|nor)\b", text[before.end : finding.start] + " " + rest)
            return bool(joined) and len(text[finding.start : finding.end].split()) <= 3
        return False

    def _ends_list(self, scene: Scene, finding: Match) -> bool:
        text = scene.normal.text
        return (
            finding.end == len(text)
            or scene.normal.depth[finding.end] > 0
            or text[finding.end] in ",.;!。、"
            or any(
                start == finding.end
                for other in scene.placed.touching(finding.end, finding.end + 1)
                for start, _ in other.parts
            )
        )

    def _whose_denial(self, scene: Scene, finding: Match) -> Status:
        """What the clinic denies is not denied by the person (clinical.md 0, I5)."""
        said = scene.before("clinic_says", finding.start, COMMA)
        return Status.elsewhere if said else Status.denied

    # -- asked, feared, only if

    def _asked(self, scene: Scene, finding: Match) -> bool:
        text = scene.normal.text
        clause_end = scene.normal.span(finding.start, finding.end, COMMA)[1]
        for start, _ in finding.parts[-1:] + finding.parts[:1]:
            cue = scene.before("asked", start, COMMA)
            if cue and not scene.between("turn", cue.end, start):
                return True
            will = scene.before("will", start, COMMA, reach=16)
            if will and self._question.search(text, finding.end, clause_end):
                return True
            is_it = scene.before("is_it", start, COMMA, reach=12)
            if is_it and (finding.code in self._diagnoses or self._filled.fullmatch(text, is_it.end, start)):
                return True
        return scene.after("asked_after", finding.end, COMMA, reach=4) is not None

    # -- somebody else's

    def _elsewhere(self, scene: Scene, finding: Match) -> bool:
        start = finding.parts[-1][0]
        cue = scene.before("hearsay", start, SENTENCE, reach=120)
        if cue and not scene.between("self_again", cue.end, start):
            return True
        if "self_fine" not in scene.cues:
            return False
        other = scene.before("other_person", finding.start, SENTENCE, reach=200)
        return other is not None and not scene.between("self_again", other.end, finding.start)

    # -- over

    def _not_meant(self, scene: Scene, finding: Match) -> bool:
        """A threat taken back as a joke; a wish to die of long ago by somebody who says to be well now."""
        if finding.code == "harm_others":
            return scene.after("joke", finding.end, SENTENCE, reach=20) is not None
        start, end = scene.normal.span(finding.start, finding.end, SENTENCE)
        if not (scene.between("long_ago", start, end) or scene.between("once", start, end)):
            return False
        over = scene.cues["mind_over"].first_after(finding.end) if "mind_over" in scene.cues else None
        return over is not None and not scene.between("again", finding.end, len(scene.normal.text))

    def _over(self, scene: Scene, finding: Match, days: float | None) -> bool:
        if finding.code in self._lasting and days is not None and days <= 7:
            return False
        if scene.before("once", finding.start, COMMA):
            return True
        if self._experienced.match(scene.normal.text, finding.end):
            start, end = scene.normal.span(finding.start, finding.end, SENTENCE)
            if (days is not None and days >= _LONG_AGO) or scene.between("long_ago", start, end):
                return True
        if finding.code in self._passing and scene.before("during", finding.start, SENTENCE):
            return True
        resolved = scene.after("resolved", finding.end, SENTENCE)
        if resolved and not scene.between("again", finding.end, resolved.start):
            return True
        start, end = scene.normal.span(finding.start, finding.end, SENTENCE)
        if not scene.between("long_ago", start, end):
            return False
        return "resolved_all" in scene.cues and scene.cues["resolved_all"].first_after(finding.end) is not None


def _last_part(finding: Match) -> Match:
    if len(finding.parts) == 1:
        return finding
    start, end = finding.parts[-1]
    return Match(finding.kind, finding.code, start, end, ((start, end),))


def cues_by_name(matches: Iterable[Match], taken: Iterable[Match]) -> dict[str, list[Match]]:
    """Cues grouped by name; a negation inside a finding, a guard or a longer cue is none."""
    groups: defaultdict[str, list[Match]] = defaultdict(list)
    for cue in matches:
        groups[cue.code].append(cue)
    covered = Spans(
        [Stretch(*part) for finding in taken for part in finding.parts]
        + [Stretch(cue.start, cue.end) for cue in groups.get("no_cue", ())]
    )
    groups["any_negation"] = groups.get("negation", [])
    for name in ("negation", "turn", "again", "resolved", "will", "is_it", "asked", "joke"):
        groups[name] = [
            cue
            for cue in groups.get(name, ())
            if not any(over.end - over.start > cue.end - cue.start for over in covered.touching(cue.start, cue.end))
        ]
    groups["hearsay"] = _longest(groups.get("hearsay", ()))
    story = Spans(groups["hearsay"])
    own = groups.get("self_again", ())
    groups["self_again"] = [cue for cue in own if not any(True for _ in story.touching(cue.start, cue.end))]
    return dict(groups)


def _longest(cues: Iterable[Match]) -> list[Match]:
    """Those that do not lie within another of them."""
    kept: list[Match] = []
    for cue in sorted(cues, key=lambda cue: (cue.start, -cue.end)):
        if not kept or cue.end > kept[-1].end:
            kept.append(cue)
    return kept
