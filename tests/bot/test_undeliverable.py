"""What can never be delivered says why and what helps, at the desk and in both languages."""

from datetime import UTC, datetime

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import SendMessage

from bot.channels.telegram.api import as_delivery_error
from bot.desk.history import Timeline
from bot.speech import Speaker
from storage.timeline import Entry

METHOD = SendMessage(chat_id=1, text="x")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"), "blocked"),
        (TelegramForbiddenError(METHOD, "Forbidden: user is deactivated"), "deactivated"),
        (TelegramBadRequest(METHOD, "Bad Request: chat not found"), "no-chat"),
        (TelegramBadRequest(METHOD, "Bad Request: message text is empty"), "refused"),
    ],
)
def test_telegrams_reasons_are_told_apart(error: Exception, code: str) -> None:
    mapped = as_delivery_error(error)
    assert (mapped.permanent, mapped.code) == (True, code)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_desk_says_what_helps(speakers: dict[str, Speaker], locale: str) -> None:
    def line(**detail: str) -> str:
        entry = Entry(id=1, actor="system", kind="undeliverable", detail=detail, at=datetime.now(UTC))
        return Timeline(speakers[locale], "clinical").line(entry)

    told = [line(what="send", code=code) for code in ("blocked", "deactivated", "no-chat", "refused")]
    told.append(line(what="notify", code=""))
    assert len(set(told)) == len(told)
    assert all(" · " in one for one in told)
    assert "AIDLINE_NOTIFY_URLS" in told[-1]
