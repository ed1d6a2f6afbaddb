"""The protocol as those read it who sign it: one entry as a sheet, or all of them as a page (Markdown).

`python -m bot.protocol_sheets LOCALE PAGE` writes the page anew; `make docs` does that.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from flows import protocol as protocol_room
from flows.cues import more_phrases
from flows.protocol import (
    Clause,
    Family,
    Issue,
    Modifier,
    MustAsk,
    Phrases,
    Procedure,
    Protocol,
    Queue,
    RedFlag,
    Symptom,
    Text,
    Urgency,
    Vocabulary,
)
from flows.protocol.examples import examples
from locales import Translator, translator

SHOWN = 400  # phrases of one list at most


class Sheets:
    """Writes sheets in one language; what patients are told stands there in both."""

    def __init__(self, protocol: Protocol, words: Translator) -> None:
        self._protocol = protocol
        self._words = words
        self._t = words.text
        self._names = _names(protocol)

    def sheet(self, code: str) -> str | None:
        """Everything about the entries with this id or code; None when there is none."""
        parts = list(self._entries(code))
        return "\n\n".join(parts) if parts else None

    def page(self) -> str:
        """All of the content for sign-off, without the phrases by which it is recognised."""
        p = self._protocol
        flags = [rule for rule in p.red_flags.values() if rule.id.startswith("RF-")]
        clocks = [rule for rule in p.red_flags.values() if rule.id.startswith("L-")]
        model = [rule for rule in p.red_flags.values() if rule.id.startswith("M-")]
        blocks = [
            f"# {self._t('sheet-title')}", self._t("sheet-about"),
            self._chapter("must-asks"), *map(self._must_ask, p.must_asks),
            self._chapter("red-flags"), *map(self._rule, flags),
            self._chapter("legal-clocks"), *map(self._rule, clocks),
            self._chapter("model-rules"), *map(self._rule, model),
            self._chapter("response-times"), _list(map(self._response_time, p.response_times)),
            self._chapter("modifiers"), self._plain_list(p.modifiers),
            self._chapter("families"), *map(self._family, p.families.values()),
            self._chapter("procedures"), *map(self._procedure, p.procedures.values()),
            self._chapter("symptoms"), *map(self._symptom, p.symptoms.values()),
            self._chapter("issues"), *map(self._issue, p.issues.values()),
            self._chapter("advice"), *self._advice(),
            self._chapter("photos"), *self._photos(),
            self._chapter("queues"), self._plain_list(p.queues),
            self._chapter("vocabulary"), _list(map(self._word, p.vocabulary)),
        ]  # fmt: skip
        return "\n\n".join(blocks) + "\n"

    def _entries(self, code: str) -> Iterator[str]:
        p = self._protocol
        if rule := p.red_flags.get(code):
            yield self._rule(rule)
            yield from self._examples(code)
        for question in p.must_asks:
            if question.id == code:
                yield self._must_ask(question)
        tables: tuple[tuple[str, Mapping[str, object]], ...] = (
            ("symptom", p.symptoms), ("procedure", p.procedures), ("family", p.families), ("issue", p.issues),
        )  # fmt: skip
        for kind, table in tables:
            if code in table:
                entry = table[code]
                yield getattr(self, f"_{kind}")(entry)
                yield self._phrases(kind, code, getattr(entry, "aliases", None) or getattr(entry, "phrases"))  # noqa: B009  # one of the two
        if modifier := p.modifiers.get(code):
            yield f"### {self._text(modifier.name)} `{code}`"
            yield self._phrases("modifier", code, modifier.phrases)
        for word in p.vocabulary:
            if word.code == code:
                yield f"### {self._word(word)}"
                yield self._phrases(word.kind, code, word.phrases)
        if queue := p.queues.get(code):
            yield f"### {self._text(queue.name)} `{code}`"
        if used := [rule.id for rule in p.red_flags.values() if _names_it(rule, code)]:
            yield f"**{self._t('sheet-used-in')}**: {', '.join(used)}"

    def _plain_list(self, table: Mapping[str, Modifier] | Mapping[str, Queue]) -> str:
        return _list(f"{self._text(entry.name)} `{code}`" for code, entry in table.items())

    def _chapter(self, name: str) -> str:
        return f"## {self._t(f'sheet-{name}')}"

    def _text(self, text: Text) -> str:
        return (text.zh if self._words.locale == "zh-CN" else text.en).strip()

    def _name(self, code: str) -> str:
        name = self._names.get(code)
        return f"{self._text(name)} (`{code}`)" if name else f"`{code}`"

    def _listed(self, codes: Iterable[str]) -> str:
        return ", ".join(map(self._name, codes))

    def _urgency(self, urgency: Urgency) -> str:
        return self._t(f"desk-urgency-{urgency.value}")

    def _line(self, label: str, value: str) -> str:
        return f"- **{self._t(f'sheet-{label}')}**: {value}"

    def _rule(self, rule: RedFlag) -> str:
        pages = [self._listed(rule.page)] if rule.page else []
        pages += [
            self._t("sheet-page-also", family=self._name(family), names=self._listed(queues))
            for family, queues in rule.page_also.items()
        ]
        lines = [
            f"### {rule.id} {rule.name}",
            "",
            self._text(rule.description),
            "",
            self._line("urgency", self._urgency(rule.urgency)),
            f"- **{self._t('sheet-fires')}**:",
            *(f"    - {self._clause(clause)}" for clause in rule.when),
            *([self._line("lead", self._name(rule.queue))] if rule.queue else []),
            *([self._line("pages", "; ".join(pages))] if pages else []),
            self._line("source", rule.source),
            "",
            f"{self._t('sheet-text')}:",
            "",
            *_quoted(rule.text),
        ]
        return "\n".join(lines)

    def _clause(self, clause: Clause) -> str:
        parts = []
        if named := (*clause.families, *clause.procedures):
            parts.append(self._t("sheet-clause-after", names=self._listed(named)))
        if clause.any and clause.at_least > 1:
            parts.append(self._t("sheet-clause-at-least", count=clause.at_least, names=self._listed(clause.any)))
        elif clause.any:
            parts.append(self._t("sheet-clause-any", names=self._listed(clause.any)))
        parts += [
            self._t(f"sheet-clause-{field.replace('_', '-')}", names=self._listed(getattr(clause, field)))
            for field in ("also_any", "all", "none")
            if getattr(clause, field)
        ]
        if clause.qualifiers:
            parts.append(self._t("sheet-clause-told", names=self._listed(clause.qualifiers)))
        if clause.min_days is not None:
            parts.append(self._t("sheet-clause-from", day=f"{clause.min_days:g}"))
        if clause.max_days is not None:
            parts.append(self._t("sheet-clause-until", day=f"{clause.max_days:g}"))
        if clause.unlicensed_or_unknown_product:
            parts.append(self._t("sheet-clause-unlicensed"))
        if clause.urgency:
            parts.append(self._t("sheet-clause-urgency", urgency=self._urgency(clause.urgency)))
        return "; ".join(parts)

    def _must_ask(self, question: MustAsk) -> str:
        return "\n".join(
            [
                f"### {question.id} {self._text(question.label)}",
                "",
                *_quoted(question.question),
                "",
                self._line("yes-means", self._listed(question.symptoms)),
                self._line("counts-as", self._listed(question.counts_as)),
            ]
        )

    def _symptom(self, symptom: Symptom) -> str:
        lines = [f"### {self._text(symptom.name)} `{symptom.code}`", ""]
        lines.append(self._line("default", self._urgency(symptom.default)))
        lines += [f"    - {self._t('sheet-default-where', clause=self._clause(clause))}" for clause in symptom.defaults]
        if not symptom.active:
            lines.append(f"- {self._t('sheet-result')}")
        if symptom.stable_after_days:
            lines.append(f"- {self._t('sheet-stable', day=symptom.stable_after_days)}")
        if symptom.note:
            lines.append(self._line("note", symptom.note))
        return "\n".join(lines)

    def _procedure(self, procedure: Procedure) -> str:
        lines = [f"### {self._text(procedure.name)} `{procedure.code}`", ""]
        lines.append(self._line("family", self._name(procedure.family)))
        if procedure.grade:
            lines.append(self._line("grade", procedure.grade))
        if procedure.ask_first:
            lines.append(self._line("ask-first", self._listed(procedure.ask_first)))
        if procedure.queue:
            lines.append(self._line("lead", self._name(procedure.queue)))
        if procedure.note:
            lines.append(self._line("note", procedure.note))
        return "\n".join(lines)

    def _family(self, family: Family) -> str:
        lines = [f"### {self._text(family.name)} `{family.code}`", "", self._line("lead", self._name(family.queue))]
        if family.judge_days is not None:
            lines.append(f"- {self._t('sheet-judge', day=family.judge_days)}")
        if family.revision_days is not None:
            lines.append(f"- {self._t('sheet-revise', day=family.revision_days)}")
        return "\n".join(lines)

    def _issue(self, issue: Issue) -> str:
        heading = f"### {self._text(issue.name)} `{issue.code}`"
        return "\n".join([heading, "", f"{self._t('sheet-first')}:", "", *_quoted(issue.first), "",
                          self._line("source", issue.source)])  # fmt: skip

    def _response_time(self, urgency: Urgency) -> str:
        time = self._protocol.response_times[urgency]
        minutes = self._t("sheet-minutes", acknowledge=time.acknowledge_minutes, answer=time.answer_minutes)
        return f"{self._urgency(urgency)}: {minutes}. {self._text(time.promise)}"

    def _advice(self) -> Iterator[str]:
        for each in self._protocol.advice:
            levels = ", ".join(map(self._urgency, each.urgency))
            heading = f"### {self._t(f'desk-category-{each.category.value}')}: {levels} `{each.code}`"
            yield "\n".join([heading, "", *_quoted(each.text), "", self._line("source", each.source)])

    def _photos(self) -> Iterator[str]:
        for guide in self._protocol.photo_guides:
            limits = [
                *map(self._name, guide.families),
                *([self._t("sheet-on-request")] if guide.on_request_only else []),
            ]
            heading = f"### `{guide.code}`" + (f": {', '.join(limits)}" if limits else "")
            yield "\n".join([heading, "", *_quoted(guide.text)])

    def _word(self, word: Vocabulary) -> str:
        doubtful = f", {self._t('sheet-unlicensed')}" if word.unlicensed else ""
        return f"{self._text(word.name)} `{word.code}` ({self._t(f'sheet-kind-{word.kind}')}{doubtful})"

    def _phrases(self, kind: str, code: str, phrases: Phrases) -> str:
        more = more_phrases().by_kind().get(kind, {}).get(code, ())
        lists = (("phrases-zh", phrases.zh), ("phrases-en", phrases.en), ("more-phrases", more))
        return "\n".join(self._line(label, _cut(found)) for label, found in lists if found)

    def _examples(self, rule: str) -> Iterator[str]:
        for example in examples():
            if example.rule == rule:
                for label, told in (("yes-example", example.fires), ("no-example", example.silent)):
                    lines = "\n".join(f"    - {message}" for message in (*told.zh, *told.en))
                    yield f"- **{self._t(f'sheet-{label}')}**:\n{lines}"


def _names(protocol: Protocol) -> dict[str, Text]:
    """The name of every code that a rule or an entry may mention."""
    names = {word.code: word.name for word in protocol.vocabulary}
    for table in (protocol.symptoms, protocol.families, protocol.procedures, protocol.queues):
        names |= {code: entry.name for code, entry in table.items()}
    return names


def _names_it(rule: RedFlag, code: str) -> bool:
    fields = ("any", "also_any", "all", "none", "qualifiers", "families", "procedures")
    return any(code in getattr(clause, field) for clause in rule.when for field in fields)


def _quoted(text: Text) -> list[str]:
    """Both languages as quotations, line by line."""
    zh, en = ([f"> {line}  " for line in words.strip().splitlines()] for words in (text.zh, text.en))
    return [*zh, ">", *en]


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _cut(phrases: Sequence[str]) -> str:
    shown = ", ".join(phrases[:SHOWN])
    return f"{shown}, … ({len(phrases)})" if len(phrases) > SHOWN else shown


if __name__ == "__main__":
    locale, *pages = sys.argv[1:]
    for name in pages:
        Path(name).write_text(Sheets(protocol_room.load(), translator(locale)).page(), "utf-8")
