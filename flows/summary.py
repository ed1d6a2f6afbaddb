"""The cards that people at the desk read: the blind card and the clinical SBAR card (clinical.md 6).

Pure: a case file goes in, a structured card comes out. Words are named by locale key or by protocol
code; the desk puts them into a language. "Not asked" is never shown as "no".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flows.conversation import Msg, Term, Words
from flows.dossier import present, procedure_of, spoken, ticked_ids
from flows.facts import (
    NO_PROCEDURE,
    CaseFile,
    Fact,
    Told,
    conditions,
    elapsed,
    family_words,
    in_care,
    in_passing,
    is_minor,
    known,
    minor,
    place,
    procedure_fact,
    procedure_words,
    product,
    reach,
    since,
    wished,
)
from flows.mentions import in_context
from flows.protocol import Protocol, Text, Urgency
from flows.signs import (
    Check,
    Gone,
    Sign,
    checks,
    codes_of,
    denied_signs,
    distinct,
    gone_signs,
    self_harm,
    signs_of,
    taken_back_of,
    tapped,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the case stands where it stands: one fired rule and what made it fire."""

    id: str
    urgency: Urgency
    description: Text
    source: str
    quotes: tuple[str, ...]  # the person's own words
    answers: tuple[Text, ...]  # what was tapped, where no own words exist
    taken_back: tuple[str, ...]  # what they said later: it is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A rule that one more "yes" would fire."""

    id: str
    urgency: Urgency
    description: Text


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
    self_harm: bool
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
    gone: tuple[Gone, ...]
    denied: tuple[str, ...]
    checks: tuple[Check, ...]
    too_early: bool  # inside the healing window: an expert is to confirm the normal course
    request: tuple[str, ...]  # ids of what is asked of the expert
    told: tuple[str, ...]
    change: tuple[Change, ...]
    not_asked: tuple[str, ...]
    protocol: str


# Fields of clinical.md 6 that the intake has no question for: what the story mentions of them (as what, in
# mentions.yaml) is shown, the rest is a list to ask from, never "no".
MENTIONED = {
    "filler_product": "filler_product",
    "onset": "onset", "clinic": "clinic", "amount": "amount", "anaesthesia": "anaesthesia", "implant": "implant",
    "earlier": "earlier", "medicines": "medicines", "allergies": "allergies", "smoking": "smoking",
    "vitals": "vitals",
}  # fmt: skip


def blind_card(case: CaseFile, protocol: Protocol) -> BlindCard:
    """The card of a case nobody has claimed; holds no own words, name, contact or clinic."""
    assessment = case.assessment
    code, family = procedure_of(case.answers, protocol)
    known = code if code and code not in NO_PROCEDURE else None
    return BlindCard(
        number=case.number,
        urgency=case.standing or assessment.urgency,
        category=case.category.value,
        also=tuple(code for code in assessment.also if code != case.category.value),
        procedure=procedure_words(case, known, protocol) if known else family_words(family),
        since=elapsed(case),
        place=case.answers.get("place", {}).get("code"),
        minor=is_minor(case),
        self_harm=self_harm(case, protocol),
        flags=_flags(case, protocol),
        issues=assessment.issues,
        photos=case.photos,
    )


def _flags(case: CaseFile, protocol: Protocol) -> tuple[Change, ...]:
    """The fired rules, each as urgent as it fired: a clause may be less urgent than its rule."""
    fired = {rule.id: rule.urgency for rule in case.assessment.fired if concerns(rule.id, case.track, protocol)}
    flags = [replace(rule, urgency=fired[rule.id]) for rule in named_rules(fired, protocol)]
    return tuple(sorted(flags, key=lambda rule: -rule.urgency.rank))


def sbar_card(case: CaseFile, protocol: Protocol) -> SbarCard:
    """The clinical card."""
    signs = signs_of(case, protocol)
    situation = (*reach(case), *in_care(case))
    background = (
        procedure_fact(case, protocol), since(case), *place(case), product(case), minor(case), conditions(case),
        wished(case), *in_passing(case, MENTIONED),
    )  # fmt: skip
    unknown = (fact.key for fact in (*situation, *background) if fact.told is Told.not_asked)
    return SbarCard(
        headline=headline(case, protocol, signs),
        reasons=reasons(case, protocol),
        situation=known(situation),
        background=known(background),
        signs=signs,
        gone=gone_signs(case, protocol),
        denied=denied_signs(case, protocol),
        checks=checks(case, protocol),
        too_early=case.assessment.looks_too_early,
        request=_request(case),
        told=case.told,
        change=named_rules((id_ for id_ in case.assessment.change if concerns(id_, case.track, protocol)), protocol),
        not_asked=tuple(unknown),
        protocol=case.assessment.protocol,
    )


def concerns(rule: str, track: str, protocol: Protocol) -> bool:
    """Whether a rule is for the readers of this track (legal.md R11).

    Clinicians see no dispute, lawyers no clinical finding; what endangers somebody now both see.
    """
    legal = rule.startswith("L-")
    if track == "legal":
        return legal
    if track == "clinical" and legal:
        return rule in protocol.red_flags and protocol.red_flags[rule].urgency is Urgency.emergency
    return True


def reasons(case: CaseFile, protocol: Protocol) -> tuple[Reason, ...]:
    """Every fired rule with what the person said or tapped, worst first."""
    found = []
    for rule in case.assessment.fired:
        content = protocol.red_flags.get(rule.id)
        if content is not None and concerns(rule.id, case.track, protocol):
            quotes, answers = _told_for(rule.id, rule.evidence, case, protocol)
            found.append(
                Reason(
                    id=rule.id,
                    urgency=rule.urgency,
                    description=content.description,
                    source=content.source,
                    quotes=quotes,
                    answers=answers,
                    taken_back=taken_back_of(rule.id, case, protocol),
                )
            )
    return tuple(found)


def _told_for(rule: str, evidence: str, case: CaseFile, protocol: Protocol) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """The own words behind a rule, and the names of what was tapped for it."""
    codes = codes_of(rule, protocol)
    told = spoken(case.session, "symptom", protocol) | present(case.session, "issue")
    quotes = [words for code, words in told.items() if code in codes and words]
    picked = [code for code in tapped(case) if code in codes and code not in told]
    names = [protocol.symptoms[code].name for code in picked if code in protocol.symptoms]
    questions = {question.id: question for question in protocol.must_asks}
    ticked = dict.fromkeys(ticked_ids(case.session, protocol), "yes")
    for id_, answer in (ticked | case.answers.get("safety", {})).items():
        question = questions.get(id_)
        if answer != "no" and question is not None and codes & {*question.symptoms, *question.counts_as}:
            names.append(question.label)
    # Triage joins the pieces of its evidence; a piece may also be the code of what was tapped.
    pieces = [piece for piece in evidence.split("; ") if piece not in questions and piece not in protocol.symptoms]
    quotes = [in_context(words, case.own_words) for words in [*filter(None, pieces), *quotes]]
    return distinct(quotes), tuple(dict.fromkeys(names))


def named_rules(ids: Iterable[str], protocol: Protocol) -> tuple[Change, ...]:
    """These rules with their descriptions, the worst first; those that are no more are left out."""
    rules = (protocol.red_flags[id_] for id_ in ids if id_ in protocol.red_flags)
    found = [Change(id=rule.id, urgency=rule.urgency, description=rule.description) for rule in rules]
    return tuple(sorted(found, key=lambda rule: -rule.urgency.rank))


# -- S and B


def headline(case: CaseFile, protocol: Protocol, signs: tuple[Sign, ...]) -> Words:
    """Who, what, when, worst: the one sentence said first on the phone."""
    what = procedure_fact(case, protocol).words
    when = since(case).words
    ticked = [Term("must_ask", check.id) for check in checks(case, protocol) if check.told is Told.yes]
    gone = [Msg("desk-worst-taken-back", {"sign": sign.sign}) for sign in gone_signs(case, protocol)]
    worst: list[Words] = [*(Term("symptom", sign.code) for sign in signs), *ticked, *gone]
    return Msg(
        "desk-headline",
        {
            "who": Msg("desk-who-minor" if is_minor(case) else "desk-who-unknown"),
            "what": what or Msg("desk-procedure-unknown"),
            "when": when or Msg("desk-since-unknown"),
            "worst": worst[0] if worst else Msg("desk-no-symptom-named"),
        },
    )


# -- A and R


def _request(case: CaseFile) -> tuple[str, ...]:
    asked = []
    urgency = case.standing or case.assessment.urgency
    if urgency is Urgency.emergency:
        asked += ["call-patient", "advise-hospital"]
    elif urgency is Urgency.urgent:
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
