"""Questions that decide between two urgencies: further signs, circumstances, and thoughts of suicide when unclear.

Which signs are asked for comes from the rules that one more sign would fire, and from the "ask first" column of
clinical.md 1. "Not sure" counts as there (clinical.md 0, I3).
"""

from flows.answers import word_of
from flows.concern import is_grave, is_inquiry, is_of_mind
from flows.conversation import Choice, Lines, Msg, Term, Words
from flows.dossier import procedure_of
from flows.reading import Status
from flows.turn import Turn

SIGNS_AT_MOST = 6
WORSE = "worse"
# Of the circumstances of clinical.md 3.9 M1 those that people don't think of telling.
CONDITIONS = ("pregnant", "anticoagulant", "diabetes", "immunosuppressed", "minor")
# The four items of the ASQ and its fifth, in own words (clinical.md RF-48).
ASQ = ("wished_dead", "better_off", "thoughts", "tried")


def _told(turn: Turn) -> set[str]:
    told = {item["code"] for item in turn.findings if item["kind"] == "symptom" and item["status"] == Status.present}
    return told | set(turn.answers.get("symptoms", {}).get("codes", ())) | set(turn.answers.get("detail", ()))


def is_active(turn: Turn) -> bool:
    """Whether something is going on in the body, and not only a result that displeases."""
    symptoms = turn.protocol.symptoms
    return any(symptoms[code].active and symptoms[code].region != "mind" for code in _told(turn) if code in symptoms)


# -- further signs


def offered_signs(turn: Turn) -> tuple[str, ...]:
    """Signs that would make it more urgent and are neither told nor denied."""
    told = _told(turn)
    denied = {item["code"] for item in turn.findings if item["status"] == Status.denied}
    for question in turn.protocol.must_asks:
        if turn.answers.get("safety", {}).get(question.id) == "no":
            denied.update(question.symptoms)
    denied.update(turn.answers.get("symptoms", {}).get("offered", ()))
    procedure, family = procedure_of(turn.answers, turn.protocol)
    first = turn.protocol.procedures[procedure].ask_first if procedure else ()
    near: list[str] = []
    for rule in turn.assess().change:
        for clause in turn.protocol.red_flags[rule].when:
            named = {*clause.families, *clause.procedures}
            if not named or not named.isdisjoint({procedure, family}):
                near += (*clause.all, *clause.any, *clause.also_any)
    symptoms = turn.protocol.symptoms
    codes = [code for code in dict.fromkeys((*near, *first)) if code in symptoms and symptoms[code].region != "mind"]
    open_codes = [code for code in codes if code not in told and code not in denied and symptoms[code].active]
    return tuple(open_codes[:SIGNS_AT_MOST])


def lacks_follow_up(turn: Turn) -> bool:
    """Something is wrong and a further sign would make it more urgent; asked once."""
    if "follow_up" in turn.answers or is_grave(turn) or is_inquiry(turn) or not is_active(turn):
        return False
    return bool(offered_signs(turn))


def follow_up_choices(turn: Turn) -> tuple[Choice, ...]:
    """The signs, that it gets worse, none, and not sure."""
    ids = (*offered_signs(turn), WORSE, "none", "unsure")
    labels: dict[str, Words] = {
        WORSE: Msg("choice-follow-up-worse"),
        "none": Msg("choice-safety-none"),
        "unsure": Msg("choice-unsure"),
    }
    return tuple(Choice(id=i, label=labels.get(i) or Term("symptom", i), selected=i in turn.selected) for i in ids)


def take_follow_up(turn: Turn) -> bool:
    """What is ticked is there, what is not is denied; "not sure", also beside a tick, leaves the others possible."""
    word = word_of(turn.heard.text)
    picks = set(turn.picks) or {"no": {"none"}, "skip": {"unsure"}, "unsure": {"unsure"}}.get(word or "", set())
    if not picks:
        read = turn.reading.findings if turn.reading is not None else ()
        return any(finding.kind == "symptom" for finding in read) and _take_read(turn)
    offered = offered_signs(turn)
    codes = [code for code in offered if code in picks]
    turn.answers["follow_up"] = {"codes": codes, "offered": list(offered)}
    if "unsure" in picks:
        turn.answers["follow_up"]["left"] = "unsure"
    if WORSE in picks:
        turn.findings += (
            {"kind": "qualifier", "code": "worsening", "status": str(Status.present), "evidence": turn.heard.text},
        )
    return True


def _take_read(turn: Turn) -> bool:
    turn.answers["follow_up"] = {"codes": [], "offered": []}
    return True


# -- circumstances


def lacks_conditions(turn: Turn) -> bool:
    """Circumstances that make an open complaint more urgent; nobody is asked without one."""
    if "conditions" in turn.answers or is_grave(turn) or is_inquiry(turn) or turn.answers.get("minor"):
        return False
    told = any(item["kind"] == "modifier" and item["status"] == Status.present for item in turn.findings)
    return is_active(turn) and not told


def condition_choices(turn: Turn) -> tuple[Choice, ...]:
    """The circumstances by name, none, and not sure."""
    named = [code for code in CONDITIONS if code in turn.protocol.modifiers]
    return (
        *(Choice(id=code, label=Term("modifier", code), selected=code in turn.selected) for code in named),
        Choice(id="none", label=Msg("choice-safety-none"), selected="none" in turn.selected),
        Choice(id="unsure", label=Msg("choice-unsure"), selected="unsure" in turn.selected),
    )


def take_conditions(turn: Turn) -> bool:
    """Those that hold; read from own words as well."""
    word = word_of(turn.heard.text)
    read = turn.reading is not None and any(finding.kind == "modifier" for finding in turn.reading.findings)
    if not turn.picks and word not in ("no", "unsure", "skip") and not read:
        return False
    codes = [code for code in turn.picks if code in CONDITIONS]
    turn.answers["conditions"] = codes
    if "minor" in codes:
        turn.answers["minor"] = True
    ticked = tuple(
        {"kind": "modifier", "code": code, "status": str(Status.present), "evidence": turn.text(Term("modifier", code))}
        for code in codes
    )
    known = {item["code"] for item in turn.findings if item["kind"] == "modifier"}
    turn.findings += tuple(item for item in ticked if item["code"] not in known)
    return True


# -- thoughts of suicide


def is_unclear_of_mind(turn: Turn) -> bool:
    """Deep distress, or "not sure" whether one thought of it, and nothing plainer told."""
    told = _told(turn)
    if told & {"suicidal_ideation", "suicide_plan_attempt"}:
        return False
    unsure = turn.answers.get("safety", {}).get("Q7") == "unsure"
    return unsure or bool(told & {"distress_severe", "appearance_preoccupation"})


def lacks_asq(turn: Turn) -> bool:
    """The screen of clinical.md RF-48, asked once and gently."""
    return "asq" not in turn.answers and is_unclear_of_mind(turn) and not is_of_mind(turn)


def asq_choices(turn: Turn) -> tuple[Choice, ...]:
    """The four items, none of them, and not to say."""
    ids = (*ASQ, "none", "unsure")
    labels = {"none": Msg("choice-asq-none"), "unsure": Msg("choice-asq-unsure")}
    return tuple(
        Choice(id=i, label=labels.get(i) or Msg(f"choice-asq-{i.replace('_', '-')}"), selected=i in turn.selected)
        for i in ids
    )


def take_asq(turn: Turn) -> bool:
    """Any yes, and silence too, counts as thoughts of suicide; only a plain "none" does not."""
    word = word_of(turn.heard.text)
    picks = set(turn.picks) or {"no": {"none"}, "skip": {"unsure"}, "unsure": {"unsure"}, "yes": {"unsure"}}.get(
        word or "", set()
    )
    if not picks:
        return False
    codes = [code for code in ASQ if code in picks]
    turn.answers["asq"] = {"codes": codes}
    if codes or "unsure" in picks:
        said = "; ".join(turn.text(Msg(f"choice-asq-{code.replace('_', '-')}")) for code in codes)
        _hold(turn, "suicidal_ideation", said or turn.text(Msg("choice-asq-unsure")))
    elif turn.answers.get("safety", {}).get("Q7") == "unsure":
        turn.answers["safety"] = turn.answers["safety"] | {"Q7": "no"}
    return True


def lacks_asq_now(turn: Turn) -> bool:
    """Whoever said yes is asked the fifth item: right now?"""
    return bool(turn.answers.get("asq", {}).get("codes")) and "asq_now" not in turn.answers


def take_asq_now(turn: Turn) -> bool:
    """Yes and not sure call for somebody to stay on the line."""
    answer = turn.pick or word_of(turn.heard.text) or ""
    if answer not in ("yes", "no", "unsure"):
        return False
    turn.answers["asq_now"] = answer
    if answer != "no":
        _hold(turn, "suicide_plan_attempt", turn.text(Msg("asq-now-yes")))
    return True


def _hold(turn: Turn, code: str, words: str) -> None:
    others = tuple(item for item in turn.findings if (item["kind"], item["code"]) != ("symptom", code))
    turn.findings = (
        *others, {"kind": "symptom", "code": code, "status": str(Status.present), "evidence": words},
    )  # fmt: skip


def asq_words(_turn: Turn) -> Words:
    """Why it is asked, and the question."""
    return Lines((Msg("why-mind"), Msg("ask-asq")))
