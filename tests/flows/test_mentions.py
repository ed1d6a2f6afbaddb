"""What was mentioned in passing is shown as it was said, and nothing is read into it."""

import pytest

from flows.mentions import AT_MOST, mentioned

STORY = "上周花了2万8千在上海华美医疗美容医院做的，昨晚10点开始疼，医生说是正常反应。我对青霉素过敏，没签协议。"
TALE = (
    "Paid $5,000 at Bella Vita Aesthetics Clinic, started about 3 pm, 2 hours after 2ml. I am allergic to penicillin."
)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (STORY, "money", ("2万8千",)),
        (STORY, "clinic", ("上海华美医疗美容医院",)),
        (STORY, "onset", ("昨晚10点",)),
        (STORY, "diagnosis", ("医生说是正常反应",)),
        (STORY, "allergies", ("我对青霉素过敏",)),
        (TALE, "money", ("$5,000",)),
        (TALE, "clinic", ("Bella Vita Aesthetics Clinic",)),
        (TALE, "onset", ("3 pm", "2 hours after")),
        (TALE, "amount", ("2ml",)),
        ("花了十几万，后来又给了三千块", "money", ("十几万", "三千块")),
        ("两小时前打的，9:30开始发白", "onset", ("9:30", "两小时前")),
        ("体温38.5度，抽烟", "vitals", ("体温38.5度",)),
    ],
)
def test_words_that_tell_of_it_are_found(text: str, key: str, words: tuple[str, ...]) -> None:
    assert sorted(mentioned([text])[key]) == sorted(words)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("在一家美容院打的", "clinic"),
        ("打了100单位，有一点肿", "money"),
        ("有一点疼，三点水", "onset"),
        ("at a clinic near me", "clinic"),
        ("脸有点过敏", "allergies"),
        ("", "money"),
    ],
)
def test_what_only_looks_like_it_is_not_shown(text: str, key: str) -> None:
    assert key not in mentioned([text])


def test_the_same_words_stand_there_once_and_a_talkative_person_fills_no_card() -> None:
    assert mentioned(["花了8000元", "一共8000元"])["money"] == ("8000元",)
    assert len(mentioned([" ".join(f"{n}000元" for n in range(1, 30))])["money"]) == AT_MOST
