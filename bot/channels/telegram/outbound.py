"""Outbound becomes the payloads of Telegram's methods: pure. Limits are Telegram's, in UTF-16 units."""

import html
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.messages import Outbound
from locales import translator

TEXT_LIMIT = 4096  # core.telegram.org/bots/api#sendmessage, after entities parsing
CALLBACK_LIMIT = 64  # bytes, core.telegram.org/bots/api#inlinekeyboardbutton
SHORT_LABEL = 12  # columns; two such labels fit beside each other on a small phone
TICKED, DONE = "\N{CHECK MARK} ", "done"
NO_PREVIEW = {"is_disabled": True}
log = logging.getLogger("aidline.telegram")


@dataclass(frozen=True, slots=True)
class Part:
    """One sendMessage call, and its text without markup for when Telegram can't parse it."""

    payload: dict[str, Any]
    plain: str

    @property
    def unformatted(self) -> dict[str, Any]:
        """The same call as plain text."""
        return {name: value for name, value in self.payload.items() if name != "parse_mode"} | {"text": self.plain}

    @property
    def without_buttons(self) -> dict[str, Any]:
        """The same call as plain text with nothing to press; every choice can be typed as well."""
        return {name: value for name, value in self.unformatted.items() if name != "reply_markup"}


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def columns(label: str) -> int:
    """How wide a label is: a Chinese character takes two columns."""
    return sum(2 if sign > "\u2e7f" else 1 for sign in label)


def language_of(text: str) -> str:
    """The language a message is in, for the few words this channel adds to it."""
    return "zh-CN" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "en"


def split(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The text in pieces Telegram takes: cut at a line end, else at a space, else anywhere."""
    pieces: list[str] = []
    while len(text) * 2 > limit and units(text) > limit:  # no sign takes more than two
        end = _fitting(text, limit)
        window = text[:end]
        cut = max(window.rfind("\n"), 0) or max(window.rfind(" "), 0) or end
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n")
    return [piece for piece in (*pieces, text) if piece.strip()]


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into so many units."""
    used = 0
    for place, sign in enumerate(text):
        used += 2 if sign > "\uffff" else 1
        if used > limit:
            return place
    return len(text)


def keyboard(message: Outbound) -> dict[str, Any] | None:
    """The inline keyboard of a question, a multi-select with a button to finish; None without choices."""
    buttons = []
    for choice in message.choices:
        data = f"{message.asked}|{choice.id}"
        if len(data.encode()) > CALLBACK_LIMIT:
            log.error("button left out: %s is over %d bytes", data, CALLBACK_LIMIT)
            continue
        label = f"{TICKED}{choice.label}" if choice.selected else choice.label
        buttons.append({"text": label, "callback_data": data})
    if not buttons:
        return None
    rows = _rows(buttons)
    if message.multi:
        done = translator(language_of(message.text)).text("telegram-done")
        rows.append([{"text": done, "callback_data": f"{message.asked}|{DONE}"}])
    return {"inline_keyboard": rows}


def _rows(buttons: Sequence[dict[str, str]]) -> list[list[dict[str, str]]]:
    labels = [button["text"] for button in buttons]
    if any(len(label) > SHORT_LABEL or columns(label) > SHORT_LABEL for label in labels):
        return [[button] for button in buttons]
    return [list(buttons[place : place + 2]) for place in range(0, len(buttons), 2)]


def parts(chat_id: int, message: Outbound) -> list[Part]:
    """The sendMessage calls that bring a message, in order; buttons are under the last one."""
    made: list[Part] = []
    for place, text in enumerate(split(_signed(message))):
        payload: dict[str, Any] = {"chat_id": chat_id, "text": text, "link_preview_options": NO_PREVIEW}
        if message.type == "alarm" and place == 0:
            payload |= {"text": _first_line_bold(text), "parse_mode": "HTML"}
        made.append(Part(payload, text))
    if made and (markup := keyboard(message)) is not None:
        made[-1].payload["reply_markup"] = markup
    return made


def _signed(message: Outbound) -> str:
    """The text; what a member of staff wrote says in which role."""
    if message.type != "reply" or not message.role:
        return message.text
    role = translator(language_of(message.text)).text(f"telegram-from-{message.role.replace('_', '-')}")
    return f"{role}\n{message.text}"


def _first_line_bold(text: str) -> str:
    """Everything escaped: only < > & mean anything in Telegram's HTML."""
    first, newline, rest = text.partition("\n")
    return f"<b>{html.escape(first, quote=False)}</b>{newline}{html.escape(rest, quote=False)}"
