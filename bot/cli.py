"""The `aidline` command: thin over the rooms. Exit codes: 0 done, 1 could not, 2 wrongly called."""

import json
import logging
import sys
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from bot import settings as settings_module
from bot.settings import BrokenSetting, Settings
from locales import LOCALES, Translator, translator

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
case_app = typer.Typer(no_args_is_help=True, help="Cases: list them, show one.")
staff_app = typer.Typer(no_args_is_help=True, help="Staff: add, list, make sign-in links.")
protocol_app = typer.Typer(no_args_is_help=True, help="The content: check it.")
app.add_typer(case_app, name="case")
app.add_typer(staff_app, name="staff")
app.add_typer(protocol_app, name="protocol")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


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


@contextmanager
def _service(settings: Settings) -> Iterator[Any]:
    from bot.service import Service

    service = Service(settings)
    service.database.migrate()
    try:
        yield service
    finally:
        service.close()


@contextmanager
def _database() -> Iterator[Any]:
    from storage.database import Database
    from storage.vault import Vault

    settings = settings_module.read()
    database = Database(settings.database, Vault(settings.secret))
    database.migrate()
    try:
        yield database
    finally:
        database.close()


def _words() -> Translator:
    return translator(settings_module.read().locale)


def _fail(message: str, code: int = 1) -> typer.Exit:
    print(f"aidline: {message}", file=sys.stderr)
    return typer.Exit(code)


@app.command()
def serve() -> None:
    """Serve the web chat, the desk, the webhooks and the worker."""
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
        raise _fail(f"--locale must be one of {', '.join(LOCALES)}", 2)
    with _service(settings) as service:
        talk(service, name, locale or settings.locale, as_json=as_json)


@app.command()
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
                raise _fail(f"line {number} is not an object with a message") from None
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


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version."""
    with _database():
        pass


@case_app.command("list")
def case_list(as_json: AsJson = False) -> None:
    """All cases, the most urgent first."""
    from storage import audit, cases

    with _database() as database:
        with database.read() as c:
            found = cases.list_cases(c)
            whole = [cases.show_case(c, database.vault, case.number) for case in found] if as_json else []
        with database.begin() as c:
            detail = {"count": len(found), "whole": as_json}
            audit.append(c, "operator", "viewed", "cases", detail, datetime.now(UTC))
    if as_json:
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    if not found:
        print(_words().text("cli-no-cases"))
    for case in found:
        queues = ", ".join(case.queues)
        print(f"{case.number}  {case.urgency:<9}  {case.status:<19}  {case.category:<12}  {queues}")


@case_app.command("show")
def case_show(number: str, as_json: AsJson = False) -> None:
    """One case with its handoffs, reasons, answers and timeline."""
    from flows.case_number import normal_number
    from storage import audit, cases
    from storage.errors import NoSuchCase

    with _database() as database, database.begin() as c:
        try:
            shown = cases.show_case(c, database.vault, normal_number(number) or number)
        except NoSuchCase:
            raise _fail(_words().text("cli-unknown-case", number=number)) from None
        audit.append(c, "operator", "viewed", f"case:{shown['number']}", {}, datetime.now(UTC))
    print(json.dumps(shown, ensure_ascii=False, indent=2) if as_json else _plainly(shown))


def _plainly(case: dict[str, Any]) -> str:
    lines = [f"{case['number']}  {case['status']}  {case['category']} {case['also'] or ''}  {case['urgency']}"]
    lines += [
        f"  {handoff['queue']}: {handoff['status']}  {handoff['claimed_by'] or '-'}  until {handoff['due_at']}"
        for handoff in case["handoffs"]
    ]
    lines += [f"  {rule['id']} ({rule['urgency']}): {rule['evidence']}" for rule in case["assessment"].get("fired", ())]
    lines += [f"  {entry['at']}  {entry['actor']}  {entry['kind']}" for entry in case["timeline"]]
    return "\n".join(lines)


@staff_app.command("add")
def staff_add(
    name: str,
    role: Annotated[str, typer.Option(help="expert, legal_aid or coordinator")],
    queue: Annotated[list[str] | None, typer.Option(help="A clinical queue; may be repeated.")] = None,
    telegram: Annotated[str | None, typer.Option(help="Telegram user id")] = None,
    institution: Annotated[str | None, typer.Option(help="Where the person works.")] = None,
    on_call: Annotated[bool, typer.Option("--on-call", help="Is paged from now on.")] = False,
) -> None:
    """Take someone on."""
    from flows import protocol as protocol_room
    from storage import people
    from storage.errors import NameTaken

    if role not in people.ROLES:
        raise _fail(f"--role must be one of {', '.join(people.ROLES)}", 2)
    known = protocol_room.load().queues
    if unknown := [code for code in queue or () if code not in known]:
        raise _fail(f"no queue {unknown[0]!r}; there are {', '.join(known)}", 2)
    with _database() as database, database.begin() as c:
        try:
            staff = people.add_staff(
                c, name, role, queues=tuple(queue or ()), telegram=telegram, institution=institution,
                on_call=on_call, locale=settings_module.read().locale, now=datetime.now(UTC),
            )  # fmt: skip
        except NameTaken:
            raise _fail(f"somebody is called {name!r} already, or has that Telegram id") from None
    print(f"{staff.name}  {staff.role}")


@staff_app.command("link")
def staff_link(name: str) -> None:
    """A one-time link by which this person signs in at the desk."""
    from storage import people
    from storage.errors import NoSuchStaff

    settings = settings_module.read()
    with _database() as database, database.begin() as c:
        try:
            staff = people.find_staff(c, name)
        except NoSuchStaff:
            raise _fail(f"nobody is called {name!r}; see aidline staff list") from None
        token = people.new_link(c, staff.id, datetime.now(UTC))
    print(f"{base_url(settings)}/desk/sign-in/{token}")


@staff_app.command("list")
def staff_list(as_json: AsJson = False) -> None:
    """Everyone who answers."""
    from storage import people

    with _database() as database, database.read() as c:
        found = people.list_staff(c)
    if as_json:
        shown = [
            {
                "name": s.name, "role": s.role, "queues": list(s.queues), "telegram": s.telegram,
                "institution": s.institution, "on_call": s.on_call,
            }
            for s in found
        ]  # fmt: skip
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for s in found:
        print(f"{s.name}  {s.role}  {', '.join(s.queues) or '-'}  {'on call' if s.on_call else ''}".rstrip())


@protocol_app.command("check")
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


@app.command()
def diagram() -> None:
    """The state diagrams of the flows, as docs/architecture.md shows them (Mermaid)."""
    from bot.diagrams import diagrams

    for title, source in diagrams().items():
        print(f"## {title}\n\n```mermaid\n{source}\n```\n")


@app.command("audit")
def audit_verify(action: Annotated[str, typer.Argument(help="verify")] = "verify") -> None:
    """Prove that nothing in the audit trail was changed or removed."""
    from storage import audit

    if action != "verify":
        raise _fail("the one thing to do here is: aidline audit verify", 2)
    with _database() as database, database.read() as c:
        broken = audit.verify(c)
    if broken is not None:
        raise _fail(f"the audit trail is broken at record {broken}")
    print("the audit trail is whole")


def base_url(settings: Settings) -> str:
    """Where this server is reached."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


if __name__ == "__main__":
    main()
