"""Back, the other language, help, a person, start over, leave: what each does, in every state there is."""

import pytest

from bot.speech import Speaker
from flows import missing
from flows.conversation import Ask, Event, LeaveCase, OpenCase, Page, ReopenCase, Say, UpdateCase
from flows.protocol import Protocol
from flows.reading import Reader
from tests.flows.talk import Talk, keys

UNTIL_SAFE = ("你好", "同意", "都没有")
TO_REVIEW = (
    *UNTIL_SAFE, "鼻子", "不确定", "昨天", "诊所", "没有不舒服", "跳过照片", "没有这些问题", "治疗", "就在这里回复我",
)  # fmt: skip
SENT = (*TO_REVIEW, "提交")
# How each state is reached by talking.
WAYS: dict[str, tuple[str, ...]] = {
    "alarm_where": ("打完玻尿酸左眼看不见了",),
    "alarm_phone": ("打完玻尿酸左眼看不见了", "杭州西湖区"),
    "alarm_company": ("打完玻尿酸左眼看不见了", "杭州西湖区", "13800138000"),
    "refused": ("你好", "不同意"),
    "consent": ("你好",),
    "with_centre": SENT,
    "safety": ("你好", "同意"),
    "safety_one": ("你好", "同意", "不确定", "没有"),
    "detail": ("你好", "同意", "#4", "杭州西湖区", "13800138000", "有人陪着"),
    "procedure": UNTIL_SAFE,
    "procedure_in_region": (*UNTIL_SAFE, "鼻子"),
    "when": (*UNTIL_SAFE, "鼻子", "不确定"),
    "place": (*UNTIL_SAFE, "鼻子", "不确定", "昨天"),
    "story": ("做的鼻子歪了", "同意", "都没有"),
    "clash": ("打了瘦脸针全身起风团", "同意", "都没有"),
    "asq": ("你好", "同意", "不确定", *("没有",) * 6, "不确定"),
    "asq_now": ("你好", "同意", "不确定", *("没有",) * 6, "不确定", "#1", "杭州西湖区", "13800138000", "有人陪着"),
    "follow_up": (*TO_REVIEW[:7], "摸到一个硬块"),
    "conditions": (*TO_REVIEW[:7], "摸到一个硬块", "都没有"),
    "symptoms": TO_REVIEW[:7],
    "photos": TO_REVIEW[:8],
    "wrong": TO_REVIEW[:9],
    "wants": TO_REVIEW[:10],
    "first_wish": (*TO_REVIEW[:10], "想修复也想退款"),
    "contact": TO_REVIEW[:11],
    "review": TO_REVIEW,
    "confirm_restart": (*UNTIL_SAFE, "重新开始"),
    "closed": (*SENT, "(closed)", "你好"),
}
# Where "back" leads, and what is said when there is nothing behind.
BEHIND = {
    "alarm_where": ("alarm_where", "alarm-is-first"),
    "alarm_phone": ("alarm_where", ""),
    "alarm_company": ("alarm_phone", ""),
    "refused": ("consent", ""),
    "consent": ("consent", "nothing-to-go-back-to"),
    "with_centre": ("with_centre", "sent-already"),
    "safety": ("safety", "nothing-to-go-back-to"),
    "safety_one": ("safety_one", ""),
    "detail": ("safety", ""),
    "procedure": ("safety", ""),
    "procedure_in_region": ("procedure", ""),
    "when": ("procedure_in_region", ""),
    "place": ("when", ""),
    "symptoms": ("place", ""),
    "story": ("safety", ""),
    "clash": ("safety", ""),
    "asq": ("safety", ""),
    "asq_now": ("asq", ""),
    "follow_up": ("symptoms", ""),
    "conditions": ("follow_up", ""),
    "photos": ("symptoms", ""),
    "wrong": ("photos", ""),
    "wants": ("wrong", ""),
    "first_wish": ("wants", ""),
    "contact": ("wants", ""),
    "review": ("contact", ""),
    "confirm_restart": ("procedure", ""),
    "closed": ("with_centre", "status-closed"),
}
QUIET = ("with_centre",)  # states in which no question is open


@pytest.fixture(params=missing.STATES)
def talk(request: pytest.FixtureRequest, protocol: Protocol, reader: Reader, speakers: dict[str, Speaker]) -> Talk:
    """A conversation that has come to the state."""
    talk = Talk(protocol, reader, speakers, "zh-CN")
    for line in WAYS[request.param]:
        talk.send(line)
    assert talk.session.state == request.param
    return talk


def said(events: list[Event]) -> list[str]:
    return [key for event in events if isinstance(event, Say) for key in keys(event.words)]


def asked(events: list[Event]) -> str:
    return next((event.state for event in events if isinstance(event, Ask)), "")


def stands(talk: Talk, events: list[Event], state: str) -> bool:
    """The state is this one and, where it has a question, the question was put."""
    return talk.session.state == state and asked(events) == ("" if state in QUIET else state)


def test_back_leads_to_the_question_before_and_loses_no_answer_of_an_alarm(talk: Talk) -> None:
    before = talk.session
    state, told = BEHIND[before.state]
    events = talk.send("返回")
    assert stands(talk, events, state), (talk.session.state, events)
    assert (told in said(events)) if told else not said(events)
    assert talk.session.answers.get("alarm") == before.answers.get("alarm")


def test_help_is_shown_and_the_same_question_stands(talk: Talk) -> None:
    before = talk.session
    events = talk.send("帮助")
    assert {"help", "safety_text"} <= set(said(events))
    assert stands(talk, events, before.state)
    assert talk.session.answers == before.answers


@pytest.mark.parametrize("wish", ["English", "换语言", "/lang"])
def test_the_other_language_is_spoken_from_now_on(talk: Talk, wish: str) -> None:
    before = talk.session
    events = talk.send(wish)
    assert talk.session.locale == "en"
    assert said(events) == ["language-changed"]
    assert stands(talk, events, before.state)
    talk.send("中文")
    assert talk.session.locale == "zh-CN"


def test_a_person_is_called_and_the_case_exists(talk: Talk) -> None:
    before = talk.session
    events = talk.send("转人工")
    assert any(isinstance(event, OpenCase | UpdateCase) for event in events)
    assert any(isinstance(event, Page) and "duty" in event.queues for event in events)
    assert "person-called" in said(events)
    assert any(isinstance(event, ReopenCase) for event in events) == (before.state == "closed")
    assert stands(talk, events, "with_centre" if before.state == "closed" else before.state)


def test_starting_over_is_asked_first_and_no_leaves_everything(talk: Talk) -> None:
    before = talk.session
    events = talk.send("重新开始")
    assert stands(talk, events, "confirm_restart")
    events = talk.send("不，继续刚才的")
    back = "procedure" if before.state == "confirm_restart" else before.state
    assert talk.session.state == back and events
    assert {key: value for key, value in talk.session.answers.items() if key != "before_restart"} == {
        key: value for key, value in before.answers.items() if key != "before_restart"
    }


def test_starting_over_begins_with_the_first_question_but_forgets_no_emergency(talk: Talk) -> None:
    before, case = talk.session, talk.case
    talk.send("重新开始")
    events = talk.send("从头再来")
    alarming = before.state.startswith("alarm")
    fresh = "safety" if before.answers.get("consent") else "consent"
    assert stands(talk, events, before.state if alarming else fresh)
    assert ("restarted-in-alarm" if alarming else "restarted") in said(events)
    assert talk.session.findings == ()
    assert any(isinstance(event, LeaveCase) for event in events) == (before.state in ("with_centre", "closed"))
    assert not alarming or talk.case == case


def test_leaving_says_one_neutral_word_and_nothing_more(talk: Talk) -> None:
    before = talk.session
    events = talk.send("退出")
    assert said(events) == ["exit"] and len(events) == 1
    assert (talk.session.state, talk.session.answers) == (before.state, before.answers)


@pytest.mark.parametrize("wish", ["重新开始", "/start", "返回", "帮助", "English", "进度"])
def test_a_first_message_that_is_a_command_is_answered(
    protocol: Protocol, reader: Reader, speakers: dict[str, Speaker], wish: str
) -> None:
    talk = Talk(protocol, reader, speakers, "zh-CN")
    assert asked(talk.send(wish)) == "consent"
