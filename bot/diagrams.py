"""State diagrams in Mermaid, drawn from the machines themselves, for docs/architecture.md.

`python -m bot.diagrams PAGE` draws them anew between the page's markers; `make docs` does that.
"""

import re
import sys
from itertools import pairwise
from pathlib import Path

from transitions import Machine

from flows import case, missing

MARKED = re.compile(r"(<!-- diagram: (?P<title>.+?) -->\n).*?(<!-- end of diagram -->)", re.DOTALL)


def diagrams() -> dict[str, str]:
    """Title to Mermaid source, one for each flow."""
    return {"The patient's conversation": intake_diagram(), "The life of a handoff": case_diagram()}


def intake_diagram() -> str:
    """The order in which the intake asks, with the guard of each question, and its interrupts."""
    lines = ["stateDiagram-v2", "    [*] --> consent"]
    order = [name for name, _ in missing.ORDER]
    guards = {name: guard.__name__ for name, guard in missing.ORDER} | {"review": "nothing_lacks"}
    asked = [name for name in order if name not in (*missing.ALARM_QUESTIONS, "refused", missing.WITH_CENTRE)]
    lines += [f"    {before} --> {after}: {guards[after]}" for before, after in pairwise(asked)]
    lines += [
        f"    review --> {missing.WITH_CENTRE}: submit",
        "    review --> any_question: change",
        "    consent --> refused: decline",
        "    refused --> consent: reconsider",
        "    any_question --> alarm_where: red flag",
        "    alarm_where --> alarm_phone",
        "    alarm_phone --> alarm_company",
        "    alarm_company --> any_question: back to the very question",
        "    any_question --> confirm_restart: start over",
        "    confirm_restart --> any_question: from the beginning or where it stood",
        f"    {missing.WITH_CENTRE} --> closed: writes after the case was closed",
        f"    closed --> {missing.WITH_CENTRE}: the same matter or none",
        "    closed --> any_question: something new",
    ]
    return "\n".join(lines)


def case_diagram() -> str:
    """Every transition of a handoff, as the machine has them."""
    machine: Machine = case.MACHINE
    lines = ["stateDiagram-v2", "    [*] --> queued"]
    for name, event in machine.events.items():
        for transitions in event.transitions.values():
            lines += [f"    {each.source} --> {each.dest}: {name}" for each in transitions]
    lines.append("    closed --> [*]")
    return "\n".join(lines)


def drawn(page: str) -> str:
    """The page with every marked diagram drawn anew; a marker that names no diagram is a KeyError."""
    sources = diagrams()
    return MARKED.sub(lambda mark: f"{mark[1]}```mermaid\n{sources[mark['title']]}\n```\n{mark[3]}", page)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(drawn(path.read_text("utf-8")), "utf-8")
