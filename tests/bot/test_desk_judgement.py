"""A clinician's judgement on the desk, and what the patient tells while somebody holds the case."""

from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from bot.messages import Inbound
from bot.turns import Taken
from flows.conversation import CaseFacts
from flows.outcome import status
from flows.protocol import Urgency
from flows.triage import Assessment
from storage import cases, timeline
from tests.bot.desk_house import ANSWERS, House, Placed
from tests.bot.desk_people import Person

KEYS = count(1)
SENT = {**ANSWERS, "submitted": True, "safety": {}}
RAISED = "患者新说的内容使级别升高"


def calm(house: House, number: str = "K7M-4QD", urgency: Urgency = Urgency.routine) -> Placed:
    """A case that was sent and is nothing grave."""
    return house.case(number, urgency=urgency, fired=(), findings=(), answers=SENT, story="鼻子有点歪")


def says(house: House, placed: Placed, text: str) -> Taken:
    """A whole turn of the patient."""
    return house.service.turns.take(
        Inbound(
            channel="web", address=f"person-{placed.number}", key=f"said-{next(KEYS)}", at=datetime.now(UTC), text=text
        )
    )


def called(house: House, placed: Placed) -> list[list[str]]:
    with house.service.database.read() as c:
        entries = cases.entries(c, placed.case_id, timeline.key_of(c, placed.case_id))
    return [entry.detail["called"] for entry in entries if entry.kind == "paged"]


def urgency(house: House, placed: Placed) -> str:
    with house.service.database.read() as c:
        return cases.facts(c, placed.case_id).urgency


async def judge(person: Person, placed: Placed, **form: str) -> httpx.Response:
    codes = {"urgency": "soon", "category": "complication", "reason": "电话里视力正常"}
    return await person.do(placed, "judge", **{**codes, **form})


@pytest.mark.parametrize("talking", [True, False])
async def test_a_danger_sign_told_while_somebody_holds_the_case_is_an_alarm_marked_and_paged(
    house: House, people_at_work: dict[str, Person], talking: bool
) -> None:
    placed, chen = calm(house), people_at_work["chen"]
    await chen.do(placed, "claim")
    if talking:
        await chen.do(placed, "reply", text="您好,我是医生")
    assert RAISED not in (await chen.see(placed.path("eye"))).text
    taken = says(house, placed, "我现在右眼突然看不见了")
    assert "alarm" in [message.type for message in taken.messages]
    assert urgency(house, placed) == "emergency"
    assert called(house, placed) == [["陈医生"]]
    page = (await chen.see(placed.path("eye"))).text
    assert RAISED in page
    assert "RF-12" in page
    assert "已回复" not in page.split('id="deeds"')[0]  # it is to be answered anew
    page = (await chen.do(placed, "reply", text="请马上去急诊")).text
    assert RAISED not in page


async def test_what_is_less_than_urgent_is_marked_and_paged_as_well_while_somebody_talks(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed, chen = calm(house), people_at_work["chen"]
    await chen.do(placed, "claim")
    await chen.do(placed, "reply", text="您好,我是医生")
    says(house, placed, "打完半年了,鼻子里摸到一个硬结")
    assert urgency(house, placed) == "soon"
    assert called(house, placed) == [["陈医生"]]
    assert RAISED in (await chen.see(placed.path("eye"))).text


async def test_what_tells_nothing_new_marks_nothing(house: House, people_at_work: dict[str, Person]) -> None:
    placed, chen = calm(house), people_at_work["chen"]
    await chen.do(placed, "claim")
    await chen.do(placed, "reply", text="您好")
    says(house, placed, "好的谢谢医生")
    assert called(house, placed) == []
    assert 'class="told bad news"' not in (await chen.see(placed.path("eye"))).text


async def test_a_clinician_lowers_the_urgency_and_the_patient_reads_it(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed, chen = house.case("K7M-4QD", answers=SENT), people_at_work["chen"]
    await chen.do(placed, "claim")
    page = (await judge(chen, placed, grade="IIIa", lasting="yes")).text
    for shown in ("判定已保存", "由陈医生判定", "Clavien-Dindo IIIad", "电话里视力正常"):
        assert shown in page
    assert urgency(house, placed) == "soon"
    status = says(house, placed, "进度").messages[0].text
    assert "120" in status  # the general safety text
    assert "右眼" not in status
    speaker = house.service.speaker("zh-CN")
    assert speaker.text("urgency-soon") in status
    assert speaker.text("urgency-emergency") not in status


async def test_what_was_known_when_a_clinician_judged_raises_nothing_and_what_is_new_does(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed, chen = calm(house), people_at_work["chen"]
    says(house, placed, "右眼突然看不见了")
    await chen.do(placed, "claim")
    await judge(chen, placed)
    assert urgency(house, placed) == "soon"
    says(house, placed, "还有一点肿")
    assert urgency(house, placed) == "soon"
    says(house, placed, "喘不上气,胸口很痛,晕倒了")
    assert urgency(house, placed) == "emergency"


@pytest.mark.parametrize("name", ["wang", "liu"])
async def test_only_the_clinician_who_holds_the_case_may_judge(
    house: House, people_at_work: dict[str, Person], name: str
) -> None:
    placed, chen = house.case("K7M-4QD"), people_at_work["chen"]
    await chen.do(placed, "claim")
    other = people_at_work[name]
    assert "/judge" not in (await other.see(placed.path("eye"))).text
    assert (await judge(other, placed)).status_code == 409
    assert urgency(house, placed) == "emergency"


async def test_legal_aid_cannot_judge(house: House, people_at_work: dict[str, Person]) -> None:
    placed, zhou = house.case("LAW-444", queues=("legal_aid",)), people_at_work["zhou"]
    page = await zhou.do(placed, "claim", queue="legal_aid")
    assert "/judge" not in page.text
    codes = {"urgency": "soon", "category": "dispute", "reason": "x"}
    assert (await zhou.do(placed, "judge", queue="legal_aid", **codes)).status_code == 409


async def test_legal_aid_reads_that_a_clinician_judged_and_nothing_clinical_of_it(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", queues=("eye", "legal_aid"))
    chen, zhou = people_at_work["chen"], people_at_work["zhou"]
    await chen.do(placed, "claim")
    await judge(chen, placed, grade="II")
    page = (await zhou.do(placed, "claim", queue="legal_aid")).text
    assert "由陈医生判定" in page
    assert "电话里视力正常" not in page
    assert "Clavien" not in page
    assert "临床专家在跟进" in page


@pytest.mark.parametrize("form", [{"urgency": "asap"}, {"category": "x"}, {"grade": "VI"}, {"reason": ""}])
async def test_a_judgement_needs_known_codes_and_a_reason(
    house: House, people_at_work: dict[str, Person], form: dict[str, str]
) -> None:
    placed, chen = house.case("K7M-4QD"), people_at_work["chen"]
    await chen.do(placed, "claim")
    assert (await judge(chen, placed, **form)).status_code == 422
    assert urgency(house, placed) == "emergency"


async def test_the_page_shows_the_whole_assessment(house: House, people_at_work: dict[str, Person]) -> None:
    placed, chen = house.case("K7M-4QD"), people_at_work["chen"]
    page = (await chen.do(placed, "claim")).text
    protocol = house.service.protocol
    for shown in ("自动分诊", "并发症", protocol.families["filler"].name.zh, "什么会改变级别", protocol.version):
        assert shown in page
    assert protocol.red_flags["RF-04"].description.zh.strip() in page


async def test_to_judge_again_starts_from_the_grade_that_stands(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed, chen = house.case("K7M-4QD"), people_at_work["chen"]
    await chen.do(placed, "claim")
    page = (await judge(chen, placed, grade="IIIa", lasting="yes")).text
    assert '<option value="IIIa" selected>' in page
    assert 'name="lasting" value="yes" checked' in page


async def test_a_lasting_disability_needs_a_grade(house: House, people_at_work: dict[str, Person]) -> None:
    placed, chen = house.case("K7M-4QD"), people_at_work["chen"]
    await chen.do(placed, "claim")
    refused = await judge(chen, placed, lasting="yes")
    assert refused.status_code == 422
    assert "后缀“d”" in refused.text


async def test_what_was_answered_is_open_again_when_the_patient_writes(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed, chen = calm(house), people_at_work["chen"]
    await chen.do(placed, "claim")
    page = (await chen.do(placed, "reply", text="您好")).text
    assert 'class="due met"' in page
    says(house, placed, "好的谢谢医生")
    page = (await chen.see(placed.path("eye"))).text
    assert 'class="due met"' not in page
    assert 'class="due near">患者有新消息 <time' in page


async def test_a_reply_is_never_cut_short(house: House, people_at_work: dict[str, Person]) -> None:
    placed, chen = calm(house), people_at_work["chen"]
    page = (await chen.do(placed, "claim")).text
    assert "maxlength" not in page.split('id="reply-text"')[1].split(">")[0]
    refused = await chen.do(placed, "reply", text="很" * 5003)
    assert refused.status_code == 422
    assert "3500" in refused.text


async def test_a_time_that_has_passed_is_promised_to_nobody(house: House) -> None:
    placed = calm(house)
    with house.service.database.begin() as c:
        facts = cases.facts(c, placed.case_id)
    assert facts.due_at is not None
    told = CaseFacts(
        number=facts.number, status="queued", category="complication", urgency="routine", queues=("eye",),
        due_at=facts.due_at, held=False, assessment=Assessment.from_json(facts.assessment),
    )  # fmt: skip
    protocol = house.service.protocol
    assert "outcome-due" in repr(status(told, protocol, facts.due_at - timedelta(hours=1)))
    assert "outcome-due" not in repr(status(told, protocol, facts.due_at + timedelta(hours=1)))
