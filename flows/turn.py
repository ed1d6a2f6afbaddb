"""The scratch of one call of `step`: what is being worked out, never stored and never returned."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flows.conversation import Context, Event, Input, Lines, Msg, OpenCase, Quote, Say, Session, Speaker, Term, Words
from flows.dossier import Found, evidence_of, present, procedure_of, procedure_term, spoken
from flows.protocol import Protocol, Urgency
from flows.reading import Reading
from flows.triage import Assessment, assess, explained

REVIEWED = ("procedure", "when", "place", "safety", "symptoms", "photos", "wrong", "wants", "contact")
#: A question left open is not a question answered with "none".
LEFT = {"unsure": "choice-unsure", "skip": "nothing-told"}

_SIGNS = ("symptom", "legal_clock", "likeness")  # kinds of findings by which a rule may fire


@dataclass(slots=True, kw_only=True)
class Turn:
    """Session, input and context at hand, and the events so far."""

    session: Session
    heard: Input
    context: Context
    state: str
    answers: dict[str, Any]
    findings: tuple[Found, ...]
    picks: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()  # their labels, for the transcript
    offered: tuple[str, ...] = ()  # ids of the choices that were open
    exact: bool = False  # picked by number, button or whole label
    selected: tuple[str, ...] = ()
    misses: int = 0
    trail: tuple[str, ...] = ()
    interrupted: str | None = None
    alarmed: dict[str, str] = field(default_factory=dict)
    locale: str = "zh-CN"
    asked: str = ""
    reading: Reading | None = None
    noted_contact: bool = False  # a phone number was told in passing
    repeat: bool = False  # the same question stands, asked anew
    events: list[Event] = field(default_factory=list)
    assessed: dict[bool, tuple[Assessment, bool]] = field(default_factory=dict)  # the last ones, whether explained

    @classmethod
    def begin(cls, session: Session, heard: Input, context: Context) -> "Turn":
        """The scratch for one input."""
        return cls(
            session=session,
            heard=heard,
            context=context,
            state=session.state,
            answers=dict(session.answers),
            findings=tuple(session.findings),
            selected=session.selected,
            misses=session.misses,
            trail=session.trail,
            interrupted=session.interrupted,
            alarmed=dict(session.alarmed),
            locale=session.locale,
            asked=session.asked,
        )

    @property
    def protocol(self) -> Protocol:
        return self.context.protocol

    @property
    def speaker(self) -> Speaker:
        return self.context.speakers[self.locale]

    @property
    def pick(self) -> str:
        """The one choice that was picked, or an empty string."""
        return self.picks[0] if self.picks else ""

    @property
    def held(self) -> bool:
        """A person is talking with the patient: the bot keeps quiet, except for red flags."""
        return self.context.case is not None and self.context.case.held

    @property
    def keeps_nothing(self) -> bool:
        """Refused, and no emergency is open: nothing that is told or sent now may stay."""
        return self.answers.get("consent") is False and not self.opens_case()

    def text(self, words: Words) -> str:
        return self.speaker(words)

    def say(self, words: Words) -> None:
        self.events.append(Say(words=words))

    def is_of_mind(self, code: str) -> bool:
        """Whether a symptom is of the mind: nobody is shown a label for that (clinical.md 2.6)."""
        symptom = self.protocol.symptoms.get(code)
        return symptom is not None and symptom.region == "mind"

    def opens_case(self) -> bool:
        """Whether there is a case, or will be after this turn."""
        return self.context.case is not None or any(isinstance(event, OpenCase) for event in self.events)

    def has_signs(self) -> bool:
        """Whether anything was told or ticked by which a rule could fire."""
        told = any(item["kind"] in _SIGNS and item["status"] == "present" for item in self.findings)
        ticked = any(answer != "no" for answer in self.answers.get("safety", {}).values())
        asked = (*self.answers.get("symptoms", {}).get("codes", ()), *self.answers.get("detail", ()))
        return told or ticked or bool(asked or self.answers.get("follow_up"))

    def note_alarmed(self, rules: Iterable[str]) -> None:
        """The person has the texts of these rules now."""
        self.alarmed |= dict.fromkeys(rules, self.context.now.isoformat())

    def as_session(self) -> Session:
        """The session as it would be stored now."""
        return replace(
            self.session,
            state=self.state,
            locale=self.locale,
            answers=self.answers,
            findings=self.findings,
            trail=self.trail,
            interrupted=self.interrupted,
            asked=self.asked,
            selected=self.selected,
            alarmed=self.alarmed,
            misses=self.misses,
            turns=self.session.turns + 1,
        )

    def assess(self, *, explain: bool = True) -> Assessment:
        """Triage of all that is known, answers of "not sure" counted where they could be an emergency (I3).

        Several questions ask for it within a turn; it is worked out anew only when something else is known.
        """
        unknown = procedure_of(self.answers, self.protocol)[1] == "unknown" and not self.findings
        careful = self._assessed(explain, count_unsure=not unknown)
        if careful.urgency == Urgency.emergency or "unsure" not in self.answers.get("safety", {}).values():
            return careful
        return self._assessed(explain, count_unsure=False)

    def _assessed(self, explain: bool, *, count_unsure: bool) -> Assessment:
        evidence = evidence_of(self.answers, self.findings, self.protocol, self.context.now, count_unsure=count_unsure)
        made, is_explained = self.assessed.get(count_unsure, (None, False))
        if made is None or made.evidence != evidence:
            made, is_explained = assess(evidence, self.protocol, explain=explain), explain
        elif explain and not is_explained:
            made, is_explained = explained(made, self.protocol), True
        self.assessed[count_unsure] = (made, is_explained)
        return made

    # -- what was collected, shown back

    def summary(self, line: str) -> Words:
        """What is known for one line of the review, in words."""
        made = {
            "procedure": self._procedure,
            "when": self._when,
            "place": self._place,
            "safety": self._safety,
            "symptoms": self._symptoms,
            "photos": self._photos,
            "wrong": self._wrong,
            "wants": self._wants,
            "contact": self._contact,
        }[line]()
        return made or Msg("nothing-told")

    def reviewed(self) -> tuple[str, ...]:
        """The lines of the review: all that was asked or told."""
        told = {"procedure": ("procedure", "family", "procedure_text")}
        kinds = {"symptoms": "symptom", "wrong": "issue", "wants": "want"}
        there = (item for item in self.findings if item["status"] == "present")
        here = {item["kind"] for item in there if not self.is_of_mind(item["code"])}
        return tuple(
            name
            for name in REVIEWED
            if any(key in self.answers for key in told.get(name, (name,))) or kinds.get(name) in here
        )

    def review(self) -> Words:
        """The whole list, one line for each thing that can be changed."""
        lines = tuple(
            Msg("review-line", {"line": Msg(f"line-{name}"), "told": self.summary(name)}) for name in self.reviewed()
        )
        return Lines((Msg("ask-review"), Lines(lines), Msg("ask-review-end")), joiner="\n\n")

    def _procedure(self) -> Words | None:
        code, family = procedure_of(self.answers, self.protocol)
        told = self.answers.get("procedure_text")
        if code is not None and code not in ("other_procedure", "unknown_procedure"):
            return procedure_term(self.as_session(), code, self.protocol)
        if told:
            return Quote(told)
        return Term("family", family) if family != "unknown" else Msg("choice-unsure")

    def _when(self) -> Words | None:
        when = self.answers.get("when")
        if when is None:
            return None
        if when.get("span"):
            return Msg(f"choice-when-{when['span'].replace('_', '-')}")
        return Quote(when.get("text") or when["date"])

    def _place(self) -> Words | None:
        place = self.answers.get("place")
        if place is None:
            return None
        if place["code"] == "unknown" and place.get("text"):
            return Quote(place["text"])
        return Term("place", place["code"])

    def _safety(self) -> Words | None:
        safety = self.answers.get("safety", {})
        yes = [Term("must_ask", id_) for id_, answer in safety.items() if answer == "yes"]
        unsure = [id_ for id_, answer in safety.items() if answer == "unsure"]
        if yes:
            return Lines(tuple(yes), joiner=self.text(Msg("list-joiner")))
        return Msg("choice-unsure") if unsure else Msg("choice-safety-none")

    def _symptoms(self) -> Words | None:
        told = self.answers.get("symptoms", {})
        codes = [
            *spoken(self.as_session(), "symptom", self.protocol),
            *told.get("codes", ()),
            *self.answers.get("detail", ()),
            *self.answers.get("follow_up", {}).get("codes", ()),
        ]
        codes = [code for code in codes if not self.is_of_mind(code)]
        empty = LEFT.get(told.get("left"), "choice-symptoms-none")
        return self._list("symptom", codes, told.get("text"), empty)

    def _photos(self) -> Words | None:
        count = len(self.answers.get("photos", {}).get("ids", ()))
        return Msg("photo-count", {"count": count})

    def _wrong(self) -> Words | None:
        told = self.answers.get("wrong", {})
        codes = [*present(self.as_session(), "issue"), *told.get("codes", ())]
        empty = LEFT.get(told.get("left"), "choice-wrong-none")
        return self._list("issue", codes, told.get("text"), empty)

    def _wants(self) -> Words | None:
        told = self.answers.get("wants", {})
        codes = [*present(self.as_session(), "want"), *told.get("codes", ())]
        return self._list("want", codes, told.get("text"), "nothing-told")

    def _contact(self) -> Words | None:
        contact = self.answers.get("contact")
        if contact is None:
            return None
        return Msg("choice-contact-here") if contact.get("here") else Quote(contact["text"])

    def _list(self, kind: str, codes: list[str], text: str | None, empty: str) -> Words:
        parts: list[Words] = [Term(kind, code) for code in dict.fromkeys(codes)]
        if text:
            parts.append(Quote(text))
        return Lines(tuple(parts), joiner=self.text(Msg("list-joiner"))) if parts else Msg(empty)
