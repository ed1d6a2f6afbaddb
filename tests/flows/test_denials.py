"""What takes a sign back: praise for a row of functions, stories, jokes, the long past; and what does not."""

from datetime import date

import pytest

from flows.reading import Reader

TODAY = date(2026, 11, 21)


def present(reader: Reader, text: str) -> set[str]:
    return {finding.code for finding in reader.read(text, today=TODAY).findings if finding.status.value == "present"}


def denied(reader: Reader, text: str) -> set[str]:
    return {finding.code for finding in reader.read(text, today=TODAY).findings if finding.status.value == "denied"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("打完瘦脸第三天，呼吸、说话和吞咽都正常", "swallow_difficulty"),
        ("吃喝拉撒睡都行，说话也没问题", "speech_slurred"),
        ("喘气吃饭全OK", "breathing_difficulty"),
        ("眼睛也好，看东西清楚", "vision_blur"),
        ("breathing and swallowing are both fine", "swallow_difficulty"),
        ("eyes, speech and strength all normal", "vision_loss"),
        ("my voice is totally okay", "speech_slurred"),
        ("脖子没事", "neck_site"),
    ],
)
def test_a_row_told_to_be_all_right_denies_each_of_its_members(reader: Reader, text: str, code: str) -> None:
    assert code in denied(reader, text)
    assert code not in present(reader, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("呼吸好困难", "breathing_difficulty"),
        ("眼睛好疼", "eye_pain"),
        ("呼吸困难没事吗", "breathing_difficulty"),
        ("之前说话正常，现在说话含糊不清", "speech_slurred"),
        ("my breathing was fine, now I can't breathe", "breathing_difficulty"),
        ("右眼正常，左眼突然看不见了", "vision_loss"),
        ("说真的不是开玩笑，我要杀了他", "harm_others"),
        ("以前想死，现在又想死了", "suicidal_ideation"),
        ("开玩笑的？我不想活了", "suicidal_ideation"),
        ("听说打完会肿，可我打完看不见了", "vision_loss"),
        ("皮肤没有发热但是发紫了", "skin_dusky_purple"),
    ],
)
def test_praise_and_stories_take_back_nothing_else(reader: Reader, text: str, code: str) -> None:
    assert code in present(reader, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("皮肤没有发白发紫，就是肿", "skin_dusky_purple"),
        ("咨询师这嘴，真想杀了她，开玩笑的哈", "harm_others"),
        ("十年前有过想不开，早走出来了", "suicidal_ideation"),
        ("years ago I wanted to die, I'm in a good place now, happy now", "suicidal_ideation"),
        ("I don't want to die, I want my money", "suicidal_ideation"),
        ("心理医生问过我有没有自杀的念头，我说没有", "suicidal_ideation"),
        ("看到个帖子说打完眼睛看不见了，吓得不敢去", "vision_loss"),
        ("a girl on tiktok fainted after lipo", "syncope_collapse"),
        ("我妈六年前胸口疼过，查了没事", "chest_pain"),
        ("can't breathe through my nose, stuffed up", "breathing_difficulty"),
        ("合同全英文，我不懂，I can't read English", "vision_blur"),
        ("近视六百度，不戴眼镜看不清", "vision_blur"),
    ],
)
def test_what_is_denied_told_or_over_is_not_there(reader: Reader, text: str, code: str) -> None:
    assert code not in present(reader, text)


def test_a_week_told_is_a_time_since_the_procedure(reader: Reader) -> None:
    assert reader.read("隆胸第三周，有点肿", today=TODAY).days == 17
    assert reader.read("week 2 after my lipo", today=TODAY).days == 10
