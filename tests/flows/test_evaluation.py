"""The figures by which reading is judged, and the command that prints them."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from flows.evaluation import Share, confusion, figures, judge, labelled
from flows.protocol import Protocol
from flows.reading import Reader

TODAY = date(2026, 11, 21)


def line(message: str, urgency: str, category: str = "complication", family: str = "filler") -> dict[str, object]:
    gold = {"category": category, "also": [], "urgency": urgency, "procedure_family": family}
    return {"id": message[:6], "lang": "zh-CN", "message": message, "gold": gold}


#: The third is labelled wrongly on purpose: a miss, and the fourth: a false alarm.
LINES = [
    line("打完玻尿酸眼睛看不见了", "emergency"),
    line("玻尿酸打了一年，有点不对称，想修", "routine", "repair"),
    line("玻尿酸打了一年，有点不对称，想修复一下", "emergency", "repair"),
    line("昨天打完玻尿酸右眼看不见了", "soon"),
]


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [(Share(99, 100), 0.9455, 0.9982), (Share(0, 46), 0, 0.0771), (Share(15, 15), 0.7961, 1), (Share(0, 0), 0, 1)],
)
def test_the_interval_is_wilsons(share: Share, low: float, high: float) -> None:
    assert share.interval() == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_figures_count_misses_and_false_alarms(reader: Reader, protocol: Protocol) -> None:
    results = [judge(labelled(one), reader, protocol, today=TODAY) for one in LINES]
    made = figures(results)
    assert made["emergency sensitivity"] == Share(1, 2)
    assert made["false alarms"] == Share(1, 2)
    assert made["category"] == Share(4, 4)
    assert made["urgency"] == Share(2, 4)
    assert made["urgency within one step"] == Share(2, 4)
    assert made["urgency too low"] == Share(1, 4)
    assert confusion(results, "urgency")["emergency", "routine"] == 1


def test_the_command_prints_figures_tables_and_every_miss(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in LINES), "utf-8")
    shown = CliRunner().invoke(app, ["evaluate", str(file)])
    assert shown.exit_code == 0
    assert "emergency sensitivity     50.0%" in shown.stdout
    assert "想修复一下\n  urgency: emergency taken for routine" in shown.stdout
    assert "symptom vision_loss present “" in shown.stdout
    found = json.loads(CliRunner().invoke(app, ["evaluate", str(file), "--json"]).stdout)
    assert found["figures"]["false alarms"]["hits"] == 1
    assert len(found["misses"]) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "line 1: 'gold' is missing"),
        ("not json", "line 1: "),
        ("[]", "line 1: not an object"),
        (json.dumps(line("疼", "grave")), "line 1: 'grave' is not a valid Urgency"),
        ("\n\n", "no labelled message in it"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text(content, "utf-8")
    shown = CliRunner().invoke(app, ["evaluate", str(file)])
    assert shown.exit_code == 1
    assert said in shown.stderr
