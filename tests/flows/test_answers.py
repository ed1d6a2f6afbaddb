"""A number, a label, a part of it or an own word all pick a choice."""

import pytest

from bot.speech import Speaker
from flows.answers import begins_with_no, command_of, picked, word_of
from flows.conversation import Choice, Input, Quote

CHOICES = (
    Choice(id="hospital", label=Quote("公立医院")),
    Choice(id="clinic", label=Quote("诊所或门诊部")),
    Choice(id="salon", label=Quote("美容院、美甲店")),
    Choice(id="home", label=Quote("家里")),
)


def pick(text: str, speakers: dict[str, Speaker], *, multi: bool = False, loose: bool = True) -> tuple[str, ...]:
    return picked(Input(text=text), CHOICES, speakers["zh-CN"], multi=multi, loose=loose)[0]


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("2", "clinic"), ("#2", "clinic"), ("２", "clinic"), ("第二个", "clinic"), ("选3", "salon"), ("3.", "salon"),
        ("三", "salon"), ("公立医院", "hospital"), ("公立", "hospital"), ("门诊部", "clinic"), ("美容院、美…", "salon"),
        ("家里。", "home"),
    ],
)  # fmt: skip
def test_one_choice_is_picked(text: str, chosen: str, speakers: dict[str, Speaker]) -> None:
    assert (chosen,) == pick(text, speakers)


@pytest.mark.parametrize("text", ["5", "0", "院", "学校", "", "13800138000", "3天前"])
def test_what_means_no_choice_picks_none(text: str, speakers: dict[str, Speaker]) -> None:
    assert pick(text, speakers) == ()


@pytest.mark.parametrize("text", ["1,3", "1 3", "1、3", "1和3", "#1,#3", "公立医院 美容院"])
def test_several_are_picked_in_a_multi_select(text: str, speakers: dict[str, Speaker]) -> None:
    assert pick(text, speakers, multi=True) == ("hospital", "salon")


def test_part_of_a_label_is_left_alone_where_it_must_be_exact(speakers: dict[str, Speaker]) -> None:
    assert pick("门诊", speakers, loose=False) == ()
    assert pick("家里", speakers, loose=False) == ("home",)


def test_button_ids_must_be_among_the_choices(speakers: dict[str, Speaker]) -> None:
    heard = Input(picks=("clinic", "elsewhere"))
    assert picked(heard, CHOICES, speakers["zh-CN"], multi=True) == (("clinic",), True)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("帮助", "help"), ("？", "help"), ("返回", "back"), ("Back", "back"), ("转人工", "person"),
        ("我要转人工", "person"), ("can I talk to a human", "person"), ("重新开始", "restart"), ("退出", "exit"),
        ("进度", "status"), ("English", "lang"),
    ],
)  # fmt: skip
def test_typed_wish_is_a_command(text: str, command: str) -> None:
    assert command_of(Input(text=text)) == command


@pytest.mark.parametrize(
    "text", ["放了人工骨", "我朋友找人打的针", "背部吸脂", "想退出来的钱", "help me my nose is black"]
)
def test_words_about_the_body_are_no_command(text: str) -> None:
    assert command_of(Input(text=text)) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [("有", "yes"), ("没有。", "no"), ("None", "no"), ("不确定", "unsure"), ("跳过", "skip"), ("好了", "done")],
)
def test_plain_words_are_understood(text: str, word: str) -> None:
    assert word_of(text) == word


def test_denying_all_at_the_start_of_a_sentence() -> None:
    assert begins_with_no("都没有，就是有点歪")
    assert not begins_with_no("没力气")
