"""What a session knows of the person's case: taking readings in, and the evidence for triage."""

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from flows.conversation import Session, Term
from flows.mentions import names_ha
from flows.protocol import MustAsk, Protocol
from flows.reading import Reading, Status
from flows.triage import Evidence

Answers = dict[str, Any]
Found = Mapping[str, Any]
ROUGH = re.compile(r"个月|年|周|星期|礼拜|months?|years?|weeks?", re.IGNORECASE)
HOUSE_TIME = timezone(timedelta(hours=8))


def absorb(answers: Answers, found: tuple[Found, ...], reading: Reading, now: datetime) -> tuple[Found, ...]:
    """Take what a text told into answers that are still empty, and into the findings.

    `answers` is filled in place; the new tuple of findings is returned. What was once said to be
    present stays present: taking it back is done at the review, never by a later sentence.
    """
    kept = {(item["kind"], item["code"]): item for item in found}
    read = (*reading.findings, *reading.likely)
    for finding in read:
        slot = (finding.kind, finding.code)
        before = kept.get(slot)
        if before is None or (before["status"] != Status.present and finding.status == Status.present):
            kept[slot] = {
                "kind": finding.kind,
                "code": finding.code,
                "status": str(finding.status),
                "evidence": finding.evidence,
            }
    for finding in read:
        if finding.status != Status.present:
            continue
        if finding.kind in ("procedure", "family") and not answers.get("procedure") and not answers.get("tapped"):
            answers[finding.kind] = finding.code
        elif finding.kind == "place" and "place" not in answers:
            answers["place"] = {"code": finding.code, "text": finding.evidence}
    if reading.days is not None and "when" not in answers:
        answers["when"] = when_told(reading, now)
    if (ha := names_ha(reading.text)) is not None:
        answers["ha"] = ha  # the newest word counts
    if reading.age is not None and reading.age < 18:
        answers["minor"] = True
    return tuple(kept.values())


def when_told(reading: Reading, now: datetime) -> dict[str, Any]:
    """The day of the procedure that a text tells, with the words for it; the text must tell one."""
    assert reading.days is not None
    day = house_date(now) - timedelta(days=int(reading.days))
    rough = {"rough": True} if is_rough(reading.days_evidence) else {}
    return {"date": day.isoformat(), "text": reading.days_evidence} | rough


def is_rough(told: str) -> bool:
    """Whether a time is told in weeks, months or years, and not as a date or a number of days."""
    return ROUGH.search(told) is not None and not re.search(r"[日号]|\d\s*[./-]\s*\d|[天周][一二三四五六日末]", told)


def house_date(now: datetime) -> date:
    """The day it is in China: "yesterday" at two in the morning is not counted in UTC."""
    return now.astimezone(HOUSE_TIME).date()


def procedure_of(answers: Mapping[str, Any], protocol: Protocol) -> tuple[str | None, str]:
    """The procedure's code, if known, and its family (`unknown` when nothing is)."""
    code = answers.get("procedure")
    procedure = protocol.procedures.get(code) if code else None
    if procedure is not None:
        return procedure.code, procedure.family
    return None, answers.get("family") or "unknown"


def procedure_term(session: Session, code: str, protocol: Protocol) -> Term:
    """The name of a procedure, with its product only where the person named it and did not take it back.

    Where a filler went in is often told, what it was hardly ever; only hyaluronic acid can be dissolved.
    """
    ha = session.answers.get("ha")
    if ha is None:
        ha = names_ha(present(session, "procedure").get(code, ""))
    procedure = protocol.procedures.get(code)
    generic = procedure is not None and procedure.generic_name is not None
    return Term("procedure_named" if generic and ha else "procedure", code)


def days_since(answers: Mapping[str, Any], now: datetime) -> float | None:
    """Days between the procedure and `now`; None when the day is not known."""
    day = answers.get("when", {}).get("date")
    if day is None:
        return None
    return float(max(0, (house_date(now) - date.fromisoformat(day)).days))


def present(session: Session, kind: str) -> dict[str, str]:
    """Codes of `kind` that hold for this person, each with the words that told it."""
    return {
        item["code"]: item["evidence"]
        for item in session.findings
        if item["kind"] == kind and item["status"] == Status.present
    }


def _not_told_apart(question: MustAsk, told: Container[str]) -> bool:
    """Whether nothing is known yet of what a "yes" may mean."""
    return not any(code in told for code in question.symptoms)


def ticked_ids(session: Session, protocol: Protocol) -> frozenset[str]:
    """Safety questions that were ticked and have raised an alarm before the list was sent off."""
    ids = {question.id for question in protocol.must_asks}
    return frozenset(item["evidence"] for item in session.findings if item["evidence"] in ids)


def spoken(session: Session, kind: str, protocol: Protocol) -> dict[str, str]:
    """Like `present`, without what only a ticked safety question stands for."""
    ids = ticked_ids(session, protocol)
    return {code: words for code, words in present(session, kind).items() if words not in ids}


def _is_screened(question: MustAsk, answers: Mapping[str, Any]) -> bool:
    """Thoughts of suicide left open are gone into by the screen of RF-48, whose answer counts then."""
    return "suicidal_ideation" in question.counts_as and "asq" not in answers and not answers.get("submitted")


def evidence_of(
    answers: Mapping[str, Any], found: Iterable[Found], protocol: Protocol, now: datetime, *, count_unsure: bool
) -> Evidence:
    """All that triage stands on, from answers and findings together.

    With `count_unsure`, a must-ask answered "not sure" is taken as what it may mean (clinical.md 0, I3).
    """
    procedure, family = procedure_of(answers, protocol)
    own_words: list[str] = []
    denied: set[str] = set()
    said: dict[str, dict[str, str]] = {}  # by kind, as `present` gives it
    for item in found:
        own_words.append(item["evidence"])
        if item["status"] == Status.present:
            said.setdefault(item["kind"], {})[item["code"]] = item["evidence"]
        elif item["status"] == Status.denied:
            denied.add(item["code"])
    symptoms = said.get("symptom", {})
    told = answers.get("symptoms", {})
    symptoms |= {code: told.get("text") or code for code in told.get("codes", ()) if code not in symptoms}
    symptoms |= {code: code for code in answers.get("detail", ()) if code not in symptoms}
    followed = answers.get("follow_up", {})
    possible = followed.get("offered" if followed.get("left") else "codes", ())  # not knowing counts as there
    symptoms |= {code: code for code in possible if code not in symptoms}
    denied.update(followed.get("offered", ()))
    safety = answers.get("safety", {})
    for question in protocol.must_asks if safety else ():
        answer = safety.get(question.id)
        if answer == "no":
            denied.update(question.symptoms)
        elif answer == "unsure" and (not count_unsure or _is_screened(question, answers)):
            continue
        elif answer == "unsure" or (answer == "yes" and _not_told_apart(question, answers.get("detail", symptoms))):
            symptoms |= {code: question.id for code in question.counts_as if code not in symptoms}
    place = answers.get("place", {}).get("code")
    operators = list(said.get("operator", ()))
    issues = said.get("issue", {})
    wrong = answers.get("wrong", {})
    issues |= {code: wrong.get("text") or code for code in wrong.get("codes", ()) if code not in issues}
    wants = set(said.get("want", ())) | set(answers.get("wants", {}).get("codes", ()))
    if answers.get("first_wish"):
        wants.add(answers["first_wish"])
    return Evidence(
        symptoms=symptoms,
        denied=frozenset(denied - symptoms.keys()),
        procedure=procedure,
        family=family,
        days=days_since(answers, now),
        place=place,
        operator=operators[0] if operators else None,
        product_unknown="unknown_product" in said.get("product", ()),
        qualifiers=frozenset(said.get("qualifier", ())),
        modifiers=frozenset(said.get("modifier", ())),
        issues=issues,
        wants=frozenset(wants),
        legal_clocks=said.get("legal_clock", {}),
        likeness=said.get("likeness", {}),
        family_guess=next(iter(said.get("family_guess", ())), "unknown"),
        from_text="symptoms" not in answers and "wants" not in answers,
        minor=bool(answers.get("minor")),
        first_wish=answers.get("first_wish"),
        text=tuple(own_words),
    )
