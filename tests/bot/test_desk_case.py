"""A case at the web desk: blind until claimed, then whole; and who looked is written down."""

import asyncio
import re
from html import unescape

import pytest

from flows.protocol import Category, Urgency
from flows.triage import FiredRule
from storage import audit
from tests.bot.desk_house import House
from tests.bot.desk_people import SECRETS, Person, status


async def test_before_claiming_nothing_on_any_page_tells_who_it_is(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", photos=2)
    chen = people_at_work["chen"]
    for path in ("/desk", "/desk?view=open", placed.path("eye"), "/desk/alarms"):
        page = (await chen.see(path)).text
        for secret in SECRETS:
            assert secret not in page
        assert "/media/" not in page
    blind = (await chen.see(placed.path("eye"))).text
    for shown in ("术后第 3 天", "RF-12", "照片 2 张", "美容院", "接手这个个案"):
        assert shown in blind


async def test_after_claiming_the_card_reads_situation_words_and_reasons(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    page = (await chen.do(placed, "claim")).text
    rule = house.service.protocol.red_flags["RF-12"]
    for shown in (*SECRETS, "RF-12", rule.description.zh, "独自一人", "呼吸困难", "规则版本"):
        assert shown in page
    checks = re.findall(r'class="mark (\w+)"', page)
    assert set(checks) == {"yes", "no", "not_asked"}


@pytest.mark.parametrize(("queue", "who"), [("eye", "chen"), ("legal_aid", "zhou")])
async def test_every_rule_that_fired_stands_on_the_card_with_its_description_and_its_source_folded_away(
    house: House, people_at_work: dict[str, Person], queue: str, who: str
) -> None:
    rules = {
        code: rule
        for code, rule in house.service.protocol.red_flags.items()
        if code.startswith("L-") is (who == "zhou")
    }
    fired = [FiredRule(id=code, urgency=rule.urgency, evidence="") for code, rule in rules.items()]
    placed = house.case("K7M-4QD", queues=(queue,), fired=fired)
    page = (await people_at_work[who].do(placed, "claim", queue=queue)).text
    shown = re.findall(
        r'<p class="rule">(.*?)</p>\s*<details class="source" data-fold="rule-(.*?)">.*?<li>(.*?)</li>', page, re.DOTALL
    )
    told = {code: unescape(description) for description, code, _ in shown}
    assert told == {code: rule.description.zh.strip() for code, rule in rules.items()}
    assert all(source.startswith("《医美") for _, _, source in shown)
    assert not re.search(r"\.md|\[[SK]\]", page)


async def test_of_two_who_claim_at_once_exactly_one_wins_and_the_other_is_told_who(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD")
    pages = await asyncio.gather(*(people_at_work[name].do(placed, "claim") for name in ("chen", "liu")))
    won = [page for page in pages if "您已接手" in page.text]
    lost = [page for page in pages if "晚了一步" in page.text]
    assert len(won) == len(lost) == 1
    winner = "陈医生" if won[0] is pages[0] else "刘医生"
    assert f"{winner}刚刚接手" in lost[0].text
    assert all(secret not in lost[0].text for secret in SECRETS)


async def test_pressing_claim_twice_is_no_loss(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    await chen.do(placed, "claim")
    again = await chen.do(placed, "claim")
    assert "晚了一步" not in again.text
    assert "由您负责" in again.text


async def test_colleagues_see_a_claimed_case_blind_and_get_no_photo(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("K7M-4QD", photos=1)
    page = await people_at_work["chen"].do(placed, "claim")
    photo = re.search(r'src="([^"]+/thumbnail)"', page.text)
    assert photo
    picture = await people_at_work["chen"].see(photo[1])
    assert picture.headers["content-type"] == "image/jpeg"
    liu = people_at_work["liu"]
    blind = (await liu.see(placed.path("eye"))).text
    assert all(secret not in blind for secret in SECRETS)
    assert (await liu.see(photo[1])).status_code == 404
    assert (await liu.see(photo[1].removesuffix("/thumbnail"))).status_code == 404


async def test_a_photo_opens_only_through_its_own_case(house: House, people_at_work: dict[str, Person]) -> None:
    one, other = house.case("AAA-222", photos=1), house.case("BBB-333", photos=1)
    chen = people_at_work["chen"]
    page = await chen.do(one, "claim")
    photo = re.search(r"/media/(\w+)/thumbnail", page.text)
    assert photo
    await people_at_work["liu"].do(other, "claim")
    crossed = await people_at_work["liu"].see(f"{other.path('eye')}/media/{photo[1]}")
    assert crossed.status_code == 404


async def test_photos_are_veiled_for_legal_aid(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("LAW-444", queues=("legal_aid",), photos=1, category=Category.dispute)
    page = await people_at_work["zhou"].do(placed, "claim", queue="legal_aid")
    assert "点开查看" in page.text
    assert "/thumbnail" not in page.text


async def test_legal_aid_reads_the_legal_card_with_one_line_of_the_clinical_state(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case("LAW-444", queues=("eye", "legal_aid"), issues=("records_withheld",), story="他们不给病历")
    page = (await people_at_work["zhou"].do(placed, "claim", queue="legal_aid")).text
    assert "有未处理的医疗问题" in page
    assert "RF-12" not in page
    assert "机器草稿" in page
    assert status(house, placed, "eye") == "queued"


@pytest.mark.parametrize("with_findings", [False, True])
async def test_a_case_that_the_conversation_left_keeps_its_card(
    house: House, people_at_work: dict[str, Person], with_findings: bool
) -> None:
    placed = house.case("K7M-4QD")
    chen = people_at_work["chen"]
    told = re.compile(r'class="(?:row-what|lead)">(.*?)</p>', re.DOTALL)
    paths = ("/desk", placed.path("eye"))
    before = [told.findall((await chen.see(path)).text) for path in paths]
    house.leave(placed, with_findings=with_findings)
    assert [told.findall((await chen.see(path)).text) for path in paths] == before
    assert "术后第 3 天" in str(before)
    card = (await chen.do(placed, "claim")).text
    for shown in ("独自一人", "13800001111", "丽人美容院", "网页"):
        assert shown in card
    assert ("明确说没有：" in card) is with_findings


async def test_each_look_at_card_and_photo_is_in_the_audit(house: House, people_at_work: dict[str, Person]) -> None:
    placed = house.case("K7M-4QD", photos=1)
    chen = people_at_work["chen"]
    await chen.see(placed.path("eye"))
    page = await chen.do(placed, "claim")
    photo = re.search(r'href="([^"]+/media/\w+)"', page.text)
    assert photo
    await chen.see(photo[1])
    with house.service.database.read() as c:
        looked = [
            (record.object.split(":")[0], record.detail.get("what") or record.detail.get("variant"))
            for record in reversed(audit.records(c))
            if record.action == "viewed" and record.actor == chen.staff.actor
        ]
        assert audit.verify(c) is None
    assert looked == [("case", "blind card"), ("case", "card, transcript, timeline"), ("media", "working")]


async def test_a_case_without_a_procedure_or_a_day_is_still_readable(
    house: House, people_at_work: dict[str, Person]
) -> None:
    placed = house.case(
        "K7M-4QD", queues=("duty",), answers={}, findings=(), fired=(), urgency=Urgency.soon, submitted=False,
        category=Category.unclear,
    )  # fmt: skip
    page = await people_at_work["wang"].do(placed, "claim", queue="duty")
    assert "项目不明" in page.text
    assert "问诊还没填完" in page.text


async def test_a_rule_the_protocol_no_longer_has_breaks_no_page(
    house: House, people_at_work: dict[str, Person]
) -> None:
    gone = FiredRule(id="RF-999", urgency=Urgency.urgent, evidence="疼")
    placed = house.case("K7M-4QD", fired=(gone,))
    assert (await people_at_work["chen"].see("/desk")).status_code == 200
    assert (await people_at_work["chen"].do(placed, "claim")).status_code == 200
