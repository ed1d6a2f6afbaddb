"""`aidline outbox`: what still has to go out, what failed for good; try it again or drop it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.commands import AsJson, fail, open_database, words

app = typer.Typer(no_args_is_help=True, help="What still has to go out: list it, try it again, drop it.")


@app.command("list")
def outbox_list(
    failed: Annotated[bool, typer.Option("--failed", help="Only what nobody tries again.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 200,
    as_json: AsJson = False,
) -> None:
    """What waits and what failed, the oldest first. No name, address or word of a patient is shown."""
    from storage import backlog

    with open_database() as database, database.read() as c:
        found = backlog.listed(c, failed=failed, limit=limit)
        counted = backlog.counts(c)
    if as_json:
        shown = [
            asdict(row) | {"created_at": row.created_at.isoformat(), "due_at": row.due_at.isoformat()} for row in found
        ]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    said = words()
    print(said.text("cli-outbox-counts", pending=counted.get("pending", 0), failed=counted.get("failed", 0)))
    for row in found:
        given_up = row.status == "failed"
        cells = (
            f"{row.id:>6}",
            said.text(f"cli-outbox-{row.kind}"),
            f"{row.case or '-':<9}",
            row.channel or "-",
            said.text("cli-outbox-failed") if given_up else said.text("cli-outbox-pending", tries=row.attempts),
            "" if given_up else f"{row.due_at:%Y-%m-%d %H:%M:%SZ}",
            row.error,
        )
        print("  ".join(cell for cell in cells if cell))


@app.command("retry")
def outbox_retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers from the list; all that failed if absent.")] = None,
) -> None:
    """Try rows again at once; those that failed for good as well."""
    from storage import backlog

    with open_database() as database, database.begin() as c:
        count = backlog.retry(c, ids or None, datetime.now(UTC))
    if ids and count < len(ids):
        print(words().text("cli-outbox-retried", count=count))
        raise fail(words().text("cli-outbox-not-all"))
    print(words().text("cli-outbox-retried", count=count))


@app.command("drop")
def outbox_drop(
    number: Annotated[int, typer.Argument(metavar="ID", help="A number from the list.")],
    sure: Annotated[bool, typer.Option("--yes", help="Nobody will ever get it.")] = False,
) -> None:
    """Take a row away without doing it."""
    from storage import backlog

    if not sure:
        raise fail(words().text("cli-outbox-not-sure", number=number), 2)
    with open_database() as database, database.begin() as c:
        kind = backlog.drop(c, number, datetime.now(UTC))
    if kind is None:
        raise fail(words().text("cli-outbox-unknown", number=number))
    print(words().text("cli-outbox-dropped", number=number))
