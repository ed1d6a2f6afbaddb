"""All phrases of the content found in one pass over a text.

The language of phrases, as the YAML files use it:

- `abc`          the words as they stand; Latin words only as whole words (a plural s is let through)
- `(a|b)c`       one of several; `(a)?c` with or without
- `<eye>`        one of the words of the class `eye`
- `a..b`         a, then b: at most 6 Chinese characters or 3 words between them, in one clause
- `a...b`        the same with at most 14 characters or 7 words
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple, TypeVar

import ahocorasick

from flows.normalise import COMMA, Normal, Normaliser

_GAPS = {"..": 6, "...": 14}
_MOST_SPELLINGS = 40  # of one stretch of a phrase; longer rows of choices are matched in stretches
_SPLIT = re.compile(r"(\.{2,3})")
_CHOICE = re.compile(r"\(([^()]*)\)")
_CLASS = re.compile(r"<(\w+)>")
T = TypeVar("T")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Match(NamedTuple):
    """A phrase found; `parts` are the stretches that really matched."""

    kind: str
    code: str
    start: int
    end: int
    parts: tuple[tuple[int, int], ...]


class _Gapped(NamedTuple):
    kind: str
    code: str
    parts: tuple[int, ...]
    gaps: tuple[int, ...]


class Matcher:
    """Finds phrases; `add` them all, then `freeze`, then `find` from any thread."""

    def __init__(self, normaliser: Normaliser, classes: Mapping[str, Iterable[str]]) -> None:
        self._normalise = normaliser
        self._classes: dict[str, str] = {}
        # What a literal stands for: whole phrases, and parts of phrases with gaps.
        self._whole: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._parts: defaultdict[str, list[int]] = defaultdict(list)
        self._part_ids: dict[tuple[str, ...], int] = {}
        self._gapped: defaultdict[int, list[_Gapped]] = defaultdict(list)
        self._automaton = ahocorasick.Automaton()
        for name, words in classes.items():
            self._classes[name] = "|".join(literal for word in words for literal in self._literals(word))

    def add(self, kind: str, code: str, phrases: Iterable[str]) -> None:
        """Make `phrases` stand for `code`."""
        for phrase in phrases:
            pieces = _SPLIT.split(phrase)
            segments = self._segments(pieces[0])
            gaps = [0] * (len(segments) - 1)
            for gap, piece in zip(pieces[1::2], pieces[2::2], strict=True):
                following = self._segments(piece)
                segments = [*segments, *following]
                gaps += [_GAPS[gap], *[0] * (len(following) - 1)]
            if len(segments) == 1:
                for literal in segments[0]:
                    entry = self._whole[literal]
                    if (kind, code) not in entry:
                        entry.append((kind, code))
            else:
                ids = tuple(self._part(segment) for segment in segments)
                self._gapped[ids[0]].append(_Gapped(kind, code, ids, tuple(gaps)))

    def drop(self, kind: str, literals: Iterable[str]) -> None:
        """Make `literals` stand for nothing of this kind."""
        for literal in literals:
            if literal in self._whole:
                whole = self._whole[literal]
                whole[:] = [known for known in whole if known[0] != kind]

    def _literals(self, piece: str) -> list[str]:
        """All ways to spell one piece without gaps, as the content writes it."""
        return _spelled(self._ways(piece))

    def _segments(self, piece: str) -> list[list[str]]:
        """The piece as stretches that follow one another directly, each with few ways to spell it."""
        if "(" not in piece and "<" not in piece:
            return [[piece]]
        return [_spelled(ways) for ways in _split_up(self._ways(piece))]

    def _ways(self, piece: str) -> list[list[str]]:
        """What may stand at each place of a piece."""
        pieces = _CHOICE.split(piece.replace(")?", "|)"))
        for place, part in enumerate(pieces):
            form = "{}" if place % 2 else "({})"
            pieces[place] = _CLASS.sub(lambda hit, form=form: form.format(self._classes[hit.group(1)]), part)
        flat = "".join(f"({part})" if place % 2 else part for place, part in enumerate(pieces))
        split = enumerate(_CHOICE.split(flat))
        return [part.split("|") if place % 2 else [part] for place, part in split if part or place % 2]

    def _part(self, segment: list[str]) -> int:
        literals = tuple(segment)
        known = self._part_ids.get(literals)
        if known is None:
            known = self._part_ids[literals] = len(self._part_ids)
            for literal in literals:
                self._parts[literal].append(known)
        return known

    def freeze(self) -> None:
        """Build the automaton; nothing can be added afterwards."""
        literals = list(dict.fromkeys((*self._whole, *self._parts)))
        spelled: dict[str, tuple[list[tuple[str, str]], list[int]]] = {}
        for literal, plain in zip(literals, self._normalise.phrases(literals), strict=True):
            whole, parts = self._whole.get(literal, []), self._parts.get(literal, [])
            if plain in spelled:
                spelled[plain][0].extend(whole)
                spelled[plain][1].extend(parts)
            elif plain:
                spelled[plain] = (list(whole), list(parts))
        for plain, (whole, parts) in spelled.items():
            latin = (plain[0] in _LATIN, plain[-1] in _LATIN)
            self._automaton.add_word(plain, (len(plain), *latin, _once(whole), dict.fromkeys(parts)))
        self._automaton.make_automaton()
        self._whole.clear()
        self._parts.clear()

    def find(self, normal: Normal) -> list[Match]:
        """All phrases in the text, by start."""
        text = normal.text
        found: dict[Match, None] = {}  # in the order found, which breaks ties
        hits: list[tuple[tuple[int, int], dict[int, None]]] = []
        present: dict[int, None] = {}
        for last, (length, left, right, whole, part_ids) in self._automaton.iter(text):
            start, end = last - length + 1, last + 1
            if left and start and text[start - 1] in _LATIN:
                continue
            if right and end < len(text) and text[end] in _LATIN and not _plural(text, end):
                continue
            span = (start, end)
            for kind, code in whole:
                found[Match(kind, code, start, end, (span,))] = None
            if part_ids:
                hits.append((span, part_ids))
                present.update(part_ids)
        near = [
            pattern
            for first in present
            if first in self._gapped
            for pattern in self._gapped[first]
            if pattern.parts[1] in present and pattern.parts[-1] in present
        ]
        parts = _spans_of({part for pattern in near for part in pattern.parts}, hits)
        for pattern in near:
            found.update(dict.fromkeys(_chains(normal, pattern, parts[pattern.parts[0]], parts)))
        return sorted(found, key=_place)


def _spans_of(
    needed: set[int], hits: Iterable[tuple[tuple[int, int], Mapping[int, None]]]
) -> dict[int, list[tuple[int, int]]]:
    """Where each of the needed parts stands, ascending."""
    parts: dict[int, list[tuple[int, int]]] = {part: [] for part in needed}
    for span, part_ids in hits:
        for part in needed & part_ids.keys():
            parts[part].append(span)
    for spans in parts.values():
        if len(spans) > 1:
            spans.sort()
    return parts


def _place(match: Match) -> tuple[int, int]:
    return match.start, -match.end


def _once(entries: list[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(entries)) if len(entries) > 1 else tuple(entries)


def _spelled(ways: list[list[str]]) -> list[str]:
    return sorted({"".join(way) for way in product(*ways)} - {""})


def _split_up(ways: list[list[str]]) -> list[list[list[str]]]:
    """Cut a long row of choices in two until each stretch has few spellings; no cut inside a Latin word."""
    if prod(map(len, ways)) <= _MOST_SPELLINGS:
        return [ways]
    cuts = [cut for cut in range(1, len(ways)) if _may_cut(ways[:cut], ways[cut:])]
    if not cuts:
        return [ways]
    best = min(cuts, key=lambda cut: prod(map(len, ways[:cut])) + prod(map(len, ways[cut:])))
    return _split_up(ways[:best]) + _split_up(ways[best:])


def _may_cut(left: list[list[str]], right: list[list[str]]) -> bool:
    if not all(any(all(map(str.strip, way)) for way in side) for side in (left, right)):
        return False  # nothing might be left of one side
    ends = {word[-1] for word in _outer(reversed(left))}
    starts = {word[0] for word in _outer(right)}
    return ends.isdisjoint(_LATIN) or starts.isdisjoint(_LATIN)


def _outer(ways: Iterable[list[str]]) -> Iterable[str]:
    """The words that may stand first."""
    for way in ways:
        yield from filter(None, way)
        if "" not in way:
            return


def _plural(text: str, end: int) -> bool:
    return text[end] == "s" and (end + 1 == len(text) or text[end + 1] not in _LATIN)


def _chains(
    normal: Normal, pattern: _Gapped, spans: list[tuple[int, int]], parts: Mapping[int, list[tuple[int, int]]]
) -> Iterable[Match]:
    """The places where all parts of a pattern follow one another closely enough."""
    for span in spans:
        chain = [span]
        for part, gap in zip(pattern.parts[1:], pattern.gaps, strict=True):
            following = _following(normal, parts.get(part, ()), chain[-1][1], gap)
            if following is None:
                break
            chain.append(following)
        else:
            solid = [chain[0]]  # what follows directly is one stretch
            for (start, end), gap in zip(chain[1:], pattern.gaps, strict=True):
                solid[-1:] = [(solid[-1][0], end)] if not gap else [solid[-1], (start, end)]
            yield Match(pattern.kind, pattern.code, chain[0][0], chain[-1][1], tuple(solid))


def _following(normal: Normal, spans: Sequence[tuple[int, int]], end: int, gap: int) -> tuple[int, int] | None:
    """The first of `spans` that starts after `end` and close enough; the longest of those that start together."""
    for place in range(bisect_left(spans, (end, 0)), len(spans)):
        start = spans[place][0]
        if start - end > gap * 5 + 1:
            return None
        if _near(normal, end, start, gap):
            return spans[bisect_left(spans, (start + 1, 0)) - 1]
    return None


def _near(normal: Normal, end: int, start: int, gap: int) -> bool:
    """Whether at most `gap` Chinese characters (a Latin word counts two) lie between, in one clause."""
    between = normal.text[end:start]
    if not gap:
        return not between.strip()
    if len(between) > gap * 5:
        return False
    if between.isascii():
        size = 2 * len(between.split())
    else:
        size = sum(1 for sign in between if not sign.isascii())
        size += 2 * len([word for word in re.split(r"[^a-z0-9']+", between) if word])
    return size <= gap and normal.deepest(end, start) < COMMA
