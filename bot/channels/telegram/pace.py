"""How fast we may send once Telegram has said that it was too fast; pure, times by any clock in seconds.

Telegram names no exact limits: bursts are let through, and what is too much is answered with 429
(core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). So nothing is held back until
then. From then on, for a while, its published figures are kept: one message a second in a chat, twenty a
minute in a group, thirty a second in all.
"""

from collections import OrderedDict

CHAT_GAP = 1.0
GROUP_GAP = 3.0
BOT_GAP = 1 / 30
REMEMBERED_SECONDS = 300.0  # after a 429
ALL_TOO_FAST = 3  # chats refused within `TOGETHER_SECONDS` mean the bot and not its chats
TOGETHER_SECONDS = 10.0


class Pace:
    """Books a place in time for each message."""

    def __init__(self) -> None:
        self._refused: OrderedDict[int, float] = OrderedDict()  # chats and when, the latest last
        self._next: dict[int, float] = {}  # when the chat may be written to again
        self._bot_until = 0.0  # thirty a second until then
        self._bot_next = 0.0

    def refused(self, chat_id: int, wait: float, now: float) -> None:
        """Telegram asked to wait so long with this chat."""
        self._refused[chat_id] = now
        self._refused.move_to_end(chat_id)
        self._next[chat_id] = now + wait
        while self._refused and next(iter(self._refused.values())) < now - REMEMBERED_SECONDS:
            gone, _ = self._refused.popitem(last=False)
            self._next.pop(gone, None)
        lately = sum(at > now - TOGETHER_SECONDS for at in self._refused.values())
        if lately >= ALL_TOO_FAST:
            self._bot_until = now + REMEMBERED_SECONDS
            self._bot_next = max(self._bot_next, now + wait)

    def delay(self, chat_id: int, now: float, *, urgent: bool) -> float:
        """For how many seconds to hold back a message that is sent now; an alarm waits for no other chat."""
        at = now
        if now - self._refused.get(chat_id, -REMEMBERED_SECONDS) < REMEMBERED_SECONDS:
            at = max(at, self._next[chat_id])
            self._next[chat_id] = at + (CHAT_GAP if chat_id > 0 else GROUP_GAP)
        if now < self._bot_until:
            if not urgent:
                at = max(at, self._bot_next)
            self._bot_next = max(self._bot_next, now) + BOT_GAP
        return at - now
