"""How much a text is like those that were labelled: a linear model over its words and characters.

Phrases catch what somebody thought of; danger is also told in words that nobody did ("the right half of the
number plates keeps going missing"). The model was fitted to labelled messages (`benchmarks/likeness.py`) and
lies beside the protocol as a table of features and weights, `protocol/likeness.npz`: small, the same result
for the same text, and every decision names the clauses that carried it. What it finds are signs like others,
which only rules of the protocol turn into an urgency; it never lowers what another rule raised
(clinical.md section 0, I1).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np

#: Of these a text has one each.
CATEGORIES = ("like_complication", "like_repair", "like_dispute", "like_unclear")
FAMILIES = (
    "eyelid", "nose", "breast", "facial_contour", "face_lift", "body_contour", "filler", "botulinum",
    "skin_energy", "hair", "oral", "intimate", "other", "unknown",
)  # fmt: skip
MASK = "§"
_BODILY, _COMPLICATION = "like_bodily_emergency", "like_complication"
_SURE = 0.8  # from here an emergency of the body, whatever else the text reads like
_GROUPS = (CATEGORIES, FAMILIES)
_LONGEST = 4  # signs of a Chinese feature
_PIECE = 300  # signs; a longer text is judged piece by piece, lest its danger drown in it
_FEWEST = 12  # Chinese characters, a word counting as two; with fewer there is nothing to go by
_NAMED = 2  # clauses that are named as evidence
_TOKEN = re.compile(r"[a-z']+|[0-9]+|[\u3400-\u9fff]+|§+|[^\sa-z0-9\u3400-\u9fff]")
_CJK = "\u3400"
_CLAUSE = re.compile(r"[^,.。!?;:\n]+")
_SENTENCE = re.compile(r"[^.。!?;\n]*[.。!?;\n]*")


@dataclass(frozen=True, slots=True)
class Told:
    """A text as the statistical reader sees it: normalised, with what is denied, feared or over masked by
    `MASK`, and beside it what the phrases told (`=vision_loss`, `=fever_high-denied`, `=filler`, `=day 3`)."""

    text: str
    clues: tuple[str, ...] = ()


def features(text: str) -> list[str]:
    """The features of such a text, each as often as it occurs.

    They are stretches of one to four Chinese characters, and words of other scripts alone and in pairs;
    every number counts as 0.
    """
    found: list[str] = []
    words: list[str] = []
    for token in _TOKEN.findall(text):
        if token[0] >= _CJK:
            found += token
            for length in range(2, min(_LONGEST, len(token)) + 1):
                found += [token[at : at + length] for at in range(len(token) - length + 1)]
            words.append("")
        else:
            words.append("0" if token[0].isdigit() else MASK if token[0] == MASK else token)
    found += [word for word in words if word]
    found += [f"{a} {b}" for a, b in pairwise(words) if a or b]
    return found


class Likeness:
    """The fitted model: logistic regressions, of a group (category, family) one together; each head has a threshold."""

    def __init__(self, table: Any) -> None:
        """Takes the arrays: heads, features, idf, weights (features x heads, in units of scale), bias, threshold."""
        self.heads: list[str] = str(table["heads"]).split()
        self._number = {head: number for number, head in enumerate(self.heads)}
        names = bytes(table["features"]).decode().split("\n")
        self._place = {name: place for place, name in enumerate(names)}
        self._idf = table["idf"].astype(np.float32)
        self._weights = table["weights"].astype(np.float32) * table["scale"].astype(np.float32)
        self._bias = table["bias"].astype(np.float32)
        self._threshold = table["threshold"].astype(np.float32)

    def chances(self, told: Told) -> dict[str, float]:
        """How likely each head is; the heads of a group share 1. Empty where there is too little to go by."""
        if _is_short(told.text):
            return {}
        sums = np.max([self._sums(piece, told.clues) for piece in _pieces(told.text)], axis=0)
        chances = 1 / (1 + np.exp(-sums))
        for group in _GROUPS:
            places = [self._number[head] for head in group]
            raised = np.exp(sums[places] - sums[places].max())
            chances[places] = raised / raised.sum()
        return dict(zip(self.heads, map(float, chances), strict=True))

    def likely(self, told: Told) -> dict[str, float]:
        """The heads that pass their thresholds, of a group only the likeliest, each with how likely it is (0 to 1)."""
        chances = self.chances(told)
        passed = [head for head in self.heads if chances and chances[head] >= self._threshold[self._number[head]]]
        for group in _GROUPS:
            best = max(group, key=lambda head: chances.get(head, 0.0))
            passed = [head for head in passed if head not in group or head == best]
        if chances and chances[_COMPLICATION] < 0.5 and chances[_BODILY] < _SURE:
            passed = [head for head in passed if head != _BODILY]  # reads like a matter of money, looks or nothing
        return {head: chances[head] for head in passed}

    def spans(self, text: str, heads: Iterable[str]) -> dict[str, tuple[tuple[int, int], ...]]:
        """For each head the clauses of a text as `Told` has it whose features spoke most for it, in their order."""
        clauses = [(clause.span(), self._known(features(clause[0]))[0]) for clause in _CLAUSE.finditer(text)]
        found = {}
        for head in heads:
            weights = self._weights[:, self._number[head]]
            spoken = [(float(self._idf[places] @ weights[places]), span) for span, places in clauses]
            best = sorted((pair for pair in spoken if pair[0] > 0), reverse=True)[:_NAMED]
            found[head] = tuple(sorted(span for _, span in best))
        return found

    def _sums(self, piece: str, clues: tuple[str, ...]) -> Any:
        places, counts = self._known((*features(piece), *clues))
        if not len(places):
            return self._bias
        values = (1 + np.log(counts)) * self._idf[places]
        return values @ self._weights[places] / np.sqrt(values @ values) + self._bias

    def _known(self, found: Iterable[str]) -> tuple[Any, Any]:
        place = self._place
        known = [at for feature in found if (at := place.get(feature)) is not None]
        return np.unique(np.array(known, dtype=np.int32), return_counts=True)


def _is_short(text: str) -> bool:
    length = 0
    for token in _TOKEN.findall(text):
        length += len(token) if token[0] >= _CJK else 2 * token[0].isalpha()
        if length >= _FEWEST:
            return False
    return True


def _pieces(text: str) -> Sequence[str]:
    """The text, or where it is long its sentences taken together, each piece beginning within the one before."""
    return [text] if len(text) <= 2 * _PIECE else list(_cut(text))


def _cut(text: str) -> Iterator[str]:
    sentences = [whole[at : at + _PIECE] for whole in _SENTENCE.findall(text) for at in range(0, len(whole), _PIECE)]
    piece: list[str] = []
    for sentence in sentences:
        if piece and sum(map(len, piece)) + len(sentence) > _PIECE:
            yield "".join(piece)
            piece = piece[len(piece) // 2 + 1 :]
        piece.append(sentence)
    yield "".join(piece)


@cache
def likeness() -> Likeness:
    """The model that ships with the protocol, read once."""
    with resources.files("flows.protocol").joinpath("likeness.npz").open("rb") as file:
        return Likeness(np.load(file, allow_pickle=False))
