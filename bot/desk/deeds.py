"""What people do at the web desk: claim, reply, note, judge, release, transfer, close, reopen, look with a reason.

Every deed is authorised when it is done, in the transaction that does it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.desk import board, casefile
from bot.desk.access import Door, Refused
from bot.nudges import CASES
from bot.service import Service
from flows.case import NotAllowed
from flows.protocol import Category, Protocol, Urgency
from flows.severity import GRADES
from storage import cases, judgements
from storage.errors import AlreadySeen, NotHolder
from storage.people import Staff

TEXT_LIMIT = 3500
KEY_LIMIT = 64
OUTCOMES = {
    "clinical": ("advised", "watch", "to_hospital", "treatment_arranged", "unreachable", "withdrew", "other"),
    "legal": ("advised", "evidence_secured", "referred_lawyer", "settled", "unreachable", "withdrew", "other"),
}
Form = Mapping[str, str]
Deed = Callable[[Connection, board.BoardRow, Staff, Form, Protocol, datetime], str]


def outcomes_of(track: str) -> tuple[str, ...]:
    """How a handoff of this track may end."""
    return OUTCOMES["legal" if track == "legal" else "clinical"]


class Deeds:
    """Takes the forms of a case page."""

    def __init__(self, service: Service, door: Door) -> None:
        self._service = service
        self._door = door

    async def do(self, request: Request, number: str, handoff_id: str, deed: str) -> Response:
        """Do it, then show the case again; `told` in the address says what came of it."""
        visit = await self._door.visit(request)
        posted = await self._door.form(request, visit.token)
        form = {name: value.strip() for name, value in posted.items()}
        now = datetime.now(UTC)
        protocol = self._service.protocol
        try:
            if deed == "reply":
                row = await self._service.look(_row, protocol, visit.staff, number, handoff_id, now)
                await self._service.staff_reply(row.id, visit.staff, _text(form), form.get("key", "")[:KEY_LIMIT])
                told = ""
            elif deed in DEEDS:
                told = await self._service.run(_do, DEEDS[deed], protocol, visit.staff, number, handoff_id, form, now)
            else:
                raise Refused(404, "no-page")
        except AlreadySeen:
            told = ""  # sent again, since the first answer was lost on the way
        except NotHolder as error:
            raise Refused(409, "not-holder") from error
        except NotAllowed as error:
            raise Refused(409, "changed") from error
        self._service.nudges.wake(CASES)
        if request.headers.get("x-desk") == "fetch":
            return Response(status_code=204)
        where = f"/desk/cases/{quote(number)}/{quote(handoff_id)}"
        return RedirectResponse(where + (f"?told={told}" if told else ""), 303)


def _row(
    c: Connection, protocol: Protocol, staff: Staff, number: str, handoff_id: str, now: datetime
) -> board.BoardRow:
    """The handoff, when this person may see its queue; raises Refused(404) otherwise."""
    for row in board.find(c, protocol, staff, number, now):
        if row.id == handoff_id:
            return row
    raise Refused(404, "no-case")


def _do(
    c: Connection,
    deed: Deed,
    protocol: Protocol,
    staff: Staff,
    number: str,
    handoff_id: str,
    form: Form,
    now: datetime,
) -> str:
    return deed(c, _row(c, protocol, staff, number, handoff_id, now), staff, form, protocol, now)


def _text(form: Form, name: str = "text") -> str:
    """What was written; raises Refused(422) when there is nothing or too much."""
    text = form.get(name, "").replace("\r\n", "\n")
    if not text:
        raise Refused(422, "empty")
    if len(text) > TEXT_LIMIT:
        raise Refused(422, "too-long")
    return text


def _claim(c: Connection, row: board.BoardRow, staff: Staff, _: Form, __: Protocol, now: datetime) -> str:
    if row.mine and row.status != "closed":
        return ""  # the button was pressed twice
    return "claimed" if cases.claim(c, row.id, staff, now) else "taken"


def _release(c: Connection, row: board.BoardRow, staff: Staff, form: Form, _: Protocol, now: datetime) -> str:
    cases.release(c, row.id, staff, now, form.get("reason", ""))
    return "released"


def _transfer(c: Connection, row: board.BoardRow, staff: Staff, form: Form, protocol: Protocol, now: datetime) -> str:
    queue = form.get("queue", "")
    if queue not in protocol.queues or queue == row.queue:
        raise Refused(422, "choose")
    if not row.mine and staff.role != "coordinator":
        raise NotHolder
    cases.transfer(c, row.id, queue, staff, _text(form, "reason"), now)
    return "transferred"


def _close(c: Connection, row: board.BoardRow, staff: Staff, form: Form, _: Protocol, now: datetime) -> str:
    outcome = form.get("outcome", "")
    if outcome not in outcomes_of(row.track):
        raise Refused(422, "choose")
    cases.close(c, row.id, outcome, _text(form, "note"), staff, now)
    return "closed"


def _reopen(c: Connection, row: board.BoardRow, staff: Staff, form: Form, _: Protocol, now: datetime) -> str:
    if not row.mine and staff.role != "coordinator":
        raise NotHolder
    cases.reopen(c, row.id, staff, form.get("reason", ""), now)
    return "reopened"


def _note(c: Connection, row: board.BoardRow, staff: Staff, form: Form, _: Protocol, now: datetime) -> str:
    if (not row.mine or row.status == "closed") and staff.role != "coordinator":
        raise NotHolder
    cases.note(c, row.case_id, staff, _text(form), now)
    return ""


def _look(c: Connection, row: board.BoardRow, staff: Staff, form: Form, _: Protocol, now: datetime) -> str:
    if staff.role != "coordinator":
        raise Refused(403, "not-yours")
    casefile.look(c, row, staff, _text(form, "reason"), now)
    return ""


def _judge(c: Connection, row: board.BoardRow, staff: Staff, form: Form, protocol: Protocol, now: datetime) -> str:
    if not casefile.may_judge(staff, row):
        raise NotHolder
    grade = form.get("grade", "")
    if form.get("category") not in tuple(Category) or form.get("urgency") not in tuple(Urgency):
        raise Refused(422, "choose")
    if grade and grade not in GRADES:
        raise Refused(422, "choose")
    if form.get("lasting") and not grade:
        raise Refused(422, "grade")
    minutes = {urgency: times.answer_minutes for urgency, times in protocol.response_times.items()}
    judgements.judge(
        c, row.id, staff, category=form["category"], urgency=form["urgency"],
        grade=f"{grade}d" if grade and form.get("lasting") else grade, reason=_text(form, "reason"), minutes=minutes,
        now=now,
    )  # fmt: skip
    return "judged"


DEEDS: Mapping[str, Deed] = {
    "claim": _claim,
    "release": _release,
    "transfer": _transfer,
    "close": _close,
    "reopen": _reopen,
    "note": _note,
    "look": _look,
    "judge": _judge,
}
