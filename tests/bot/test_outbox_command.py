"""`aidline outbox`: what waits and what failed, without a word of a patient; tried again, or dropped when sure."""

import json
from datetime import UTC, datetime

import pytest
import typer

from bot.commands import outbox as command
from bot.service import Service
from storage import audit, backlog, outbox


@pytest.fixture
def failed(service: Service) -> int:
    """A message that was given up."""
    now = datetime.now(UTC)
    payload = {"channel": "telegram", "address": "5001", "message": {"text": "secret words"}}
    row = outbox.Row(kind="send", recipient="telegram:5001", payload=payload, due_at=now)
    with service.database.begin() as c:
        (added,) = outbox.add(c, [row], owner="a", now=now)
        outbox.give_up(c, added.id, "Telegram: Forbidden: bot was blocked by the user", "blocked", now)
    return added.id


@pytest.mark.parametrize("as_json", [False, True])
def test_list_says_what_failed_and_why_and_nothing_of_the_patient(
    failed: int, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    command.outbox_list(failed=True, limit=10, as_json=as_json)
    shown = capsys.readouterr().out
    assert "bot was blocked" in shown
    assert "secret words" not in shown
    assert "5001" not in shown
    if as_json:
        (row,) = json.loads(shown)
        assert (row["id"], row["kind"], row["status"], row["channel"]) == (failed, "send", "failed", "telegram")


def test_what_failed_is_tried_again(service: Service, failed: int, capsys: pytest.CaptureFixture[str]) -> None:
    command.outbox_retry(None)
    with service.database.begin() as c:
        assert [row.id for row in outbox.claim_due(c, "b", datetime.now(UTC))] == [failed]
        assert audit.records(c)[0].action == "retried"
    with pytest.raises(typer.Exit) as ended:  # somebody is just sending it
        command.outbox_retry([failed])
    assert ended.value.exit_code == 1
    with pytest.raises(typer.Exit):
        command.outbox_drop(failed, sure=True)


def test_dropping_asks_whether_one_is_sure(service: Service, failed: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        command.outbox_drop(failed, sure=False)
    assert ended.value.exit_code == 2
    command.outbox_drop(failed, sure=True)
    with service.database.read() as c:
        assert backlog.listed(c) == []
        assert audit.records(c)[0].action == "dropped"
    with pytest.raises(typer.Exit) as ended:
        command.outbox_drop(failed, sure=True)
    assert ended.value.exit_code == 1
