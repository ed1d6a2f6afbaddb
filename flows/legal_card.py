"""The legal-aid card (legal.md 5): read in a minute, fields in a fixed order, unknown never guessed."""

from dataclasses import dataclass, replace

from flows.conversation import Lines, Msg, Term, Words
from flows.dossier import present
from flows.facts import (
    CaseFile,
    Fact,
    Source,
    Told,
    in_passing,
    known,
    minor,
    place,
    procedure_fact,
    reach,
    since,
    wants,
)
from flows.protocol import Protocol, Text
from flows.signs import MIND, Check, checks, self_harm
from flows.summary import Reason, reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One dispute issue, with the person's words where there are any."""

    code: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A draft of what to do first about an issue, with the article it rests on."""

    issue: str
    text: Text
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalCard:
    """The legal hand-off; clinical matters appear as one safety line only (legal.md R11)."""

    clocks: tuple[Claim, ...]
    safety: tuple[Fact, ...]
    story: Words
    wants: tuple[Words, ...]
    issues: tuple[Claim, ...]
    facts: tuple[Fact, ...]
    evidence: tuple[Fact, ...]
    steps: tuple[NextStep, ...]
    reasons: tuple[Reason, ...]
    checks: tuple[Check, ...]
    not_asked: tuple[str, ...]
    protocol: str


# Fields of legal.md 5 that the intake has no question for: those a story may hold (and as what, in
# mentions.yaml), and those it cannot.
MENTIONED = {
    "clinic": "clinic", "licence": "licence", "money": "money", "diagnosis": "diagnosis",
    "complaints": "complaints", "agreements": "agreements", "similar": "similar",
}  # fmt: skip
LEGAL_UNASKED = ("amount_claimed", "defendant_name", "doctor_lookup", "conflict", "income")
# How the medical side stands (storage tells), as legal aid reads it.
CLINICAL = {
    "held": "desk-clinical-open", "queued": "desk-clinical-waiting", "closed": "desk-clinical-ended",
    "none": "desk-clinical-nobody",
}  # fmt: skip
EVIDENCE = ("records", "consent_form", "contract", "product", "payment", "chats", "ads", "photos", "cctv", "witness")
# What an issue already tells about a piece of evidence.
TOLD_BY_ISSUE = {
    "records_withheld": ("records", "withheld"),
    "records_tampered": ("records", "tampered"),
    "no_informed_consent": ("consent_form", "unsigned"),
    "personal_account_payment": ("payment", "private"),
}
OTHER_SIDE = {
    "institution_vanished": "vanished",
    "threats_or_countersuit": "threatening",
    "unfair_settlement": "offering",
}
VIOLENCE = ("covert_filming_or_assault", "threats_or_countersuit")


def legal_card(case: CaseFile, protocol: Protocol) -> LegalCard:
    """The legal card."""
    claims = _claims(case)
    facts = (
        procedure_fact(case, protocol), since(case), *place(case), _other_side(claims), *reach(case),
        *in_passing(case, MENTIONED),
    )  # fmt: skip
    wished = wants(case)
    unknown = (fact.key for fact in facts if fact.told is Told.not_asked)
    return LegalCard(
        clocks=tuple(Claim(code=code, quote=words) for code, words in present(case.session, "legal_clock").items()),
        safety=_safety(case, protocol, claims),
        story=_story(case, protocol, claims, wished),
        wants=wished,
        issues=claims,
        facts=known(facts),
        evidence=_evidence(case, claims),
        steps=_steps(claims, protocol),
        reasons=reasons(replace(case, track="legal"), protocol),
        checks=checks(case, protocol),
        not_asked=(*unknown, *LEGAL_UNASKED),
        protocol=case.assessment.protocol,
    )


def _claims(case: CaseFile) -> tuple[Claim, ...]:
    spoken = present(case.session, "issue")
    tapped = case.answers.get("wrong", {}).get("codes", ())
    codes = dict.fromkeys((*case.assessment.issues, *spoken, *tapped))
    return tuple(Claim(code=code, quote=spoken.get(code, "")) for code in codes)


def _story(case: CaseFile, protocol: Protocol, claims: tuple[Claim, ...], wished: tuple[Words, ...]) -> Words:
    where = case.answers.get("place", {}).get("code", "unknown")
    return Msg(
        "desk-legal-story",
        {
            "when": since(case).words or Msg("desk-since-unknown"),
            "where": Term("place", where) if where != "unknown" else Msg("desk-place-unknown"),
            "what": procedure_fact(case, protocol).words or Msg("desk-procedure-unknown"),
            "issue": Term("issue", claims[0].code) if claims else Msg("desk-issue-unknown"),
            "want": wished[0] if wished else Msg("desk-want-unknown"),
        },
    )


def _safety(case: CaseFile, protocol: Protocol, claims: tuple[Claim, ...]) -> tuple[Fact, ...]:
    """Clinical state, self-harm, violence, minor, death: one line, no clinical detail."""
    codes = {claim.code for claim in claims}
    clinical = [rule for rule in case.assessment.fired if rule.id.startswith("RF-")]
    asked = case.answers.get("safety", {})
    if clinical or case.category == "complication":
        state = Fact(key="clinical", told=Told.yes, words=Msg(CLINICAL[case.clinical]), source=Source.inferred)
    elif all(asked.get(question.id) == "no" for question in protocol.must_asks):
        state = Fact(key="clinical", told=Told.no, words=Msg("desk-clinical-none"))
    else:
        state = Fact(key="clinical", told=Told.unsure if asked else Told.not_asked)
    mind = self_harm(case, protocol)
    violence = [code for code in VIOLENCE if code in codes]
    return (
        state,
        Fact(
            key="self_harm",
            told=Told.yes if mind else _asked_of(MIND, case, protocol),
            words=Msg("desk-yes") if mind else None,
            source=Source.words,
        ),
        Fact(
            key="violence",
            told=Told.yes if violence else Told.not_asked,
            words=Term("issue", violence[0]) if violence else None,
            source=Source.words,
        ),
        minor(case),
        Fact(
            key="death",
            told=Told.yes if "death" in codes else Told.not_asked,
            words=Msg("desk-yes") if "death" in codes else None,
            source=Source.words,
        ),
    )


def _asked_of(codes: tuple[str, ...], case: CaseFile, protocol: Protocol) -> Told:
    """What came of the safety question that covers these symptoms."""
    asked = (question.id for question in protocol.must_asks if set(codes) & set(question.symptoms))
    answers = case.answers.get("safety", {})
    return next((Told(answers[id_]) for id_ in asked if id_ in answers), Told.not_asked)


def _evidence(case: CaseFile, claims: tuple[Claim, ...]) -> tuple[Fact, ...]:
    told = dict(TOLD_BY_ISSUE[claim.code] for claim in claims if claim.code in TOLD_BY_ISSUE)
    facts = []
    for item in EVIDENCE:
        if item == "photos" and case.photos:
            words: Words = Msg("desk-photos-count", {"count": case.photos})
            facts.append(Fact(key=item, told=Told.yes, words=words, source=Source.record))
        elif item in told:
            words = Msg(f"desk-evidence-{told[item]}")
            facts.append(Fact(key=item, told=Told.no, words=words, source=Source.inferred))
        else:
            facts.append(Fact(key=item))
    return tuple(facts)


def _other_side(claims: tuple[Claim, ...]) -> Fact:
    states = [Msg(f"desk-other-side-{OTHER_SIDE[claim.code]}") for claim in claims if claim.code in OTHER_SIDE]
    if not states:
        return Fact(key="other_side")
    return Fact(key="other_side", told=Told.yes, words=Lines(tuple(states), joiner=" · "), source=Source.words)


def _steps(claims: tuple[Claim, ...], protocol: Protocol) -> tuple[NextStep, ...]:
    issues = (protocol.issues[claim.code] for claim in claims if claim.code in protocol.issues)
    return tuple(NextStep(issue=issue.code, text=issue.first, source=issue.source) for issue in issues)[:3]
