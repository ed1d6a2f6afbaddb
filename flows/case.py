"""The life of a handoff, as a state machine, and the state of a case that follows from its handoffs.

A case may wait in several queues at once; each handoff has a state of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from transitions import Machine, MachineError

STATUSES = ("queued", "claimed", "waiting_for_patient", "in_hand", "closed")
#: A person has the handoff in hands.
HELD = ("claimed", "waiting_for_patient", "in_hand")

#: trigger, from, to. `patient_wrote` leaves a handoff alone whose turn is with the staff anyway.
MOVES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("claim", ("queued",), "claimed"),
    ("release", HELD, "queued"),
    ("transfer", ("queued", *HELD), "queued"),
    ("reply", HELD, "waiting_for_patient"),
    ("patient_wrote", ("queued",), "queued"),
    ("patient_wrote", ("claimed",), "claimed"),
    ("patient_wrote", ("waiting_for_patient", "in_hand"), "in_hand"),
    ("close", ("queued", *HELD), "closed"),
    ("reopen", ("closed",), "queued"),
)

#: Of several handoffs, the one that tells most about the case comes first.
_TELLING = ("in_hand", "waiting_for_patient", "claimed", "queued", "closed")


class NotAllowed(Exception):
    """This cannot be done with a handoff in its present state."""

    def __init__(self, status: str, trigger: str) -> None:
        super().__init__(f"cannot {trigger} a handoff that is {status}")
        self.status = status
        self.trigger = trigger


@dataclass(slots=True)
class _Handoff:
    state: str


MACHINE = Machine(
    model=None,
    states=list(STATUSES),
    initial="queued",
    transitions=[{"trigger": trigger, "source": list(sources), "dest": dest} for trigger, sources, dest in MOVES],
    auto_transitions=False,
)


def move(status: str, trigger: str) -> str:
    """The status after this trigger; raises NotAllowed, also for a status or trigger there is not."""
    event = MACHINE.events.get(trigger)
    if event is None or status not in MACHINE.states:
        raise NotAllowed(status, trigger)
    handoff = _Handoff(status)
    try:
        event.trigger(handoff)
    except MachineError as exc:
        raise NotAllowed(status, trigger) from exc
    return handoff.state


def case_status(statuses: Iterable[str], submitted: bool) -> str:
    """The state of a case: that of its liveliest handoff.

    Without handoffs it is open while the person is still telling, and queued after: a case that was
    submitted always waits for somebody, even if nobody could be found yet.
    """
    present = set(statuses)
    if not present:
        return "queued" if submitted else "open"
    return next(status for status in _TELLING if status in present)
