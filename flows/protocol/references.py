"""Checks that every code the content mentions exists, and that every clause can hold."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from flows.protocol.model import Clause, Protocol, RedFlag


@dataclass(frozen=True, slots=True)
class _Codes:
    """What a clause may name."""

    families: frozenset[str]
    procedures: frozenset[str]
    symptoms: frozenset[str]
    signs: frozenset[str]  # symptoms, legal clocks and likenesses
    qualifiers: frozenset[str]
    queues: frozenset[str]


def problems(protocol: Protocol) -> list[str]:
    """Every broken reference as `file: entry: field: what`; empty when all is well."""
    found = {word.code for word in protocol.vocabulary if word.kind in ("legal_clock", "likeness")}
    codes = _Codes(
        families=frozenset(protocol.families),
        procedures=frozenset(protocol.procedures),
        symptoms=frozenset(protocol.symptoms),
        signs=frozenset(protocol.symptoms) | found,
        qualifiers=frozenset(word.code for word in protocol.vocabulary if word.kind == "qualifier"),
        queues=frozenset(protocol.queues),
    )
    return [*_catalogue(protocol, codes), *_questions(protocol, codes), *_rules(protocol, codes)]


def _unknown(where: str, field: str, named: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for code in named:
        if code not in known:
            yield f"{where}: {field}: unknown code {code!r}"


def _catalogue(protocol: Protocol, codes: _Codes) -> Iterator[str]:
    for procedure in protocol.procedures.values():
        where = f"procedures.yaml: {procedure.code}"
        yield from _unknown(where, "family", [procedure.family], codes.families)
        yield from _unknown(where, "ask_first", procedure.ask_first, codes.symptoms)
        yield from _unknown(where, "queue", filter(None, [procedure.queue]), codes.queues)
    for family in protocol.families.values():
        yield from _unknown(f"families.yaml: {family.code}", "queue", [family.queue], codes.queues)
    for symptom in protocol.symptoms.values():
        for clause in symptom.defaults:
            yield from _clause(f"symptoms.yaml: {symptom.code}", "defaults", clause, codes)


def _questions(protocol: Protocol, codes: _Codes) -> Iterator[str]:
    for question in protocol.must_asks:
        where = f"must_asks.yaml: {question.id}"
        yield from _unknown(where, "symptoms", question.symptoms, codes.symptoms)
        yield from _unknown(where, "counts_as", question.counts_as, codes.symptoms)
    for guide in protocol.photo_guides:
        yield from _unknown(f"photos.yaml: {guide.code}", "families", guide.families, codes.families)


def _rules(protocol: Protocol, codes: _Codes) -> Iterator[str]:
    for rule in protocol.red_flags.values():
        where = f"{_file(rule)}: {rule.id}"
        yield from _unknown(where, "queue", filter(None, [rule.queue]), codes.queues)
        yield from _unknown(where, "page", rule.page, codes.queues)
        yield from _unknown(where, "page_also", rule.page_also, codes.families)
        for queues in rule.page_also.values():
            yield from _unknown(where, "page_also", queues, codes.queues)
        if not rule.when:
            yield f"{where}: when: no clause, so the rule can't fire"
        for place, clause in enumerate(rule.when):
            yield from _clause(where, f"when.{place}", clause, codes)
            if not clause.any and not clause.all:
                yield f"{where}: when.{place}: names no sign, so it would always fire"


def _clause(where: str, field: str, clause: Clause, codes: _Codes) -> Iterator[str]:
    for name in ("any", "also_any", "all", "none"):
        yield from _unknown(where, f"{field}.{name}", getattr(clause, name), codes.signs)
    yield from _unknown(where, f"{field}.families", clause.families, codes.families)
    yield from _unknown(where, f"{field}.procedures", clause.procedures, codes.procedures)
    yield from _unknown(where, f"{field}.qualifiers", clause.qualifiers, codes.qualifiers)
    if clause.any and clause.at_least > len(clause.any):
        yield f"{where}: {field}.at_least: {clause.at_least} of {len(clause.any)} can't be reached"
    if clause.min_days is not None and clause.max_days is not None and clause.min_days > clause.max_days:
        yield f"{where}: {field}.min_days: greater than max_days"
    if set(clause.none) & {*clause.all}:
        yield f"{where}: {field}.none: also asked for by `all`"


def _file(rule: RedFlag) -> str:
    files = {"RF": "red_flags.yaml", "L": "legal_rules.yaml", "M": "model_rules.yaml"}
    return files.get(rule.id.partition("-")[0], "rules")
