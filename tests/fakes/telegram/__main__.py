"""`python -m tests.fakes.telegram --port 9999`: a Bot API server to try the product against, and a person.

Every line typed is sent as a message; `#2` presses the second button of the last message that has any,
`photo: PATH` sends a photo, `file: PATH` a document. What the bot says is printed.
"""

import argparse
import asyncio
import contextlib
import mimetypes
import sys
from pathlib import Path

from tests.fakes.telegram.people import Person
from tests.fakes.telegram.server import FakeTelegram
from tests.fakes.telegram.state import Call

SHOWN = {
    "sendmessage": "says",
    "sendphoto": "shows",
    "editmessagetext": "edits",
    "editmessagereplymarkup": "edits",
}


def log(call: Call) -> None:
    if call.method == "getupdates":
        return
    detail = call.text.replace("\n", "\n    ")
    keyboard = (call.params.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = [button["text"] for row in keyboard for button in row]
    error = "" if call.status in (0, 200) else f"  [{call.status} {call.answer.get('description')}]"
    print(f"{SHOWN.get(call.method, call.method)} → {call.chat or ''}{error}  {detail}")
    for place, label in enumerate(buttons, 1):
        print(f"      #{place} {label}")
    sys.stdout.flush()


def act(person: Person, line: str) -> None:
    if line.startswith("#") and line[1:].isdigit():
        person.press(int(line[1:]))
    elif line.startswith(("photo:", "file:")):
        kind, _, path = line.partition(":")
        file = Path(path.strip()).expanduser()
        if kind == "photo":
            person.photo(file.read_bytes())
        else:
            mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            person.document(file.read_bytes(), name=file.name, mime=mime)
    else:
        person.write(line)


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.telegram", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9999)
    parser.add_argument("--chat", type=int, default=5001, help="number of the person who types here")
    parser.add_argument("--language", default="zh-hans")
    options = parser.parse_args()
    async with FakeTelegram(host=options.host, port=options.port, retry_seconds=2.0) as telegram:
        telegram.watchers.append(log)
        print(f"Bot API on {telegram.url}. Start the product with:")
        print(f"  AIDLINE_TELEGRAM_API={telegram.url} AIDLINE_PATIENT_BOT_TOKEN={telegram.token} aidline serve")
        sys.stdout.flush()
        person = telegram.person(options.chat, language=options.language)
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                if line.strip():
                    act(person, line.strip())
            except (OSError, IndexError, StopIteration) as error:
                print(f"not sent: {type(error).__name__} {error}")
        if not sys.stdin.isatty():
            await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
