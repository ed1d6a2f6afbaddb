"""The parts of Telegram's updates that are read here, as it sends them (core.telegram.org/bots/api#update).

aiogram's types hold every field of the Bot API and cost several times as much to fill. What is not named
here is not looked at, so that nothing new in it can keep a message away.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """Anything of an update."""

    model_config = ConfigDict(frozen=True)


class User(Shape):
    """Who wrote or pressed."""

    is_bot: bool
    language_code: str | None = None


class Chat(Shape):
    """Where; `type` is `private` for one person alone with the bot."""

    id: int
    type: str


class File(Shape):
    """A reference to a document, video or recording; what else it is comes from the field it stands in."""

    file_id: str
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None


class PhotoSize(File):
    """One size of a photo."""

    width: int
    height: int


class LivePhoto(Shape):
    """A photo with a second of film; the photo is what is looked at."""

    photo: list[PhotoSize] | None = None


class Sticker(Shape):
    """A sticker, which stands for its emoji."""

    emoji: str | None = None


class Contact(Shape):
    """A person of the address book."""

    phone_number: str
    first_name: str


class Location(Shape):
    """A point on the map."""

    latitude: float
    longitude: float


class Venue(Shape):
    """A place with a name."""

    title: str
    address: str


class Message(Shape):
    """A message, with what it may hold; of the last six only that they are there."""

    message_id: int
    date: datetime
    chat: Chat
    from_user: User | None = Field(None, alias="from")
    edit_date: int | None = None
    text: str | None = None
    caption: str | None = None
    photo: list[PhotoSize] | None = None
    live_photo: LivePhoto | None = None
    document: File | None = None
    video: File | None = None
    animation: File | None = None
    video_note: File | None = None
    voice: File | None = None
    audio: File | None = None
    contact: Contact | None = None
    venue: Venue | None = None
    location: Location | None = None
    sticker: Sticker | None = None
    dice: Any = None
    poll: Any = None
    story: Any = None
    game: Any = None
    checklist: Any = None
    paid_media: Any = None


class Pressed(Shape):
    """The message whose button was pressed; too old a one comes without its content."""

    message_id: int
    chat: Chat


class CallbackQuery(Shape):
    """A press of a button."""

    id: str
    from_user: User = Field(alias="from")
    message: Pressed | None = None
    data: str | None = None


class Update(Shape):
    """One of what `ALLOWED_UPDATES` asks for; of any other kind only the number."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
