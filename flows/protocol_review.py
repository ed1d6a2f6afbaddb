"""What a clinician or lawyer should know of the content before signing it, beyond broken references.

`flows.protocol.references` refuses content that can't work; this module finds what works but is not right:
words missing in one language, a phrase that two symptoms claim, a rule that nothing can fire or that its own
examples don't fire.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from flows.cues import more_phrases
from flows.protocol import Clause, Phrases, Protocol, RedFlag
from flows.protocol.examples import Example
from flows.reading import Reader
from flows.triage import assess, evidence_from


def counts(protocol: Protocol, examples: Sequence[Example]) -> dict[str, int]:
    """How much there is of what; phrases are patterns, each of which may stand for many wordings."""
    more = more_phrases().by_kind()
    tables = [protocol.procedures, protocol.families, protocol.symptoms, protocol.issues, protocol.modifiers]
    own = [_phrases(entry) for table in tables for entry in table.values()]  # type: ignore[attr-defined]  # each is a mapping
    own += [_phrases(word) for word in protocol.vocabulary]
    return {
        "procedures": len(protocol.procedures),
        "families": len(protocol.families),
        "symptoms": len(protocol.symptoms),
        "red flags": sum(rule.startswith("RF-") for rule in protocol.red_flags),
        "legal clocks": sum(rule.startswith("L-") for rule in protocol.red_flags),
        "rules for the model": sum(rule.startswith("M-") for rule in protocol.red_flags),
        "issues": len(protocol.issues),
        "safety questions": len(protocol.must_asks),
        "queues": len(protocol.queues),
        "phrases zh": sum(len(each.zh) for each in own),
        "phrases en": sum(len(each.en) for each in own),
        "further phrases": sum(len(phrases) for table in more.values() for phrases in table.values()),
        "examples": sum(len(list(_messages(one))) for one in examples),
    }


def remarks(protocol: Protocol, reader: Reader, examples: Sequence[Example], *, today: date) -> list[str]:
    """Everything that must be mended, one sentence each; empty when all is well."""
    return [
        *_missing_words(protocol),
        *_unreachable(protocol),
        *_examples(protocol, reader, examples, today),
    ]


def shared_phrases(protocol: Protocol) -> Iterator[str]:
    """Phrases that two symptoms (or issues, …) claim: each tells both, which should be meant so."""
    for kind in ("symptoms", "issues", "procedures", "families"):
        owners: dict[str, set[str]] = defaultdict(set)
        for code, entry in getattr(protocol, kind).items():
            phrases = _phrases(entry)
            for phrase in (*phrases.zh, *phrases.en):
                owners[phrase.casefold()].add(code)
        for phrase, codes in owners.items():
            if len(codes) > 1:
                yield f"{kind}: {phrase!r} tells {' and '.join(sorted(codes))}"


def _phrases(entry: object) -> Phrases:
    found = getattr(entry, "aliases", None) or getattr(entry, "phrases", None)
    return found if isinstance(found, Phrases) else Phrases()


def _missing_words(protocol: Protocol) -> Iterator[str]:
    for rule in protocol.red_flags.values():
        for what, text in (("text", rule.text), ("description", rule.description)):
            for lang in ("zh", "en"):
                if not getattr(text, lang).strip():
                    yield f"{rule.id}: no {what} in {lang}"
    wordy = {**protocol.symptoms, **protocol.issues, **protocol.modifiers}
    for code, entry in wordy.items():
        for lang in ("zh", "en"):
            if not getattr(_phrases(entry), lang):
                yield f"{code}: no phrase in {lang}"


def _unreachable(protocol: Protocol) -> Iterator[str]:
    """Rules of which no clause can hold, and clauses that add nothing to their rule."""
    sayable = {code for code, symptom in protocol.symptoms.items() if _phrases(symptom).zh or _phrases(symptom).en}
    sayable |= {code for question in protocol.must_asks for code in (*question.symptoms, *question.counts_as)}
    sayable |= {word.code for word in protocol.vocabulary if word.kind in ("legal_clock", "likeness")}
    for rule in protocol.red_flags.values():
        if not any(_can_hold(clause, sayable) for clause in rule.when):
            yield f"{rule.id}: nothing that can be said or ticked fires it"
        yield from _idle_clauses(rule)


def _can_hold(clause: Clause, sayable: set[str]) -> bool:
    return (
        set(clause.all) <= sayable
        and (not clause.any or len(sayable & set(clause.any)) >= clause.at_least)
        and (not clause.also_any or bool(sayable & set(clause.also_any)))
    )


def _idle_clauses(rule: RedFlag) -> Iterator[str]:
    for place, clause in enumerate(rule.when):
        for other in rule.when:
            if other is not clause and _implies(clause, other) and _urgency(rule, clause) <= _urgency(rule, other):
                if _implies(other, clause) and rule.when.index(other) > place:
                    continue  # of two alike the later one is named
                yield f"{rule.id}: clause {place + 1} adds nothing: another clause holds whenever it does"
                break


def _urgency(rule: RedFlag, clause: Clause) -> int:
    return (clause.urgency or rule.urgency).rank


def _implies(narrow: Clause, wide: Clause) -> bool:
    """Whether `wide` holds whenever `narrow` does, as far as that is plain from the lists."""
    if wide.at_least > 1 or narrow.at_least > 1:
        return False
    signs = set(narrow.all) | (set(narrow.any) if len(narrow.any) == 1 else set())
    any_met = not wide.any or bool(signs & set(wide.any)) or (bool(narrow.any) and set(narrow.any) <= set(wide.any))
    also_met = not wide.also_any or bool(signs & set(wide.also_any)) or set(narrow.also_any) == set(wide.also_any)
    named, allowed = {*narrow.families, *narrow.procedures}, {*wide.families, *wide.procedures}
    return (
        any_met
        and also_met
        and set(wide.all) <= signs
        and (not allowed or (bool(named) and named <= allowed))
        and set(wide.none) <= set(narrow.none)
        and set(wide.qualifiers) <= set(narrow.qualifiers)
        and wide.unlicensed_or_unknown_product <= narrow.unlicensed_or_unknown_product
        and (wide.min_days is None or (narrow.min_days is not None and narrow.min_days >= wide.min_days))
        and (wide.max_days is None or (narrow.max_days is not None and narrow.max_days <= wide.max_days))
    )


def _messages(example: Example) -> Iterator[tuple[bool, str]]:
    for fires, phrases in ((True, example.fires), (False, example.silent)):
        for message in (*phrases.zh, *phrases.en):
            yield fires, message


def _examples(protocol: Protocol, reader: Reader, examples: Iterable[Example], today: date) -> Iterator[str]:
    having: set[str] = set()
    for example in examples:
        if example.rule not in protocol.red_flags:
            yield f"examples: there is no rule {example.rule}"
            continue
        having.add(example.rule)
        for wanted, phrases in (("that fires", example.fires), ("that is silent", example.silent)):
            for lang in ("zh", "en"):
                if not getattr(phrases, lang):
                    yield f"{example.rule}: no example {wanted} in {lang}"
        for should_fire, message in _messages(example):
            fires = example.rule in _fired(protocol, reader, message, today)
            if fires != should_fire:
                yield f"{example.rule}: {'does not fire' if should_fire else 'fires'} on its example {message!r}"
    for code in protocol.red_flags:
        if code not in having:
            yield f"{code}: no example"


def _fired(protocol: Protocol, reader: Reader, message: str, today: date) -> tuple[str, ...]:
    reading = reader.read(message, today=today)
    return assess(evidence_from([reading]), protocol, explain=False).red_flags
