"""What the person is told of their case: number, category, urgency, why, what next, what to do."""

from dataclasses import replace
from datetime import datetime

from flows.conversation import CaseFacts, Lines, Msg, Quote, Term, Words
from flows.protocol import Category, Protocol, Urgency
from flows.triage import Assessment, FiredRule

ADVICE_AT_MOST = 4  # lines; a frightened person reads no more
GENERAL = "G0"  # stands for an emergency that no single rule names (clinical.md section 0)


def alarm_words(rules: tuple[str, ...], protocol: Protocol, care: Words | None = None) -> Words:
    """The texts of the fired emergency rules (clinical.md section 3): what is gravest, and the mind always.

    Two texts on how to lie or sit contradict each other, so each kind of danger speaks once and at
    most two kinds speak. `care` takes the place of what to do for the body, for someone who is with
    doctors already.
    """
    by_kind: dict[str, str] = {}
    for rule in rules:
        flag = protocol.red_flags.get(rule)
        kind = flag.order if flag else "other"
        by_kind.setdefault("airway" if kind == "circulation" else kind, rule)
    shown = [rule for kind, rule in by_kind.items() if kind != "mind"][:2]
    instead = [care] if care is not None and shown else []
    if instead:
        shown = []
    shown += [rule for kind, rule in by_kind.items() if kind == "mind"]
    texts = (Term("safety_text", "") if rule == GENERAL else Term("rule_text", rule) for rule in shown)
    return Lines((*instead, *texts), joiner="\n\n")


def emergency_rules(assessment: Assessment, protocol: Protocol) -> tuple[str, ...]:
    """Fired emergency rules in the order their texts are shown: airway first, mind last.

    An emergency without a rule of its own is never silent: it has the general safety text.
    """
    order = ("airway", "circulation", "eye_brain", "tissue", "other", "mind")
    fired = [rule.id for rule in assessment.fired if rule.urgency == Urgency.emergency]
    if not fired and assessment.urgency == Urgency.emergency:
        return (GENERAL,)
    return tuple(sorted(fired, key=lambda id_: order.index(protocol.red_flags[id_].order)))


def is_told_by_rule(rule: FiredRule, protocol: Protocol) -> bool:
    """Whether the rule's own text fits: a clause that is less urgent than its rule must not send for an ambulance."""
    flag = protocol.red_flags.get(rule.id)
    return flag is not None and rule.urgency.rank >= flag.urgency.rank


def submitted(assessment: Assessment, protocol: Protocol, number: str, due: datetime) -> Words:
    """The answer to a submission: everything the person may want to know."""
    told = Msg("outcome-number", {"number": Quote(number)})
    return Lines((told, *_whole(assessment, protocol, due, promise=True)), joiner="\n\n")


def status(facts: CaseFacts, protocol: Protocol, now: datetime) -> Words:
    """Where the case stands, in plain words; a time that has passed is no promise any more."""
    due = facts.due_at if facts.due_at is not None and facts.due_at > now else None
    told: list[Words] = [Msg(f"status-{facts.status.replace('_', '-')}", {"number": Quote(facts.number)})]
    if facts.assessment is not None and facts.status != "closed":
        told += _whole(as_judged(facts.assessment, facts), protocol, due, promise=False)
    return Lines(tuple(told), joiner="\n\n")


def as_judged(assessment: Assessment, facts: CaseFacts) -> Assessment:
    """The assessment as the case stands: where a clinician lowered it, graver rules say nothing any more."""
    urgency, category = Urgency(facts.urgency), Category(facts.category)
    return replace(
        assessment,
        urgency=urgency,
        category=category,
        also=tuple(code for code in assessment.also if code != category),
        fired=tuple(rule for rule in assessment.fired if rule.urgency.rank <= urgency.rank),
        queues=facts.queues or assessment.queues,
    )


def _whole(assessment: Assessment, protocol: Protocol, due: datetime | None, *, promise: bool) -> list[Words]:
    parts: list[Words] = [Lines((_category(assessment), _urgency(assessment))), _reasons(assessment, protocol)]
    parts += [_next(assessment, due, promise=promise), *_advice(assessment, protocol)]
    if assessment.urgency is not Urgency.emergency:
        parts.append(Term("safety_text", ""))
    return parts


def _category(assessment: Assessment) -> Words:
    also = [Msg(f"also-{code}") for code in assessment.also]
    named = Msg(f"category-{assessment.category.value}")
    return Lines((Msg("outcome-category", {"category": named}), *also))


def _urgency(assessment: Assessment) -> Words:
    return Msg("outcome-urgency", {"urgency": Msg(f"urgency-{assessment.urgency.value}")})


def _reasons(assessment: Assessment, protocol: Protocol) -> Words:
    """Why, in the person's own words; the rules behind it are for the desk."""
    pieces = [piece for rule in assessment.fired[:4] for piece in rule.evidence.split("; ") if piece]
    if not pieces:
        return Msg(f"why-{assessment.category.value}")
    lines = [Msg("outcome-reason", {"evidence": evidence(piece, protocol)}) for piece in dict.fromkeys(pieces)]
    return Lines((Msg("outcome-why"), *lines[:5]))


def evidence(told: str, protocol: Protocol) -> Words:
    """A fired rule's evidence: the person's own words, or the name of what they ticked."""
    if told in protocol.symptoms:
        return Term("symptom", told)
    if any(question.id == told for question in protocol.must_asks):
        return Term("must_ask", told)
    return Quote(told)


def _next(assessment: Assessment, due: datetime | None, *, promise: bool) -> Words:
    queue = Term("queue", assessment.queues[0] if assessment.queues else "duty")
    told: list[Words] = [Msg("outcome-next", {"queue": queue})]
    if promise:
        told.append(Term("promise", assessment.urgency.value))
    if due is not None:
        told.append(Msg("outcome-due", {"due": due}))
    if "legal_aid" in assessment.queues[1:]:
        told.append(Msg("outcome-legal-too"))
    return Lines(tuple(told))


def _advice(assessment: Assessment, protocol: Protocol) -> list[Words]:
    """What to do and not to do: of rules the gravest two of one urgency, of advice a few lines."""
    gravest = [rule for rule in assessment.fired if rule.urgency is assessment.fired[0].urgency][:2]
    texts: list[Words] = [Term("rule_text", rule.id) for rule in gravest if is_told_by_rule(rule, protocol)]
    fitting = [a for a in protocol.advice if a.category is assessment.category and assessment.urgency in a.urgency]
    if Category.dispute.value in assessment.also:
        fitting = fitting[: ADVICE_AT_MOST - 1] + [a for a in protocol.advice if a.code == "keep_evidence"]
    texts += [Msg("outcome-advice", {"advice": Term("advice", advice.code)}) for advice in fitting[:ADVICE_AT_MOST]]
    if assessment.category is Category.dispute:
        texts += [Msg("outcome-advice", {"advice": Term("issue_first", code)}) for code in assessment.issues[:2]]
    return [Lines((Msg("outcome-meanwhile"), *texts))] if texts else []
