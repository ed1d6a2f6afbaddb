"""Outbound becomes the payloads of Telegram's methods: pure. Limits are Telegram's, in UTF-16 units."""

import html
import logging
from collections.abc import Sequence
from typing import Any

from bot.messages import Outbound

TEXT_LIMIT = 4096  # core.telegram.org/bots/api#sendmessage, after entities parsing
CALLBACK_LIMIT = 64  # bytes, core.telegram.org/bots/api#inlinekeyboardbutton
SHORT_LABEL = 12  # columns; two such labels fit beside each other on a small phone
TICKED, DONE = "\N{CHECK MARK} ", "done"
NO_PREVIEW = {"is_disabled": True}
log = logging.getLogger(__name__)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts it."""
    return len(text) + sum(sign > "\uffff" for sign in text) if not text.isascii() else len(text)


def columns(label: str) -> int:
    """How wide a label is: a Chinese character takes two columns."""
    return sum(2 if sign > "\u2e7f" else 1 for sign in label)


def parts(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The text in pieces Telegram takes: cut at a line end, else at a space, else anywhere."""
    if units(text) <= limit:
        return [text]
    pieces: list[str] = []
    while units(text) > limit:
        end = _fitting(text, limit)
        window = text[:end]
        cut = max(window.rfind("\n"), 0) or max(window.rfind(" "), 0) or end
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n")
    pieces.append(text)
    return [piece for piece in pieces if piece.strip()]


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into so many units."""
    used = 0
    for place, sign in enumerate(text):
        used += 2 if sign > "\uffff" else 1
        if used > limit:
            return place
    return len(text)


def keyboard(message: Outbound, done: str) -> dict[str, Any] | None:
    """The inline keyboard of a question, with a button `done` under a multi-select; None without choices."""
    buttons = []
    for choice in message.choices:
        data = f"{message.asked}|{choice.id}"
        if len(data.encode()) > CALLBACK_LIMIT:  # the choice can still be typed
            log.error("button left out: %s is over %d bytes", data, CALLBACK_LIMIT)
            continue
        label = f"{TICKED}{choice.label}" if choice.selected else choice.label
        buttons.append({"text": label, "callback_data": data})
    if not buttons:
        return None
    rows = _rows(buttons)
    if message.multi:
        rows.append([{"text": done, "callback_data": f"{message.asked}|{DONE}"}])
    return {"inline_keyboard": rows}


def _rows(buttons: Sequence[dict[str, str]]) -> list[list[dict[str, str]]]:
    if any(columns(button["text"]) > SHORT_LABEL for button in buttons):
        return [[button] for button in buttons]
    return [list(buttons[place : place + 2]) for place in range(0, len(buttons), 2)]


def payloads(chat_id: int, message: Outbound, done: str) -> list[dict[str, Any]]:
    """The sendMessage calls that bring a message, in order; buttons are under the last part."""
    calls: list[dict[str, Any]] = [
        {"chat_id": chat_id, "text": piece, "link_preview_options": NO_PREVIEW} for piece in parts(message.text)
    ]
    if message.type == "alarm" and calls:
        calls[0] |= {"text": emphasised(calls[0]["text"]), "parse_mode": "HTML"}
    if calls and (markup := keyboard(message, done)) is not None:
        calls[-1]["reply_markup"] = markup
    return calls


def emphasised(text: str) -> str:
    """An alarm with its first line bold; everything escaped, since only < > & mean anything in Telegram's HTML."""
    first, newline, rest = text.partition("\n")
    return f"<b>{html.escape(first, quote=False)}</b>{newline}{html.escape(rest, quote=False)}"


def unformatted(call: dict[str, Any], text: str) -> dict[str, Any]:
    """The same call as plain text, for when Telegram could not parse it."""
    return {name: value for name, value in call.items() if name != "parse_mode"} | {"text": text}
