"""Stored cases come out the same again, and what would change under another protocol is named."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import typer

from bot.commands.replay import replay
from bot.commands.stats import stats_rules
from bot.messages import Inbound
from bot.service import Service
from flows.protocol import Urgency
from storage import cases, judgements, people
from storage.models import CASE, PATIENT

STORIES = (
    "打完玻尿酸左眼看不见了", "救命", "I can't breathe after lip filler", "抽脂后第二天胸口很痛喘不上气",
    "안녕하세요 필러 맞고 나서 얼굴이 아파요",
)  # fmt: skip
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def told(service: Service) -> list[str]:
    """Numbers of cases that were opened by whole turns."""
    service.database.migrate()
    numbers = []
    for place, text in enumerate(STORIES):
        inbound = Inbound(channel="web", address=f"p{place}", key="1", at=NOW, text=text)
        number = service.turns.take(inbound).case_number
        assert number
        numbers.append(number)
    return numbers


def change(service: Service, number: str, **parts: Any) -> None:
    """Change what is stored of a case, behind the program's back."""
    with service.database.begin() as c:
        row = c.execute(sa.select(CASE, PATIENT.c.key).join_from(CASE, PATIENT).where(CASE.c.number == number)).one()
        key = service.vault.open_key(row.key, row.patient_id)
        stored = {**key.open_json(row.assessment), **parts}
        c.execute(sa.update(CASE).where(CASE.c.id == row.id).values(assessment=key.seal_json(stored)))


def run(capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    if code:
        with pytest.raises(typer.Exit) as left:
            replay(as_json=True)
        assert left.value.exit_code == code
    else:
        replay(as_json=True)
    made: dict[str, Any] = json.loads(capsys.readouterr().out)
    return made


def test_the_same_evidence_under_the_same_protocol_gives_the_same_result(
    told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    made = run(capsys)
    assert (made["proved"], made["broken"], made["without_evidence"]) == (len(told), [], 0)


def test_a_case_that_comes_out_otherwise_is_named_and_the_command_fails(
    service: Service, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    change(service, told[0], urgency="soon")
    made = run(capsys, code=1)
    assert [case["number"] for case in made["broken"]] == [told[0]]
    assert made["broken"][0]["differences"] == [{"part": "urgency", "before": "soon", "now": "emergency"}]


def test_an_open_case_that_would_stand_otherwise_under_this_protocol_is_listed(
    service: Service, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    change(service, told[0], protocol="an earlier one", urgency="soon", fired=[])
    change(service, told[2], protocol="an earlier one")
    made = run(capsys)
    (case,) = made["would_change"]
    assert case["number"] == told[0]
    assert {one["part"]: one["before"] for one in case["differences"]} == {"urgency": "soon", "fired": []}
    assert made["unchanged_under_this_protocol"] == 1
    assert "看不见" not in json.dumps(made, ensure_ascii=False)


def test_a_case_without_evidence_is_counted_and_proves_nothing(
    service: Service, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    change(service, told[0], evidence=None)
    made = run(capsys)
    assert (made["proved"], made["without_evidence"]) == (len(told) - 1, 1)


def test_agreement_per_rule_counts_what_clinicians_let_stand(
    service: Service, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    minutes = {urgency: times.answer_minutes for urgency, times in service.protocol.response_times.items()}
    with service.database.begin() as c:
        doctor = people.add_staff(c, "Dr Li", "expert", now=NOW)
        for number, urgency in ((told[0], Urgency.emergency), (told[3], Urgency.soon)):
            handoff = next(h for h in cases.by_number(c, number).handoffs if h.track == "clinical").id
            cases.claim(c, handoff, doctor, NOW)
            judgements.judge(
                c, handoff, doctor, category="complication", urgency=urgency, grade="", reason="x", minutes=minutes,
                now=NOW,
            )  # fmt: skip
        fired = {
            number: {rule["id"] for rule in cases.by_number(c, number).assessment["fired"]}
            for number in (told[0], told[3])
        }
    capsys.readouterr()
    stats_rules(as_json=True)
    made = json.loads(capsys.readouterr().out)
    rules = {one["rule"]: one for one in made["rules"]}
    assert made["judged_cases"] == 2
    for rule in fired[told[0]] - fired[told[3]]:
        assert rules[rule]["urgency"]["stood"] == 1
        assert rules[rule]["urgency"]["interval"][0] == pytest.approx(0.2065, abs=1e-3)
    for rule in fired[told[3]] - fired[told[0]]:
        assert (rules[rule]["judged"], rules[rule]["urgency"]["stood"], rules[rule]["category"]["stood"]) == (1, 0, 1)
    stats_rules()
    assert "100% (21% - 100%) 1/1" in capsys.readouterr().out
