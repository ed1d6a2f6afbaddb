"""How well labelled messages are read: those the reader was fitted to, and those held back from all tuning.

`corpus/train*.jsonl` may be read, tuned on and added to; `corpus/held*.jsonl` are for figures only, so that they
stay true. The floors here catch a reader that got worse; `aidline evaluate` prints the figures themselves.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from flows.evaluation import Labelled, figures, judge, labelled
from flows.protocol import Protocol
from flows.reading import Reader

CORPUS = Path(__file__).with_name("corpus")
TODAY = date(2026, 11, 21)


@cache
def corpus(name: str) -> tuple[Labelled, ...]:
    """The labelled messages of a file."""
    return tuple(labelled(json.loads(line)) for line in (CORPUS / name).read_text("utf-8").splitlines())


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("train-catalogue.jsonl", {"emergency sensitivity": 0.99, "category": 0.93, "family": 0.95}, 0.10),
        ("train.jsonl", {"emergency sensitivity": 0.93, "category": 0.92, "family": 0.86}, 0.08),
        ("held-mixed.jsonl", {"emergency sensitivity": 0.89, "category": 0.85, "family": 0.84}, 0.10),
        ("held.jsonl", {"emergency sensitivity": 0.87, "category": 0.86, "family": 0.84}, 0.13),
    ],
)
def test_reading_is_as_good_as_it_was(
    name: str, least: dict[str, float], most: float, reader: Reader, protocol: Protocol
) -> None:
    made = figures([judge(told, reader, protocol, today=TODAY) for told in corpus(name)])
    assert {figure: made[figure].value for figure in least if (made[figure].value or 0) < least[figure]} == {}
    assert (made["false alarms"].value or 0) <= most
