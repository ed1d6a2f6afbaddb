"""`aidline protocol`: the content, checked, and shown as those read it who sign it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.commands import fail, words

app = typer.Typer(no_args_is_help=True, help="The content: check it, show an entry.")


@app.command()
def check() -> None:
    """Check the content and count it.

    Broken references, missing words, rules that nothing or none of their examples fires are named, and the
    command fails; phrases that two entries share are only noted.
    """
    from flows import protocol as protocol_room
    from flows.protocol.examples import examples
    from flows.protocol_review import counts, remarks, shared_phrases
    from flows.reading import Reader

    try:
        made = protocol_room.load()
    except protocol_room.ProtocolError as error:
        raise fail(str(error)) from None
    told = examples()
    print(f"version {made.version}: " + ", ".join(f"{count} {name}" for name, count in counts(made, told).items()))
    for note in shared_phrases(made):
        print(f"note: {note}")
    found = remarks(made, Reader(made), told, today=datetime.now(UTC).date())
    for remark in found:
        print(remark)
    if found:
        raise fail(f"{len(found)} to mend")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="A rule (RF-13), symptom, procedure, issue, queue, …")],
) -> None:
    """One entry as a clinician or lawyer would read it."""
    from bot.protocol_sheets import Sheets
    from flows import protocol as protocol_room

    made = protocol_room.load()
    sheet = Sheets(made, words()).sheet(code) or Sheets(made, words()).sheet(code.upper())
    if sheet is None:
        raise fail(f"no entry is called {code!r}; docs/protocol.md lists them all")
    print(sheet)
