"""A program to be killed: keeps messages one by one and prints each id once it is committed."""

import sys
from datetime import UTC, datetime

from storage import conversations, outbox
from storage.database import Database
from storage.vault import Vault


def main(url: str, secret: str) -> None:
    database = Database(url, Vault(secret.encode()))
    for number in range(1_000_000):
        now = datetime.now(UTC)
        with database.begin() as c:
            thread = conversations.find_or_begin(
                c, database.vault, channel="web", address="p1", message_key=str(number), now=now
            )
            heard = conversations.NewMessage(direction="in", kind="text", body={}, at=now, key=str(number))
            (message_id,) = conversations.save(c, thread, session={"count": number + 1}, heard=heard, said=[], now=now)
            row = outbox.Row(kind="send", recipient="web:p1", payload={"id": message_id}, due_at=now)
            outbox.add(c, [row], owner="writer", now=now)
        print(message_id, flush=True)


main(*sys.argv[1:])
