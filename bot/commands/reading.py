"""`aidline classify` and `aidline evaluate`: what is read from the text alone, and how well."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from bot.commands import AsJson, fail

if TYPE_CHECKING:  # the reader's rooms take their time; only these commands need them
    from flows.evaluation import Result


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


def evaluate(
    source: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Labelled messages, a JSON object a line.")],
    misses: Annotated[str, typer.Option(help="Which misses to show: all, emergencies or none.")] = "all",
    as_json: AsJson = False,
) -> None:
    """Read labelled messages and print how many are taken rightly, and every miss with what was read.

    A line is {"id", "lang", "message", "gold": {"category", "also", "urgency", "procedure_family"}}.
    """
    from flows import evaluation
    from flows import protocol as protocol_room
    from flows.reading import Reader

    if misses not in ("all", "emergencies", "none"):
        raise fail("--misses must be all, emergencies or none", 2)
    protocol = protocol_room.load()
    reader = Reader(protocol)
    today = datetime.now(UTC).date()
    results = []
    with _opened(source, "r", sys.stdin) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                told = evaluation.labelled(json.loads(line))
            except ValueError as error:
                raise fail(f"{source}: line {number}: {error}") from None
            results.append(evaluation.judge(told, reader, protocol, today=today))
    if not results:
        raise fail(f"{source}: no labelled message in it")
    if as_json:
        print(json.dumps(_as_json(results, protocol.version), ensure_ascii=False, indent=2))
        return
    _print_figures(results, protocol.version)
    for part in ("urgency", "category", "family"):
        _print_confusion(evaluation.confusion(results, part), part)
    for result in results:
        if (misses == "all" and result.got != result.told.gold) or (
            misses == "emergencies" and (result.is_missed or result.is_false_alarm)
        ):
            _print_miss(result)


def _print_figures(results: Sequence["Result"], version: str) -> None:
    from flows.evaluation import figures

    groups = {"all": results}
    for lang in sorted({result.told.lang for result in results}):
        groups[lang or "?"] = [result for result in results if result.told.lang == lang]
    if len(groups) == 2:
        del groups["all"]
    print(f"protocol {version}; share, 95 % interval, count")
    for name, chosen in groups.items():
        print(f"\n{name}: {len(chosen)} messages")
        for figure, share in figures(chosen).items():
            if share.value is not None:
                low, high = share.interval()
                print(f"  {figure:<24} {share.value:6.1%}  {low:6.1%} - {high:6.1%}  {share.hits}/{share.total}")


def _print_confusion(counts: dict[tuple[str, str], int], part: str) -> None:
    codes = sorted({code for pair in counts for code in pair}, key=_in_order)
    width = max(map(len, codes))
    print(f"\n{part}: label (down), taken for (across)")
    print(" " * width, *(f"{code[:9]:>9}" for code in codes))
    for gold in codes:
        print(f"{gold:<{width}}", *(f"{counts.get((gold, got), 0) or '.':>9}" for got in codes))


def _in_order(code: str) -> tuple[int, str]:
    """Urgencies by their rank, everything else by name."""
    levels = ["routine", "soon", "urgent", "emergency"]
    return (levels.index(code) if code in levels else -1, code)


def _print_miss(result: "Result") -> None:
    gold, got = result.told.gold, result.got
    print(f"\n{result.told.id} [{result.told.lang}] {result.told.message}")
    for part in ("urgency", "category", "also", "family"):
        wanted, found = getattr(gold, part), getattr(got, part)
        if wanted != found:
            print(f"  {part}: {_codes(wanted)} taken for {_codes(found)}")
    print(f"  rules: {_codes(result.rules)}")
    print("  read: " + "; ".join(f"{f.kind} {f.code} {f.status.value} “{f.evidence}”" for f in result.findings))


def _codes(codes: "str | tuple[str, ...]") -> str:
    return codes if isinstance(codes, str) else ", ".join(codes) or "-"


def _as_json(results: Sequence["Result"], version: str) -> dict[str, Any]:
    from flows.evaluation import confusion, figures

    return {
        "protocol": version,
        "figures": {
            name: {"share": share.value, "interval": share.interval(), "hits": share.hits, "total": share.total}
            for name, share in figures(results).items()
        },
        "confusion": {
            part: [
                {"gold": gold, "got": got, "count": count} for (gold, got), count in confusion(results, part).items()
            ]
            for part in ("urgency", "category", "family")
        },
        "misses": [
            {
                "id": result.told.id,
                "gold": asdict(result.told.gold),
                "got": asdict(result.got),
                "rules": result.rules,
                "read": [asdict(finding) for finding in result.findings],
            }
            for result in results
            if result.got != result.told.gold
        ],
    }
