"""Stretches of a text, found by where they stand; long texts stay quick to read."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, Protocol, TypeVar


class Span(Protocol):
    """Anything that stands somewhere in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Stretch(NamedTuple):
    """A bare stretch."""

    start: int
    end: int


S = TypeVar("S", bound=Span)


class Spans(Generic[S]):
    """Stretches by their start. Few in a text are long, so that looking around a place is quick."""

    def __init__(self, spans: Iterable[S]) -> None:
        self._spans = sorted(spans, key=lambda span: span.start)
        self._starts = [span.start for span in self._spans]
        self._longest = max((span.end - span.start for span in self._spans), default=0)

    def __bool__(self) -> bool:
        return bool(self._spans)

    def __iter__(self) -> Iterator[S]:
        return iter(self._spans)

    def touching(self, start: int, end: int) -> Iterator[S]:
        """Those that share a sign with `start:end`."""
        for place in range(bisect_right(self._starts, start - self._longest), len(self._spans)):
            span = self._spans[place]
            if span.start >= end:
                return
            if span.end > start:
                yield span

    def inside(self, start: int, end: int) -> Iterator[S]:
        """Those that lie wholly within `start:end`."""
        for place in range(bisect_left(self._starts, start), len(self._spans)):
            span = self._spans[place]
            if span.start > end:
                return
            if span.end <= end:
                yield span

    def last_before(self, place: int) -> S | None:
        """The last to start of those that end before `place`."""
        for index in range(bisect_right(self._starts, place) - 1, -1, -1):
            if self._spans[index].end <= place:
                return self._spans[index]
        return None

    def first_after(self, place: int) -> S | None:
        """The first that starts at `place` or after it."""
        index = bisect_left(self._starts, place)
        return self._spans[index] if index < len(self._spans) else None
