"""`aidline staff`: add, list, put on call, make sign-in links."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot import settings as settings_module
from bot.commands import AsJson, base_url, fail, open_database

app = typer.Typer(no_args_is_help=True, help="Staff: add, list, make sign-in links.")


@app.command("add")
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
    from storage import audit, people
    from storage.errors import NameTaken

    if role not in people.ROLES:
        raise fail(f"--role must be one of {', '.join(people.ROLES)}", 2)
    known = protocol_room.load().queues
    if unknown := [code for code in queue or () if code not in known]:
        raise fail(f"no queue {unknown[0]!r}; there are {', '.join(known)}", 2)
    with open_database() as database, database.begin() as c:
        try:
            staff = people.add_staff(
                c, name, role, queues=tuple(queue or ()), telegram=telegram, institution=institution,
                on_call=on_call, locale=settings_module.read().locale, now=datetime.now(UTC),
            )  # fmt: skip
            told = {"role": role, "queues": list(staff.queues), "on_call": on_call}
            audit.append(c, "operator", "added", f"staff:{staff.id}", told, datetime.now(UTC))
        except NameTaken:
            raise fail(f"somebody is called {name!r} already, or has that Telegram id") from None
    print(f"{staff.name}  {staff.role}")


@app.command("link")
def staff_link(name: str) -> None:
    """A one-time link by which this person signs in at the desk."""
    from storage import audit, people
    from storage.errors import NoSuchStaff

    settings = settings_module.read()
    with open_database() as database, database.begin() as c:
        try:
            staff = people.find_staff(c, name)
        except NoSuchStaff:
            raise fail(f"nobody is called {name!r}; see aidline staff list") from None
        token = people.new_link(c, staff.id, datetime.now(UTC))
        audit.append(c, "operator", "linked", f"staff:{staff.id}", {}, datetime.now(UTC))
    print(f"{base_url(settings)}/desk/sign-in/{token}")


@app.command("on-call")
def staff_on_call(
    name: str, off: Annotated[bool, typer.Option("--off", help="Is not paged any more.")] = False
) -> None:
    """Page this person in an emergency from now on, or no longer."""
    from storage import audit, people
    from storage.errors import NoSuchStaff

    with open_database() as database, database.begin() as c:
        try:
            staff = people.find_staff(c, name)
        except NoSuchStaff:
            raise fail(f"nobody is called {name!r}; see aidline staff list") from None
        people.set_on_call(c, staff.id, not off)
        audit.append(c, "operator", "on_call", f"staff:{staff.id}", {"on_call": not off}, datetime.now(UTC))
    print(f"{staff.name}  {'off call' if off else 'on call'}")


@app.command("list")
def staff_list(as_json: AsJson = False) -> None:
    """Everyone who answers."""
    from storage import people

    with open_database() as database, database.read() as c:
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
