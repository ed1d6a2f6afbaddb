"""People at the other end: they write, send photos, press buttons, edit, block, and read answers."""

import asyncio
import time
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.entities import utf16_length
from tests.fakes.telegram.state import Account, Chat, Delivery

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

PATIENCE_SECONDS = 20.0


class Person:
    """One person (or, with a negative `chat`, one person in a group) talking with one bot."""

    def __init__(
        self,
        server: "FakeTelegram",
        account: Account,
        number: int,
        *,
        language: str,
        chat: int | None = None,
        name: str = "Li",
    ) -> None:
        self.server, self.account, self.number = server, account, number
        self.user = {"id": number, "is_bot": False, "first_name": name, "language_code": language}
        self.chat_id = number if chat is None else chat
        group = {"id": self.chat_id, "type": "supergroup", "title": "A group"}
        private = {"id": self.chat_id, "type": "private", "first_name": name}
        self.chat = account.chats.setdefault(self.chat_id, Chat(group if self.chat_id < 0 else private))
        self.read: set[int] = set()

    # speaking; each returns the Delivery, `confirmed` is set when the bot has taken the update

    def write(self, text: str, **more: Any) -> Delivery:
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            length = utf16_length(text.split(maxsplit=1)[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.send(content | more)

    def photo(self, data: bytes, *, caption: str = "", album: str = "", size: int | None = None) -> Delivery:
        """A photo as the client sends it: several sizes, smallest first, only the last one the real thing."""
        small = self.server.methods.keep("thumb.jpg", b"a much smaller copy")
        large = self.server.methods.keep("photo.jpg", data, size)
        sizes = [
            {**small.as_json(), "width": 90, "height": 67},
            {**large.as_json(), "width": 1280, "height": 960},
        ]
        return self.send({"photo": sizes} | _caption(caption, album))

    def album(self, photos: list[bytes], *, caption: str = "") -> list[Delivery]:
        """Several photos sent together: as many updates, one media_group_id, the caption on the first."""
        group = str(time.monotonic_ns())
        return [
            self.photo(data, caption=caption if place == 0 else "", album=group) for place, data in enumerate(photos)
        ]

    def document(
        self,
        data: bytes,
        *,
        name: str = "photo.heic",
        mime: str = "image/heic",
        caption: str = "",
        size: int | None = None,
    ) -> Delivery:
        stored = self.server.methods.keep(name, data, size)
        return self.send(
            {"document": {**stored.as_json(), "file_name": name, "mime_type": mime}} | _caption(caption, "")
        )

    def voice(self, data: bytes) -> Delivery:
        stored = self.server.methods.keep("voice.oga", data)
        return self.send({"voice": {**stored.as_json(), "duration": 3, "mime_type": "audio/ogg"}})

    def send(self, content: dict[str, Any]) -> Delivery:
        """Any kind of message, by its content."""
        number = next(self.account.message_ids)
        message = {
            "message_id": number,
            "from": self.user,
            "chat": self.chat.facts,
            "date": int(time.time()),
            **content,
        }
        self.chat.messages[number] = message
        self.read.add(number)
        return self.server.postman.post(self.account, self.chat_id, {"message": message})

    def edit(self, delivery: Delivery, text: str) -> Delivery:
        message = {**delivery.update["message"], "text": text, "edit_date": int(time.time()) + 1}
        self.chat.messages[message["message_id"]] = message
        return self.server.postman.post(self.account, self.chat_id, {"edited_message": message})

    def repeat(self, delivery: Delivery) -> Delivery:
        """The same message in a new update, as after an answer that got lost."""
        content = {name: value for name, value in delivery.update.items() if name != "update_id"}
        return self.server.postman.post(self.account, self.chat_id, content)

    def press(self, label: str | int, *, message: dict[str, Any] | None = None) -> Delivery:
        """Press a button of a message (by default of the last one that has any) by label or place from 1."""
        message = message or self.last_with_buttons()
        buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
        if isinstance(label, int):
            button = buttons[label - 1]
        else:
            button = next(button for button in buttons if label in button["text"])
        return self.press_data(button["callback_data"], message)

    def press_data(self, data: str, message: dict[str, Any]) -> Delivery:
        press = str(time.monotonic_ns())
        self.account.presses[press] = True
        content = {"id": press, "from": self.user, "message": message, "chat_instance": "77", "data": data}
        return self.server.postman.post(self.account, self.chat_id, {"callback_query": content})

    def block(self) -> Delivery:
        self.chat.blocked = True
        return self._membership("member", "kicked")

    def unblock(self) -> Delivery:
        self.chat.blocked = False
        return self._membership("kicked", "member")

    def _membership(self, old: str, new: str) -> Delivery:
        bot = self.account.user()
        content = {
            "chat": self.chat.facts,
            "from": self.user,
            "date": int(time.time()),
            "old_chat_member": {"user": bot, "status": old} | ({"until_date": 0} if old == "kicked" else {}),
            "new_chat_member": {"user": bot, "status": new} | ({"until_date": 0} if new == "kicked" else {}),
        }
        return self.server.postman.post(self.account, self.chat_id, {"my_chat_member": content})

    # reading

    def from_bot(self) -> list[dict[str, Any]]:
        return [message for _, message in sorted(self.chat.messages.items()) if message["from"]["is_bot"]]

    def last_with_buttons(self) -> dict[str, Any]:
        return next(message for message in reversed(self.from_bot()) if "reply_markup" in message)

    async def hears(self, count: int = 1, *, patience: float = PATIENCE_SECONDS) -> list[dict[str, Any]]:
        """The next `count` messages of the bot that this person has not read yet."""
        deadline = time.monotonic() + patience
        while True:
            changed = self.chat.changed
            fresh = [message for message in self.from_bot() if message["message_id"] not in self.read]
            if len(fresh) >= count:
                self.read.update(message["message_id"] for message in fresh[:count])
                return fresh[:count]
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited for {count} messages, got {[m.get('text') for m in fresh]}")
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                continue


def _caption(caption: str, album: str) -> dict[str, Any]:
    return ({"caption": caption} if caption else {}) | ({"media_group_id": album} if album else {})
