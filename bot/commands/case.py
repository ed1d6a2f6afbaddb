"""`aidline case`: list the cases, show one."""

import json
from datetime import UTC, datetime
from typing import Any

import typer

from bot.commands import AsJson, fail, open_database, words

app = typer.Typer(no_args_is_help=True, help="Cases: list them, show one.")


@app.command("list")
def case_list(as_json: AsJson = False) -> None:
    """All cases, the most urgent first."""
    from storage import audit, cases

    with open_database() as database:
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
        print(words().text("cli-no-cases"))
    for case in found:
        queues = ", ".join(case.queues)
        print(f"{case.number}  {case.urgency:<9}  {case.status:<19}  {case.category:<12}  {queues}")


@app.command("show")
def case_show(number: str, as_json: AsJson = False) -> None:
    """One case with its handoffs, reasons, answers and timeline."""
    from flows.case_number import normal_number
    from storage import audit, cases
    from storage.errors import NoSuchCase

    with open_database() as database, database.begin() as c:
        try:
            shown = cases.show_case(c, database.vault, normal_number(number) or number)
        except NoSuchCase:
            raise fail(words().text("cli-unknown-case", number=number)) from None
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
