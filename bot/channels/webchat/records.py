"""What the web chat reads from storage: who is at the door, what was said, what is new.

Nothing here writes, locks or creates: looking at the page leaves no trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from storage import conversations, media
from storage import messages as lines
from storage.conversations import Thread
from storage.database import vault_of
from storage.media import Media
from storage.messages import StoredMessage
from storage.models import MESSAGE
from storage.vault import PatientKey

CHANNEL = "web"
PAGE_SIZE = 60
BEFORE = 12  # messages looked back over for the question that an answer belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A person's conversation and a stretch of it."""

    thread: Thread
    locale: str
    state: str
    open_question: str
    messages: Sequence[StoredMessage] = ()
    lead: Sequence[StoredMessage] = ()  # some before them, for what they refer to
    earlier: int | None = None  # the id before which there are more


def door(c: sa.Connection, token: str) -> View | None:
    """The conversation behind a cookie; None for somebody new."""
    thread = conversations.find(c, vault_of(c), channel=CHANNEL, address=token)
    if thread is None:
        return None
    session: dict[str, Any] = thread.session or {}
    return View(
        thread=thread,
        locale=str(session.get("locale") or ""),
        state=str(session.get("state") or ""),
        open_question=str(session.get("asked") or ""),
    )


def last_page(c: sa.Connection, token: str, before: int | None) -> View | None:
    """With the newest messages, or the newest before an id."""
    found = door(c, token)
    if found is None:
        return None
    kept = _last(c, found.thread, before, PAGE_SIZE + BEFORE)
    lead, shown = kept[:-PAGE_SIZE], kept[-PAGE_SIZE:]
    return replace(found, messages=shown, lead=lead, earlier=shown[0].id if lead else None)


def since(c: sa.Connection, token: str, after: int | None) -> View | None:
    """With what was said after an id; when None, the person's newest message and what came of it."""
    found = door(c, token)
    if found is None:
        return None
    thread = found.thread
    if after is None:
        kept = _last(c, thread, None, PAGE_SIZE)
        heard = [place for place, message in enumerate(kept) if message.direction == "in"]
        cut = heard[-1] if heard else 0
        return replace(found, messages=kept[cut:], lead=kept[:cut])
    new = lines.messages(c, thread.key, thread.conversation_id, after=after)
    answers = any(message.body.get("picks") for message in new if message.direction == "in")
    return replace(found, messages=new, lead=_last(c, thread, after + 1, BEFORE) if answers else ())


def photo(c: sa.Connection, token: str, media_id: str) -> tuple[Media, PatientKey] | None:
    """A photo that this very person sent, and the key that opens it."""
    view = door(c, token)
    found = media.get(c, vault_of(c), media_id) if view else None
    if view is None or found is None or found[0].patient_id != view.thread.patient_id:
        return None
    return found if found[0].kind == "photo" and found[0].status == "stored" else None


def newest(c: sa.Connection, conversation_ids: Sequence[str]) -> dict[str, int]:
    """The id of the last message of each conversation, in one statement."""
    chosen = (
        sa.select(MESSAGE.c.conversation_id, sa.func.max(MESSAGE.c.id))
        .where(MESSAGE.c.conversation_id.in_(conversation_ids))
        .group_by(MESSAGE.c.conversation_id)
    )
    return {row[0]: row[1] for row in c.execute(chosen)}


def _last(c: sa.Connection, thread: Thread, before: int | None, count: int) -> list[StoredMessage]:
    """The last `count` messages, or the last before an id; the oldest first."""
    ids = sa.select(MESSAGE.c.id).where(MESSAGE.c.conversation_id == thread.conversation_id)
    if before is not None:
        ids = ids.where(MESSAGE.c.id < before)
    newest_ids = list(c.execute(ids.order_by(MESSAGE.c.id.desc()).limit(count)).scalars())
    if not newest_ids:
        return []
    return lines.messages(c, thread.key, thread.conversation_id, after=newest_ids[-1] - 1, limit=len(newest_ids))
