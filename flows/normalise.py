"""One spelling for what people type, with the way back to their own words.

Everything the reader compares goes through here: phrases when the reader is built, messages when
they are read. Signs are mapped one by one (NFKC, lower case, OpenCC's traditional-to-simplified
table, a few signs that people mix up), so that every sign of the result knows where it came from.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import ahocorasick
import opencc

SENTENCE, COMMA, SPACE = 3, 2, 1  # how deep a break cuts

_SENTENCE_SIGNS = frozenset("。!?;")
_COMMA_SIGNS = frozenset(',:()[]~—|"“”')
_CJK_FIRST, _CJK_LAST = "\u3400", "\u9fff"
# Signs that `_squeeze` looks at: spaces, hyphens and all that may break the text.
_SPECIAL = re.compile(rf"[\s\-.{re.escape(''.join(_SENTENCE_SIGNS | _COMMA_SIGNS))}]")
# What `_squeeze` does to the spaces and hyphens of a text, for many short phrases at once.
_SPACES = re.compile(rf"(?<=[{_CJK_FIRST}-{_CJK_LAST} ]) +| +(?=[{_CJK_FIRST}-{_CJK_LAST}])")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")


def is_cjk(sign: str) -> bool:
    """Whether `sign` is a Chinese character."""
    return _CJK_FIRST <= sign <= _CJK_LAST


@dataclass(frozen=True)
class Normal:
    """A text in one spelling. `origin[i]` is the place in `original` that `text[i]` came from."""

    original: str
    text: str
    origin: tuple[int, ...]
    breaks: tuple[tuple[int, int], ...]  # (place before which it breaks, depth), ascending

    def words(self, start: int, end: int) -> str:
        """The person's own words for `text[start:end]`."""
        if start >= end:
            return ""
        return self.original[self.origin[start] : self.origin[end - 1] + 1].strip()

    @cached_property
    def depth(self) -> tuple[int, ...]:
        """Depth of the break before each place."""
        depth = [0] * (len(self.text) + 1)
        for place, level in self.breaks:
            depth[place] = max(depth[place], level)
        return tuple(depth)

    @cached_property
    def _places(self) -> dict[int, list[int]]:
        """For each level the places where a break at least as deep stands."""
        return {
            level: list(dict.fromkeys(place for place, depth in self.breaks if depth >= level))
            for level in (SPACE, COMMA, SENTENCE)
        }

    def span(self, start: int, end: int, level: int) -> tuple[int, int]:
        """The stretch around `start:end` that no break of at least `level` cuts."""
        places = self._places[level]
        before = bisect_right(places, start)
        after = bisect_left(places, end)
        return places[before - 1] if before else 0, places[after] if after < len(places) else len(self.text)

    def stretches(self, level: int) -> list[tuple[int, int]]:
        """The text cut at every break of at least `level`."""
        cuts = [0, *self._places[level], len(self.text)]
        return [(start, end) for start, end in pairwise(cuts) if start < end]

    def deepest(self, start: int, end: int) -> int:
        """Depth of the deepest break between two places."""
        for level in (SENTENCE, COMMA, SPACE):
            places = self._places[level]
            first = bisect_left(places, start)
            if first < len(places) and places[first] <= end:
                return level
        return 0


class _Table(dict[str, str]):
    """Sign to sign(s); what is not listed is worked out once."""

    def __missing__(self, sign: str) -> str:
        if unicodedata.category(sign) in ("Cs", "Cn", "Co"):
            plain = " "
        elif unicodedata.category(sign) in ("Cc", "Cf", "Mn"):
            plain = " " if sign in "\t\x0b\x0c\x85" else ""
        else:
            plain = unicodedata.normalize("NFKC", sign).lower()
        self[sign] = plain
        return plain


class Normaliser:
    """Brings texts into one spelling.

    `signs` are single signs to replace (mixed-up characters, emoji), `words` whole words or
    strings (typos, homophones, contractions without apostrophe).
    """

    def __init__(self, signs: Mapping[str, str], words: Mapping[str, str]) -> None:
        self._table = _Table()
        cjk = "".join(map(chr, range(ord(_CJK_FIRST), ord(_CJK_LAST) + 1)))
        simplified = opencc.OpenCC("t2s").convert("\n".join(cjk)).split("\n")
        self._table.update(zip(cjk, simplified, strict=True))
        for sign, plain in signs.items():
            self._table[sign] = plain
        for sign, plain in self._table.items():
            if plain in signs or len(plain) > 1:
                self._table[sign] = "".join(signs.get(part, part) for part in plain)
        self._table.update({"\n": "\n", "\r": "\n", "’": "'", "‘": "'", "`": "'", "´": "'", "…": ","})
        self._words = ahocorasick.Automaton()
        for word, plain in words.items():
            spelled = self._signs(word)
            self._words.add_word(spelled, (len(spelled), _latin_at(spelled, 0), self._signs(plain)))
        self._words.make_automaton()

    def _signs(self, text: str) -> str:
        return "".join(map(self._table.__getitem__, text))

    def phrase(self, text: str) -> str:
        """A phrase of the content in the spelling of the texts."""
        return self(text).text.strip()

    def phrases(self, texts: Iterable[str]) -> list[str]:
        """The same for many phrases, none of which holds a line break, in one go."""
        joined = self._signs("\n".join(texts))
        pieces: list[str] = []
        done = 0
        for start, end, plain in self._hits(joined):
            pieces += (joined[done:start], plain)
            done = end
        joined = "".join((*pieces, joined[done:]))
        return [phrase.strip() for phrase in _SPACES.sub("", _HYPHEN.sub(" ", joined)).split("\n")]

    def __call__(self, text: str) -> Normal:
        """`text` in one spelling; never raises."""
        signs = [self._table[sign] for sign in text]
        origin = list(range(len(text)))
        if len("".join(signs)) != len(text) or "" in signs:
            origin = [place for place, plain in enumerate(signs) for _ in plain]
            signs = list("".join(signs))
        signs, origin = self._replace_words(signs, origin)
        return _squeeze(text, signs, origin)

    def _replace_words(self, signs: list[str], origin: list[int]) -> tuple[list[str], list[int]]:
        joined = "".join(signs)
        hits = list(self._hits(joined))
        if not hits:
            return signs, origin
        new_signs: list[str] = []
        new_origin: list[int] = []
        done = 0
        for start, end, plain in hits:
            new_signs += signs[done:start]
            new_origin += origin[done:start]
            new_signs += plain
            # every sign of the replacement points into the replaced stretch, its last to the end
            new_origin += [origin[min(start + i, end - 1)] for i in range(len(plain))]
            if plain:
                new_origin[-1] = origin[end - 1]
            done = end
        return new_signs + signs[done:], new_origin + origin[done:]

    def _hits(self, text: str) -> Iterable[tuple[int, int, str]]:
        """The words to replace, the longest where several begin; Latin ones only as whole words."""
        done = 0
        found = [(last - length + 1, -length, latin, plain) for last, (length, latin, plain) in self._words.iter(text)]
        for start, size, latin, plain in sorted(found):
            end = start - size
            if start >= done and not (latin and (_latin_at(text, start - 1) or _latin_at(text, end))):
                done = end
                yield start, end, plain


def _latin_at(text: str, place: int) -> bool:
    return 0 <= place < len(text) and (text[place] == "'" or (text[place].isascii() and text[place].isalnum()))


def _squeeze(original: str, signs: list[str], origin: list[int]) -> Normal:
    """Drop spaces beside Chinese characters, keep one elsewhere, and note where the text breaks."""
    text = "".join(signs)
    out: list[str] = []
    kept: list[int] = []
    breaks: list[tuple[int, int]] = []
    done = 0
    for special in _SPECIAL.finditer(text):
        place, sign = special.start(), special.group()
        if place > done:
            out += signs[done:place]
            kept += origin[done:place]
        done = place + 1
        if sign == "\n":
            breaks.append((len(out), SENTENCE))
        elif sign.isspace():
            after = text[place + 1] if done < len(text) else " "
            if after == " " or not out:
                continue
            if is_cjk(out[-1]) or is_cjk(after):
                breaks.append((len(out), SPACE))
            elif out[-1] != " ":
                out.append(" ")
                kept.append(origin[place])
        elif sign == "-" and _between_letters(text, place):
            out.append(" ")
            kept.append(origin[place])
        else:
            out.append(sign)
            kept.append(origin[place])
            depth = _depth_after(text, place)
            if depth:
                breaks.append((len(out), depth))
    out += signs[done:]
    kept += origin[done:]
    return Normal(original=original, text="".join(out), origin=tuple(kept), breaks=tuple(breaks))


def _between_letters(signs: str, place: int) -> bool:
    return 0 < place < len(signs) - 1 and signs[place - 1].isalpha() and signs[place + 1].isalpha()


def _depth_after(signs: str, place: int) -> int:
    """How deep the text breaks after this sign."""
    sign = signs[place]
    if sign in _SENTENCE_SIGNS:
        return SENTENCE
    if sign in _COMMA_SIGNS:
        following = signs[place + 1] if place + 1 < len(signs) else ""
        return 0 if sign in ",:" and following.isdigit() and place and signs[place - 1].isdigit() else COMMA
    if sign == ".":
        before = signs[place - 1] if place else ""
        after = signs[place + 1] if place + 1 < len(signs) else ""
        if before.isdigit() and after.isdigit():
            return 0
        return COMMA if "." in (before, after) else SENTENCE
    return 0
