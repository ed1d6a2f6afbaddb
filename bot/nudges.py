"""Wakes those who wait for news within this process. A missed nudge costs a second, never a message."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

CASES = "cases"  # anything about any case


def conversation(id_: str) -> str:
    """The topic of one conversation."""
    return f"conversation:{id_}"


class Nudges:
    """Topics and the events that wait on them; to be used from the event loop only."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.closed = False  # the server stops: whoever watches ends their page's stream

    def wake(self, *topics: str) -> None:
        """Set every event that watches one of the topics."""
        for topic in topics:
            for event in self._waiting.get(topic, ()):
                event.set()

    def close(self) -> None:
        """The server stops; wake everybody, so that open pages don't hold it up."""
        self.closed = True
        self.wake(*self._waiting)

    @contextmanager
    def watch(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set at each nudge; whoever waits clears it."""
        event = asyncio.Event()
        self._waiting[topic].add(event)
        try:
            yield event
        finally:
            self._waiting[topic].discard(event)
            if not self._waiting[topic]:
                del self._waiting[topic]
