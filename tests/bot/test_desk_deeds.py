"""What people do with a case at the web desk, and what comes of it."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa

from storage import outbox
from storage.models import PATIENT
from tests.bot.desk_house import House
from tests.bot.desk_people import SECRETS, Person, csrf, numbers, status


async def test_a_reply_reaches_the_patients_page_and_shows_its_state(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    page = await chen.do(placed, "reply", text="  我是眼科医生,请马上去急诊。<b>\r\n别开车 ")
    assert house.replies(placed) == ["我是眼科医生,请马上去急诊。<b>\n别开车"]
    assert "&lt;b&gt;" in page.text
    assert "已送达" in page.text
    assert "已回复" in page.text
    assert status(house, placed) == "waiting_for_patient"


async def test_a_reply_over_telegram_is_on_its_way_until_it_is_delivered(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", channel="telegram")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    house.service.worker.submit = lambda rows: None  # type: ignore[method-assign]  # nobody carries it away
    page = await chen.do(placed, "reply", text="请回话")
    assert "发送中" in page.text
    later = datetime.now(UTC) + timedelta(seconds=outbox.OWNED_SECONDS + 1)
    with house.service.database.begin() as c:
        (row,) = outbox.claim_due(c, "another process", later)
        outbox.give_up(c, row.id, "blocked", "blocked", datetime.now(UTC))
    page = await chen.see(placed.path("eye"))
    assert "没有送到" in page.text
    assert "请用电话联系" in page.text


REPLY_KEY = re.compile(r'name="key" value="([^"]{16,})"')


async def test_a_reply_sent_again_after_a_lost_answer_is_kept_once(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    first, second = [REPLY_KEY.findall((await chen.do(placed, "claim")).text) for _ in range(2)]
    assert len(first) == 1
    assert first != second
    for _ in range(2):
        page = await chen.do(placed, "reply", text="请马上去急诊", key=first[0])
        assert page.status_code == 200
    assert house.replies(placed) == ["请马上去急诊"]
    await chen.do(placed, "reply", text="到了吗", key=first[0])  # the page of before, with other words in it
    await chen.do(placed, "reply", text="到了吗", key=second[0])
    assert house.replies(placed) == ["请马上去急诊", "到了吗", "到了吗"]


async def test_only_the_holder_may_reply(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    await people_at_work["chen"].do(placed, "claim")
    for name in ("liu", "wang"):
        answer = await people_at_work[name].do(placed, "reply", text="我来")
        assert answer.status_code == 409
    assert house.replies(placed) == []


@pytest.mark.parametrize("text", ["", "  \n ", "很" * 3501])
async def test_an_empty_or_endless_reply_is_refused_in_words(
    house: House, people_at_work: dict[str, Person], text: str
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    answer = await chen.do(placed, "reply", text=text)
    assert answer.status_code == 422
    assert house.replies(placed) == []


async def test_a_note_stays_among_colleagues(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    page = await chen.do(placed, "note", text="家属情绪激动")
    assert "家属情绪激动" in page.text
    assert "患者看不到" in page.text
    assert house.replies(placed) == []


async def test_what_the_patient_writes_marks_the_case(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    await chen.do(placed, "reply", text="还看得见吗?")
    house.hear(placed, "能看见手指了")
    assert "患者有新消息" in (await chen.see("/desk?view=mine")).text
    assert "能看见手指了" in (await chen.see(placed.path("eye"))).text


async def test_a_transfer_needs_a_queue_and_a_reason_and_moves_the_case(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    token = csrf(await chen.see("/desk"))

    async def transfer(**form: str) -> httpx.Response:
        return await chen.web.post(f"{placed.path('eye')}/transfer", data={"csrf": token, **form})

    assert (await transfer(queue="nowhere", reason="x")).status_code == 422
    assert (await transfer(queue="derm", reason="")).status_code == 422
    page = await transfer(queue="derm", reason="皮肤缺血为主")
    assert "已转交" in page.text
    assert numbers(await people_at_work["derm"].see("/desk")) == ["K7M-4QD"]


async def test_giving_back_lets_the_next_one_claim(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen, liu = people_at_work["chen"], people_at_work["liu"]
    await chen.do(placed, "claim")
    assert (await liu.do(placed, "release")).status_code == 409
    page = await chen.do(placed, "release")
    assert all(secret not in page.text for secret in SECRETS)
    assert "您已接手" in (await liu.do(placed, "claim")).text


async def test_closing_needs_outcome_and_note_and_can_be_undone(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    assert (await chen.do(placed, "close", outcome="", note="好")).status_code == 422
    assert (await chen.do(placed, "close", outcome="advised", note="")).status_code == 422
    assert (await chen.do(placed, "close", outcome="no_such_outcome", note="好")).status_code == 422
    page = await chen.do(placed, "close", outcome="to_hospital", note="已到九院急诊")
    assert "已转到医院" in page.text
    assert "已到九院急诊" in page.text
    assert status(house, placed) == "closed"
    await chen.do(placed, "reopen", reason="又看不清了")
    assert status(house, placed) == "queued"


async def test_who_closed_a_case_reads_it_but_writes_no_more(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    page = await chen.do(placed, "close", outcome="advised", note="好")
    assert "李娜" in page.text
    assert 'class="as-note"' not in page.text
    assert (await chen.do(placed, "note", text="还有")).status_code == 409


@pytest.mark.parametrize("how", ["closed by a coordinator", "passed on"])
async def test_a_former_holder_who_did_not_close_the_case_sees_it_blind(
    house: House, people_at_work: dict[str, Person], how: str
) -> None:
    placed = house.case("K7M-4QD", queues=("eye", "derm"))
    chen, wang = people_at_work["chen"], people_at_work["wang"]
    await chen.do(placed, "claim")
    if how == "passed on":  # the other queue has the case already, so that this handoff ends
        form = {"csrf": csrf(await chen.see("/desk")), "queue": "derm", "reason": "皮肤"}
        await chen.web.post(f"{placed.path('eye')}/transfer", data=form)
    else:
        await wang.do(placed, "close", outcome="advised", note="好")
    assert status(house, placed) == "closed"
    page = await chen.see(placed.path("eye"))
    assert page.status_code == 200
    assert all(secret not in page.text for secret in SECRETS)


async def test_what_does_not_fit_the_state_is_told_kindly(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    await chen.do(placed, "close", outcome="advised", note="好")
    answer = await chen.do(placed, "reply", text="还在吗")
    assert answer.status_code == 409
    assert "情况刚刚变了" in answer.text


async def test_a_coordinator_opens_a_held_case_only_with_a_reason_that_everybody_sees(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen, wang = people_at_work["chen"], people_at_work["wang"]
    await chen.do(placed, "claim")
    blind = (await wang.see(placed.path("eye"))).text
    assert all(secret not in blind for secret in SECRETS)
    assert (await wang.do(placed, "look", reason="")).status_code == 422
    assert (await people_at_work["liu"].do(placed, "look", reason="好奇")).status_code == 403
    page = await wang.do(placed, "look", reason="家属来电")
    assert "李娜" in page.text
    assert "家属来电" in (await chen.see(placed.path("eye"))).text
    assert 'class="as-reply"' not in page.text


async def test_an_erased_patients_case_is_told_and_cannot_be_claimed(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    with house.service.database.begin() as c:
        c.execute(sa.update(PATIENT).values(key=None))
    chen = people_at_work["chen"]
    assert "资料已不可读" in (await chen.see("/desk")).text
    page = await chen.see(placed.path("eye"))
    assert page.status_code == 200
    assert "接手这个个案" not in page.text
    assert (await chen.do(placed, "claim")).status_code == 410


async def test_a_script_is_answered_in_json_and_words(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    token = csrf(await chen.see("/desk"))
    ask = {"headers": {"x-desk": "fetch"}}
    refused = await chen.web.post(f"{placed.path('eye')}/reply", data={"csrf": token, "text": "x"}, **ask)
    assert refused.status_code == 409
    assert refused.json()["message"] == "您没有接手这个个案"
    done = await chen.web.post(f"{placed.path('eye')}/claim", data={"csrf": token}, **ask)
    assert done.status_code == 204
