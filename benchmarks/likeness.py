"""Fits the statistical reader to the labelled messages, and measures it on messages it never saw.

`python -m benchmarks.likeness` measures by cross-validation; `--write` also fits to all of the training
messages and writes `flows/protocol/likeness.npz`. The messages held back (`held.jsonl`) are never fitted to;
`aidline evaluate` on them gives the figures of the whole reader. Needs scikit-learn (development only).
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from flows import protocol
from flows.likeness import CATEGORIES, FAMILIES, features
from flows.reading import Reader

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "tests" / "flows" / "corpus"
TABLE = ROOT / "flows" / "protocol" / "likeness.npz"
TODAY = date(2026, 11, 22)  # dates in the messages are reckoned from here
SEEN_IN = 2  # messages a feature must occur in
STRENGTH = 20.0  # inverse of the regularisation, from cross-validation
FOLDS = 5
STEPS = 127  # a weight is kept as a whole number of steps up to the largest of its head
LEAST_STEPS = 4  # a feature that weighs less for every head is left out
_ANSWER = "answer"  # flag of a text from within a conversation: it teaches only what is harmless
_MIND = ("self_harm", "self-harm", "suicid", "harm_others", "harm_to_others", "threat", "homicid")

ON_ANSWERS_TOO = ("like_bodily_emergency", "like_danger_by_own_hand", "like_same_day")

Gold = Mapping[str, Any]
#: Heads that stand alone: which labels are its positives, and how many of the others may be taken for them.
ALONE: dict[str, tuple[Callable[[Gold], bool], float]] = {
    "like_bodily_emergency": (lambda gold: gold["urgency"] == "emergency" and not of_mind(gold), 0.04),
    "like_danger_by_own_hand": (lambda gold: gold["urgency"] == "emergency" and of_mind(gold), 0.005),
    "like_same_day": (lambda gold: gold["urgency"] in ("urgent", "emergency"), 0.05),
    "like_ground_for_dispute": (lambda gold: "dispute" in (gold["category"], *gold["also"]), 0.02),
}
#: Of the heads of a group a text has one: the label that tells it, and how likely it must be.
GROUPS: tuple[tuple[tuple[str, ...], Callable[[Gold], str], float], ...] = (
    (CATEGORIES, lambda gold: f"like_{gold['category']}", 0.35),
    (FAMILIES, lambda gold: gold["procedure_family"], 0.0),
)


def is_story(gold: Gold) -> bool:
    """Whether the text tells a matter, and is not an answer from within a conversation."""
    return _ANSWER not in gold["red_flags"]


def of_mind(gold: Gold) -> bool:
    """Whether the danger is to the person's own life, or another's, by someone's own hand."""
    return any(word in flag for flag in gold.get("red_flags", ()) for word in _MIND)


def messages(name: str) -> list[dict[str, Any]]:
    """The labelled messages of a file of the corpus."""
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines()]


class Table:
    """Which features count, with their inverse document frequency, and the matrix of the messages."""

    def __init__(self, counted: Sequence[Counter[str]]) -> None:
        seen = Counter(feature for each in counted for feature in each)
        self.names = sorted(feature for feature, times in seen.items() if times >= SEEN_IN)
        self.weights = [log((1 + len(counted)) / (1 + seen[feature])) + 1 for feature in self.names]
        self._place = {feature: place for place, feature in enumerate(self.names)}

    def matrix(self, counted: Iterable[Counter[str]]) -> csr_matrix:
        """A row of unit length for each message."""
        data, places, starts = [], [], [0]
        for each in counted:
            row = [
                (place, (1 + log(count)) * self.weights[place])
                for feature, count in each.items()
                if (place := self._place.get(feature)) is not None
            ]
            norm = sqrt(sum(value * value for _, value in row)) or 1.0
            data += [value / norm for _, value in row]
            places += [place for place, _ in row]
            starts.append(len(data))
        shape = (len(starts) - 1, len(self.names))
        indices = (np.array(places, "int32"), np.array(starts, "int32"))
        return csr_matrix((np.array(data), *indices), shape=shape)


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it was fitted."""

    bias: float
    threshold: float
    weights: Any


def fit_alone(told: Sequence[Gold], x: csr_matrix, folds: StratifiedKFold) -> dict[str, Head]:
    """The heads that stand alone, each with the threshold that spares the others as asked."""
    whole = np.array([is_story(gold) for gold in told])
    heads = {}
    for name, (belongs, spared) in ALONE.items():
        model = LogisticRegression(
            C=STRENGTH, class_weight="balanced", solver="liblinear", max_iter=3000, random_state=1
        )
        used = np.arange(len(told)) if name in ON_ANSWERS_TOO else np.flatnonzero(whole)
        y = np.array([belongs(told[place]) for place in used])
        likely = cross_val_predict(model, x[used], y, cv=folds, method="predict_proba")[:, 1]
        others = ~y & whole[used]
        threshold = float(np.quantile(likely[others], 1 - spared))
        print(
            f"  {name:<24} {y.sum():5} of them; area under the curve {roc_auc_score(y, likely):.3f}; "
            f"found {(likely[y] >= threshold).mean():5.1%} at {spared:.0%} false ones (from {threshold:.3f})"
        )
        model.fit(x[used], y)
        heads[name] = Head(float(model.intercept_[0]), threshold, model.coef_[0])
    return heads


def fit_group(
    names: Sequence[str], label: Callable[[Gold], str], least: float, told: Sequence[Gold], x: csr_matrix,
    folds: StratifiedKFold,
) -> dict[str, Head]:  # fmt: skip
    """The heads of a group, fitted together."""
    used = np.flatnonzero([is_story(gold) for gold in told])
    y = np.array([label(told[place]) for place in used])
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    found = cross_val_predict(model, x[used], y, cv=folds)
    print(f"  {names[0]} and its {len(names) - 1} rivals: right {(found == y).mean():5.1%}")
    model.fit(x[used], y)
    places = {str(name): place for place, name in enumerate(model.classes_)}
    return {
        name: Head(float(model.intercept_[places[name]]), least, model.coef_[places[name]]) for name in names
    }  # fmt: skip


def main() -> None:
    """Measure; with --write also write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    reader = Reader(protocol.load())
    labelled = [each for path in sorted(CORPUS.glob("train*.jsonl")) for each in messages(path.name)]
    told = [reader.told(each["message"], today=TODAY) for each in labelled]
    counted = [Counter([*features(each.text), *each.clues]) for each in told]
    gold = [each["gold"] for each in labelled]
    table = Table(counted)
    x = table.matrix(counted)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    print(f"{len(told)} messages, {x.shape[1]} features; by {FOLDS}-fold cross-validation")
    heads = fit_alone(gold, x, folds)
    for names, label, least in GROUPS:
        heads |= fit_group(names, label, least, gold, x, folds)
    if asked.write:
        write(table, heads)


def write(table: Table, heads: Mapping[str, Head]) -> None:
    """The arrays that `flows.likeness` reads; features that speak for nothing are left out."""
    weights = np.stack([head.weights for head in heads.values()], axis=1)
    scale = np.abs(weights).max(axis=0) / STEPS
    steps = np.rint(weights / scale).astype(np.int8)
    kept = np.flatnonzero(np.abs(steps).max(axis=1) >= LEAST_STEPS)
    np.savez_compressed(
        TABLE,
        heads=np.array(" ".join(heads)),
        features=np.frombuffer("\n".join(table.names[place] for place in kept).encode(), np.uint8),
        idf=np.array(table.weights, np.float16)[kept],
        weights=steps[kept],
        scale=scale.astype(np.float32),
        bias=np.array([head.bias for head in heads.values()], np.float32),
        threshold=np.array([head.threshold for head in heads.values()], np.float32),
    )
    print(f"{TABLE.name}: {len(kept)} features, {TABLE.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
