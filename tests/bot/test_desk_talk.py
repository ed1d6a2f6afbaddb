"""The conversation on a case page: what was ticked reads as what it says, on every channel."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.desk.talk import said
from storage.conversations import StoredMessage

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
CHOICES = {"pus": "流脓", "fever": "发烧", "none": "都没有"}


class Talk:
    """The stored lines of one conversation."""

    def __init__(self) -> None:
        self.lines: list[StoredMessage] = []
        self._numbers = count(1)

    def add(self, direction: str, kind: str, **body: Any) -> "Talk":
        number = next(self._numbers)
        line = StoredMessage(
            id=number, conversation_id="1", direction=direction, kind=kind, body=body,
            at=AT + timedelta(seconds=number), staff_id=None,
        )  # fmt: skip
        self.lines.append(line)
        return self

    def ask(self, *selected: str, multi: bool = True, edit: bool = False) -> "Talk":
        choices = [{"id": id_, "label": label, "selected": id_ in selected} for id_, label in CHOICES.items()]
        return self.add("out", "ask", text="哪些?", choices=choices, multi=multi, edit=edit)

    def pick(self, *picks: str) -> "Talk":
        return self.add("in", "text", text="", picks=list(picks))

    def shown(self) -> list[tuple[str, ...]]:
        return [line.picks for line in said(self.lines, (), {}) if line.look == "patient"]


def test_a_list_ticked_one_by_one_shows_the_question_once_each_tick_and_at_the_end_what_was_ticked() -> None:
    talk = Talk().ask().pick("pus").ask("pus", edit=True).pick("fever").ask("pus", "fever", edit=True)
    talk.pick("pus").ask("fever", edit=True).pick("done")
    assert talk.shown() == [("流脓",), ("发烧",), ("流脓",), ("发烧",)]
    assert len(said(talk.lines, (), {})) == 5


def test_words_kept_with_a_pick_are_shown_as_they_were_offered() -> None:
    talk = Talk().ask().add("in", "text", text="", picks=["pus"], picked=["☑ 流脓"])
    assert talk.shown() == [("☑ 流脓",)]


def test_a_list_sent_off_without_a_tick_means_none_of_it() -> None:
    assert Talk().ask().pick("done").shown() == [("都没有",)]


def test_several_picks_sent_at_once_are_all_shown() -> None:
    assert Talk().ask().pick("pus", "fever").shown() == [("流脓", "发烧")]


def test_done_is_shown_as_it_is_called_where_it_is_a_choice_of_its_own() -> None:
    talk = Talk().add("out", "ask", text="照片?", choices=[{"id": "done", "label": "拍完了"}])
    assert talk.pick("done").shown() == [("拍完了",)]
    assert talk.ask().pick("done").shown()[-1] == ("都没有",)
