"""From what a person typed or tapped to the choices it means: number, label, part of a label, own word."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import opencc
import yaml

from flows.conversation import Choice, Input, Speaker

WORDS_AT_MOST = 60  # characters; what is longer is a story, not an answer
_PHONE = re.compile(r"(?<!\d)(?:\+?\d[\s-]?){7,15}(?!\d)")
_EDGES = " \t\r\n\u3002.!\uff01,\uff0c~\u2026;:\"'\u201c\u201d"


def plain(text: str) -> str:
    """The text as it is compared: width, case, white space and edge punctuation evened out."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_EDGES)


def typed(text: str) -> str:
    """The same for what a person typed, in simplified characters."""
    return plain(text if text.isascii() or len(text) > WORDS_AT_MOST else _simplifier().convert(text))


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


class Keywords:
    """The words of keywords.yaml, made ready for look-up."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        commands = content["commands"]
        self.commands = {_key(word): name for name, words in commands.items() for word in words["exact"]}
        self.parts = [(plain(word), name) for name, words in commands.items() for word in words.get("short", ())]
        self.answers = {_key(word): name for name, words in content["answers"].items() for word in words}
        self.consent = {_key(word): name for name, words in content["consent"].items() for word in words}
        self.contact = tuple(content["contact"])
        self.particles = "".join(content["particles"])
        self.denying_all = tuple(plain(word) for word in content["denying_all"])
        self.slips = tuple(plain(word) for word in content["slips"])
        self.in_care = tuple(re.compile(pattern) for pattern in content["in_care"])
        self.not_in_care = re.compile("|".join(content["not_in_care"]))
        self.asks_licence = re.compile("|".join(content["asks_licence"]))
        self.asks_risk = re.compile("|".join(content["asks_risk"]))
        self.not_done = re.compile("|".join(content["not_done"]))
        self.is_well = re.compile("|".join(content["is_well"]))
        self.corrects = re.compile("|".join(content["corrects"]))
        self.other_languages = frozenset(content["other_languages"])
        numbers = content["numbers"]
        self.numbers = {word: value for value, words in numbers["values"].items() for word in words}
        before, after = "|".join(numbers["before"]), "|".join(numbers["after"])
        self.number = re.compile(
            rf"#?\s*(?:{before})?\s*(\d{{1,2}}|[{''.join(self.numbers)}])(?:{after}|[.)])?", re.IGNORECASE
        )
        self.separators = re.compile(rf"[,;\s]+|{'|'.join(numbers['separators'])}|&|\+")


def _key(word: str) -> str:
    return plain(word) or word


@cache
def keywords() -> Keywords:
    """The steering words of keywords.yaml; read once."""
    return Keywords(yaml.load(Path(__file__).with_name("keywords.yaml").read_text("utf-8"), yaml.CSafeLoader))


def command_of(heard: Input) -> str | None:
    """The command this input is, typed with or without a slash; None when it is none."""
    if heard.command is not None:
        known: str | None = keywords().commands.get(_key(heard.command))
        return known or heard.command
    text = typed(heard.text) or heard.text
    words = keywords()
    if text in words.commands:
        command: str = words.commands[text]
        return command
    if len(text) <= 12 or (text.isascii() and len(text.split()) <= 8):
        return next((command for word, command in words.parts if word in text), None)
    return None


def word_of(text: str) -> str | None:
    """`yes`, `no`, `unsure`, `skip` or `done` when the whole text says just that; else None."""
    words = keywords()
    text = typed(text) or text
    found: str | None = words.answers.get(text) or words.answers.get(text.rstrip(words.particles))
    return found


def picked(
    heard: Input, choices: Sequence[Choice], speaker: Speaker, *, multi: bool, loose: bool = True
) -> tuple[tuple[str, ...], bool]:
    """The ids of the choices that the input means, as it names them, and whether it names them exactly.

    A number or a whole label picks exactly; with `loose` the start or a part of a label picks too, if
    only one has it. Ids that came from buttons must be among the choices.
    """
    ids = [choice.id for choice in choices]
    if heard.picks:
        named = [_by_number(pick, ids) or pick for pick in heard.picks]
        return tuple(dict.fromkeys(pick for pick in named if pick in ids)), True
    text = typed(heard.text)
    if not text or not ids:
        return (), False
    labels = {choice.id: plain(speaker(choice.label)) for choice in choices}
    pieces = [text, *(piece for piece in keywords().separators.split(text) if piece and multi)]
    whole, *parts = [_by_number(piece, ids) or _by_whole_label(piece, labels) for piece in pieces]
    if whole or (parts and all(parts)):
        return tuple(dict.fromkeys(filter(None, [whole] if whole else parts))), True
    if loose:
        whole, *parts = [pick or _by_part(piece, labels) for pick, piece in zip([whole, *parts], pieces, strict=True)]
        if whole or (parts and all(parts)):
            return tuple(dict.fromkeys(filter(None, [whole] if whole else parts))), False
    return (), False


def _by_number(text: str, ids: Sequence[str]) -> str | None:
    match = keywords().number.fullmatch(text.strip().rstrip(keywords().particles))
    if match is None:
        return None
    digits = match[1]
    number = keywords().numbers.get(digits) or int(digits)
    return ids[number - 1] if 1 <= number <= len(ids) else None


def _by_whole_label(text: str, labels: Mapping[str, str]) -> str | None:
    return next((id_ for id_, label in labels.items() if text == label), None)


def _by_part(text: str, labels: Mapping[str, str]) -> str | None:
    """The one choice whose label starts with the text, or else has it somewhere."""
    if len(text) < 2 or (text.isascii() and len(text) < 3):
        return None
    starts = [id_ for id_, label in labels.items() if label.startswith(text)]
    if len(starts) == 1:
        return starts[0]
    cut = text.rstrip("…").rstrip(".").rstrip(keywords().particles)
    inside = [id_ for id_, label in labels.items() if cut and cut in label]
    return inside[0] if len(inside) == 1 else None


def is_phone(text: str) -> bool:
    """Whether a text holds a phone number."""
    return _PHONE.search(unicodedata.normalize("NFKC", text)) is not None


def consent_of(text: str) -> str | None:
    """`agree` or `decline` when the text says just that; else None."""
    words = keywords()
    text = typed(text) or text
    found: str | None = words.consent.get(text) or words.consent.get(text.rstrip(words.particles))
    return found


def looks_like_contact(text: str) -> bool:
    """Whether a text holds a way to reach somebody: a number, a handle, or the name of a channel."""
    return sum(sign.isdigit() for sign in text) >= 5 or any(word in plain(text) for word in keywords().contact)


def begins_with_no(text: str) -> bool:
    """Whether the text starts by denying it all, as in "none of these, but …"."""
    return typed(text).startswith(keywords().denying_all)
