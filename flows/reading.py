"""Free text to findings: what a person says is there, denies, asks about or tells of others.

One pass of an Aho-Corasick automaton finds every phrase and every cue; `flows.context` says how each
finding stands, `flows.subject` which procedure it is about, `flows.times` when. The reader is pure
and safe to share between threads; it is built once per process.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flows.all_right import FIRM, FUNCTION, KINDS, LAST, Row, Rows
from flows.category import ACCOUNTABILITY, REVISION
from flows.context import Judge, Scene, cues_by_name
from flows.cues import Cues, MorePhrases, cues, more_phrases
from flows.likeness import CATEGORIES, FAMILIES, MASK, Told, likeness
from flows.matching import Match, Matcher
from flows.normalise import COMMA, Normal, Normaliser, is_cjk
from flows.protocol import Protocol
from flows.sifting import sift
from flows.spans import Spans
from flows.status import Status
from flows.subject import Subject, subject
from flows.times import Times, When

__all__ = ["Finding", "Reader", "Reading", "Status"]

_LONG = 90.0  # days
_PART = 1_500  # signs that are read together at most
_SPANS_OF_DAYS = ((1, "0"), (4, "3"), (15, "14"), (61, "60"), (366, "365"))  # below so many days, by name
_SHORT = 5  # signs or words that a clause may hold beside a time that stands for itself
_DENIABLE = frozenset({"symptom", "qualifier", "modifier", "procedure", "family", "product"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found; `evidence` is the person's own words."""

    kind: str
    code: str
    status: Status
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything read from one text. `days` and `hours` are since the procedure.

    At most one procedure (or family) is `present`: the one the text is about. Others that were done
    too have the status `past`. Where none is told, `family_hint` is the family that most words point to:
    good enough for a text alone, never against what else is known.
    """

    findings: tuple[Finding, ...] = ()
    likely: tuple[Finding, ...] = ()  # what the statistical reader adds
    days: float | None = None
    days_evidence: str = ""
    hours: float | None = None
    subject: str = "self"
    family_hint: str = "unknown"
    age: int | None = None
    text: str = ""


class Reader:
    """Reads texts against one protocol."""

    def __init__(self, protocol: Protocol) -> None:
        words, more = cues(), more_phrases()
        self._protocol = protocol
        self._more = more
        self._normalise = Normaliser(words.signs, words.words)
        self._judge = Judge(words, self._normalise)
        self._times = Times(words.times, self._normalise)
        self._fine = words.fine
        self._rows = Rows(words, self._normalise)
        self._matcher = _matcher(protocol, words, more, self._normalise)
        self._likeness = likeness()

    def read(self, text: str, *, today: date) -> Reading:
        """Find everything in `text`; never raises."""
        parts = [self._read_part(part, today) for part in _parts(text)]
        return parts[0] if len(parts) == 1 else _joined(parts, text)

    def _read_part(self, text: str, today: date) -> Reading:
        reading, told, normal = self._read(text, today)
        return replace(reading, likely=tuple(self._likely(reading, told, normal)))

    def told(self, text: str, *, today: date) -> Told:
        """The text as the statistical reader sees it, with what the phrases told."""
        return self._read(text, today)[1]

    def _likely(self, reading: Reading, told: Told, normal: Normal) -> Iterable[Finding]:
        """What the statistical reader finds, each with the clauses that carried it in the person's words.

        A family is only guessed, and only where no phrase told one.
        """
        has_family = any(f.kind == "family" and f.status is Status.present for f in reading.findings)
        likely = self._likeness.likely(told)
        for head in likely:
            if head in FAMILIES and head != "unknown" and not has_family:
                yield Finding(kind="family_guess", code=head, status=Status.present, evidence="")
            elif head in CATEGORIES:
                yield Finding(kind="likeness", code=head, status=Status.present, evidence="")
        signs = [head for head in likely if head not in FAMILIES and head not in CATEGORIES]
        for head, spans in (self._likeness.spans(told.text, signs) if signs else {}).items():
            words = "; ".join(normal.words(start, end) for start, end in spans)
            yield Finding(kind="likeness", code=head, status=Status.present, evidence=words)

    def _read(self, text: str, today: date) -> tuple[Reading, Told, Normal]:
        """What the phrases tell, and the text as the statistical reader sees it."""
        normal = self._normalise(text)
        scene = self._scene(normal)
        whens = self._times.whens(normal, today)
        when = _since_procedure(scene, whens)
        statuses = self._judge.statuses(scene, when.days if when else None)
        about = subject(scene, statuses, whens, self._protocol, self._more, when.days if when else None)
        reading = Reading(
            findings=tuple(self._findings(scene, statuses, about)),
            days=when.days if when else None,
            days_evidence=normal.words(when.start, when.end) if when else "",
            hours=when.days * 24 if when and when.days < 1 else None,
            family_hint=about.family if about.guessed else "unknown",
            subject="other" if _is_for_other(scene) else "self",
            age=self._times.age(normal.text),
            text=text,
        )
        return reading, Told(_masked(scene, statuses), _clues(reading)), normal

    def _scene(self, normal: Normal) -> Scene:
        matches = self._matcher.find(normal)
        rows = self._rows.find(normal, [match for match in matches if match.kind in KINDS])
        hints = [match for match in matches if match.kind == "hint"]
        findings, cue_matches = sift([match for match in matches if match.kind not in KINDS and match.kind != "hint"])
        findings += [_as_fine(row) for row in rows]
        heat = self._times.heat(normal)
        if heat:
            code, start, end = heat
            kind, code = ("fine", "fever") if code == "fever_none" else ("symptom", code)
            findings.append(Match(kind, code, start, end, ((start, end),)))
        findings.sort(key=lambda match: (match.start, -match.end))
        covering = [f for f in findings if f.kind not in ("region", "fine", "want")]
        return Scene(normal, self._without_fine(findings), cues_by_name(cue_matches, covering), hints)

    def _without_fine(self, findings: list[Match]) -> list[Match]:
        """Without symptoms inside words that say the very thing is all right ("吞咽正常")."""
        fine = Spans(match for match in findings if match.kind == "fine")
        return [
            match
            for match in findings
            if match.kind not in ("symptom", "qualifier")
            or not any(match.code in self._codes_of_fine(good.code) for good in fine.touching(match.start, match.end))
        ]

    def _findings(self, scene: Scene, statuses: dict[Match, Status], about: Subject) -> Iterable[Finding]:
        seen: set[tuple[str, str, Status]] = set()

        def once(kind: str, code: str, status: Status, match: Match | None) -> Iterable[Finding]:
            if (kind, code, status) not in seen:
                seen.add((kind, code, status))
                words = scene.normal.words(match.start, match.end) if match else ""
                yield Finding(kind=kind, code=code, status=status, evidence=words)

        wish = _first_wish(scene, statuses)
        if wish:
            yield from once("first_wish", wish[0], Status.present, wish[1])
        if about.procedure:
            yield from once("procedure", about.procedure, Status.present, about.match)
        if about.family != "unknown" and not about.guessed:
            yield from once("family", about.family, Status.present, about.match)
        for match in scene.findings:
            if match.kind == "fine":
                for code in self._codes_of_fine(match.code):
                    yield from once("symptom", code, Status.denied, match)
            elif match.kind != "region" and not about.is_named_by(match):
                yield from once(match.kind, match.code, _told_as(scene, match, statuses[match]), match)

    def _codes_of_fine(self, code: str) -> tuple[str, ...]:
        if code == "fever":
            return ("fever_low", "fever_high")
        return self._fine[int(code)].codes if code.isdigit() else tuple(code.split())


def _as_fine(row: Row) -> Match:
    return Match("fine", " ".join(row.codes), row.start, row.end, ((row.start, row.end),))


def _parts(text: str) -> list[str]:
    """The text, or where it is very long its parts, cut after a sentence where there is one.

    What phrases may stand for each other grows with the square of what is looked at together.
    """
    parts = []
    while len(text) > _PART:
        cut = max(text.rfind(sign, _PART // 2, _PART) for sign in "。！？!?\n.") + 1 or _PART
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def _joined(parts: Sequence[Reading], text: str) -> Reading:
    """One reading of all parts; of what a text tells once, the first part that tells it counts."""
    dated = next((part for part in parts if part.days is not None), parts[0])
    return Reading(
        findings=tuple(dict.fromkeys(finding for part in parts for finding in part.findings)),
        likely=tuple(dict.fromkeys(finding for part in parts for finding in part.likely)),
        days=dated.days,
        days_evidence=dated.days_evidence,
        hours=dated.hours,
        family_hint=next((part.family_hint for part in parts if part.family_hint != "unknown"), "unknown"),
        subject="other" if any(part.subject == "other" for part in parts) else "self",
        age=next((part.age for part in parts if part.age is not None), None),
        text=text,
    )


def _masked(scene: Scene, statuses: Mapping[Match, Status]) -> str:
    """The normalised text with a mask over every sign that is not there: one that is denied, feared, over, …"""
    signs = list(scene.normal.text)
    for match in scene.findings:
        if match.kind == "fine" or (match.kind == "symptom" and statuses[match] is not Status.present):
            for start, end in match.parts:
                signs[start:end] = MASK * (end - start)
    return "".join(signs)


def _clues(reading: Reading) -> tuple[str, ...]:
    """What the phrases told, as features for the statistical reader."""
    found = [
        f"={each.code}" if each.status is Status.present else f"={each.code}-{each.status.value}"
        for each in reading.findings
    ]
    if reading.family_hint != "unknown":
        found.append(f"=hint {reading.family_hint}")
    if reading.days is not None:
        days = reading.days
        found.append("=day " + next((name for below, name in _SPANS_OF_DAYS if days < below), "later"))
    return tuple(found)


def _matcher(protocol: Protocol, words: Cues, more: MorePhrases, normalise: Normaliser) -> Matcher:
    """All phrases of the content, and all cues."""
    matcher = Matcher(normalise, {**words.classes, **more.classes})
    for procedure in protocol.procedures.values():
        names = (procedure.name.zh, *procedure.aliases.zh, procedure.name.en, *procedure.aliases.en)
        matcher.add("procedure", procedure.code, names)
    tables = (
        ("family", protocol.families), ("symptom", protocol.symptoms), ("issue", protocol.issues),
        ("modifier", protocol.modifiers),
    )  # fmt: skip
    for kind, table in tables:
        for code, entry in table.items():
            matcher.add(kind, code, (*entry.phrases.zh, *entry.phrases.en))
    for word in protocol.vocabulary:
        matcher.add(word.kind, word.code, (*word.phrases.zh, *word.phrases.en))
    for kind, more_table in more.by_kind().items():
        for code, phrases in more_table.items():
            matcher.add(kind, code, phrases)
    for kind, names in words.too_vague.items():
        matcher.drop(kind, names)
    for name, phrases in words.cues.items():
        matcher.add("cue", name, phrases)
    matcher.add("guard", "guard", words.guards)
    for place, fine in enumerate(words.fine):
        matcher.add("fine", str(place), fine.phrases)
    for place, function in enumerate(words.functions):
        matcher.add(FUNCTION, str(place), function.words)
    matcher.add(FIRM, FIRM, words.all_right)
    matcher.add(LAST, LAST, words.all_right_last)
    matcher.freeze()
    return matcher


def _since_procedure(scene: Scene, whens: Sequence[When]) -> When | None:
    """The time that tells how long ago the procedure was.

    It stands in a clause with the procedure or a word of doing; in a clause without any symptom it may
    stand alone. "Choking since yesterday" tells how long the symptom is there.
    """
    best: tuple[float, float, When] | None = None
    for when in whens:
        start, end = scene.normal.span(when.start, when.end, COMMA)
        inside = list(scene.placed.inside(start, end))
        done = any(f.kind in ("procedure", "family") for f in inside) * 2.0
        done += scene.between("performed", start, end) + when.sure
        if not done and (when.loose or any(f.kind == "symptom" for f in inside) or _says_more(scene, when, start, end)):
            continue
        points = done
        points -= 1.5 * (scene.before("began", when.start, COMMA, reach=4) is not None)
        points -= 1.5 * (scene.after("began", when.end, COMMA, reach=4) is not None)
        rank = (points, when.days, when)
        if best is None or rank[:2] > best[:2]:
            best = rank
    if best is None:  # what is there for long came after a procedure of long ago
        return max((when for when in whens if when.days >= _LONG), key=lambda when: when.days, default=None)
    return best[2]


def _says_more(scene: Scene, when: When, start: int, end: int) -> bool:
    """Whether the clause is about more than the time ("that was yesterday" is not)."""
    rest = scene.normal.text[start : when.start] + " " + scene.normal.text[when.end : end]
    return sum(map(is_cjk, rest)) > _SHORT or sum(word.isascii() for word in rest.split()) > _SHORT


def _told_as(scene: Scene, match: Match, status: Status) -> Status:
    """The status as it is handed on: besides symptoms little can be asked, over or denied."""
    if match.kind in ("procedure", "family"):
        return Status.past if status is Status.present else status
    if status is Status.denied and not _may_be_denied(scene, match):
        return Status.present
    if status in (Status.asked, Status.past) and match.kind not in ("symptom", "qualifier", "modifier"):
        return Status.present
    return status


def _may_be_denied(scene: Scene, match: Match) -> bool:
    """Issues are never denied, and a wish only by the one who has it: "they don't refund" is a wish for it."""
    if match.kind == "want":
        return scene.before("not_wanted", match.end, COMMA, reach=match.end - match.start + 8) is not None
    return match.kind in _DENIABLE


def _first_wish(scene: Scene, statuses: Mapping[Match, Status]) -> tuple[str, Match] | None:
    """Where both are wanted, revision or accountability: the wish told last, or the one stressed."""
    wishes = []
    for match in scene.findings:
        side = "revision" if match.code in REVISION else "accountability" if match.code in ACCOUNTABILITY else ""
        if match.kind == "want" and side and statuses[match] is Status.present:
            stressed = scene.before("wants_most", match.start, COMMA, reach=12) is not None
            wishes.append((stressed, match.start, side, match))
    if len({side for _, _, side, _ in wishes}) < 2:
        return None
    _, _, side, match = max(wishes, key=lambda wish: wish[:2])
    return side, match


def _is_for_other(scene: Scene) -> bool:
    """Whether the person who is hurt is not the one who writes."""
    people = scene.cues.get("patient_other")
    return people is not None and any(
        scene.after("not_patient", person.end, COMMA, reach=2) is None for person in people
    )
