"""What is still missing, as claims about a turn, in the order in which it is asked for."""

from collections.abc import Callable

from flows.concern import asks_licence, is_grave, is_inquiry, is_of_mind, is_planned
from flows.follow_up import is_active, lacks_asq, lacks_asq_now, lacks_conditions, lacks_follow_up
from flows.retelling import lacks_clash, lacks_story
from flows.turn import Turn

WITH_CENTRE = "with_centre"  # everything is sent; people answer now
TRAIL = 20  # questions one can go back by
ALARM_QUESTIONS = ("alarm_where", "alarm_phone", "alarm_company")


def lacks_alarm_answer(key: str) -> Callable[[Turn], bool]:
    def lacks(turn: Turn) -> bool:
        return turn.interrupted is not None and key not in turn.answers.get("alarm", {})

    lacks.__name__ = f"lacks_{key}"
    return lacks


def refused(turn: Turn) -> bool:
    return turn.answers.get("consent") is False


def lacks_consent(turn: Turn) -> bool:
    return "consent" not in turn.answers


def lacks_safety(turn: Turn) -> bool:
    return "safety" not in turn.answers and not is_planned(turn)


def lacks_one_safety_answer(turn: Turn) -> bool:
    return len(turn.answers.get("safety", {})) < len(turn.protocol.must_asks) and not is_planned(turn)


def lacks_detail(turn: Turn) -> bool:
    """A ticked safety question is told apart, unless what was told for it has raised an alarm already."""
    if "detail" in turn.answers:
        return False
    alarming = {
        code
        for rule in turn.alarmed
        if rule in turn.protocol.red_flags
        for clause in turn.protocol.red_flags[rule].when
        for code in (*clause.any, *clause.all)
    }
    told = {item["code"] for item in turn.findings if item["status"] == "present"} & alarming
    safety = turn.answers.get("safety", {})
    apart = turn.answers.get("told_apart", ())  # told in own words, as what it is
    ticked = [q for q in turn.protocol.must_asks if safety.get(q.id) == "yes" and q.id not in apart]
    return any(told.isdisjoint(question.symptoms) for question in ticked)


def lacks_procedure(turn: Turn) -> bool:
    known = turn.answers.get("procedure") or turn.answers.get("family")
    return not known and not asks_licence(turn) and not is_of_mind(turn)


def lacks_procedure_in_region(turn: Turn) -> bool:
    """Which one exactly matters to whoever treats, not to someone who asks or wants their money back."""
    return not turn.answers.get("procedure") and not is_inquiry(turn) and not is_of_mind(turn)


def lacks_when(turn: Turn) -> bool:
    return "when" not in turn.answers and not asks_licence(turn) and not is_planned(turn) and not is_of_mind(turn)


def lacks_place(turn: Turn) -> bool:
    asked_for = not is_inquiry(turn) or asks_licence(turn)
    return "place" not in turn.answers and asked_for and not is_of_mind(turn)


def lacks_symptoms(turn: Turn) -> bool:
    """What the mind suffers does not tell how the body is."""
    told = [item["code"] for item in turn.findings if item["kind"] == "symptom" and item["status"] == "present"]
    bodily = any(code in turn.protocol.symptoms and turn.protocol.symptoms[code].region != "mind" for code in told)
    if turn.answers.get("well") or is_inquiry(turn) or is_of_mind(turn):
        return False
    return "symptoms" not in turn.answers and not bodily and not turn.answers.get("detail")


def lacks_photos(turn: Turn) -> bool:
    if is_inquiry(turn) or is_of_mind(turn):
        return False
    return not turn.answers.get("photos", {}).get("done")


def _told(turn: Turn, kind: str) -> bool:
    return any(item["kind"] == kind and item["status"] == "present" for item in turn.findings)


def lacks_wrong(turn: Turn) -> bool:
    """Who is hurt is not kept with questions about the clinic; whoever treats asks them later."""
    return "wrong" not in turn.answers and not _told(turn, "issue") and not is_grave(turn) and not is_inquiry(turn)


def lacks_wants(turn: Turn) -> bool:
    """A call for help alone does not say what is wished for; for who is unwell it does."""
    if is_grave(turn) or is_inquiry(turn) or is_active(turn):
        return False
    told = {item["code"] for item in turn.findings if item["kind"] == "want" and item["status"] == "present"}
    return "wants" not in turn.answers and not told - {"treatment", "reassurance", "second_opinion"}


def lacks_first_wish(turn: Turn) -> bool:
    """Both repair and accountability are asked for: one of them comes first (clinical.md 4.1 step 6)."""
    wants = {item["code"] for item in turn.findings if item["kind"] == "want" and item["status"] == "present"}
    wants |= set(turn.answers.get("wants", {}).get("codes", ()))
    both = "revision" in wants and wants & {"refund", "compensation", "accountability", "punishment"}
    return bool(both) and "first_wish" not in turn.answers


def lacks_contact(turn: Turn) -> bool:
    return "contact" not in turn.answers


def is_sent(turn: Turn) -> bool:
    return turn.answers.get("submitted") is True


ORDER: tuple[tuple[str, Callable[[Turn], bool]], ...] = (
    ("alarm_where", lacks_alarm_answer("where")),
    ("alarm_phone", lacks_alarm_answer("phone")),
    ("alarm_company", lacks_alarm_answer("company")),
    ("refused", refused),
    ("consent", lacks_consent),
    (WITH_CENTRE, is_sent),
    ("safety", lacks_safety),
    ("safety_one", lacks_one_safety_answer),
    ("clash", lacks_clash),
    ("asq", lacks_asq),
    ("asq_now", lacks_asq_now),
    ("detail", lacks_detail),
    ("story", lacks_story),
    ("procedure", lacks_procedure),
    ("procedure_in_region", lacks_procedure_in_region),
    ("when", lacks_when),
    ("place", lacks_place),
    ("symptoms", lacks_symptoms),
    ("follow_up", lacks_follow_up),
    ("conditions", lacks_conditions),
    ("photos", lacks_photos),
    ("wrong", lacks_wrong),
    ("wants", lacks_wants),
    ("first_wish", lacks_first_wish),
    ("contact", lacks_contact),
    ("review", lambda _turn: True),
)
BACKABLE = [name for name, _ in ORDER if name not in (*ALARM_QUESTIONS, "refused", "consent", WITH_CENTRE, "review")]
STATES = [name for name, _ in ORDER] + ["confirm_restart", "closed"]


def first_missing(turn: Turn) -> str:
    """The state in which the first thing still missing is asked for."""
    return next(name for name, lacks in ORDER if lacks(turn))
