"""One message to codes: the contract, the lawyers' sentences, and sentences that mislead."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.protocol import Category, Protocol, Urgency
from flows.reading import Reader
from flows.triage import classify
from tests.flows.test_corpus import corpus

TODAY = date(2026, 11, 21)
KEYS = {"category", "also", "urgency", "procedure_family", "red_flags", "rules", "protocol"}


@pytest.mark.parametrize(
    ("text", "category", "urgency"),
    [
        ("打了玻尿酸眼睛看不清,我要告他们", "complication", "emergency"),
        ("美容院打的肉毒没中文标,现在吞咽有点费劲", "complication", "emergency"),
        ("去年做的双眼皮疤很明显,想找人修", "repair", "routine"),
        ("去年做的双眼皮疤很明显,想让他们退钱", "dispute", "routine"),
        ("躺手术台上让我加两万,已经做完没不舒服", "dispute", "routine"),
        ("我16岁,现在鼻子流脓", "complication", "urgent"),
        ("他们不让我走,要我签字", "dispute", "emergency"),
        ("卡里还剩两万,店关了", "dispute", "routine"),
        ("我不想活了,脸毁了他们还不赔", "dispute", "emergency"),
        ("在抖音看到我没打码的手术视频", "dispute", "routine"),
        ("韩国做的轮廓,嘴麻两年了要赔偿", "dispute", "routine"),
    ],
)
def test_reads_the_lawyers_sentences(
    text: str, category: str, urgency: str, reader: Reader, protocol: Protocol
) -> None:
    """legal.md 4.3; legal clocks stand in the rules and not in the urgency (taxonomy.md)."""
    found = classify(text, reader, protocol, today=TODAY)
    assert (found["category"], found["urgency"]) == (category, urgency)


@pytest.mark.parametrize(
    "text",
    [
        "医生拿着手术刀给我划了一道口子，现在恢复得挺好，就是疤明显",
        "我去年带着身份证去做的双眼皮，结果很满意，就是价格被坑了",
        "他们让我把银行卡密码告诉咨询师，刷了三万，我要退钱",
        "做完双眼皮三年，眼睛看东西都正常，就是一边宽一边窄想修",
        "看了两个医生都说可以修复，鼻子歪了两年",
        "去年打的瘦脸针，当时咬东西没劲，现在好了，就是没效果想退款",
        "我坐在阳台上晒太阳想了很久，决定要告他们，双眼皮做坏了两年",
        "这家店坑死人了，不退钱我就去曝光他们，做的脱毛",
        "我儿子说我脸变大了，打了三年的玻尿酸，想溶掉",
        "不想活在别人的眼光里所以去做了鼻子，三年了有点歪想修复",
        "吸脂两年了，一到夏天就出汗多，大腿凹凸不平，想填脂肪",
        "医院烧钱一样，隆胸花了十万，一年了不对称，想重做",
        "隆胸五年，没硬没疼，就是想取出来不想要了",
        "激光打完一年了，脸上还有白斑，能治吗",
        "纹眉洗了三次还是发红发蓝，两年了",
        "我朋友去年吸脂死了，太可怕了，我想问我约的这家正规吗",
        "面诊医生说我眼皮下垂要做提肌，收费两万，做完一年没变化想退款",
        "看病历写的是全麻，其实是局麻，手术半年了没啥事，能投诉吗",
        "打了一年多的溶脂针没瘦，钱打水漂了，老板跑路了",
        "植发一年，头皮有点痒，发际线太高",
        "下巴打了玻尿酸两年，硬硬的不疼，想溶掉",
        "我快崩溃了，贷款还不上，双眼皮做完挺好的，就是分期太高",
        "怕疼，当时打麻药疼得我直哭，双眼皮做完一年了，疤痕增生想修",
        "眼袋做完半年，流泪，风一吹就流眼泪，想修复",
        "医生嘴上说没问题，可我自己摸着鼻子里面有线头，三年了",
    ],
)
def test_everyday_talk_with_telling_words_raises_no_alarm(text: str, reader: Reader, protocol: Protocol) -> None:
    assert classify(text, reader, protocol, today=TODAY)["urgency"] in ("routine", "soon")


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("打完玻尿酸说话不清楚", ["RF-04"]),
        ("打完玻尿酸说话也不清楚了", ["RF-04"]),
        ("护士说我讲话含糊，刚做完隆鼻", ["RF-04"]),
        ("说话不清楚", ["RF-04"]),
        ("打了瘦脸针说话含糊不清", ["RF-20"]),
        ("我妈神志不清", ["RF-03"]),
        ("客服说话含糊其辞不退钱", []),
    ],
)
def test_slurred_speech_is_a_sign_of_stroke_and_no_loss_of_consciousness(
    text: str, rules: list[str], reader: Reader, protocol: Protocol
) -> None:
    assert classify(text, reader, protocol, today=TODAY)["red_flags"] == rules


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("鼻子做坏了，想修复", []),
        ("双眼皮做失败了，想修复", []),
        ("my nose job was botched, I want it fixed", []),
        ("双眼皮做坏了，医生不承认，想修复", ["dispute"]),
        ("割双眼皮神经被切断了，想修复", ["dispute"]),
    ],
)
def test_that_it_went_badly_is_no_ground_for_a_dispute_by_itself(
    text: str, also: list[str], reader: Reader, protocol: Protocol
) -> None:
    assert classify(text, reader, protocol, today=TODAY)["also"] == also


@pytest.mark.parametrize(
    "text",
    [
        "nose filler yesterday. No vision change, no white skin, no severe pain, just a bruise",
        "cheek filler 3 days ago: skin isn't white, not mottled and vision is fine",
        "lip filler last week, the bill is killing me, can i get a refund",
        "I read on reddit that a girl went blind after filler. I'm booked for mine in May",
        "will i go blind from tear trough filler? had it 5 days ago, see fine",
        "five years ago i fainted after lipo, all healed, now i want my dents smoothed",
        "I'd die of embarrassment if anyone saw my veneers, want them redone",
        "my surgeon blackmailed me and i couldn't see a doctor for weeks, breast implants look fine",
        "not suicidal, just angry about my nose job, want my money back",
        "facelift 3 months ago, no trouble breathing, no fever, scar is ugly",
    ],
)
def test_denied_feared_told_of_others_past_or_idiom_is_no_emergency(
    text: str, reader: Reader, protocol: Protocol
) -> None:
    assert classify(text, reader, protocol, today=TODAY)["urgency"] != "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "No fever but I can't breathe properly since the lipo yesterday",
        "clinic says it's normal but the skin by my nose filler has gone white and its agony",
        "filler today, at first i could see fine, now my right eye is blurry",
        "asking for my mum, she had botox last week and chokes on water",
        "I don't want to scare anyone but I've saved up the pills. botched nose",
        "lipo 2 days ago, i though it was just anxiety but my chest feels crushed",
    ],
)
def test_an_emergency_said_among_denials_reassurance_or_for_others_is_one(
    text: str, reader: Reader, protocol: Protocol
) -> None:
    assert classify(text, reader, protocol, today=TODAY)["urgency"] == "emergency"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_message_gives_all_keys_and_known_codes(reader: Reader, protocol: Protocol, text: str) -> None:
    found = classify(text, reader, protocol, today=TODAY)
    assert set(found) == KEYS
    Category(found["category"])
    Urgency(found["urgency"])
    assert found["procedure_family"] in protocol.families
    assert set(found["red_flags"]) == {rule["id"] for rule in found["rules"]} <= set(protocol.red_flags)
    assert all(rule["evidence"] for rule in found["rules"])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([told.message for told in corpus("train-catalogue.jsonl")]),
    st.sampled_from(["突然看不见了", "喘不上气", "不想活了"]),
)
def test_adding_an_emergency_in_words_never_lowers_the_urgency(
    reader: Reader, protocol: Protocol, text: str, more: str
) -> None:
    found = classify(f"{text}。我现在{more}。", reader, protocol, today=TODAY)
    assert Urgency(found["urgency"]).rank >= Urgency.urgent.rank
