"""What is told to be all right, alone or in a row: "呼吸吞咽都好", "speech and vision are normal".

The row is read backwards from the word of praise; only joining words may stand in it, so that
"呼吸困难没事吗" praises nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.cues import Cues
from flows.matching import Match
from flows.normalise import SENTENCE, Normal, Normaliser

FUNCTION, FIRM, LAST = "function", "all_right", "all_right_last"
KINDS = frozenset({FUNCTION, FIRM, LAST})
_LONGEST_ROW = 12
_ENDS = ",.;!。、~哈啊呀哦噢呢啦了的"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of functions with the praise at its end, and what it denies."""

    start: int
    end: int
    codes: tuple[str, ...]


class Rows:
    """Finds the rows of a text."""

    def __init__(self, cues: Cues, normalise: Normaliser) -> None:
        def alternatives(words: Iterable[str]) -> str:
            spelled = {normalise.phrase(word) for word in words}
            return "|".join(re.escape(word) for word in sorted(spelled, key=len, reverse=True) if word)

        between = alternatives([*cues.joiners, "my", "the", "his", "her"])
        fillers = alternatives(cues.all_right_fillers)
        self._joined = re.compile(rf"(?:{between}|[\s,;])*+")
        self._praised = re.compile(rf"(?:{fillers}|[\s,:])*+")
        self._codes = [function.codes for function in cues.functions]

    def find(self, normal: Normal, matches: Sequence[Match]) -> list[Row]:
        """All rows, by start. `matches` are those of the kinds `KINDS`, by start."""
        functions = [match for match in matches if match.kind == FUNCTION]
        if not functions:
            return []
        rows = (self._row(normal, functions, match) for match in matches if match.kind != FUNCTION)
        return [row for row in rows if row is not None]

    def _row(self, normal: Normal, functions: Sequence[Match], praise: Match) -> Row | None:
        text = normal.text
        if praise.kind == LAST and not self._ends(normal, praise.end):
            return None
        codes: list[str] = []
        start, allowed = praise.start, self._praised
        for function in sorted(functions, key=lambda match: -match.end):
            if function.end > start or len(codes) > _LONGEST_ROW:
                continue
            if normal.deepest(function.end, start) >= SENTENCE or not allowed.fullmatch(text, function.end, start):
                break
            codes += self._codes[int(function.code)]
            start, allowed = function.start, self._joined
        return Row(start, praise.end, tuple(dict.fromkeys(codes))) if start < praise.start else None

    @staticmethod
    def _ends(normal: Normal, end: int) -> bool:
        return end == len(normal.text) or normal.depth[end] > 0 or normal.text[end] in _ENDS
