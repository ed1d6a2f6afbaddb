"""What has to hold after the fire; reads the database, and what the patients' chats show."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from benchmarks.fire.crowd import Patient
from bot.channels.telegram.inbound import Press, read_update, validated
from bot.channels.telegram.outbound import parts
from bot.messages import Inbound, Outbound
from storage import conversations, messages
from storage.database import Database
from storage.messages import StoredMessage
from storage.models import CASE, CONVERSATION, HANDOFF, MESSAGE, OUTBOX
from tests.fakes.telegram import Delivery
from tests.fakes.telegram.entities import parse_html

SHOWN = 10  # broken promises named in full


@dataclass
class Findings:
    """Counts to print, and every promise that was broken."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def expect(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.broken.append(what)


def examine(database: Database, patients: Sequence[Patient], deliveries: Sequence[Delivery], pages: Any) -> Findings:
    """All checks."""
    found = Findings()
    with database.read() as c:
        _every_message_once(c, database, deliveries, found)
        _every_case_whole(c, patients, database, found)
        for patient in patients:
            _every_answer_in_order(c, database, patient, found)
        _nothing_left_over(c, found)
        _every_alarm_paged(c, pages, found)
    for patient in patients:
        found.expect(patient.finished, f"patient {patient.person.number} was stuck at {patient.stuck_at}")
    found.counts["patients"] = len(patients)
    found.counts["patients that finished"] = sum(patient.finished for patient in patients)
    return found


def inbound_of(delivery: Delivery) -> Inbound | None:
    """The message that an update is to us."""
    update = validated(delivery.update)
    read = read_update(update, datetime.now(UTC)) if update is not None else None
    read = read.inbound if isinstance(read, Press) else read
    return read if isinstance(read, Inbound) else None


def _every_message_once(c: sa.Connection, database: Database, deliveries: Sequence[Delivery], found: Findings) -> None:
    """Acknowledged: in the transcript exactly once. Anything else: at most once, and nothing unheard of."""
    vault = database.vault
    rows = c.execute(
        sa.select(CONVERSATION.c.lookup, MESSAGE.c.key, sa.func.count())
        .join_from(MESSAGE, CONVERSATION, MESSAGE.c.conversation_id == CONVERSATION.c.id)
        .where(MESSAGE.c.direction == "in")
        .group_by(CONVERSATION.c.lookup, MESSAGE.c.key)
    )
    kept = {(lookup, key): count for lookup, key, count in rows}
    known = set()
    for delivery in deliveries:
        inbound = inbound_of(delivery)
        if inbound is None:
            continue
        place = (
            vault.lookup("conversation", inbound.channel, inbound.address),
            messages.key_hash(vault, inbound.key),
        )
        known.add(place)
        times = kept.get(place, 0)
        acknowledged = 200 in delivery.statuses
        found.counts["messages sent by patients"] += 1
        found.counts["messages acknowledged"] += acknowledged
        found.counts["pushes that failed"] += sum(status != 200 for status in delivery.statuses)
        found.expect(
            times == 1 if acknowledged else times <= 1, f"{inbound.key} of {inbound.address}: kept {times} times"
        )
    found.counts["messages in transcripts"] = sum(kept.values())
    for place in kept.keys() - known:
        found.expect(False, f"a message nobody sent stands in {place[0]}")


def _every_case_whole(c: sa.Connection, patients: Sequence[Patient], database: Database, found: Findings) -> None:
    """Whoever submitted or had an alarm has one case, with one open handoff in each of its queues."""
    cases: dict[str, list[Any]] = defaultdict(list)
    for case in c.execute(
        sa.select(CASE, CONVERSATION.c.lookup).join_from(
            CASE, CONVERSATION, CONVERSATION.c.patient_id == CASE.c.patient_id
        )
    ):
        cases[case.lookup].append(case)
    handoffs: dict[str, Counter[str]] = defaultdict(Counter)
    for case_id, queue in c.execute(sa.select(HANDOFF.c.case_id, HANDOFF.c.queue).where(HANDOFF.c.status != "closed")):
        handoffs[case_id][queue] += 1
    for patient in patients:
        number = patient.person.number
        theirs = cases[database.vault.lookup("conversation", "telegram", str(number)) or ""]
        if patient.submitted or patient.alarming:
            found.expect(len(theirs) == 1, f"patient {number} has {len(theirs)} cases")
        for case in theirs:
            found.counts["cases"] += 1
            found.counts["cases submitted"] += case.submitted
            found.expect(case.submitted or not patient.submitted, f"case {case.number} lost that it was submitted")
            wanted = Counter(case.queues.split(","))
            found.expect(handoffs[case.id] == wanted, f"case {case.number}: {handoffs[case.id]} instead of {wanted}")


def _every_answer_in_order(c: sa.Connection, database: Database, patient: Patient, found: Findings) -> None:
    """What the transcript says was answered stands in the chat, in that order; doubles are counted."""
    address = str(patient.person.number)
    thread = conversations.find(c, database.vault, channel="telegram", address=address)
    if thread is None:
        return
    lines = conversations.messages(c, thread.key, thread.conversation_id, limit=10_000)
    said = [Outbound.from_json(line.body) for line in lines if line.direction == "out"]
    got = [str(message.get("text", "")) for message in patient.person.from_bot()]
    wanted = [text for out in _that_must_come(lines) for text in _texts(out)]
    known = {text for out in said for text in _texts(out)}
    found.counts["answers"] += len(wanted)
    found.counts["answers shown twice or more"] += max(len(got) - len(wanted), 0)
    place = 0
    for text in got:
        if place < len(wanted) and text == wanted[place]:
            place += 1
    found.expect(
        place == len(wanted), f"patient {address}: answer {place + 1} of {len(wanted)} is missing or out of order"
    )
    found.expect(set(got) <= known, f"patient {address} was told what stands in no transcript")
    once = [text for text in wanted if wanted.count(text) == 1 and text in got]
    firsts = [got.index(text) for text in once]
    found.expect(firsts == sorted(firsts), f"patient {address} saw answers in another order")


def _that_must_come(lines: Sequence[StoredMessage]) -> list[Outbound]:
    """All but ticks, which are shown by an edit, and questions after a photo that a newer one replaced."""
    must: list[Outbound] = []
    after_photo: Outbound | None = None  # the question that is said anew after every photo of an album
    heard = ""
    for line in lines:
        if line.direction == "in":
            heard = line.kind
            continue
        out = Outbound.from_json(line.body)
        if out.edit:
            continue
        if out.type == "ask":
            if after_photo is not None:
                must = [one for one in must if one is not after_photo]
            after_photo = out if heard == "media" else None
        must.append(out)
    return must


def _texts(out: Outbound) -> list[str]:
    """What Telegram shows of a message."""
    made = [part.payload for part in parts(0, out)]
    plain = [parse_html(one["text"])[0] if one.get("parse_mode") else one["text"] for one in made]
    return [text.strip() for text in plain]


def _nothing_left_over(c: sa.Connection, found: Findings) -> None:
    """All that was to be done was done; what is not has to do with the dead paging address."""
    for kind, status, count in c.execute(
        sa.select(OUTBOX.c.kind, OUTBOX.c.status, sa.func.count()).group_by(OUTBOX.c.kind, OUTBOX.c.status)
    ):
        found.counts[f"left in the outbox: {kind} {status}"] = count
        found.expect(kind == "notify", f"{count} rows of kind {kind} are left in the outbox ({status})")


def _every_alarm_paged(c: sa.Connection, pages: Counter[str], found: Findings) -> None:
    """Every emergency was paged at the address that lives, although the other is dead."""
    emergencies = set(c.execute(sa.select(CASE.c.number).where(CASE.c.urgency == "emergency")).scalars())
    found.counts["emergencies"] = len(emergencies)
    found.counts["pages"] = sum(pages.values())
    found.counts["pages that came twice or more"] = sum(count - 1 for count in pages.values())
    for number in sorted(emergencies - pages.keys()):
        found.expect(False, f"emergency {number} was paged to nobody")
