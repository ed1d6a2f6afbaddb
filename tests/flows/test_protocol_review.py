"""What `aidline protocol check` finds in content that loads but is not right."""

from datetime import date

from typer.testing import CliRunner

from bot.cli import app
from flows.protocol import Clause, Phrases, Protocol, Text
from flows.protocol.examples import Example, examples
from flows.protocol_review import remarks, shared_phrases
from flows.reading import Reader

TODAY = date(2026, 11, 21)
NOTHING = Phrases()


def found(protocol: Protocol, reader: Reader, *examples: Example) -> list[str]:
    """The remarks but for rules without an example."""
    made = remarks(protocol, reader, examples, today=TODAY)
    return [one for one in made if not one.endswith("no example")]


def with_rule(protocol: Protocol, rule: str, **changed: object) -> Protocol:
    spoilt = protocol.red_flags[rule].model_copy(update=changed)
    return protocol.model_copy(update={"red_flags": {**protocol.red_flags, rule: spoilt}})


def with_symptom(protocol: Protocol, code: str, **changed: object) -> Protocol:
    spoilt = protocol.symptoms[code].model_copy(update=changed)
    return protocol.model_copy(update={"symptoms": {**protocol.symptoms, code: spoilt}})


def test_the_content_that_ships_needs_no_mending(protocol: Protocol, reader: Reader) -> None:
    made = remarks(protocol, reader, examples(), today=TODAY)
    # The rules of the statistical reader have their own examples.
    assert [one for one in made if not one.startswith("M-")] == []


def test_every_rule_has_two_messages_that_fire_it_and_two_that_do_not_in_both_languages() -> None:
    for example in examples():
        for phrases in (example.fires, example.silent):
            assert len(phrases.zh) >= 2, example.rule
            assert len(phrases.en) >= 2, example.rule


def test_a_text_or_phrases_missing_in_one_language_are_named(protocol: Protocol, reader: Reader) -> None:
    assert found(with_rule(protocol, "RF-13", text=Text(zh="去医院。", en=" ")), reader) == ["RF-13: no text in en"]
    mute = with_symptom(protocol, "vision_loss", phrases=Phrases(zh=("看不见",)))
    assert found(mute, reader) == ["vision_loss: no phrase in en"]


def test_a_rule_that_nothing_can_fire_is_named(protocol: Protocol, reader: Reader) -> None:
    alone = with_symptom(protocol, "nose_contracted", phrases=NOTHING)
    spoilt = with_rule(alone, "RF-13", when=(Clause(all=("nose_contracted",)),))
    assert "RF-13: nothing that can be said or ticked fires it" in found(spoilt, reader)


def test_a_clause_that_adds_nothing_is_named(protocol: Protocol, reader: Reader) -> None:
    wide = Clause(families=("filler", "nose"), any=("skin_black", "skin_blanching"))
    narrow = Clause(families=("filler",), all=("skin_black",), max_days=3)
    spoilt = with_rule(protocol, "RF-13", when=(wide, narrow))
    assert found(spoilt, reader) == ["RF-13: clause 2 adds nothing: another clause holds whenever it does"]
    assert found(with_rule(protocol, "RF-13", when=(narrow, Clause(all=("skin_black",), min_days=1))), reader) == []


def test_examples_that_fail_are_named(protocol: Protocol, reader: Reader) -> None:
    example = Example(
        rule="RF-01",
        fires=Phrases(zh=("刚打完水光喘不上气", "有点不对称"), en=("i can't breathe",)),
        silent=Phrases(zh=("呼吸正常", "现在喘不上气"), en=("breathing is fine",)),
    )
    assert found(protocol, reader, example) == [
        "RF-01: does not fire on its example '有点不对称'",
        "RF-01: fires on its example '现在喘不上气'",
    ]
    assert found(protocol, reader, Example(rule="RF-99", fires=NOTHING, silent=NOTHING)) == [
        "examples: there is no rule RF-99"
    ]


def test_a_phrase_of_two_symptoms_is_noted(protocol: Protocol) -> None:
    doubled = with_symptom(protocol, "seizure", phrases=Phrases(zh=("发白",), en=("fits",)))
    assert "symptoms: '发白' tells seizure and skin_blanching" in set(shared_phrases(doubled))


def test_an_entry_is_shown_as_a_clinician_reads_it() -> None:
    shown = CliRunner().invoke(app, ["protocol", "show", "rf-13"], env={"AIDLINE_LOCALE": "en"}).stdout
    assert "### RF-13" in shown
    assert "- **Urgency**: Emergency" in shown
    assert "(`skin_blanching`)" in shown
    unknown = CliRunner().invoke(app, ["protocol", "show", "nonsense"])
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "no entry is called 'nonsense'" in unknown.stderr
