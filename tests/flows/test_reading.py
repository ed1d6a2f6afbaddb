"""What the reader makes of free text: status, time, heat, age, whose body, and that it never fails."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.protocol import Protocol
from flows.reading import Reader, Reading
from flows.status import Status

TODAY = date(2026, 11, 21)


def read(reader: Reader, text: str) -> Reading:
    return reader.read(text, today=TODAY)


def statuses(reader: Reader, text: str, code: str) -> set[str]:
    return {finding.status.value for finding in read(reader, text).findings if finding.code == code}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("打完玻尿酸左眼突然看不见了", "vision_loss"),
        ("打完肉毒看啥都是两个", "double_vision"),
        ("鼻翼那块煞白煞白的", "skin_blanching"),
        ("今天右眼皮突然掉下来", "ptosis_one_side"),
        ("真的想鼠了", "suicidal_ideation"),
        ("过了今晚就不用再照镜子了", "suicidal_ideation"),
        ("鼻头摸着冰凉，颜色发灰", "skin_dusky_purple"),
        ("刀口边上黑了一条", "skin_black"),
        ("疼得我直掉泪", "pain_severe"),
        ("伤口张开了一个口子", "wound_open"),
        ("往外挤黄脓", "pus_discharge"),
        ("喝粥呛了好几回", "swallow_difficulty"),
        ("脖子撑不住脑袋", "neck_weakness"),
        ("左手举不起来", "limb_weakness_one_side"),
        ("活着跟死了没两样", "suicidal_ideation"),
        ("昨天晚上我把遗书都写好了", "suicide_plan_attempt"),
        ("我买好汽油了", "harm_others"),
        ("隻眼好痛，睇嘢蒙晒", "eye_pain"),
        ("傷口裂開了", "wound_open"),
        ("眼晴看不清東西了", "vision_blur"),
        ("唞唔到氣", "breathing_difficulty"),
        ("两边不对称，一边高一边低", "asymmetry_general"),
        ("大腿坑坑洼洼的", "skin_dent"),
    ],
)
def test_reads_a_symptom_that_is_there(reader: Reader, text: str, code: str) -> None:
    assert Status.present.value in statuses(reader, text, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("看东西不重影", "double_vision"),
        ("没有发烧，也没有流脓", "pus_discharge"),
        ("不红不肿也不疼", "pain_general"),
        ("吞咽正常，呼吸正常", "swallow_difficulty"),
        ("吞咽正常，呼吸正常", "breathing_difficulty"),
        ("看东西清清楚楚", "vision_blur"),
        ("颜色没发白", "skin_blanching"),
        ("没有呼吸困难、没有胸痛", "chest_pain"),
        ("没有发热、寒战或流脓", "pus_discharge"),
        ("我没想过自杀", "suicidal_ideation"),
        ("no fever, redness or pus", "pus_discharge"),
        ("冇發燒", "fever_low"),
    ],
)
def test_reads_a_denial_as_denied(reader: Reader, text: str, code: str) -> None:
    assert Status.present.value not in statuses(reader, text, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("大不了同归于尽", "harm_others"),
        ("不知道为什么突然看不见了", "vision_loss"),
        ("疼得不得了，一直不停地流血", "bleeding_heavy"),
        ("医生说没事，可是鼻尖发黑了", "skin_black"),
        ("没消肿，反而越来越肿", "swelling_rapid"),
        ("诊所说没有发炎，但是伤口流脓", "pus_discharge"),
    ],
)
def test_a_word_of_negation_nearby_denies_nothing(reader: Reader, text: str, code: str) -> None:
    assert Status.present.value in statuses(reader, text, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("打玻尿酸会不会失明啊", "vision_loss"),
        ("我怕会呼吸困难", "breathing_difficulty"),
        ("万一皮肤坏死怎么办", "skin_black"),
        ("会不会抽搐", "seizure"),
        ("新闻里有人打玻尿酸眼睛瞎了", "vision_loss"),
        ("网上说打肉毒会喘不上气", "breathing_difficulty"),
        ("could i go blind from filler", "vision_loss"),
        ("当初真是瞎了眼信了他们", "vision_loss"),
        ("气死我了，肺都气炸了", "breathing_difficulty"),
        ("这钱我咽不下去这口气", "swallow_difficulty"),
        ("拿到账单我差点晕过去", "syncope_collapse"),
        ("房贷压力大得喘不过气", "breathing_difficulty"),
        ("看不清合同条款", "vision_blur"),
        ("做了超声刀", "harm_others"),
        ("手术计划手臂吸脂", "suicidal_ideation"),
        ("去年术后发过烧，早就好了", "fever_low"),
        ("半年前伤口流脓，后来好了", "pus_discharge"),
    ],
)
def test_what_is_asked_feared_heard_meant_or_over_is_not_there(reader: Reader, text: str, code: str) -> None:
    assert Status.present.value not in statuses(reader, text, code)


@pytest.mark.parametrize(
    "text", ["我老婆昨天隆胸，现在喘不上气", "我朋友打完玻尿酸看不见了", "my wife can't breathe after lipo"]
)
def test_a_friend_who_is_hurt_is_present_but_somebody_else(reader: Reader, text: str) -> None:
    reading = read(reader, text)
    assert reading.subject == "other"
    assert any(finding.kind == "symptom" and finding.status is Status.present for finding in reading.findings)


def test_who_merely_tells_of_oneself_is_self(reader: Reader) -> None:
    assert read(reader, "我昨天打的玻尿酸").subject == "self"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("昨天打的玻尿酸", 1),
        ("打了瘦脸针第六天", 6),
        ("三个月前割的双眼皮", 90),
        ("隆胸两年，现在变硬", 730),
        ("磨骨四个月 下嘴唇还是麻", 120),
        ("去年做的吸脂", 365),
        ("三天前", 3),
        ("两周了", 14),
        ("filler 5 days ago", 5),
    ],
)
def test_reads_how_long_ago_the_procedure_was(reader: Reader, text: str, days: float) -> None:
    assert read(reader, text).days == pytest.approx(days, abs=0.6)


@pytest.mark.parametrize(
    "text",
    [
        "昨天开始喝水呛",
        "这两天左眼一直疼",
        "疼了三天了",
        "手术做了三个小时",
        "每个月还款两千",
        "她说这周末去找他们",
        "swallowing and breathing",
    ],
)
def test_the_time_of_a_symptom_is_not_the_time_of_the_procedure(reader: Reader, text: str) -> None:
    assert read(reader, text).days is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("体温38度2", "fever_low"),
        ("烧到39度4", "fever_high"),
        ("量了37度9", "fever_low"),
        ("temp is 39.6", "fever_high"),
        ("fever of 103f", "fever_high"),
    ],
)
def test_a_temperature_is_a_fever(reader: Reader, text: str, code: str) -> None:
    assert statuses(reader, text, code) == {"present"}


@pytest.mark.parametrize("text", ["体温36度5", "体温正常", "我38岁做的鼻子", "花了38万"])
def test_a_normal_temperature_or_another_number_is_no_fever(reader: Reader, text: str) -> None:
    assert "present" not in statuses(reader, text, "fever_low") | statuses(reader, text, "fever_high")


@pytest.mark.parametrize(
    ("text", "age"), [("我16岁", 16), ("女儿才17", 17), ("i'm 19", 19), ("29岁拿存款去磨骨", 29), ("做了16次", None)]
)
def test_reads_an_age(reader: Reader, text: str, age: int | None) -> None:
    assert read(reader, text).age == age


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("垫的下巴太长", "facial_contour"),
        ("打的法令文", "filler"),
        ("琴日打完瘦面針", "botulinum"),
        ("兩隻眼睛不對稱，割雙 眼皮三年了", "eyelid"),
        ("鼻子毁成这样", "nose"),
        ("脂肪填充额头", "body_contour"),
        ("超声刀做完第二天", "skin_energy"),
        ("种的眉毛", "hair"),
        ("会阴修补术后", "intimate"),
        ("同一天做了隆胸、吸脂和双眼皮", "other"),
        ("你好", None),
    ],
)
def test_reads_which_family_of_procedure(reader: Reader, text: str, family: str | None) -> None:
    found = [f.code for f in read(reader, text).findings if f.kind == "family" and f.status is Status.present]
    assert found == ([family] if family else [])


def test_a_gap_does_not_reach_over_another_body_part(reader: Reader) -> None:
    assert "present" not in statuses(reader, "眼睛没事鼻头疼", "eye_pain")


def test_evidence_is_the_persons_own_words(reader: Reader) -> None:
    reading = read(reader, "打完玻尿酸，隻眼 睇唔見嘢！！")
    assert any(f.code == "vision_loss" and f.evidence in "隻眼 睇唔見嘢！！" for f in reading.findings)


@pytest.mark.parametrize(
    ("text", "first"),
    [("想修复，他们还欠我退款，我就要退钱", "accountability"), ("要赔偿也行，但我只想修好", "revision")],
)
def test_of_two_wishes_the_stressed_or_last_one_comes_first(reader: Reader, text: str, first: str) -> None:
    assert [f.code for f in read(reader, text).findings if f.kind == "first_wish"] == [first]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read(reader: Reader, text: str) -> None:
    reading = read(reader, text)
    words = [piece for finding in reading.findings for piece in finding.evidence.split("; ") if piece]
    assert all(piece in text for piece in words if ";" not in text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from("我没不有疼肿血眼睛鼻子打的做了3天前年度,。 ?\n\0\u200b😭abc't"), max_size=120))
def test_any_mix_of_telling_signs_can_be_read(reader: Reader, signs: list[str]) -> None:
    assert read(reader, "".join(signs)).text == "".join(signs)


def test_a_very_long_text_is_read_within_a_second_of_work(reader: Reader) -> None:
    text = ("昨天打的玻尿酸，左眼看不见了，没有发烧，鼻子疼得受不了，三个月前做的双眼皮。" * 600)[:20_000]
    start = time.process_time()
    read(reader, text)
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    "piece", ["鼻", "眼睛看不见", "没", "第二天", "no pain ", "lip filler,", "3", "。", "a", "玻尿酸三天前"]
)
def test_the_same_word_over_and_over_is_read_in_time(reader: Reader, piece: str) -> None:
    start = time.process_time()
    read(reader, (piece * 20_000)[:20_000])
    assert time.process_time() - start < 10.0  # minutes, when it grows with the square


def test_two_readers_of_one_protocol_read_alike(reader: Reader, protocol: Protocol) -> None:
    text = "打完肉毒五天，眼皮耷拉，吞咽正常"
    assert read(Reader(protocol), text) == read(reader, text)


@pytest.mark.parametrize(
    ("text", "days"),
    [("术后第二十六天还肿", 26), ("做双眼皮第十二天", 12), ("隆鼻第三十天", 30), ("做鼻子第一二天", 1)],
)
def test_days_are_counted_in_chinese_numbers_too(reader: Reader, text: str, days: float) -> None:
    assert read(reader, text).days == days


@settings(max_examples=200, deadline=None)
@given(st.text("第一二三四五六七八九十百零半0123456789.天日周个月年术后前 day week", max_size=14))
def test_any_count_of_days_can_be_read(reader: Reader, told: str) -> None:
    assert read(reader, f"做双眼皮{told}有点肿").text
