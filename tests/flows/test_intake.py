"""What holds for every conversation, whatever the person does."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.speech import Speaker
from flows import intake, missing
from flows.conversation import Ask, CaseFacts, Context, Input, MediaSeen, OpenCase, Session, Step, UpdateCase
from flows.moves import MACHINE
from flows.protocol import Protocol
from flows.questions import QUESTIONS
from flows.reading import Reader

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

said = st.sampled_from(
    (
        "你好", "都没有", "没有", "不确定", "跳过", "完成", "同意", "不同意", "昨天", "双眼皮", "打了玻尿酸鼻子", "看不见了",
        "不想活了", "退款", "想修复", "1", "2", "#1,2", "返回", "帮助", "English", "转人工", "重新开始", "退出", "进度",
        "提交", "13800138000", "", "😭", "no", "yes", "skip", "my lip went white after filler",
    )
)  # fmt: skip
inputs = st.one_of(
    said.map(lambda text: Input(text=text)),
    st.text(max_size=60).map(lambda text: Input(text=text)),
    st.lists(st.integers(1, 15).map(lambda n: f"#{n}"), min_size=1, max_size=3).map(lambda p: Input(picks=tuple(p))),
    st.sampled_from(("start", "help", "back", "lang", "person", "restart", "exit", "status", "x")).map(
        lambda name: Input(command=name)
    ),
    st.booleans().map(
        lambda good: Input(media=(MediaSeen(id="m", kind="photo", problem=None if good else "photo-broken"),))
    ),
    st.just(Input(picks=("agree",), asked="zz")),
)


@pytest.fixture
def context(protocol: Protocol, reader: Reader, speakers: dict[str, Speaker]) -> Context:
    return Context(
        now=NOW, protocol=protocol, reader=reader, speakers=speakers, channel="terminal", new_case_number="A000-0000"
    )


def after(step: Step, context: Context) -> Context:
    """The context of the next step: the case as the shell would have kept it."""
    case = context.case
    for event in step.events:
        if isinstance(event, OpenCase | UpdateCase):
            made = event.assessment
            case = CaseFacts(
                number="A000-0000", status="queued", category=made.category, urgency=made.urgency,
                queues=made.queues, due_at=None, held=False, assessment=made,
            )  # fmt: skip
    return Context(
        now=context.now, protocol=context.protocol, reader=context.reader, speakers=context.speakers,
        channel=context.channel, case=case, new_case_number=context.new_case_number,
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(inputs, min_size=1, max_size=25))
def test_every_input_is_answered_and_the_session_survives_json(context: Context, heard: list[Input]) -> None:
    session = intake.start("zh-CN")
    for one in heard:
        stored = {name: getattr(session, name) for name in Session.__slots__}
        session = intake.restored(json.loads(json.dumps(stored)))
        step = intake.step(session, one, context)
        session, context = step.session, after(step, context)
        assert session.state in missing.STATES
        assert step.events, (session.state, one)
        speaker = context.speakers[session.locale]
        for event in step.events:
            if words := getattr(event, "words", None):
                assert speaker(words).strip()
            if isinstance(event, Ask):
                assert len({choice.id for choice in event.choices}) == len(event.choices)
                assert all(len(f"{event.asked}|{choice.id}".encode()) <= 64 for choice in event.choices)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(inputs, max_size=12))
def test_red_flag_interrupts_whatever_was_going_on(context: Context, heard: list[Input]) -> None:
    session = intake.start("zh-CN")
    for one in heard:
        step = intake.step(session, one, context)
        session, context = step.session, after(step, context)
    step = intake.step(session, Input(text="打完玻尿酸突然喘不上气，看不见了"), context)
    assert {"RF-01", "RF-12"} & set(step.session.alarmed)
    assert step.events[0].__class__.__name__ == "Alarm" or set(session.alarmed) >= {"RF-01", "RF-12"}


def test_every_state_has_a_question_and_a_way_out() -> None:
    for state in missing.STATES:
        assert state == missing.WITH_CENTRE or state in QUESTIONS
    for transition in MACHINE.get_transitions():
        assert {transition.source, transition.dest} <= set(missing.STATES)


def test_conversation_of_an_older_flow_goes_on(context: Context) -> None:
    """A state that is no more leads to the first thing still missing."""
    old = Session(
        flow="intake", version=0, state="a_state_that_was_removed", locale="zh-CN", turns=3,
        answers={"consent": True, "safety": {q.id: "no" for q in context.protocol.must_asks}},
    )  # fmt: skip
    step = intake.step(old, Input(command="help"), context)
    assert step.session.state == "procedure"


def test_more_misses_never_end_in_a_dead_end(context: Context) -> None:
    """Words that nobody can read are taken as they are at the second try."""
    session = Session(
        flow="intake", version=1, state="procedure", locale="zh-CN", turns=3, asked="2",
        answers={"consent": True, "safety": {q.id: "no" for q in context.protocol.must_asks}},
    )  # fmt: skip
    for text in ("嗯哼哈", "嗯哼哈"):
        session = intake.step(session, Input(text=text), context).session
    assert session.state == "when"
    assert session.answers["procedure_text"] == "嗯哼哈"
