"""What the person is told of their case: number, category, urgency, why, what next, what to do."""

from datetime import datetime

from flows.conversation import CaseFacts, Lines, Msg, Quote, Term, Words
from flows.protocol import Protocol, Urgency
from flows.triage import Assessment

GENERAL = "G0"  # stands for an emergency that no single rule names (clinical.md section 0)


def alarm_words(rules: tuple[str, ...], protocol: Protocol) -> Words:
    """The texts of the fired emergency rules (clinical.md section 3): what is gravest, and the mind always.

    Two texts on how to lie or sit contradict each other, so each kind of danger speaks once and at
    most two kinds speak.
    """
    by_kind: dict[str, str] = {}
    for rule in rules:
        flag = protocol.red_flags.get(rule)
        kind = flag.order if flag else "other"
        by_kind.setdefault("airway" if kind == "circulation" else kind, rule)
    shown = [rule for kind, rule in by_kind.items() if kind != "mind"][:2]
    shown += [rule for kind, rule in by_kind.items() if kind == "mind"]
    texts = (Term("safety_text", "") if rule == GENERAL else Term("rule_text", rule) for rule in shown)
    return Lines(tuple(texts), joiner="\n\n")


def emergency_rules(assessment: Assessment, protocol: Protocol) -> tuple[str, ...]:
    """Fired emergency rules in the order their texts are shown: airway first, mind last.

    An emergency without a rule of its own is never silent: it has the general safety text.
    """
    order = ("airway", "circulation", "eye_brain", "tissue", "other", "mind")
    fired = [rule.id for rule in assessment.fired if rule.urgency == Urgency.emergency]
    if not fired and assessment.urgency == Urgency.emergency:
        return (GENERAL,)
    return tuple(sorted(fired, key=lambda id_: order.index(protocol.red_flags[id_].order)))


def submitted(assessment: Assessment, protocol: Protocol, number: str, due: datetime | None) -> Words:
    """The answer to a submission, and to /status: everything the person may want to know."""
    parts: list[Words] = [
        Msg("outcome-number", {"number": Quote(number)}),
        Lines((_category(assessment), _urgency(assessment))),
    ]
    if reasons := _reasons(assessment, protocol):
        parts.append(reasons)
    parts += [_next(assessment, due), *_advice(assessment, protocol), Term("safety_text", "")]
    return Lines(tuple(parts), joiner="\n\n")


def status(facts: CaseFacts, protocol: Protocol) -> Words:
    """Where the case stands, in plain words."""
    told: list[Words] = [Msg(f"status-{facts.status.replace('_', '-')}", {"number": Quote(facts.number)})]
    if facts.assessment is not None and facts.status != "closed":
        told.append(submitted(facts.assessment, protocol, facts.number, facts.due_at))
    return Lines(tuple(told), joiner="\n\n")


def _category(assessment: Assessment) -> Words:
    also = [Msg(f"also-{code}") for code in assessment.also]
    named = Msg(f"category-{assessment.category.value}")
    return Lines((Msg("outcome-category", {"category": named}), *also))


def _urgency(assessment: Assessment) -> Words:
    return Msg("outcome-urgency", {"urgency": Msg(f"urgency-{assessment.urgency.value}")})


def _reasons(assessment: Assessment, protocol: Protocol) -> Words | None:
    lines = [
        Msg(
            "outcome-reason",
            {"rule": Term("rule_name", rule.id), "evidence": evidence(rule.evidence, protocol)},
        )
        for rule in assessment.fired[:4]
    ]
    return Lines((Msg("outcome-why"), *lines)) if lines else None


def evidence(told: str, protocol: Protocol) -> Words:
    """A fired rule's evidence: the person's own words, or the name of what they ticked."""
    if told in protocol.symptoms:
        return Term("symptom", told)
    if any(question.id == told for question in protocol.must_asks):
        return Term("must_ask", told)
    return Quote(told)


def _next(assessment: Assessment, due: datetime | None) -> Words:
    queue = Term("queue", assessment.queues[0] if assessment.queues else "duty")
    told: list[Words] = [Msg("outcome-next", {"queue": queue, "promise": Term("promise", assessment.urgency.value)})]
    if due is not None:
        told.append(Msg("outcome-due", {"due": due}))
    if "legal_aid" in assessment.queues[1:]:
        told.append(Msg("outcome-legal-too"))
    return Lines(tuple(told))


def _advice(assessment: Assessment, protocol: Protocol) -> list[Words]:
    texts: list[Words] = [Term("rule_text", rule.id) for rule in assessment.fired[:3]]
    texts += [
        Term("advice", advice.code)
        for advice in protocol.advice
        if advice.category.value in (assessment.category.value, *assessment.also)
        and assessment.urgency in advice.urgency
    ]
    texts += [Term("issue_first", code) for code in assessment.issues[:2]]
    return [Lines((Msg("outcome-meanwhile"), *texts))] if texts else []
