"""One message to codes: the contract, the lawyers' sentences, and how well the labelled messages are read."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.protocol import Category, Protocol, Urgency
from flows.reading import Reader
from flows.triage import classify

TODAY = date(2026, 11, 21)
MESSAGES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("messages.yaml").read_text("utf-8"))
SEEN = [told for told in MESSAGES if not told.get("held")]
HELD = [told for told in MESSAGES if told.get("held")]
KEYS = {"category", "also", "urgency", "procedure_family", "red_flags", "rules", "protocol"}


def results(messages: list[dict[str, Any]], reader: Reader, protocol: Protocol) -> list[tuple[Any, Any]]:
    return [(told, classify(told["text"], reader, protocol, today=TODAY)) for told in messages]


def share(pairs: list[tuple[Any, Any]], told: str, got: str) -> float:
    return sum(label[told] == found[got] for label, found in pairs) / len(pairs)


@pytest.mark.parametrize("messages", [SEEN, HELD], ids=["seen", "held"])
def test_no_emergency_is_missed_and_few_are_invented(
    messages: list[dict[str, Any]], reader: Reader, protocol: Protocol
) -> None:
    pairs = results(messages, reader, protocol)
    missed = [t["text"] for t, got in pairs if t["urgency"] == "emergency" != got["urgency"]]
    assert missed == []
    calm = [got["urgency"] for t, got in pairs if t["urgency"] != "emergency"]
    assert calm.count("emergency") <= 0.1 * len(calm)


@pytest.mark.parametrize("messages", [SEEN, HELD], ids=["seen", "held"])
def test_category_family_and_urgency_are_read_well(
    messages: list[dict[str, Any]], reader: Reader, protocol: Protocol
) -> None:
    pairs = results(messages, reader, protocol)
    assert share(pairs, "category", "category") >= 0.92
    assert share(pairs, "family", "procedure_family") >= 0.92
    assert share(pairs, "urgency", "urgency") >= 0.85


@pytest.mark.parametrize(
    ("text", "category", "urgency"),
    [
        ("打了玻尿酸眼睛看不清,我要告他们", "complication", "emergency"),
        ("美容院打的肉毒没中文标,现在吞咽有点费劲", "complication", "emergency"),
        ("去年做的双眼皮疤很明显,想找人修", "repair", "routine"),
        ("去年做的双眼皮疤很明显,想让他们退钱", "dispute", "routine"),
        ("躺手术台上让我加两万,已经做完没不舒服", "dispute", "routine"),
        ("我16岁,现在鼻子流脓", "complication", "urgent"),
        ("他们不让我走,要我签字", "dispute", "emergency"),
        ("卡里还剩两万,店关了", "dispute", "routine"),
        ("我不想活了,脸毁了他们还不赔", "dispute", "emergency"),
        ("在抖音看到我没打码的手术视频", "dispute", "routine"),
        ("韩国做的轮廓,嘴麻两年了要赔偿", "dispute", "routine"),
    ],
)
def test_reads_the_lawyers_sentences(text: str, category: str, urgency: str, reader: Reader, protocol: Protocol) -> None:
    """legal.md 4.3; legal clocks stand in the rules and not in the urgency (taxonomy.md)."""
    found = classify(text, reader, protocol, today=TODAY)
    assert (found["category"], found["urgency"]) == (category, urgency)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_message_gives_all_keys_and_known_codes(reader: Reader, protocol: Protocol, text: str) -> None:
    found = classify(text, reader, protocol, today=TODAY)
    assert set(found) == KEYS
    Category(found["category"])
    Urgency(found["urgency"])
    assert found["procedure_family"] in protocol.families
    assert set(found["red_flags"]) == {rule["id"] for rule in found["rules"]} <= set(protocol.red_flags)
    assert all(rule["evidence"] for rule in found["rules"])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([told["text"] for told in MESSAGES]), st.sampled_from(["突然看不见了", "喘不上气", "不想活了"]))
def test_adding_an_emergency_in_words_never_lowers_the_urgency(
    reader: Reader, protocol: Protocol, text: str, more: str
) -> None:
    found = classify(f"{text}。我现在{more}。", reader, protocol, today=TODAY)
    assert Urgency(found["urgency"]).rank >= Urgency.urgent.rank
