"""The words that steer reading, from `protocol/reading.yaml` and `protocol/phrases_*.yaml`.

`reading.yaml` says how a finding stands (negation, questions, hearsay, time, …), `phrases_zh.yaml`
and `phrases_en.yaml` add ways to say what the catalogue names. All are data; this module only gives
them types.
"""

from functools import cache
from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

Phrases = dict[str, tuple[str, ...]]
_FILES = ("phrases_zh.yaml", "phrases_en.yaml")


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fine(_Words):
    """Ways to say that something is all right, which deny the symptoms of `codes`."""

    codes: tuple[str, ...]
    phrases: tuple[str, ...]


class Function(_Words):
    """What one does or looks at; told to be all right it denies `codes`."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


class TimeWords(_Words):
    """Patterns and values for times; see `flows.times`."""

    numbers: dict[str, float]
    units: dict[str, float]  # in days
    spans: tuple[str, ...]  # patterns with groups n, unit, half
    loose: tuple[str, ...]  # the same without anything that says "ago"
    days_after: tuple[str, ...]  # "day 5 after": group n
    weeks_after: tuple[str, ...]  # "week 2 after": group n
    fixed: dict[str, float]  # pattern -> days
    weekdays: dict[str, int]
    weekday: tuple[str, ...]  # group weekday, and `last` for the week before
    months: dict[str, int]
    dates: tuple[str, ...]  # groups year, month, day, and `last`/`this` for the year
    festival: str  # group festival, and `last` for the year before
    festivals: dict[str, tuple[int, int]]  # word -> month, day
    durations: tuple[str, ...]  # looks like a time since, but is a length of something
    ages: tuple[str, ...]  # group n
    minor_words: tuple[str, ...]
    temperatures: tuple[str, ...]  # groups n, fraction
    temperature_context: tuple[str, ...]
    below: str


class Cues(_Words):
    """Everything of `reading.yaml`."""

    signs: dict[str, str]
    words: dict[str, str]
    classes: dict[str, tuple[str, ...]]
    cues: dict[str, tuple[str, ...]]
    fillers: tuple[str, ...]
    joiners: tuple[str, ...]
    after_denied: tuple[str, ...]
    experienced: str  # pattern
    question_ends: tuple[str, ...]
    guards: tuple[str, ...]
    too_vague: dict[str, tuple[str, ...]]  # kind -> names of the catalogue that alone say too little
    fine: tuple[Fine, ...]
    functions: tuple[Function, ...]
    all_right: tuple[str, ...]
    all_right_last: tuple[str, ...]
    all_right_fillers: tuple[str, ...]
    mild_is_none: tuple[str, ...]
    mind: tuple[str, ...]
    lasting: tuple[str, ...]
    passing: tuple[str, ...]
    diagnoses: tuple[str, ...]
    times: TimeWords


class MorePhrases(_Words):
    """Phrases of one or several files: code -> phrases, by kind."""

    classes: Phrases = {}
    procedure: Phrases = {}
    family: Phrases = {}
    symptom: Phrases = {}
    issue: Phrases = {}
    want: Phrases = {}
    place: Phrases = {}
    operator: Phrases = {}
    product: Phrases = {}
    qualifier: Phrases = {}
    modifier: Phrases = {}
    legal_clock: Phrases = {}
    region: Phrases = {}
    regions: Phrases = {}  # region -> families that may concern it
    hint: Phrases = {}  # family -> words that point to it where nothing done is named
    typical: Phrases = {}  # symptom -> families it is typical of; breaks ties only

    def by_kind(self) -> dict[str, Phrases]:
        """The phrase tables; the other fields are none."""
        tables = set(MorePhrases.model_fields) - {"classes", "regions", "typical"}
        return {kind: getattr(self, kind) for kind in sorted(tables)}


def _parsed(file: str) -> Any:
    content = resources.files("flows.protocol").joinpath(file).read_bytes()
    # CSafeLoader is the safe loader in C; the plain one takes seconds for this much text.
    return yaml.load(content, Loader=yaml.CSafeLoader)


@cache
def cues() -> Cues:
    """The words of context, read once."""
    return Cues.model_validate(_parsed("reading.yaml"))


@cache
def more_phrases() -> MorePhrases:
    """The further phrases of all files, read once; the lists of one code are joined."""
    files = [MorePhrases.model_validate(_parsed(file) or {}) for file in _FILES]
    tables: dict[str, Phrases] = {}
    for name in MorePhrases.model_fields:
        table = tables.setdefault(name, {})
        for phrases in files:
            for code, words in getattr(phrases, name).items():
                table[code] = tuple(dict.fromkeys((*table.get(code, ()), *words)))
    return MorePhrases(**tables)
