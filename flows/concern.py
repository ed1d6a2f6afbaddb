"""What a person came for, as far as it decides which questions matter to them.

Who only asks whether a clinic is licensed, or what may happen, is not led through questions for the injured.
What was told once as a question stays one only until something is wrong with the body, or money is wanted.
"""

from flows.answers import keywords, plain
from flows.protocol import Urgency
from flows.reading import Status
from flows.turn import Turn

READ_AT_MOST = 400  # signs; the beginning tells what a person came for
_RIGHTS = frozenset({"refund", "compensation", "punishment", "records", "takedown", "revision"})


def note_concern(turn: Turn) -> None:
    """Keep what the words tell: only a question, nothing done yet, or that the body is well."""
    if turn.reading is None:
        return
    said, words = plain(turn.heard.text[:READ_AT_MOST]), keywords()
    wishes = {finding.code for finding in turn.reading.findings if finding.kind == "want"}
    if "inquiry" not in turn.answers:
        if words.asks_licence.search(said):
            turn.answers["inquiry"] = "licence"
        elif words.asks_risk.search(said) or _fears(turn):
            turn.answers["inquiry"] = "risk"
        elif wishes - {"reassurance"} or _is_hurt(turn):
            turn.answers["inquiry"] = ""
    if words.not_done.search(said) and turn.reading.days is None:
        turn.answers["planned"] = True
    elif turn.reading.days is not None:
        turn.answers.pop("planned", None)
    if words.is_well.search(said):
        turn.answers["well"] = True


def _fears(turn: Turn) -> bool:
    """Whether signs are only asked about: "will I go blind"."""
    found = turn.reading.findings if turn.reading else ()
    return any(finding.kind == "symptom" and finding.status is Status.asked for finding in found)


def _is_hurt(turn: Turn) -> bool:
    told = {item["code"] for item in turn.findings if item["kind"] == "symptom" and item["status"] == Status.present}
    return bool(told) or bool(turn.answers.get("symptoms", {}).get("codes") or turn.answers.get("detail"))


def is_inquiry(turn: Turn) -> bool:
    """Whether the person only asks, with nothing wrong and nothing claimed."""
    if not turn.answers.get("inquiry") or _is_hurt(turn) or is_grave(turn):
        return False
    if any(answer != "no" for answer in turn.answers.get("safety", {}).values()):
        return False
    wants = {item["code"] for item in turn.findings if item["kind"] == "want" and item["status"] == Status.present}
    return _RIGHTS.isdisjoint(wants | set(turn.answers.get("wants", {}).get("codes", ())))


def asks_licence(turn: Turn) -> bool:
    """Whether the person only asks if a place or somebody is licensed."""
    return is_inquiry(turn) and turn.answers["inquiry"] == "licence"


def is_planned(turn: Turn) -> bool:
    """Whether nothing was done yet: there are no signs to ask for."""
    return bool(turn.answers.get("planned")) and "when" not in turn.answers and is_inquiry(turn)


def is_grave(turn: Turn) -> bool:
    """Whether somebody has been called for it: what is no help to them is not asked for."""
    case = turn.context.case
    urgent = case is not None and case.status != "closed" and Urgency(case.urgency).rank >= Urgency.urgent.rank
    return urgent or bool(turn.alarmed)


def is_of_mind(turn: Turn) -> bool:
    """Whether all alarms so far were about self-harm or harm to others."""
    flags = turn.protocol.red_flags
    return bool(turn.alarmed) and all(rule in flags and flags[rule].order == "mind" for rule in turn.alarmed)
