"""Reads the YAML files beside this module into one checked Protocol."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import ValidationError

from flows.protocol.model import (
    Advice,
    Content,
    Family,
    Issue,
    Modifier,
    MustAsk,
    PhotoGuide,
    Procedure,
    Protocol,
    Queue,
    RedFlag,
    ResponseTime,
    Symptom,
    Text,
    Urgency,
    Vocabulary,
)
from flows.protocol.references import problems

Entry = TypeVar("Entry", bound=Content)

FILES = (
    "advice.yaml",
    "families.yaml",
    "issues.yaml",
    "legal_rules.yaml",
    "model_rules.yaml",
    "modifiers.yaml",
    "must_asks.yaml",
    "photos.yaml",
    "procedures.yaml",
    "queues.yaml",
    "red_flags.yaml",
    "response_times.yaml",
    "safety.yaml",
    "symptoms.yaml",
    "vocabulary.yaml",
)
#: Words of the reader (`flows.cues`); they belong to the version, not to the Protocol.
_READ_WITH = ("reading.yaml", "phrases_en.yaml", "phrases_zh.yaml", "likeness.npz")


class ProtocolError(ValueError):
    """The content can't be used; the message names the file, the entry and the field."""


class _Sources(NamedTuple):
    version: str
    parsed: Mapping[str, Any]


@cache
def load() -> Protocol:
    """The protocol that ships with this package, read once."""
    return read(resources.files("flows.protocol"))


def read(folder: Traversable | Path) -> Protocol:
    """The protocol in `folder`; raises ProtocolError where it doesn't hold together."""
    sources = _read_sources(folder)
    symptoms = _keyed(sources, "symptoms.yaml", Symptom)
    rules: dict[str, RedFlag] = {}
    for file in ("red_flags.yaml", "legal_rules.yaml", "model_rules.yaml"):
        rules |= _keyed(sources, file, RedFlag)
    protocol = Protocol(
        version=sources.version,
        procedures=_keyed(sources, "procedures.yaml", Procedure),
        families=_keyed(sources, "families.yaml", Family),
        symptoms=symptoms,
        red_flags=rules,
        must_asks=tuple(_keyed(sources, "must_asks.yaml", MustAsk).values()),
        issues=_keyed(sources, "issues.yaml", Issue),
        queues=_keyed(sources, "queues.yaml", Queue),
        response_times=_response_times(sources),
        photo_guides=tuple(_keyed(sources, "photos.yaml", PhotoGuide).values()),
        advice=tuple(_keyed(sources, "advice.yaml", Advice).values()),
        modifiers=_keyed(sources, "modifiers.yaml", Modifier),
        vocabulary=tuple(_keyed(sources, "vocabulary.yaml", Vocabulary).values()),
        safety_text=_safety_text(sources),
    )
    found = problems(protocol)
    if found:
        raise ProtocolError("\n".join(found))
    return protocol


def _read_sources(folder: Traversable | Path) -> _Sources:
    """Every file parsed, and a short hash of all of them."""
    digest = hashlib.sha256()
    parsed: dict[str, Any] = {}
    for file in FILES:
        content = folder.joinpath(file).read_bytes()
        digest.update(file.encode() + b"\0" + content)
        try:
            # CSafeLoader is the safe loader in C; the plain one takes seconds for this much text.
            parsed[file] = yaml.load(content, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise ProtocolError(f"{file}: {error}") from error
    for file in _READ_WITH:  # how texts are read decides as much as the rules do
        if (words := folder.joinpath(file)).is_file():
            digest.update(file.encode() + b"\0" + words.read_bytes())
    return _Sources(digest.hexdigest()[:12], parsed)


def _keyed(sources: _Sources, file: str, model: type[Entry]) -> dict[str, Entry]:
    """The entries of a file by their id or code, in the order of the file."""
    found: dict[str, Entry] = {}
    for key, entry in _entries(file, sources.parsed[file], model):
        if key in found:
            raise ProtocolError(f"{file}: {key}: stands there twice; ids are unique")
        found[key] = entry
    return found


def _entries(file: str, raw: object, model: type[Entry]) -> Iterator[tuple[str, Entry]]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise ProtocolError(f"{file}: must be a list of entries")
    for place, item in enumerate(raw, start=1):
        key = _key(item) or f"entry {place}"
        try:
            yield key, model.model_validate(item)
        except ValidationError as error:
            raise ProtocolError(f"{file}: {key}: {_first(error)}") from error


def _key(item: object) -> str:
    """The name by which an entry is told from its neighbours; vocabulary is unique per kind."""
    if not isinstance(item, Mapping):
        return ""
    name = item.get("id") or item.get("code") or item.get("urgency") or ""
    return f"{item['kind']}/{name}" if "kind" in item else str(name)


def _first(error: ValidationError) -> str:
    detail = error.errors()[0]
    field = ".".join(str(part) for part in detail["loc"]) or "entry"
    return f"{field}: {detail['msg']}"


def _response_times(sources: _Sources) -> dict[Urgency, ResponseTime]:
    file = "response_times.yaml"
    times = {time.urgency: time for time in _keyed(sources, file, ResponseTime).values()}
    missing = _names(level for level in Urgency if level not in times)
    if missing:
        raise ProtocolError(f"{file}: {missing}: urgency without a response time")
    return times


def _safety_text(sources: _Sources) -> Text:
    raw = sources.parsed["safety.yaml"]
    try:
        return Text.model_validate(raw["safety_text"])
    except (ValidationError, KeyError, TypeError) as error:
        raise ProtocolError(f"safety.yaml: safety_text: {error}") from error


def _names(codes: Iterable[str]) -> str:
    return ", ".join(codes)
