"""The Bot API's methods: each takes account and parameters and returns the `result`, or raises ApiError.

Results and complaints follow core.telegram.org/bots/api and the public source of the real server.
"""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.entities import parse_html, utf16_length
from tests.fakes.telegram.errors import ApiError, bad_request
from tests.fakes.telegram.state import Account, Chat, StoredFile, Webhook

TEXT_LIMIT, CAPTION_LIMIT, BUTTON_LIMIT = 4096, 1024, 100
DOWNLOAD_LIMIT = 20 * 1024 * 1024
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
Params = dict[str, Any]


class Methods:
    """What a bot may call. `files` is shared by all accounts of the server."""

    def __init__(self, files: dict[str, StoredFile]) -> None:
        self.files = files

    def find(self, name: str) -> Callable[[Account, Params], Awaitable[Any]] | None:
        return getattr(self, f"do_{name}", None)

    async def do_getme(self, account: Account, params: Params) -> Any:
        abilities = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
        return {**account.user(), **dict.fromkeys(abilities, False)}

    # messages

    async def do_sendmessage(self, account: Account, params: Params) -> Any:
        chat = _chat(account, params)
        content = _text(params, "text", TEXT_LIMIT, required=True)
        return _post(account, chat, content, params)

    async def do_sendphoto(self, account: Account, params: Params) -> Any:
        chat = _chat(account, params)
        photo = params.get("photo")
        if isinstance(photo, tuple):
            name, data = photo
            if len(data) > 10 * 1024 * 1024:
                raise ApiError(413, "Request Entity Too Large")
            photo = self.keep(name or "photo.jpg", data).file_id
        if not photo or photo not in self.files:
            raise bad_request("there is no photo in the request" if not photo else "wrong file identifier")
        content = _text(params, "caption", CAPTION_LIMIT, required=False)
        sizes = [{**self.files[photo].as_json(), "width": 1280, "height": 960}]
        return _post(account, chat, {"photo": sizes, **content}, params)

    async def do_editmessagetext(self, account: Account, params: Params) -> Any:
        content = _text(params, "text", TEXT_LIMIT, required=True)
        return _edit(account, params, content)

    async def do_editmessagereplymarkup(self, account: Account, params: Params) -> Any:
        return _edit(account, params, {})

    async def do_deletemessage(self, account: Account, params: Params) -> Any:
        chat = _chat(account, params)
        if chat.messages.pop(_number(params, "message_id"), None) is None:
            raise bad_request("message to delete not found")
        chat.touch()
        return True

    async def do_sendchataction(self, account: Account, params: Params) -> Any:
        chat = _chat(account, params)
        if params.get("action") not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat.actions.append(params["action"])
        return True

    async def do_answercallbackquery(self, account: Account, params: Params) -> Any:
        press = str(params.get("callback_query_id", ""))
        if account.presses.pop(press, None) is None:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if utf16_length(str(params.get("text") or "")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        return True

    # files

    def keep(self, name: str, data: bytes, size: int | None = None) -> StoredFile:
        number = len(self.files) + 1
        stored = StoredFile(
            f"AgACAgUAAxkB{number:06d}",
            f"AQAD{number:06d}",
            f"files/{number}_{name}",
            data,
            size or len(data),
        )
        self.files[stored.file_id] = stored
        return stored

    async def do_getfile(self, account: Account, params: Params) -> Any:
        stored = self.files.get(str(params.get("file_id", "")))
        if stored is None:
            raise bad_request("invalid file_id")
        if stored.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        if stored.gone:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return {**stored.as_json(), "file_path": stored.path}

    # settings of the bot

    async def do_setwebhook(self, account: Account, params: Params) -> Any:
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        if not url:
            return await self.do_deletewebhook(account, params)
        parts = urlsplit(url)
        if not parts.hostname or parts.scheme not in ("https", "http"):
            raise bad_request("invalid webhook URL specified")
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad_request("secret token contains unallowed characters")
        if params.get("drop_pending_updates"):
            account.pending.clear()
        if "allowed_updates" in params:
            account.allowed = tuple(params["allowed_updates"] or ())
        connections = int(params.get("max_connections") or 40)
        account.webhook = Webhook(url, secret, connections, account.allowed)
        if account.poll is not None and not account.poll.done():
            account.poll.set_result("Conflict: terminated by setWebhook request")
        account.arrived.set()
        return True

    async def do_deletewebhook(self, account: Account, params: Params) -> Any:
        account.webhook = None
        if params.get("drop_pending_updates"):
            account.pending.clear()
        return True

    async def do_getwebhookinfo(self, account: Account, params: Params) -> Any:
        hook = account.webhook
        info: dict[str, Any] = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(account.pending),
        }
        if account.last_error:
            info |= {"last_error_date": int(time.time()), "last_error_message": account.last_error}
        if hook:
            info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        return info | ({"allowed_updates": list(account.allowed)} if account.allowed else {})

    async def do_setmycommands(self, account: Account, params: Params) -> Any:
        commands = params.get("commands")
        if not isinstance(commands, list):
            raise bad_request("can't parse commands JSON object")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= utf16_length(str(command.get("description", ""))) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        scope = (params.get("scope") or {}).get("type", "default")
        account.commands[scope, str(params.get("language_code") or "")] = commands
        return True

    async def do_getmycommands(self, account: Account, params: Params) -> Any:
        scope = (params.get("scope") or {}).get("type", "default")
        return account.commands.get((scope, str(params.get("language_code") or "")), [])


def _number(params: Params, name: str) -> int:
    try:
        return int(params[name])
    except (KeyError, TypeError, ValueError):
        raise bad_request(f"{name} is not specified") from None


def _chat(account: Account, params: Params) -> Chat:
    raw = params.get("chat_id")
    if raw in (None, ""):
        raise bad_request("chat_id is empty")
    chat = account.chats.get(int(raw)) if str(raw).lstrip("-").isdigit() else None
    if chat is None:
        raise bad_request("chat not found")
    if chat.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return chat


def _text(params: Params, name: str, limit: int, *, required: bool) -> dict[str, Any]:
    """The text of a message after parsing of entities."""
    raw = str(params.get(name) or "")
    if not raw and required:
        raise bad_request("message text is empty")
    mode = str(params.get("parse_mode") or "").lower()
    if mode not in ("", "none", "html"):
        raise bad_request("unsupported parse_mode")  # Markdown is not spoken here: nothing of ours uses it
    plain, entities = parse_html(raw) if mode == "html" else (raw, [])
    if not plain.strip() and (required or raw):
        raise bad_request("text must be non-empty")
    if utf16_length(plain) > limit:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    content: dict[str, Any] = {name: plain.strip()} if plain else {}
    return content | ({"entities" if name == "text" else "caption_entities": entities} if entities else {})


def _keyboard(params: Params) -> dict[str, Any]:
    """The inline keyboard of a call, checked; other kinds of markup are taken as they are."""
    markup = params.get("reply_markup")
    if not markup:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("can't parse reply keyboard markup JSON object")
    if "inline_keyboard" not in markup:
        return {}
    rows = [[_button(button) for button in row if button.get("text")] for row in markup["inline_keyboard"]]
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("InlineKeyboardButton must be an Object")
    if button.get("url"):
        return {"text": button["text"], "url": button["url"]}
    data = button.get("callback_data")
    if not data:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if len(str(data).encode()) > 64:
        raise bad_request("BUTTON_DATA_INVALID")
    return {"text": button["text"], "callback_data": str(data)}


def _post(account: Account, chat: Chat, content: dict[str, Any], params: Params) -> dict[str, Any]:
    keyboard = _keyboard(params)
    number = next(account.message_ids)
    head = {"message_id": number, "from": account.user(), "chat": chat.facts, "date": int(time.time())}
    chat.messages[number] = {**head, **content, **keyboard}
    chat.touch()
    return chat.messages[number]


def _edit(account: Account, params: Params, content: dict[str, Any]) -> dict[str, Any]:
    chat = _chat(account, params)
    old = chat.messages.get(_number(params, "message_id"))
    if old is None:
        raise bad_request("message to edit not found")
    if not old["from"]["is_bot"]:
        raise bad_request("message can't be edited")
    keyboard = _keyboard(params)
    kept = {name: value for name, value in old.items() if name != "reply_markup"}
    if content:
        kept.pop("entities", None)
    new = {**kept, **content, **keyboard}
    if {**new, "edit_date": None} == {**old, "edit_date": None}:
        raise bad_request(NOT_MODIFIED)
    chat.messages[old["message_id"]] = {**new, "edit_date": int(time.time())}
    chat.touch()
    return chat.messages[old["message_id"]]
