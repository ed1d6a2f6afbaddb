"""Nothing is held back until Telegram says so; then its published figures are kept, and an alarm goes first."""

from bot.channels.telegram.pace import REMEMBERED_SECONDS, Pace

NOW = 1000.0


def delays(pace: Pace, *chats: int, now: float = NOW, urgent: bool = False) -> list[float]:
    return [round(pace.delay(chat, now, urgent=urgent), 3) for chat in chats]


def test_bursts_are_sent_as_they_come() -> None:
    assert delays(Pace(), *[1] * 50, *range(500)) == [0.0] * 550


def test_chat_that_was_too_fast_gets_a_message_a_second_and_a_group_twenty_a_minute() -> None:
    pace = Pace()
    pace.refused(1, 2.0, NOW)
    pace.refused(-5, 2.0, NOW)
    assert delays(pace, 1, 1, 1, 2) == [2.0, 3.0, 4.0, 0.0]
    assert delays(pace, -5, -5) == [2.0, 5.0]


def test_several_chats_refused_at_once_mean_thirty_a_second_in_all() -> None:
    pace = Pace()
    for chat in (1, 2, 3):
        pace.refused(chat, 1.0, NOW)
    waits = delays(pace, *range(100, 190))
    assert waits[0] == 1.0
    assert 3.9 < waits[-1] < 4.1


def test_alarm_waits_for_no_other_chat() -> None:
    pace = Pace()
    for chat in (1, 2, 3):
        pace.refused(chat, 5.0, NOW)
    delays(pace, *range(100, 200))
    assert delays(pace, 999, urgent=True) == [0.0]
    assert delays(pace, 1, urgent=True) == [5.0]  # this chat itself would refuse it


def test_it_is_forgotten_after_a_while() -> None:
    pace = Pace()
    for chat in (1, 2, 3):
        pace.refused(chat, 1.0, NOW)
    assert delays(pace, 1, 50, now=NOW + REMEMBERED_SECONDS) == [0.0, 0.0]
