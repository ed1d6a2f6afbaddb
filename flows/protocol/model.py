"""The types of the content: what a procedure, a symptom, a red-flag rule or a queue is.

Everything here is frozen data. The YAML files beside this module are the content itself; `load`
in the package reads and checks them.
"""

from collections.abc import Set as AbstractSet
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Urgency(StrEnum):
    """How fast a person must be seen; the order of the members is the order of severity."""

    routine = "routine"
    soon = "soon"
    urgent = "urgent"
    emergency = "emergency"

    @property
    def rank(self) -> int:
        """0 for routine up to 3 for emergency."""
        return _RANKS[self]

    def raised(self) -> "Urgency":
        """One level up, but never to emergency (clinical.md 3.9, M1)."""
        return list(Urgency)[min(self.rank + 1, 2)] if self.rank < 2 else self


_RANKS = {level: place for place, level in enumerate(Urgency)}


class Category(StrEnum):
    """What kind of help the case needs first (taxonomy.md)."""

    complication = "complication"
    repair = "repair"
    dispute = "dispute"
    unclear = "unclear"


class Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Content):
    """The same words in the languages of the house."""

    zh: str
    en: str


class Phrases(Content):
    """What people type for something; matched after normalisation, as substrings."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Procedure(Content):
    """One procedure of clinical.md section 1."""

    code: str
    family: str
    name: Text
    generic_name: Text | None = None  # what it is called as long as nobody named the product
    aliases: Phrases = Phrases()
    grade: str = ""
    ask_first: tuple[str, ...] = ()  # symptom codes
    note: str = ""
    queue: str | None = None  # who leads where it is not the family's queue


class Family(Content):
    """A procedure family (taxonomy.md); `region` is where a person would point."""

    code: str
    name: Text
    region: Text
    queue: str  # who leads when no rule says otherwise (clinical.md section 5)
    phrases: Phrases = Phrases()  # words that tell the family but no single procedure
    judge_days: int | None = None  # clinical.md 4.2: before this a result can't be judged
    revision_days: int | None = None


class Clause(Content):
    """One way for a rule to fire. Every part that is given must hold.

    `any`, `also_any`, `all` and `none` name symptoms, or legal clocks in the rules L-…; of `any` at
    least `at_least` must be present, of `also_any` one. All of `qualifiers` must hold.

    A clause without `families` and `procedures` holds for any procedure. `unknown` among the
    families also takes cases whose procedure is not known yet. Unknown days count as within.
    """

    families: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    at_least: int = 1
    also_any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    min_days: float | None = None
    max_days: float | None = None
    unlicensed_or_unknown_product: bool = False  # modifier M2
    urgency: Urgency | None = None  # where this clause differs from its rule

    @property
    def signs(self) -> frozenset[str]:
        """Signs of which at least one is there whenever the clause holds; none when it needs no sign."""
        return frozenset((*self.any, *self.all, *self.also_any))


class Symptom(Content):
    """One symptom of clinical.md section 2."""

    code: str
    name: Text
    phrases: Phrases
    region: str
    note: str = ""
    active: bool = True  # an open clinical need when present (4.1 step 2); results and looks are not
    default: Urgency = Urgency.soon  # clinical.md 3.8, when no rule fires
    defaults: tuple[Clause, ...] = ()  # where the default differs: the highest of those that hold counts
    stable_after_days: int | None = None  # from then on a result: not active, routine, unless it worsens


class RedFlag(Content):
    """One rule of clinical.md section 3 (RF-…), of legal.md 4.2 (L-E…, L-U…, L-S…) or for the model (M-…)."""

    id: str
    name: str
    urgency: Urgency
    when: tuple[Clause, ...]
    description: Text  # the rule in plain words, for a clinician's or lawyer's sign-off
    text: Text  # what the person is told, line by line
    queue: str | None = None  # who leads; None: whoever leads for the procedure
    page: tuple[str, ...] = ()  # queues paged at once
    page_also: dict[str, tuple[str, ...]] = {}  # further queues by family, e.g. jaw bleeding pages OMFS
    order: Literal["airway", "circulation", "eye_brain", "tissue", "mind", "other"] = "other"
    source: str


class MustAsk(Content):
    """One of the seven safety questions (clinical.md section 1), in their order."""

    id: str
    question: Text
    label: Text  # the same as one line of a checklist
    symptoms: tuple[str, ...]  # what "yes" may mean, for the follow-up
    counts_as: tuple[str, ...]  # what "yes" or "not sure" is taken for until it is told apart (I3)


class Issue(Content):
    """One dispute issue of legal.md section 1."""

    code: str
    name: Text
    phrases: Phrases
    first: Text  # what to do first, in plain words
    source: str


class Queue(Content):
    """Where a handoff waits for someone to claim it."""

    code: str
    name: Text
    track: Literal["clinical", "legal", "coordination"]


class ResponseTime(Content):
    """How soon a person answers, in minutes (clinical.md section 3, legal.md section 5)."""

    urgency: Urgency
    acknowledge_minutes: int
    answer_minutes: int
    promise: Text


class PhotoGuide(Content):
    """What to photograph for a region (clinical.md section 7)."""

    code: str
    families: tuple[str, ...] = ()
    text: Text
    on_request_only: bool = False


class Advice(Content):
    """What to do and not to do while waiting, where no rule's own text says it."""

    code: str
    category: Category
    urgency: tuple[Urgency, ...]
    text: Text
    source: str


class Modifier(Content):
    """A circumstance that raises urgency one level (clinical.md 3.9, M1)."""

    code: str
    name: Text
    phrases: Phrases


class Vocabulary(Content):
    """Words that reading needs besides symptoms and procedures: place, operator, wish, qualifier, …

    A legal clock is a circumstance of legal.md 4.2 that runs against the person; a likeness is what the
    statistical reader may find.
    """

    kind: Literal["place", "operator", "want", "qualifier", "product", "legal_clock", "likeness"]
    code: str
    name: Text
    phrases: Phrases = Phrases()
    unlicensed: bool = False  # for places and operators: modifier M2


class Protocol(Content):
    """The whole content, checked; `version` is a hash of it."""

    version: str
    procedures: dict[str, Procedure]
    families: dict[str, Family]
    symptoms: dict[str, Symptom]
    red_flags: dict[str, RedFlag]
    must_asks: tuple[MustAsk, ...]
    issues: dict[str, Issue]
    queues: dict[str, Queue]
    response_times: dict[Urgency, ResponseTime]
    photo_guides: tuple[PhotoGuide, ...]
    advice: tuple[Advice, ...]
    modifiers: dict[str, Modifier]
    vocabulary: tuple[Vocabulary, ...]
    safety_text: Text = Field(description="G0 of clinical.md section 0")

    @cached_property
    def unlicensed_words(self) -> frozenset[str]:
        """Codes of the places and operators without a licence (modifier M2)."""
        return frozenset(word.code for word in self.vocabulary if word.unlicensed)

    @cached_property
    def grave_rules(self) -> list[RedFlag]:
        """The urgent and emergency rules: the gravest first, and of those first what is special to a procedure."""
        grave = [rule for rule in self.red_flags.values() if rule.urgency.rank >= Urgency.urgent.rank]
        special = {rule.id for rule in grave if any(clause.families or clause.procedures for clause in rule.when)}
        return sorted(grave, key=lambda rule: (-rule.urgency.rank, rule.id not in special))

    def rules_near(self, signs: AbstractSet[str]) -> list[RedFlag]:
        """All rules that could hold with these signs, in their order: most need a sign that is not there."""
        near = self._rules_without_signs.union(*(self._rules_by_sign.get(sign, ()) for sign in signs))
        return [self._rules[place] for place in sorted(near)]

    @cached_property
    def _rules(self) -> tuple[RedFlag, ...]:
        return tuple(self.red_flags.values())

    @cached_property
    def _rules_without_signs(self) -> frozenset[int]:
        rules = enumerate(self.red_flags.values())
        return frozenset(place for place, rule in rules if not all(clause.signs for clause in rule.when))

    @cached_property
    def _rules_by_sign(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, rule in enumerate(self.red_flags.values()):
            for sign in {sign for clause in rule.when for sign in clause.signs}:
                found.setdefault(sign, []).append(place)
        return found
