"""The cards that people at the desk read: the blind card and the clinical SBAR card (clinical.md 6).

Pure: a case file goes in, a structured card comes out. Words are named by locale key or by protocol
code; the desk puts them into a language. "Not asked" is never shown as "no".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.conversation import Msg, Quote, Session, Term, Words
from flows.dossier import days_since, present, procedure_of
from flows.protocol import Protocol, Text, Urgency
from flows.reading import Status
from flows.triage import Assessment


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
class Reason:
    """Why the case stands where it stands: one fired rule and what made it fire."""

    id: str
    urgency: Urgency
    description: Text
    source: str
    quotes: tuple[str, ...]  # the person's own words
    answers: tuple[Text, ...]  # what was tapped, where no own words exist


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A rule that one more "yes" would fire."""

    id: str
    urgency: Urgency
    description: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A symptom that is there, with the person's words where there are any."""

    code: str
    quote: str
    red: bool  # part of a fired rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One of the safety questions and what came of it."""

    id: str
    label: Text
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All that a card may draw on; times are aware."""

    number: str
    assessment: Assessment
    session: Session
    now: datetime
    due_at: datetime | None = None
    reason: str = ""  # alarm | submitted | person_asked | failure
    submitted: bool = False
    photos: int = 0
    told: tuple[str, ...] = ()  # emergency texts already sent, verbatim

    @property
    def answers(self) -> Mapping[str, Any]:
        """What the intake asked and heard."""
        return self.session.answers


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindCard:
    """What may be read before claiming: enough to decide, nothing that tells who or which clinic."""

    number: str
    urgency: Urgency
    category: str
    also: tuple[str, ...]
    procedure: Words | None
    since: Words | None
    place: str | None
    minor: bool
    flags: tuple[Change, ...]
    issues: tuple[str, ...]
    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SbarCard:
    """The clinical hand-off, in the order in which it is spoken."""

    headline: Words
    reasons: tuple[Reason, ...]
    situation: tuple[Fact, ...]
    background: tuple[Fact, ...]
    signs: tuple[Sign, ...]
    denied: tuple[str, ...]
    checks: tuple[Check, ...]
    request: tuple[str, ...]  # ids of what is asked of the expert
    told: tuple[str, ...]
    change: tuple[Change, ...]
    not_asked: tuple[str, ...]
    protocol: str


# Fields of clinical.md 6 that the intake has no question for: a list to ask from, never "no".
CLINICAL_UNASKED = (
    "product", "amount", "anaesthesia", "implant", "earlier", "conditions", "pregnancy", "medicines",
    "allergies", "smoking", "vitals",
)  # fmt: skip
# Answers that stand for "this could not be told", not for a thing of that name.
NO_PROCEDURE = ("unclear", "other_procedure", "unknown_procedure")


def blind_card(case: CaseFile, protocol: Protocol) -> BlindCard:
    """The card of a case nobody has claimed; holds no own words, name, contact or clinic."""
    assessment = case.assessment
    code, family = procedure_of(case.answers, protocol)
    known = code if code and code not in NO_PROCEDURE else None
    return BlindCard(
        number=case.number,
        urgency=assessment.urgency,
        category=assessment.category.value,
        also=assessment.also,
        procedure=Term("procedure", known) if known else _family_words(family),
        since=since(case).words if days_since(case.answers, case.now) is not None else None,
        place=case.answers.get("place", {}).get("code"),
        minor=bool(case.answers.get("minor")),
        flags=_rules((rule.id for rule in assessment.fired), protocol),
        issues=assessment.issues,
        photos=case.photos,
    )


def sbar_card(case: CaseFile, protocol: Protocol) -> SbarCard:
    """The clinical card."""
    signs = _signs(case, protocol)
    situation = reach(case)
    background = (procedure_fact(case, protocol), since(case), *place(case), minor(case))
    unknown = (fact.key for fact in (*situation, *background) if fact.told is Told.not_asked)
    return SbarCard(
        headline=headline(case, protocol, signs),
        reasons=reasons(case, protocol),
        situation=known(situation),
        background=known(background),
        signs=signs,
        denied=_denied(case, {sign.code for sign in signs}),
        checks=checks(case, protocol),
        request=_request(case),
        told=case.told,
        change=_rules(case.assessment.change, protocol),
        not_asked=(*unknown, *CLINICAL_UNASKED),
        protocol=case.assessment.protocol,
    )


def known(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts about which anything was asked or said."""
    return tuple(fact for fact in facts if fact.told is not Told.not_asked)


def reasons(case: CaseFile, protocol: Protocol) -> tuple[Reason, ...]:
    """Every fired rule with what the person said or tapped, worst first."""
    found = []
    for rule in case.assessment.fired:
        content = protocol.red_flags.get(rule.id)
        if content is not None:
            quotes, answers = _told_for(rule.id, rule.evidence, case, protocol)
            found.append(
                Reason(
                    id=rule.id,
                    urgency=rule.urgency,
                    description=content.description,
                    source=content.source,
                    quotes=quotes,
                    answers=answers,
                )
            )
    return tuple(found)


def _told_for(rule: str, evidence: str, case: CaseFile, protocol: Protocol) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """The own words behind a rule, and the names of what was tapped for it."""
    codes = _codes_of(rule, protocol)
    spoken = present(case.session, "symptom") | present(case.session, "issue")
    quotes = [words for code, words in spoken.items() if code in codes and words]
    tapped = [code for code in _tapped(case) if code in codes and code not in spoken]
    names = [protocol.symptoms[code].name for code in tapped if code in protocol.symptoms]
    questions = {question.id: question for question in protocol.must_asks}
    for id_, answer in case.answers.get("safety", {}).items():
        question = questions.get(id_)
        if answer != "no" and question is not None and codes & {*question.symptoms, *question.counts_as}:
            names.append(question.label)
    if evidence and evidence not in questions and evidence not in protocol.symptoms:
        quotes.insert(0, evidence)
    return _distinct(quotes), tuple(dict.fromkeys(names))


def _distinct(quotes: Iterable[str]) -> tuple[str, ...]:
    """Quotes without repeats and without one that is part of a longer one."""
    unique = list(dict.fromkeys(quotes))
    return tuple(one for one in unique if not any(one != other and one in other for other in unique))


def _codes_of(rule: str, protocol: Protocol) -> frozenset[str]:
    clauses = protocol.red_flags[rule].when if rule in protocol.red_flags else ()
    return frozenset(code for clause in clauses for code in (*clause.any, *clause.also_any, *clause.all))


def _tapped(case: CaseFile) -> tuple[str, ...]:
    answers = case.answers
    return (*answers.get("detail", ()), *answers.get("symptoms", {}).get("codes", ()))


def _rules(ids: Iterable[str], protocol: Protocol) -> tuple[Change, ...]:
    rules = (protocol.red_flags[id_] for id_ in ids if id_ in protocol.red_flags)
    found = [Change(id=rule.id, urgency=rule.urgency, description=rule.description) for rule in rules]
    return tuple(sorted(found, key=lambda rule: -rule.urgency.rank))


# -- S and B


def headline(case: CaseFile, protocol: Protocol, signs: tuple[Sign, ...]) -> Words:
    """Who, what, when, worst: the one sentence said first on the phone."""
    what = procedure_fact(case, protocol).words
    when = since(case).words
    return Msg(
        "desk-headline",
        {
            "who": Msg("desk-who-minor" if case.answers.get("minor") else "desk-who-unknown"),
            "what": what or Msg("desk-procedure-unknown"),
            "when": when or Msg("desk-since-unknown"),
            "worst": Term("symptom", signs[0].code) if signs else Msg("desk-no-symptom-named"),
        },
    )


def procedure_fact(case: CaseFile, protocol: Protocol) -> Fact:
    """What was done, as exactly as it is known."""
    code, family = procedure_of(case.answers, protocol)
    own = case.answers.get("procedure_text")
    if code and code not in NO_PROCEDURE:
        spoken = code in present(case.session, "procedure")
        source = Source.words if spoken else Source.patient
        return Fact(key="procedure", told=Told.yes, words=Term("procedure", code), source=source)
    if own:
        return Fact(key="procedure", told=Told.yes, words=Quote(own), source=Source.words)
    if words := _family_words(family):
        return Fact(key="procedure", told=Told.yes, words=words)
    asked = "procedure" in case.answers or "family" in case.answers
    return Fact(key="procedure", told=Told.unsure if asked else Told.not_asked)


def _family_words(family: str) -> Words | None:
    return Term("family", family) if family not in ("unknown", "other") else None


def since(case: CaseFile) -> Fact:
    """How long ago it was. A span that was tapped is told as "at least", for it is the lower bound."""
    when = case.answers.get("when")
    if when is None:
        return Fact(key="since")
    days = days_since(case.answers, case.now)
    if days is None:
        own = when.get("text")
        told = Told.yes if own else Told.unsure
        return Fact(key="since", told=told, words=Quote(own) if own else None, source=Source.words)
    rough = when.get("span") not in (None, "today", "yesterday")
    key = "desk-days-at-least" if rough else "desk-days"
    source = Source.patient if when.get("span") else Source.words
    return Fact(key="since", told=Told.yes, words=Msg(key, {"days": int(days)}), source=source)


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


def minor(case: CaseFile) -> Fact:
    """Whether the person is under 18; known only when said."""
    if "minor" not in case.answers:
        return Fact(key="minor")
    told = Told.yes if case.answers["minor"] else Told.no
    return Fact(key="minor", told=told, words=Msg(f"desk-{told}"), source=Source.words)


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


# -- A and R


def _signs(case: CaseFile, protocol: Protocol) -> tuple[Sign, ...]:
    """Symptoms that hold, those of fired rules first."""
    order: dict[str, int] = {}
    for rank, rule in enumerate(case.assessment.fired):
        for code in _codes_of(rule.id, protocol):
            order.setdefault(code, rank)
    spoken = present(case.session, "symptom")
    codes = [code for code in dict.fromkeys((*spoken, *_tapped(case))) if code in protocol.symptoms]
    codes.sort(key=lambda code: order.get(code, len(order)))
    return tuple(Sign(code=code, quote=spoken.get(code, ""), red=code in order) for code in codes)


def _denied(case: CaseFile, there: set[str]) -> tuple[str, ...]:
    return tuple(
        item["code"]
        for item in case.session.findings
        if item["kind"] == "symptom" and item["status"] == Status.denied and item["code"] not in there
    )


def checks(case: CaseFile, protocol: Protocol) -> tuple[Check, ...]:
    """The safety questions: answered by a tap, by the story, or not asked at all."""
    answers = case.answers.get("safety", {})
    spoken = present(case.session, "symptom")
    found = []
    for question in protocol.must_asks:
        if any(code in spoken for code in question.symptoms):
            told = Told.yes
        else:
            told = Told(answers.get(question.id, Told.not_asked))
        found.append(Check(id=question.id, label=question.label, told=told))
    return tuple(found)


def _request(case: CaseFile) -> tuple[str, ...]:
    asked = []
    if case.assessment.urgency is Urgency.emergency:
        asked += ["call-patient", "advise-hospital"]
    elif case.assessment.urgency is Urgency.urgent:
        asked.append("see-today")
    else:
        asked.append("judge")
    if case.photos:
        asked.append("read-photos")
    if case.reason == "person_asked":
        asked.append("asked-for-person")
    if not case.submitted:
        asked.append("unfinished")
    return tuple(asked)
