"""Telegram's updates become Inbound: pure, no calls, one update at most one Inbound.

An album is as many updates as photos, its caption on one of them; each is taken as it comes.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import orjson
from aiogram.enums import ChatType

from bot.channels.telegram.shapes import CallbackQuery, File, Message, Update
from bot.messages import Inbound, InboundMedia

CHANNEL = "telegram"
# Only what is read here; asking on purpose, as the list of the last setWebhook or getUpdates sticks.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?")
# core.telegram.org/bots/features#deep-linking
START_CODE = re.compile(r"/start(?:@\w+)? ([A-Za-z0-9_-]{1,64})")
UNDECODABLE_IMAGES = ("image/svg+xml",)


@dataclass(frozen=True, slots=True)
class Group:
    """Somebody addressed the bot in a group or a channel, where nothing private may be said."""

    chat_id: int
    language: str | None


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed: the press has to be answered, whatever else happens."""

    id: str
    inbound: Inbound | None
    message_id: int | None


def parsed(body: bytes) -> Update | None:
    """The update in a body, or None when it holds none: refused, Telegram would only send it again."""
    try:
        return validated(orjson.loads(body))
    except ValueError:
        return None


def validated(raw: Any) -> Update | None:
    """The same for one that is JSON already."""
    try:
        return Update.model_validate(raw)
    except ValueError:
        return None


def read_update(update: Update, now: datetime) -> Inbound | Press | Group | None:
    """What an update means to us; None when there is nothing to do."""
    if update.message is not None:
        return _from_message(update.message, f"m{update.message.chat.id}:{update.message.message_id}")
    if (edited := update.edited_message) is not None:
        key = f"e{edited.chat.id}:{edited.message_id}:{edited.edit_date or 0}"
        seen = _from_message(edited, key)
        return replace(seen, edited=True) if isinstance(seen, Inbound) else None
    if update.callback_query is not None:
        return _from_press(update.callback_query, now)
    return None


def locale_of(language: str | None) -> str | None:
    """The nearest of our languages to the one of the person's app; None when it is neither."""
    code = (language or "").lower()
    if code.startswith("zh"):
        return "zh-CN"
    return "en" if code.startswith("en") else None


def _from_message(message: Message, key: str) -> Inbound | Group | None:
    sender = message.from_user
    language = sender.language_code if sender else None
    if message.chat.type != ChatType.PRIVATE:
        return Group(message.chat.id, language) if _addressed(message) else None
    if sender is None or sender.is_bot:
        return None
    media = _media(message)
    text = message.text or message.caption or ""
    if not text and not media:
        hint = _described(message)
        if hint is None:
            return None
        text = hint
    command, text = _command(text) if message.text else (None, text)
    return Inbound(
        channel=CHANNEL,
        address=str(message.chat.id),
        key=key,
        at=message.date,
        text=text,
        command=command,
        media=media,
        locale=locale_of(language),
    )


def _addressed(message: Message) -> bool:
    """Privacy mode brings a bot only what is meant for it; other talk of a group is not ours."""
    return message.text is not None and COMMAND.match(message.text) is not None


def _command(text: str) -> tuple[str | None, str]:
    """The command and what follows it. Words after a command win over it: they may be an alarm."""
    if (start := START_CODE.fullmatch(text.strip())) is not None:
        return "start", start[1]
    if (alone := COMMAND.fullmatch(text.strip())) is not None:
        return alone[1].lower(), ""
    return None, text


def _media(message: Message) -> tuple[InboundMedia, ...]:
    photo = message.photo or (message.live_photo.photo if message.live_photo else None)
    if photo:
        largest = max(photo, key=lambda size: size.width * size.height)
        return (_file(largest, "photo", "image/jpeg"),)
    if (document := message.document) is not None:
        mime = (document.mime_type or "").lower()
        is_photo = mime.startswith("image/") and mime not in UNDECODABLE_IMAGES
        return (_file(document, "photo" if is_photo else "document", mime),)
    if (video := message.video or message.animation or message.video_note) is not None:
        return (_file(video, "video", "video/mp4"),)
    if (voice := message.voice or message.audio) is not None:
        return (_file(voice, "voice", "audio/ogg"),)
    return ()


def _file(file: File, kind: Literal["photo", "document", "video", "voice"], content_type: str) -> InboundMedia:
    """The reference to a file; its name and type come from the message, as getFile may lose them."""
    return InboundMedia(
        kind=kind,
        name=file.file_name or "",
        content_type=file.mime_type or content_type,
        ref=file.file_id,
        size=file.file_size,
    )


def _described(message: Message) -> str | None:
    """In words what came without any: an answer where it can be one, else empty (the flow then hints).

    None for a service message (a pin, a new theme): nobody said anything.
    """
    if (contact := message.contact) is not None:
        return f"{contact.first_name} {contact.phone_number}".strip()
    if (venue := message.venue) is not None:
        return f"{venue.title}, {venue.address}"
    if (place := message.location) is not None:
        return f"{place.latitude:.5f}, {place.longitude:.5f}"
    if (sticker := message.sticker) is not None:
        return sticker.emoji or ""
    others = (message.dice, message.poll, message.story, message.game, message.checklist, message.paid_media)
    return "" if any(other is not None for other in others) else None


def _from_press(press: CallbackQuery, now: datetime) -> Press:
    message = press.message
    if message is None or message.chat.type != ChatType.PRIVATE or not press.data:
        return Press(press.id, None, None)
    asked, separator, choice = press.data.partition("|")
    if not separator:
        asked, choice = "", press.data
    inbound = Inbound(
        channel=CHANNEL,
        address=str(message.chat.id),
        key=f"c{press.id}",
        at=now,
        text="",
        picks=(choice,),
        asked=asked,
        toggle=True,  # on a multi-select a press ticks; on any other question the flow takes it as the answer
        locale=locale_of(press.from_user.language_code),
    )
    return Press(press.id, inbound, message.message_id)
