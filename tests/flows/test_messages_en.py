"""English messages as patients type them, read by the whole engine: reading, rules, category."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows import protocol as catalogue
from flows.reading import Reader
from flows.triage import classify

TODAY = date(2026, 11, 21)
MESSAGES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("messages_en.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def results() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    protocol = catalogue.load()
    reader = Reader(protocol)
    return [(told, classify(told["text"], reader, protocol, today=TODAY)) for told in MESSAGES]


@pytest.fixture(scope="module")
def urgency_of() -> Any:
    protocol = catalogue.load()
    reader = Reader(protocol)
    return lambda text: classify(text, reader, protocol, today=TODAY)["urgency"]


def _missed(results: list[tuple[dict[str, Any], dict[str, Any]]], key: str, found: str) -> list[str]:
    return [told["text"] for told, got in results if told[key] != got[found]]


def test_every_labelled_emergency_is_one(results):
    missed = [told["text"] for told, got in results if told["urgency"] == "emergency" != got["urgency"]]
    assert missed == []


def test_at_most_a_tenth_of_the_others_raise_the_alarm(results):
    calm = [(told, got) for told, got in results if told["urgency"] != "emergency"]
    raised = [told["text"] for told, got in calm if got["urgency"] == "emergency"]
    assert len(raised) <= len(calm) / 10, raised


@pytest.mark.parametrize(("key", "found"), [("category", "category"), ("family", "procedure_family")])
def test_category_and_family_are_right_nearly_always(results, key, found):
    missed = _missed(results, key, found)
    assert len(missed) <= len(results) * 0.06, missed


@pytest.mark.parametrize(
    "text",
    [
        "nose filler yesterday. No vision change, no white skin, no severe pain, just a bruise",
        "cheek filler 3 days ago: skin isn't white, not mottled and vision is fine",
        "lip filler last week, the bill is killing me, can i get a refund",
        "I read on reddit that a girl went blind after filler. I'm booked for mine in May",
        "will i go blind from tear trough filler? had it 5 days ago, see fine",
        "five years ago i fainted after lipo, all healed, now i want my dents smoothed",
        "I'd die of embarrassment if anyone saw my veneers, want them redone",
        "my surgeon blackmailed me and i couldn't see a doctor for weeks, breast implants look fine",
        "not suicidal, just angry about my nose job, want my money back",
        "facelift 3 months ago, no trouble breathing, no fever, scar is ugly",
    ],
)
def test_denied_feared_told_of_others_past_or_idiom_is_no_emergency(urgency_of, text):
    assert urgency_of(text) != "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "No fever but I can't breathe properly since the lipo yesterday",
        "clinic says it's normal but the skin by my nose filler has gone white and its agony",
        "filler today, at first i could see fine, now my right eye is blurry",
        "asking for my mum, she had botox last week and chokes on water",
        "I don't want to scare anyone but I've saved up the pills. botched nose",
        "lipo 2 days ago, i though it was just anxiety but my chest feels crushed",
    ],
)
def test_an_emergency_said_among_denials_reassurance_or_for_others_is_one(urgency_of, text):
    assert urgency_of(text) == "emergency"
