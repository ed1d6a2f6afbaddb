"""`aidline classify` and `aidline evaluate`: what is read from the text alone, and how well."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot.commands import fail


def classify(
    source: Annotated[Path | None, typer.Option("--input", help="JSON lines; standard input if absent.")] = None,
    target: Annotated[Path | None, typer.Option("--output", help="JSON lines; standard output if absent.")] = None,
) -> None:
    """Classify messages from their text alone: lines of {"id", "lang", "message"}."""
    from flows import protocol as protocol_room
    from flows.reading import Reader
    from flows.triage import classify as classify_one

    protocol = protocol_room.load()
    reader = Reader(protocol)
    today = datetime.now(UTC).date()
    with _opened(source, "r", sys.stdin) as lines, _opened(target, "w", sys.stdout) as out:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                given = json.loads(line)
                message = str(given["message"])
            except (ValueError, KeyError, TypeError):
                raise fail(f"line {number} is not an object with a message") from None
            made = {"id": given.get("id")} | classify_one(message, reader, protocol, today=today)
            print(json.dumps(made, ensure_ascii=False), file=out, flush=target is None)


@contextmanager
def _opened(path: Path | None, mode: str, otherwise: TextIO) -> Iterator[TextIO]:
    """The file or the standard stream, in UTF-8; a broken byte costs one sign, not the message or the run."""
    errors = "replace" if mode == "r" else "backslashreplace"  # the latter is how JSON writes half a character
    if path is None:
        if isinstance(otherwise, TextIOWrapper):
            otherwise.reconfigure(encoding="utf-8", errors=errors)
        yield otherwise
    else:
        with path.open(mode, encoding="utf-8", errors=errors) as file:
            yield file  # type: ignore[misc]  # a text mode gives a TextIO
