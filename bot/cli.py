"""The `aidline` command: thin over the rooms. Exit codes: 0 done, 1 could not, 2 wrongly called."""

import gc
import logging
import sys
from typing import Annotated

import typer

from bot import settings as settings_module
from bot.commands import (
    AsJson,
    case,
    fail,
    open_database,
    open_service,
    outbox,
    protocol,
    reading,
    replay,
    staff,
    stats,
)
from bot.settings import BrokenSetting
from locales import LOCALES

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.command()(reading.classify)
app.command()(reading.evaluate)
app.command()(replay.replay)
app.add_typer(case.app, name="case")
app.add_typer(staff.app, name="staff")
app.add_typer(stats.app, name="stats")
app.add_typer(protocol.app, name="protocol")
app.add_typer(outbox.app, name="outbox")


def main() -> None:
    """Run the command; every expected failure is one sentence on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    from storage.errors import StorageError

    try:
        app()
    except (BrokenSetting, StorageError) as error:
        print(f"aidline: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        print(f"aidline: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def serve() -> None:
    """Serve the web chat, the desk, the webhooks and the worker."""
    gc.disable()  # what is made at start stays: looking for garbage in it costs a fifth of the start
    from bot.app import run

    run(settings_module.read(), lambda line: print(line, flush=True))


@app.command()
def chat(
    locale: Annotated[str | None, typer.Option(help="zh-CN or en")] = None,
    name: Annotated[str, typer.Option("--as", help="Who is talking; the same name resumes.")] = "me",
    as_json: AsJson = False,
) -> None:
    """Talk to the bot as a patient, one message a line."""
    from bot.channels.terminal import talk

    settings = settings_module.read()
    if locale is not None and locale not in LOCALES:
        raise fail(f"--locale must be one of {', '.join(LOCALES)}", 2)
    with open_service(settings) as service:
        talk(service, name, locale or settings.locale, as_json=as_json)


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version."""
    with open_database():
        pass


@app.command()
def diagram() -> None:
    """The state diagrams of the flows, as docs/architecture.md shows them (Mermaid)."""
    from bot.diagrams import diagrams

    for title, source in diagrams().items():
        print(f"## {title}\n\n```mermaid\n{source}\n```\n")


@app.command("audit")
def audit_verify(
    action: Annotated[str, typer.Argument(help="verify, or head: what to note elsewhere")] = "verify",
    noted: Annotated[str, typer.Option("--head", help="A head noted elsewhere; must still be in the trail.")] = "",
) -> None:
    """Prove that nothing in the audit trail was changed, removed or cut from its end."""
    from storage import audit

    if action not in ("verify", "head"):
        raise fail("what can be done here is: aidline audit verify, aidline audit head", 2)
    with open_database() as database, database.read() as c:
        if action == "head":
            print(audit.head(c) or "no record yet")
            return
        broken = audit.verify(c)
        missed = bool(noted) and not audit.holds(c, noted)
    if broken is not None:
        raise fail(f"the audit trail is broken at record {broken}")
    if missed:
        raise fail("the audit trail does not hold the state noted elsewhere: it was put back to an older one")
    print("the audit trail is whole")


if __name__ == "__main__":
    main()
