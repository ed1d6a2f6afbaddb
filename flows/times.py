"""When the procedure was, how old the person is, how hot: numbers out of normalised text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from flows.cues import TimeWords
from flows.normalise import COMMA, Normal, Normaliser, is_cjk

_MAX_DAYS = 70 * 365.0
_SYNTAX = re.compile(r"\(\?P<\w+>|\\[a-z]|\{\w+\}")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATED = re.compile(rf"[年月]|(?:19|20)\d\d|\b(?:in|since|last|from) {_MONTH}|\b{_MONTH}[a-z]* \d")
_HOT = re.compile(r"3[5-9]|4[0-2]|9[6-9]|10[0-8]")
_AGED = re.compile(r"\d\d|\d周?岁")
_LETTER = re.compile("[a-z]")
_FEVER, _HIGH, _IMPOSSIBLE = 37.4, 39.0, 43.0


@dataclass(frozen=True, slots=True)
class When:
    """One time told: days before today and where it stands in the text.

    `loose` ones ("三个月" alone) count only beside the procedure; `sure` ones ("第五天", "week 2") are
    told of a procedure wherever they stand.
    """

    days: float
    start: int
    end: int
    loose: bool = False
    sure: bool = False


class _Pattern:
    """A pattern that is only tried on texts of its script."""

    def __init__(self, source: str, filled: str) -> None:
        self._pattern = re.compile(filled)
        self.counts = "{unit}" in source
        words = _SYNTAX.sub("", source)
        latin, chinese = bool(re.search("[a-z]{2}", words)), any(map(is_cjk, words))
        self._needs = "" if latin == chinese else "latin" if latin else "chinese"

    def finditer(self, text: "_Text") -> Iterable[re.Match[str]]:
        """All places in a text of the pattern's script; what counts units is looked for beside units only."""
        if self._needs not in text.scripts:
            return ()
        if not self.counts:
            return self._pattern.finditer(text.text)
        return chain.from_iterable(self._pattern.finditer(text.text, *stretch) for stretch in text.counting)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with what tells early which patterns are worth trying."""

    text: str
    scripts: frozenset[str]
    counting: list[tuple[int, int]]  # stretches that name a unit of time
    dated: bool  # whether a year or a month is named


def _any_unit(number: str, units: Iterable[str]) -> re.Pattern[str]:
    """A quick look whether a stretch may count units of time."""
    unit = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return re.compile(rf"[每一](?:个|{unit})|(?:{number})[多来半 +]*(?:{unit})|岁|old")


def _scripts(text: str) -> frozenset[str]:
    latin = _LETTER.search(text) is not None
    return frozenset({"", *(["latin"] if latin else []), *([] if text.isascii() else ["chinese"])})


class Times:
    """Reads times, ages and temperatures."""

    def __init__(self, words: TimeWords, normalise: Normaliser) -> None:
        def spelled(table: dict[str, float]) -> dict[str, float]:
            return {normalise.phrase(word): value for word, value in table.items()}

        self._numbers = spelled(words.numbers)
        self._units = spelled(words.units)
        words_for_numbers = sorted(self._numbers, key=len, reverse=True)
        number = "|".join([r"\d+(?:\.\d+)?", *(re.escape(w) + r"(?![a-z])" * w.isascii() for w in words_for_numbers)])
        unit = "|".join(sorted(map(re.escape, self._units), key=len, reverse=True))

        def pattern(source: str) -> _Pattern:
            filled = source.replace("{n}", f"(?P<n>{number})").replace("{unit}", f"(?P<unit>{unit})")
            return _Pattern(source, filled)

        self._unit = _any_unit(number, self._units)
        self._spans = [pattern(source) for source in words.spans]
        self._loose = [pattern(source) for source in words.loose]
        self._days_after = [pattern(source) for source in words.days_after]
        self._weeks_after = [pattern(source) for source in words.weeks_after]
        self._fixed = [(_Pattern(source, source), days) for source, days in words.fixed.items()]
        self._weekdays = words.weekdays
        self._weekday = [_named(source, "weekday", words.weekdays) for source in words.weekday]
        self._months = words.months
        self._dates = [_named(source, "month", words.months) for source in words.dates]
        self._festivals = _named(words.festival, "festival", words.festivals)
        self._festival_days = words.festivals
        self._durations = [pattern(source) for source in words.durations]
        self._ages = [re.compile(source) for source in words.ages]
        self._minor = re.compile("|".join(map(re.escape, words.minor_words)))
        self._temperatures = [re.compile(source) for source in words.temperatures]
        self._heat = re.compile("|".join(words.temperature_context))
        self._below = re.compile(words.below)

    # -- times

    def whens(self, normal: Normal, today: date) -> list[When]:
        """All times told, by place; none is a length of something else."""
        text = self._text(normal)
        counted = [(*told, True) for told in self._counted(text)]
        told = [*counted, *((*told, False) for told in self._told(text, today))]
        loose = [(self._span_days(hit), *hit.span()) for source in self._loose for hit in source.finditer(text)]
        if not told and not loose:
            return []
        taken = bytearray(len(normal.text))
        for start, end in self._lengths(text, [*(start for _, start, _, _ in told), *(start for _, start, _ in loose)]):
            taken[start:end] = b"1" * (end - start)
        found: list[When] = []
        for days, start, end, sure in told:
            if days is not None and 0 <= days <= _MAX_DAYS and not any(taken[start:end]):
                taken[start:end] = b"1" * (end - start)
                found.append(When(days, start, end, sure=sure))
        found += [When(days, start, end, loose=True) for days, start, end in loose if not any(taken[start:end])]
        return sorted(found, key=lambda when: when.start)

    def _text(self, normal: Normal) -> _Text:
        text = normal.text
        counting = [stretch for stretch in normal.stretches(COMMA) if self._unit.search(text, *stretch)]
        return _Text(text, _scripts(text), counting, _DATED.search(text) is not None)

    def _lengths(self, text: _Text, places: list[int]) -> Iterator[tuple[int, int]]:
        """Lengths of something else, which are no times; looked for beside the `places` of times only."""
        counting = [(start, end) for start, end in text.counting if any(start <= place < end for place in places)]
        beside = replace(text, counting=counting)
        for source in self._durations:
            for hit in source.finditer(beside):
                yield hit.span()

    def _counted(self, text: _Text) -> Iterator[tuple[float, int, int]]:
        """Days and weeks counted from the procedure; of a week its middle."""
        for source in self._days_after:
            for hit in source.finditer(text):
                yield (self._number(hit["n"]), *hit.span())
        for source in self._weeks_after:
            for hit in source.finditer(text):
                yield (self._number(hit["n"]) * 7 - 4, *hit.span())

    def _told(self, text: _Text, today: date) -> Iterator[tuple[float | None, int, int]]:
        """Every place that looks like a time, the surest patterns first."""
        for source in self._spans:
            for hit in source.finditer(text):
                yield (self._span_days(hit), *hit.span())
        for source in self._dates if text.dated else ():
            for hit in source.finditer(text):
                yield (self._date_days(hit, today), *hit.span())
        for hit in self._festivals.finditer(text):
            month, day = self._festival_days[hit["festival"]]
            yield (_since(today, month, day, year=today.year - 1 if hit["last"] else None), *hit.span())
        for source in self._weekday:
            for hit in source.finditer(text):
                behind = (today.weekday() - self._weekdays[hit["weekday"]]) % 7
                whole = 7 if hit.groupdict().get("last") and behind <= today.weekday() else 0
                yield (float(behind + whole), *hit.span())
        for pattern, days in self._fixed:
            for hit in pattern.finditer(text):
                yield (days, *hit.span())

    def _number(self, word: str) -> float:
        known = self._numbers.get(word)
        if known is not None:
            return known
        if not word.isascii() and "十" in word:  # 二十六: tens and ones
            tens, _, ones = word.partition("十")
            return 10 * self._numbers.get(tens, 1.0) + self._numbers.get(ones, 0.0)
        try:
            return float(word)
        except ValueError:  # 一二 and the like: no number that anybody counts by
            return self._numbers.get(word[:1], 1.0)

    def _span_days(self, hit: re.Match[str]) -> float:
        groups = hit.groupdict()
        unit = self._units[groups["unit"]]
        count = self._number(groups["n"]) if groups.get("n") else 1.0
        if groups.get("half"):
            count += 0.5
        if groups.get("tens"):
            count *= 10
        return count * unit

    def _date_days(self, hit: re.Match[str], today: date) -> float | None:
        groups = hit.groupdict()
        year = int(groups["year"]) if groups.get("year") else None
        if year is not None and year < 100:
            year += 2000 if 2000 + year <= today.year else 1900
        if groups.get("last"):
            year = today.year - 1
        elif groups.get("this"):
            year = today.year
        if year is not None and not 1950 <= year <= today.year:
            return None
        word = groups.get("month")
        if not word:
            return None if year is None else max(0.0, float((today - date(year, 7, 1)).days))
        month = self._months[word] if word in self._months else int(word)
        if not 1 <= month <= 12:
            return None
        day = int(groups["day"]) if groups.get("day") else 15
        return _since(today, month, min(max(day, 1), 28), year=year)

    # -- ages and heat

    def age(self, text: str) -> int | None:
        """The age told, if it is that of a person who had something done."""
        for source in self._ages if _AGED.search(text) else ():
            for hit in source.finditer(text):
                years = int(self._number(hit["n"]))
                if 8 <= years <= 90:
                    return years
        return 16 if self._minor.search(text) else None

    def heat(self, normal: Normal) -> tuple[str, int, int] | None:
        """The highest temperature told as a symptom code with its place; None if none counts.

        "fever_none" stands for a temperature that was taken and is normal.
        """
        text = normal.text
        best: tuple[float, int, int] | None = None
        if _HOT.search(text) is None:
            return None
        for source in self._temperatures:
            for hit in source.finditer(text):
                degrees = float(hit["n"].replace(",", ".")) + float(f"0.{hit.groupdict().get('fraction') or 0}")
                if degrees >= 95:
                    degrees = (degrees - 32) / 1.8
                if not 35 <= degrees < _IMPOSSIBLE or not self._is_heat(normal, hit):
                    continue
                if self._below.search(text[max(0, hit.start() - 12) : hit.start()]):
                    degrees = 36.5
                if best is None or degrees > best[0]:
                    best = (degrees, *hit.span())
        if best is None:
            return None
        degrees, start, end = best
        code = "fever_high" if degrees >= _HIGH - 0.01 else "fever_low" if degrees > _FEVER else "fever_none"
        return code, start, end

    def _is_heat(self, normal: Normal, hit: re.Match[str]) -> bool:
        if hit.groupdict().get("sure"):
            return True
        start, end = normal.span(hit.start(), hit.end(), COMMA)
        return bool(self._heat.search(normal.text, max(0, start - 12), end))


def _named(source: str, name: str, table: dict[str, int] | dict[str, tuple[int, int]]) -> _Pattern:
    words = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
    return _Pattern(source, source.replace("{" + name + "}", words))


def _since(today: date, month: int, day: int, *, year: int | None) -> float:
    """Days since the last such day."""
    told = date(year or today.year, month, day)
    if told > today:
        told = today if year == today.year and told - today < timedelta(days=31) else date(told.year - 1, month, day)
    return float((today - told).days)
