"""What the staff do with a handoff. Each action is a change of state, an entry in the timeline and a
record in the audit trail, all in the caller's transaction.

An action that does not fit the state raises flows.case.NotAllowed; one by somebody who does not hold
the handoff raises NotHolder (coordinators may release, transfer and close for others).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flows.case import HELD, case_status, move
from storage import audit
from storage.case_files import CaseRow, HandoffRow, locked
from storage.errors import NoSuchHandoff, NotHolder
from storage.models import CASE, CONVERSATION, HANDOFF, MESSAGE, Moment
from storage.people import DUTY, LEGAL_AID, Staff
from storage.timeline import event
from storage.vault import PatientKey

TRANSFERRED = "transferred"  # outcome of a handoff whose new queue had the case already


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply that was kept; where and under which number to send it."""

    case_id: str
    number: str
    conversation_id: str
    channel: str
    address: str
    message_id: int


def claim(c: sa.Connection, handoff_id: str, staff: Staff, now: datetime) -> bool:
    """Take a handoff into one's hands; False when somebody else was faster or it is not queued."""
    case, handoff, key = locked_handoff(c, handoff_id)
    won = c.execute(
        sa.update(HANDOFF)
        .where(HANDOFF.c.id == handoff_id, HANDOFF.c.status == "queued")
        .values(status=move("queued", "claim"), staff_id=staff.id, claimed_at=now)
    )
    if won.rowcount != 1:
        return False
    _done(c, case, key, handoff, staff, "claimed", {}, now)
    return True


def release(c: sa.Connection, handoff_id: str, staff: Staff, now: datetime, reason: str = "") -> None:
    """Give a handoff back to its queue."""
    case, handoff, key = locked_handoff(c, handoff_id)
    _may(staff, handoff)
    _set(c, handoff, status=move(handoff.status, "release"), **_anew(handoff, now))
    _done(c, case, key, handoff, staff, "released", {"reason": reason}, now)


def transfer(c: sa.Connection, handoff_id: str, queue: str, staff: Staff, reason: str, now: datetime) -> None:
    """Put a handoff into another queue. If that queue has the case already, this handoff ends there."""
    case, handoff, key = locked_handoff(c, handoff_id)
    if handoff.staff_id is not None:
        _may(staff, handoff)
    status = move(handoff.status, "transfer")
    if any(other.queue == queue and other.status != "closed" for other in case.handoffs):
        _set(c, handoff, status="closed", outcome=TRANSFERRED, closed_at=now)
    else:
        track = {LEGAL_AID: "legal", DUTY: "coordination"}.get(queue, "clinical")
        _set(c, handoff, status=status, queue=queue, track=track, **_anew(handoff, now))
    queues = [queue if code == handoff.queue else code for code in case.queues]
    c.execute(sa.update(CASE).where(CASE.c.id == case.id).values(queues=",".join(dict.fromkeys(queues))))
    _done(c, case, key, handoff, staff, "transferred", {"to": queue, "reason": reason}, now)


def close(c: sa.Connection, handoff_id: str, outcome: str, note: str, staff: Staff, now: datetime) -> None:
    """End a handoff with an outcome."""
    case, handoff, key = locked_handoff(c, handoff_id)
    _may(staff, handoff)
    _set(c, handoff, status=move(handoff.status, "close"), outcome=outcome, closed_at=now)
    _done(c, case, key, handoff, staff, "closed", {"outcome": outcome, "note": note}, now)


def reopen(c: sa.Connection, handoff_id: str, staff: Staff | None, reason: str, now: datetime) -> None:
    """Queue a closed handoff again; `staff` None when the patient came back."""
    case, handoff, key = locked_handoff(c, handoff_id)
    _set(
        c,
        handoff,
        status=move(handoff.status, "reopen"),
        closed_at=None,
        outcome=None,
        **_anew(handoff, now),
    )
    _done(c, case, key, handoff, staff, "reopened", {"reason": reason}, now)


def staff_replied(c: sa.Connection, handoff_id: str, staff: Staff, body: dict[str, Any] | str, now: datetime) -> Reply:
    """Keep a reply to the patient, in the conversation they used last; the bot is silent there from now.

    `body` is the text, or the message as the channel is to show it. Sending is the caller's outbox row.
    """
    talk = c.execute(
        sa.select(CONVERSATION)
        .join_from(CONVERSATION, CASE, CONVERSATION.c.patient_id == CASE.c.patient_id)
        .join(HANDOFF, HANDOFF.c.case_id == CASE.c.id)
        .where(HANDOFF.c.id == handoff_id)
        .order_by(CONVERSATION.c.touched_at.desc())
        .limit(1)
        .with_for_update(of=CONVERSATION)
    ).first()
    if talk is None:
        raise NoSuchHandoff
    case, handoff, key = locked_handoff(c, handoff_id)
    if handoff.staff_id != staff.id:
        raise NotHolder
    _set(
        c,
        handoff,
        status=move(handoff.status, "reply"),
        answered_at=handoff.answered_at or now,
    )
    message_id: int = c.execute(
        sa.insert(MESSAGE)
        .values(
            conversation_id=talk.id,
            direction="staff",
            kind="reply",
            key=None,
            body=key.seal_json({"text": body} if isinstance(body, str) else body),
            at=now,
            staff_id=staff.id,
        )
        .returning(MESSAGE.c.id)
    ).scalar_one()
    c.execute(
        sa.update(CONVERSATION)
        .where(CONVERSATION.c.id == talk.id)
        .values(muted=talk.case_id == case.id, version=CONVERSATION.c.version + 1)
    )
    _done(c, case, key, handoff, staff, "replied", {"message": message_id}, now)
    return Reply(
        case_id=case.id,
        number=case.number,
        conversation_id=talk.id,
        channel=talk.channel,
        address=key.open(talk.address).decode(),
        message_id=message_id,
    )


def _anew(handoff: HandoffRow, now: datetime) -> dict[str, Any]:
    """A handoff that waits again: nobody has it, nobody has answered, and its clock starts over."""
    span = handoff.due_at - handoff.queued_at if handoff.due_at else None
    return {
        "staff_id": None,
        "claimed_at": None,
        "answered_at": None,
        "queued_at": now,
        "due_at": now + span if span else None,
    }


def note(c: sa.Connection, case_id: str, staff: Staff, text: str, now: datetime) -> None:
    """A word to colleagues; the patient never sees it."""
    case, key = locked(c, case_id)
    event(c, case_id, staff.actor, "note", {"text": text, "by": staff.name}, now, key=key)
    audit.append(c, staff.actor, "noted", f"case:{case.number}", {}, now)


def settle(c: sa.Connection, case_id: str, submitted: bool, now: datetime) -> None:
    """Bring a case in line with its handoffs: state, clock, and whether the bot may talk again."""
    rows = c.execute(
        sa.select(HANDOFF.c.status, HANDOFF.c.due_at, HANDOFF.c.answered_at).where(HANDOFF.c.case_id == case_id)
    ).all()
    status = case_status((row.status for row in rows), submitted)
    waiting = [row.due_at for row in rows if row.status != "closed" and not row.answered_at and row.due_at]
    c.execute(
        sa.update(CASE)
        .where(CASE.c.id == case_id)
        .values(
            status=status,
            due_at=min(waiting, default=None),
            closed_at=sa.func.coalesce(CASE.c.closed_at, sa.literal(now, Moment())) if status == "closed" else None,
        )
    )
    if status not in HELD:
        c.execute(
            sa.update(CONVERSATION)
            .where(CONVERSATION.c.case_id == case_id, CONVERSATION.c.muted.is_(True))
            .values(muted=False)
        )


def locked_handoff(c: sa.Connection, handoff_id: str) -> tuple[CaseRow, HandoffRow, PatientKey]:
    """The handoff with its case, locked in the order of the house: conversations, then the case."""
    case_id = c.execute(sa.select(HANDOFF.c.case_id).where(HANDOFF.c.id == handoff_id)).scalar()
    if case_id is None:
        raise NoSuchHandoff
    talks = (
        sa.select(CONVERSATION.c.id)
        .join_from(CONVERSATION, CASE, CONVERSATION.c.patient_id == CASE.c.patient_id)
        .where(CASE.c.id == case_id)
    )
    c.execute(talks.order_by(CONVERSATION.c.id).with_for_update(of=CONVERSATION)).all()
    case, key = locked(c, case_id)
    return case, next(handoff for handoff in case.handoffs if handoff.id == handoff_id), key


def _may(staff: Staff, handoff: HandoffRow) -> None:
    if staff.role != "coordinator" and handoff.staff_id != staff.id:
        raise NotHolder


def _set(c: sa.Connection, handoff: HandoffRow, **values: Any) -> None:
    c.execute(sa.update(HANDOFF).where(HANDOFF.c.id == handoff.id).values(**values))


def _done(
    c: sa.Connection,
    case: CaseRow,
    key: PatientKey,
    handoff: HandoffRow,
    staff: Staff | None,
    kind: str,
    detail: dict[str, Any],
    now: datetime,
) -> None:
    settle(c, case.id, case.submitted, now)
    actor = staff.actor if staff else "patient"
    named = {"queue": handoff.queue, "handoff": handoff.id, "by": staff.name if staff else None}
    event(c, case.id, actor, kind, {**named, **detail}, now, key=key)
    audit.append(c, actor, kind, f"case:{case.number}", {"queue": handoff.queue}, now)
