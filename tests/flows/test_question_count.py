"""How many questions typical stories cost, and how soon somebody is called: patience is short, and sight too."""

import pytest

from bot.speech import Speaker
from flows.conversation import Ask, Event, Page
from flows.protocol import Protocol
from flows.reading import Reader
from tests.flows.talk import Talk

# What a plain person answers to each question; a story answers the rest.
ANSWERS = {
    "consent": "同意", "safety": "以上都没有", "story": "都对，继续", "clash": "现在还有", "asq": "都没有",
    "procedure": "不确定", "procedure_in_region": "不确定", "when": "不记得了", "place": "诊所", "symptoms": "没有不舒服",
    "follow_up": "以上都没有", "conditions": "以上都没有", "photos": "跳过", "wrong": "没有这些问题", "wants": "#1",
    "first_wish": "先把它修好", "contact": "就在这里回复我", "review": "提交", "detail": "不确定",
}  # fmt: skip
STORIES = {
    "上周三在XX诊所打的玻尿酸鼻子，没有发白没有疼看东西正常没发烧，就是歪了想退钱，电话13800138000": 8,
    "三年前在民营医院做的埋线双眼皮，一宽一窄，身体没有不舒服，想修复，电话13800138000": 8,
    "去年在一家工作室做的水光，定金两万不退，人还不让看病历，身体没有不舒服": 8,
    "上个月在美容院打的玻尿酸下巴，现在一个硬块不疼，老板不退钱，微信 abc_12345": 8,
    "隆鼻第五天，鼻头发红发烫流脓，公立医院做的，手机13800138000": 8,
    "假体隆胸两年了，在公立医院做的，胸变硬变形，想取出来，手机13800138000": 9,
    "在美容院做皮秒一个月，返黑了，想让他们赔偿，店里没有执照，手机13800138000": 8,
    "这家诊所合法吗，我约了下周做双眼皮": 4,
    "昨天打了玻尿酸，会不会失明": 4,
    "请问隆胸有什么风险，还没做": 3,
    "瘦脸针打了一周，一边笑起来歪，诊所打的，13800138000": 9,
    "植发一年了密度不够，医院不给病历，想投诉，13800138000": 8,
    "我的照片被机构拿去做广告，没经过我同意，鼻子是去年在诊所做的，没有不舒服，要求删除，13800138000": 8,
}
ALARMS = (
    "打完玻尿酸左眼看不见了",
    "瘦脸针第五天喝水呛，抬不起头",
    "今天割的双眼皮，眼球往外凸胀痛",
    "吸脂后喘不上气，心慌",
    "我不想活了",
    "刚打完溶解酶全身起风团，喉咙发紧",
)


def asked(events: list[Event]) -> list[str]:
    return [event.state for event in events if isinstance(event, Ask) and not event.edit]


@pytest.mark.parametrize(("story", "most"), STORIES.items())
def test_a_whole_story_costs_few_questions_and_none_twice(
    protocol: Protocol, reader: Reader, speakers: dict[str, Speaker], story: str, most: int
) -> None:
    talk = Talk(protocol, reader, speakers, "zh-CN")
    put = asked(talk.send(story))
    while talk.session.state != "with_centre" and len(put) < 20:
        put += asked(talk.send(ANSWERS[talk.session.state]))
    assert talk.case is not None and talk.session.state == "with_centre"
    assert len(put) <= most, put
    assert len(set(put)) == len(put), put


@pytest.mark.parametrize("story", ALARMS)
def test_somebody_is_paged_with_the_first_words_and_three_questions_follow(
    protocol: Protocol, reader: Reader, speakers: dict[str, Speaker], story: str
) -> None:
    talk = Talk(protocol, reader, speakers, "zh-CN")
    events = talk.send(story)
    assert any(isinstance(event, Page) and "duty" in event.queues for event in events)
    put = asked(events)
    while talk.session.state.startswith("alarm"):
        put += asked(talk.send("跳过"))
    assert put[:3] == ["alarm_where", "alarm_phone", "alarm_company"]
    assert put[3:] in ([], ["consent"])
