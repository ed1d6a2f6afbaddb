"""What is known of a case, one fact at a time, each with its source; "not asked" is never "no"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.conversation import Lines, Msg, Quote, Session, Term, Words
from flows.dossier import days_since, is_rough, present, procedure_of, procedure_term
from flows.mentions import mentioned
from flows.protocol import Category, Protocol, Urgency
from flows.triage import Assessment

# Answers that stand for "this could not be told", not for a thing of that name.
NO_PROCEDURE = ("unclear", "other_procedure", "unknown_procedure")
# Unit of a time that was told roughly, its days, and up to how many days it is used.
ROUGH_UNITS = (("weeks", 7.0, 60.0), ("months", 30.4, 730.0), ("years", 365.2, float("inf")))


class Told(StrEnum):
    """What is known of one question."""

    yes = "yes"
    no = "no"
    unsure = "unsure"  # asked, and the person does not know
    not_asked = "not_asked"


class Source(StrEnum):
    """Where a fact comes from."""

    patient = "patient"  # answered a question
    words = "words"  # read from free text
    mentioned = "mentioned"  # stands in the text; nobody asked for it, nothing is concluded from it
    inferred = "inferred"  # concluded from something else
    record = "record"  # the system's own record


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a card; `words` is set only when something is known."""

    key: str
    told: Told = Told.not_asked
    words: Words | None = None
    source: Source = Source.patient


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All that a card may draw on; times are aware."""

    number: str
    assessment: Assessment
    session: Session
    now: datetime
    track: str = "clinical"  # of the handoff that the card is for
    standing: Urgency | None = None  # how urgent the case stands, as a clinician may have set it
    judged: Category | None = None  # the category that the case has, as a clinician may have set it
    due_at: datetime | None = None
    reason: str = ""  # alarm | submitted | person_asked | failure
    submitted: bool = False
    photos: int = 0
    told: tuple[str, ...] = ()  # emergency texts already sent, verbatim
    own_words: tuple[str, ...] = ()  # all that the person wrote
    clinical: str = "none"  # how the medical side stands: none | queued | held | closed

    @property
    def category(self) -> Category:
        """The category that stands."""
        return self.judged or self.assessment.category

    @property
    def answers(self) -> Mapping[str, Any]:
        """What the intake asked and heard."""
        return self.session.answers


def known(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts about which anything was asked or said."""
    return tuple(fact for fact in facts if fact.told is not Told.not_asked)


def procedure_fact(case: CaseFile, protocol: Protocol) -> Fact:
    """What was done, as exactly as it is known."""
    code, family = procedure_of(case.answers, protocol)
    own = case.answers.get("procedure_text")
    if code and code not in NO_PROCEDURE:
        spoken = code in present(case.session, "procedure")
        source = Source.words if spoken else Source.patient
        return Fact(key="procedure", told=Told.yes, words=procedure_words(case, code, protocol), source=source)
    if own:
        return Fact(key="procedure", told=Told.yes, words=Quote(own), source=Source.words)
    if words := family_words(family):
        return Fact(key="procedure", told=Told.yes, words=words)
    asked = "procedure" in case.answers or "family" in case.answers
    return Fact(key="procedure", told=Told.unsure if asked else Told.not_asked)


def procedure_words(case: CaseFile, code: str, protocol: Protocol) -> Words:
    """A procedure by name; of a filler whose product nobody named, that it was not told."""
    term = procedure_term(case.session, code, protocol)
    generic = code in protocol.procedures and protocol.procedures[code].generic_name is not None
    untold = generic and term.kind == "procedure" and "ha" not in case.answers
    return Msg("desk-product-untold", {"what": term}) if untold else term


def family_words(family: str) -> Words | None:
    return Term("family", family) if family not in ("unknown", "other") else None


def elapsed(case: CaseFile) -> Words | None:
    """How long ago it was, no more exactly than it was told, and in no words of the person.

    A span that was tapped is the lower bound: "at least".
    """
    when = case.answers.get("when", {})
    days = days_since(case.answers, case.now)
    if days is None:
        return None
    if when.get("span") not in (None, "today", "yesterday"):
        return Msg("desk-days-at-least", {"days": int(days)})
    if not _told_roughly(when):
        return Msg("desk-days", {"days": int(days)})
    unit, length = next((unit, length) for unit, length, most in ROUGH_UNITS if days <= most)
    return Msg(f"desk-about-{unit}", {"n": max(1, round(days / length))})


def since(case: CaseFile) -> Fact:
    """How long ago it was; where it was told roughly ("8 months ago"), as it was told."""
    when = case.answers.get("when")
    if when is None:
        return Fact(key="since")
    own = when.get("text")
    words = elapsed(case)
    if words is None:
        told = Told.yes if own else Told.unsure
        return Fact(key="since", told=told, words=Quote(own) if own else None, source=Source.words)
    if _told_roughly(when):  # with the month, for "8 months ago" is told of the day it was said
        words = Msg("desk-since-said", {"said": Quote(own), "date": when["date"][:7]})
    source = Source.patient if when.get("span") else Source.words
    return Fact(key="since", told=Told.yes, words=words, source=source)


def _told_roughly(when: Mapping[str, Any]) -> bool:
    return not when.get("span") and is_rough(when.get("text") or "")


def in_care(case: CaseFile) -> tuple[Fact, ...]:
    """That the person said to be in hospital or in an ambulance already."""
    if "in_care" not in case.answers:
        return ()
    return (Fact(key="in_care", told=Told.yes, words=Msg("desk-yes"), source=Source.words),)


def place(case: CaseFile) -> tuple[Fact, ...]:
    """Where and by whom, as the person said it."""
    where = case.answers.get("place")
    if where is None:
        facts = [Fact(key="place")]
    else:
        told = Told.unsure if where["code"] == "unknown" else Told.yes
        words = Term("place", where["code"]) if told is Told.yes else None
        facts = [Fact(key="place", told=told, words=words)]
        if where.get("text"):
            own = Quote(where["text"])
            facts.append(Fact(key="place_words", told=Told.yes, words=own, source=Source.words))
    operators = [Term("operator", code) for code in present(case.session, "operator")]
    if operators:
        facts.append(Fact(key="operator", told=Told.yes, words=operators[0], source=Source.words))
    else:
        facts.append(Fact(key="operator"))
    return tuple(facts)


def in_passing(case: CaseFile, keys: Mapping[str, str]) -> tuple[Fact, ...]:
    """What nobody asks for but the text may hold, as it was said; `keys` are facts and their key in mentions.yaml."""
    found = mentioned(case.own_words)
    return tuple(
        Fact(
            key=key,
            told=Told.yes,
            words=Lines(tuple(Quote(words) for words in found[mention]), joiner=" · "),
            source=Source.mentioned,
        )
        if mention in found
        else Fact(key=key)
        for key, mention in keys.items()
    )


def is_minor(case: CaseFile) -> bool:
    """Whether anything said that the person is under 18."""
    told = case.session
    return (
        bool(case.answers.get("minor"))
        or "minor" in present(told, "modifier")
        or "minor_involved" in present(told, "legal_clock")
        or "minor_no_guardian" in present(told, "issue")
    )


def minor(case: CaseFile) -> Fact:
    """Whether the person is under 18; known only when said."""
    if not is_minor(case):
        return Fact(key="minor")
    return Fact(key="minor", told=Told.yes, words=Msg("desk-yes"), source=Source.words)


def conditions(case: CaseFile) -> Fact:
    """Circumstances that raise the risk: pregnancy, diabetes, blood thinners, …"""
    codes = [code for code in present(case.session, "modifier") if code != "minor"]
    if not codes and "conditions" in case.answers:  # asked; who does not know names none either
        return Fact(key="conditions", told=Told.yes, words=Msg("desk-none-named"))
    return _list("conditions", [Term("modifier", code) for code in codes])


def product(case: CaseFile) -> Fact:
    return _list("product", [Term("product", code) for code in present(case.session, "product")])


def wished(case: CaseFile) -> Fact:
    return _list("wants", wants(case))


def wants(case: CaseFile) -> tuple[Words, ...]:
    """What the person wishes, what comes first for them first."""
    told = case.answers.get("wants", {})
    first = case.answers.get("first_wish")
    codes = (*([first] if first else ()), *told.get("codes", ()), *present(case.session, "want"))
    words: list[Words] = [Term("want", code) for code in dict.fromkeys(codes)]
    if told.get("text"):
        words.append(Quote(told["text"]))
    return tuple(words)


def _list(key: str, words: Sequence[Words]) -> Fact:
    if not words:
        return Fact(key=key)
    return Fact(key=key, told=Told.yes, words=Lines(tuple(words), joiner=" · "), source=Source.words)


def reach(case: CaseFile) -> tuple[Fact, ...]:
    """How and where the person can be reached now."""
    contact = case.answers.get("contact")
    facts = [Fact(key="contact")]
    if contact is not None:
        here = bool(contact.get("here"))
        words: Words = Msg("desk-contact-here") if here else Quote(contact.get("text", ""))
        source = Source.patient if here else Source.words
        facts = [Fact(key="contact", told=Told.yes, words=words, source=source)]
    alarm = case.answers.get("alarm", {})
    for key in ("where", "phone", "company"):
        answer = alarm.get(key)
        if answer is None:
            facts.append(Fact(key=key))
        elif answer == "":
            facts.append(Fact(key=key, told=Told.unsure))
        elif answer in ("with_someone", "alone"):
            facts.append(Fact(key=key, told=Told.yes, words=Msg(f"desk-company-{answer.replace('_', '-')}")))
        else:
            facts.append(Fact(key=key, told=Told.yes, words=Quote(answer), source=Source.words))
    return tuple(facts)
