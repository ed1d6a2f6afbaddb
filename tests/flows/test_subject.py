"""Which family a text is about: brands, slang, foreign words, parts of the body, several procedures."""

from dataclasses import replace
from datetime import date

import pytest

from flows.protocol import Protocol
from flows.reading import Reader
from flows.triage import assess, evidence_from

TODAY = date(2026, 11, 21)


def family(reader: Reader, text: str) -> str:
    evidence = evidence_from([reader.read(text, today=TODAY)])
    return evidence.family if evidence.family != "unknown" else evidence.family_guess


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("濡白天使打了两支，面中有疙瘩", "filler"),
        ("保妥适100单位打的额头和眉间", "botulinum"),
        ("做了热玛吉，脸上一格一格的", "skin_energy"),
        ("傲诺拉255的，左边比右边低", "breast"),
        ("耳软骨垫的精灵耳红了", "face_lift"),
        ("抽fat抽的大腿坑坑洼洼", "body_contour"),
        ("Sculptra in my cheeks, now nodules", "filler"),
        ("Dysport last week and one brow is up", "botulinum"),
        ("Morpheus8 left square marks", "skin_energy"),
        ("nose filler two days ago", "filler"),
        ("自体脂肪丰胸后有硬块", "breast"),
        ("lipofilling to my breasts, one lump", "breast"),
        ("鼻子打的玻尿酸鼓了个包", "filler"),
        ("截骨鼻两个月了还有点歪", "nose"),
        ("后脑勺垫的假体有点松", "hair"),
        ("正颌之后牙对不上", "facial_contour"),
        ("种植体那颗牙一咬就疼", "oral"),
        ("包皮环切后有点渗血", "intimate"),
        ("刀口是放假体的，乳房下面那条", "breast"),
        ("毛囊没活几根，头皮还秃着", "hair"),
    ],
)
def test_a_brand_a_part_or_slang_tells_the_family(reader: Reader, text: str, expected: str) -> None:
    assert family(reader, text) == expected


def test_a_guess_never_makes_a_case_less_grave(reader: Reader, protocol: Protocol) -> None:
    # Ten days after surgery of the lids blurred sight is no alarm; nobody said that it was surgery of the lids.
    evidence = evidence_from([reader.read("第十天，右眼看东西模糊，眼皮也肿", today=TODAY)])
    assert evidence.family == "unknown"
    assert assess(replace(evidence, likeness={}), protocol).urgency == "emergency"
    assert assess(replace(evidence, family="eyelid", likeness={}), protocol).urgency == "urgent"


def test_a_guess_is_no_finding(reader: Reader) -> None:
    reading = reader.read("眼睛又看得见了", today=TODAY)
    assert reading.family_hint == "eyelid"
    assert not any(finding.kind == "family" for finding in reading.findings)


def test_with_two_procedures_and_nothing_to_tell_them_apart_it_is_other(reader: Reader, protocol: Protocol) -> None:
    assert family(reader, "做了植发和隆胸") == "other"
