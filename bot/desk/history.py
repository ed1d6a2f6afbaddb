"""The timeline of a case in words: who did what, and the reason or result beside it."""

from collections.abc import Mapping
from typing import Any

from bot.speech import Speaker
from flows.conversation import Term
from storage.timeline import Entry

# Kinds that have words of their own; any other kind is shown as something that happened to the case.
KINDS = (
    "opened", "updated", "patient_wrote", "claimed", "released", "transferred", "replied", "closed",
    "reopened", "left", "note", "triage_set", "undeliverable", "paged", "looked", "delivered",
)  # fmt: skip
REASONED = ("released", "transferred", "reopened", "looked")


class Timeline:
    """Says entries in one language."""

    def __init__(self, speaker: Speaker, track: str) -> None:
        """`track` is that of the reader's handoff: legal aid reads that a clinician judged, not why (legal.md R11)."""
        self._legal = track == "legal"
        self._speaker = speaker
        self._t = speaker.text

    def line(self, entry: Entry) -> str:
        """What happened, in one line."""
        kind = entry.kind if entry.kind in KINDS else "other"
        detail = entry.detail
        if kind == "undeliverable":
            return self._undeliverable(detail)
        return self._t(
            f"desk-event-{kind.replace('_', '-')}",
            who=self._who(entry),
            queue=self._queues([detail["to"]] if "to" in detail else [detail.get("queue", "")]),
        )

    def aside(self, entry: Entry) -> str:
        """The reason, the outcome or whom it reached; empty when there is nothing to add."""
        detail = entry.detail
        parts = []
        if entry.kind == "closed" and detail.get("outcome"):
            parts.append(self._outcome(str(detail["outcome"])))
        if entry.kind in ("opened", "updated", "triage_set") and detail.get("urgency"):
            parts.append(self._t(f"desk-urgency-{detail['urgency']}"))
            parts.append(self._t(f"desk-category-{detail['category']}"))
        if detail.get("grade") and not self._legal:
            parts.append(self._t("desk-grade", grade=detail["grade"]))
        if entry.kind == "paged":
            parts.append(self._queues(detail.get("queues", [])))
            called = self._t("desk-comma").join(detail.get("called", []))
            parts.append(self._t("desk-event-called", names=called) if called else self._t("desk-event-nobody-called"))
        if entry.kind in REASONED or (entry.kind == "triage_set" and not self._legal):
            parts.append(str(detail.get("reason", "")))
        parts += [str(detail.get("note", "")), str(detail.get("text", ""))]
        return " · ".join(part for part in parts if part)

    def _undeliverable(self, detail: Mapping[str, Any]) -> str:
        """What could not be delivered, why, and the action that helps."""
        page = detail.get("what") == "notify"
        what = self._t("desk-event-unpaged" if page else "desk-event-undeliverable")
        key = f"desk-undeliverable-{'notify' if page else detail.get('code') or 'refused'}"
        return f"{what} · {self._t(key)}" if self._speaker.translator.has(key) else what

    def _who(self, entry: Entry) -> str:
        if entry.detail.get("by"):
            return str(entry.detail["by"])
        actor = "staff" if entry.actor.startswith("staff:") else entry.actor
        return self._t(f"desk-by-{actor if actor in ('patient', 'system') else 'staff'}")

    def _queues(self, codes: list[str]) -> str:
        return self._t("desk-comma").join(self._speaker(Term("queue", code)) for code in codes if code)

    def _outcome(self, code: str) -> str:
        key = f"desk-outcome-{code.replace('_', '-')}"
        return self._t(key) if self._speaker.translator.has(key) else code
