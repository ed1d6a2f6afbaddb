"""`aidline protocol`: the content, checked and shown as a clinician reads it."""

from collections.abc import Sized

import typer

app = typer.Typer(no_args_is_help=True, help="The content: check it.")


@app.command("check")
def protocol_check() -> None:
    """Read the content and count it; a mistake is named with its file and entry."""
    from flows import protocol as protocol_room

    made = protocol_room.load()
    counts: dict[str, Sized] = {
        "procedures": made.procedures,
        "families": made.families,
        "symptoms": made.symptoms,
        "rules": made.red_flags,
        "issues": made.issues,
        "queues": made.queues,
    }
    print(f"version {made.version}: " + ", ".join(f"{len(each)} {name}" for name, each in counts.items()))
