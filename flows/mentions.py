"""What a person mentions in passing and nobody asked for: a sum, the clinic's name, an hour, an allergy.

Found by the patterns of `protocol/mentions.yaml` and shown at the desk as it was said. Nothing is
concluded from it: triage stands on what `flows.reading` finds.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

AT_MOST = 4  # mentions of one thing on a card
READ_AT_MOST = 2000  # characters of one message
CLAUSE_AT_MOST = 60
SENTENCE_AT_MOST = 90
_CLAUSE = re.compile(r"(?:[^\uff0c\u3002\uff01\uff1f\uff1b,.!?;\n]|[.,](?=\d))+")

_SENTENCE = re.compile(r"(?:[^\u3002\uff01\uff1f.!?\n]|\.(?=\d))+")


class _Patterns(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    exact: dict[str, tuple[str, ...]]
    clause: dict[str, tuple[str, ...]]


class _Mention(NamedTuple):
    key: str
    pattern: re.Pattern[str]
    whole_clause: bool


@cache
def _mentions() -> tuple[_Mention, ...]:
    with resources.files("flows.protocol").joinpath("mentions.yaml").open(encoding="utf-8") as file:
        patterns = _Patterns.model_validate(yaml.load(file, yaml.CSafeLoader))
    return tuple(
        _Mention(key, re.compile(source, re.IGNORECASE), whole)
        for table, whole in ((patterns.exact, False), (patterns.clause, True))
        for key, sources in table.items()
        for source in sources
    )


def mentioned(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The person's own words by what they tell of, the first ones first; keys are those of mentions.yaml."""
    found: dict[str, list[str]] = {}
    for text in texts:
        written = unicodedata.normalize("NFKC", text[:READ_AT_MOST])
        for key, pattern, whole_clause in _mentions():
            for hit in pattern.finditer(written):
                words = _clause(written, hit.start()) if whole_clause else _shown(hit)
                kept = found.setdefault(key, [])
                if words and not any(words in other for other in kept) and len(kept) < AT_MOST:
                    kept[:] = [*(other for other in kept if other not in words), words]
    return {key: tuple(words) for key, words in found.items() if words}


def in_context(words: str, texts: Iterable[str]) -> str:
    """A quote with the sentence it stands in, or the clause where that is long: "my left eye" belongs to "can't see".

    The quote alone where it stands in none of the texts.
    """
    for text in texts:
        at = text.find(words) if words else -1
        if at < 0:
            continue
        end = at + len(words)
        for pattern, most in ((_SENTENCE, SENTENCE_AT_MOST), (_CLAUSE, CLAUSE_AT_MOST)):
            pieces = [piece for piece in pattern.finditer(text) if piece.start() < end and piece.end() > at]
            if pieces and pieces[-1].end() - pieces[0].start() <= max(most, len(words)):
                return text[pieces[0].start() : pieces[-1].end()].strip()
    return words


def names_ha(text: str) -> bool | None:
    """Whether a text names hyaluronic acid; False where it rules it out or names another filler, else None."""
    written = unicodedata.normalize("NFKC", text[:READ_AT_MOST])
    if any(mention.pattern.search(written) for mention in _mentions() if mention.key == "not_ha"):
        return False
    return True if any(mention.pattern.search(written) for mention in _mentions() if mention.key == "ha") else None


def _shown(hit: re.Match[str]) -> str:
    return (hit["shown"] if "shown" in hit.re.groupindex else hit[0]).strip()


def _clause(text: str, at: int) -> str:
    for clause in _CLAUSE.finditer(text):
        if clause.start() <= at < clause.end():
            start = max(clause.start(), at - CLAUSE_AT_MOST // 2)
            return text[start : min(clause.end(), start + CLAUSE_AT_MOST)].strip()
    return ""
