"""`aidline replay`: run stored cases again; the same evidence has to give the same result."""

import json
from datetime import UTC, datetime
from typing import Any

import typer

from bot.commands import AsJson, open_database


def replay(as_json: AsJson = False) -> None:
    """Run every case's stored evidence again. Exit 1 when one comes out otherwise under the same protocol.

    Cases of an earlier protocol that are open and would stand otherwise now are listed.
    """
    from flows import protocol as protocol_room
    from flows.replay import replay as run_again
    from flows.triage import Assessment
    from storage import audit, case_files

    protocol = protocol_room.load()
    proved, skipped, broken, would_change, same_later = 0, 0, [], [], 0
    with open_database() as database:
        with database.read() as c:
            for number, status, stored in case_files.assessments(c):
                again = run_again(Assessment.from_json(stored), protocol) if stored else None
                if again is None or again.differences is None:
                    skipped += 1
                elif again.is_broken:
                    broken.append(_told(number, status, stored["protocol"], again.differences))
                elif again.same_protocol:
                    proved += 1
                elif again.would_change and status != "closed":
                    would_change.append(_told(number, status, stored["protocol"], again.differences))
                else:
                    same_later += 1
        with database.begin() as c:
            detail = {"proved": proved, "broken": len(broken), "would_change": len(would_change)}
            audit.append(c, "operator", "replayed", "cases", detail, datetime.now(UTC))
    if as_json:
        made = {
            "protocol": protocol.version, "proved": proved, "broken": broken, "would_change": would_change,
            "unchanged_under_this_protocol": same_later, "without_evidence": skipped,
        }  # fmt: skip
        print(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        print(f"protocol {protocol.version}: {proved} cases give the same result again")
        for heading, found in (("gives something else:", broken), ("open, would change:", would_change)):
            for case in found:
                print(f"{case['number']}  {heading}  {_plainly(case['differences'])}")
        print(f"of an earlier protocol and the same, or closed: {same_later}; without evidence: {skipped}")
    if broken:
        raise typer.Exit(1)


def _told(number: str, status: str, protocol: str, differences: Any) -> dict[str, Any]:
    parts = [{"part": one.part, "before": one.before, "now": one.now} for one in differences]
    return {"number": number, "status": status, "protocol": protocol, "differences": parts}


def _plainly(differences: list[dict[str, Any]]) -> str:
    return "; ".join(f"{one['part']} {_codes(one['before'])} -> {_codes(one['now'])}" for one in differences)


def _codes(value: Any) -> str:
    return (", ".join(map(str, value)) or "-") if isinstance(value, list) else str(value)
