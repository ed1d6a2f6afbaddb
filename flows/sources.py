"""What a rule rests on, readable: the document it stands in and the literature cited there.

The content notes it short ("clinical.md section 3; R7, R8 [S]"); `[S]` says that the source was read,
`[K]` that it is general knowledge which a specialist still has to check.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from flows.protocol import Text

_REFERENCE = re.compile(r"\bR\d+[a-z]?\b")
_DOCUMENT = re.compile(r"(?P<file>\w+\.md)\s*(?:section\s*)?(?P<section>.*)")
_TAG = re.compile(r"\s*\[[SK][^\]]*\]")


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: dict[str, Text]
    references: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One line of a source: a section of a document, a reference, or a remark."""

    document: Text | None = None
    section: str = ""
    reference: str = ""  # its number in the document
    text: str = ""  # the citation or the remark
    unchecked: bool = False  # general knowledge, to be checked by a specialist


@cache
def _content() -> _Content:
    with resources.files("flows.protocol").joinpath("sources.yaml").open(encoding="utf-8") as file:
        return _Content.model_validate(yaml.load(file, yaml.CSafeLoader))


@cache
def cited(source: str) -> tuple[Cited, ...]:
    """The lines that a `source` of the content stands for; what is not understood is shown as it is."""
    found: list[Cited] = []
    for piece in filter(None, (piece.strip() for piece in source.split(";"))):
        document = _DOCUMENT.fullmatch(_TAG.sub("", piece))
        if document is not None and document["file"] in _content().documents:
            found.append(Cited(document=_content().documents[document["file"]], section=document["section"].strip()))
        else:
            found += _literature(piece)
    return tuple(found)


def _literature(piece: str) -> list[Cited]:
    numbers = [number for number in _REFERENCE.findall(piece) if number in _content().references]
    if numbers:
        return [Cited(reference=number, text=_content().references[number]) for number in numbers]
    return [Cited(text=_TAG.sub("", piece).strip(), unchecked="[K]" in piece)]
