"""The content loads, holds together, and says nothing it must not say."""

import re
import shutil
from pathlib import Path

import pytest

import flows.protocol
from flows.likeness import likeness
from flows.protocol import Clause, Phrases, Protocol, ProtocolError, RedFlag, Urgency, load, read

FOLDER = Path(flows.protocol.__file__).parent
FAMILIES = {
    "eyelid", "nose", "breast", "facial_contour", "face_lift", "body_contour", "filler",
    "botulinum", "skin_energy", "hair", "oral", "intimate", "other", "unknown",
}  # fmt: skip
# clinical.md 4.3: said to a worried person these words send them home
BANNED = ("正常的", "没事", "再等等就好", "放心", "that's normal", "nothing to worry about", "just wait")
DOSE = re.compile(r"\d+ ?(mg|毫克|iu\b|单位)", re.IGNORECASE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    for file in (*FOLDER.glob("*.yaml"), *FOLDER.glob("*.npz")):
        shutil.copy(file, tmp_path)
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def all_phrases(protocol: Protocol) -> list[tuple[str, Phrases]]:
    groups = (
        [(s.code, s.phrases) for s in protocol.symptoms.values()],
        [(p.code, p.aliases) for p in protocol.procedures.values()],
        [(f.code, f.phrases) for f in protocol.families.values()],
        [(i.code, i.phrases) for i in protocol.issues.values()],
        [(m.code, m.phrases) for m in protocol.modifiers.values()],
        [(v.code, v.phrases) for v in protocol.vocabulary],
    )
    return [pair for group in groups for pair in group]


def shown_texts(protocol: Protocol) -> list[tuple[str, str]]:
    texts = [(rule.id, rule.text) for rule in protocol.red_flags.values()]
    texts += [(advice.code, advice.text) for advice in protocol.advice]
    texts += [(issue.code, issue.first) for issue in protocol.issues.values()]
    texts += [(time.urgency, time.promise) for time in protocol.response_times.values()]
    texts += [("safety", protocol.safety_text)]
    return [(name, words) for name, text in texts for words in (text.zh, text.en)]


def test_the_shipped_content_loads_once() -> None:
    assert load() is load()


def test_every_clinical_rule_is_there_with_both_texts() -> None:
    rules = load().red_flags
    assert [f"RF-{n:02}" for n in range(1, 51)] == [code for code in rules if code.startswith("RF-")]
    assert all(rule.text.zh.count("\n") and rule.text.en.count("\n") for rule in rules.values() if "RF" in rule.id)


def test_every_legal_clock_has_a_rule() -> None:
    rules = load().red_flags
    expected = ["L-E1", *(f"L-U{n}" for n in range(1, 8)), *(f"L-S{n}" for n in range(1, 10))]
    assert expected == [code for code in rules if code.startswith("L-")]
    named = {sign for code in expected for clause in rules[code].when for sign in (*clause.any, *clause.all)}
    assert named == {word.code for word in load().vocabulary if word.kind == "legal_clock"}


def test_there_are_thirty_issues_seven_questions_and_every_family() -> None:
    protocol = load()
    assert len(protocol.issues) == 30
    assert [question.id for question in protocol.must_asks] == ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"]
    assert set(protocol.families) == FAMILIES


def test_every_family_has_procedures_of_its_own() -> None:
    assert {procedure.family for procedure in load().procedures.values()} == FAMILIES


@pytest.mark.parametrize("rule", load().red_flags.values(), ids=lambda rule: rule.id)
def test_every_clause_of_a_rule_can_hold(rule: RedFlag) -> None:
    protocol = load()
    for clause in rule.when:
        needed, excluded = {*clause.any, *clause.also_any, *clause.all}, set(clause.none)
        assert not set(clause.all) & excluded
        assert len(set(clause.any) - excluded) >= clause.at_least if clause.any else clause.all
        for procedure in clause.procedures:
            assert not clause.families or protocol.procedures[procedure].family in clause.families
        for sign in needed:
            assert has_words(protocol, sign), f"{rule.id}: nobody can say {sign}"


def has_words(protocol: Protocol, sign: str) -> bool:
    if sign in likeness().heads:
        return True  # the statistical reader finds it
    phrases = (
        protocol.symptoms[sign].phrases
        if sign in protocol.symptoms
        else next(word.phrases for word in protocol.vocabulary if word.code == sign)
    )
    return bool(phrases.zh and phrases.en)


def test_every_must_ask_counts_as_an_emergency_somewhere() -> None:
    """An answer left open stands for a sign that some rule takes for an emergency (I3)."""
    protocol = load()
    deadly = {
        sign
        for rule in protocol.red_flags.values()
        for clause in rule.when
        if (clause.urgency or rule.urgency) is Urgency.emergency
        for sign in (*clause.any, *clause.all)
    }
    for question in protocol.must_asks:
        assert set(question.counts_as) <= deadly & set(question.symptoms)


def test_a_rule_pages_the_coordinators_when_it_cannot_wait() -> None:
    for rule in load().red_flags.values():
        if rule.urgency.rank >= Urgency.urgent.rank:
            assert "duty" in rule.page, rule.id


def test_no_text_belittles_or_names_a_dose() -> None:
    for name, words in shown_texts(load()):
        assert not [phrase for phrase in BANNED if phrase in words.lower()], name
        assert not DOSE.search(words), name
        assert "{" not in words, name


def test_phrases_are_written_as_the_reader_normalises_them() -> None:
    for code, phrases in all_phrases(load()):
        for phrase in (*phrases.zh, *phrases.en):
            assert phrase == phrase.strip().lower(), (code, phrase)
            assert "’" not in phrase, (code, phrase)
        assert len(set(phrases.zh)) == len(phrases.zh), code
        assert len(set(phrases.en)) == len(phrases.en), code
        assert all(len(phrase) > 1 for phrase in phrases.zh), code


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("red_flags.yaml", "breathing_difficulty, throat_tightness, coughing_blood", "breathing_dificulty",
         "red_flags.yaml: RF-01: when.0.any: unknown code 'breathing_dificulty'"),
        ("red_flags.yaml", "queue: neuro", "queue: brain", "red_flags.yaml: RF-04: queue: unknown code 'brain'"),
        ("red_flags.yaml", "qualifiers: [sudden]", "qualifiers: [quick]",
         "red_flags.yaml: RF-04: when.0.qualifiers: unknown code 'quick'"),
        ("procedures.yaml", "family: nose", "family: noses", "procedures.yaml: rhino_silicone: family: unknown"),
        ("procedures.yaml", "ask_first: [vision_loss", "ask_first: [vision_los",
         "procedures.yaml: double_eyelid_incision: ask_first: unknown code 'vision_los'"),
        ("must_asks.yaml", "counts_as: [vision_blur]", "counts_as: [blur]", "must_asks.yaml: Q2: counts_as"),
        ("families.yaml", "code: nose", "code: eyelid", "families.yaml: eyelid: stands there twice"),
        ("symptoms.yaml", "default: emergency", "default: deadly", "symptoms.yaml: breathing_difficulty: default"),
        ("legal_rules.yaml", "any: [death]", "any: [deaths]", "legal_rules.yaml: L-U1: when.0.any"),
        ("response_times.yaml", "urgency: soon", "urgency: later", "response_times.yaml: later: urgency"),
        ("issues.yaml", "- code:", "code:", "issues.yaml: "),
    ],
)  # fmt: skip
def test_broken_content_is_told_by_file_entry_and_field(copy: Path, file: str, old: str, new: str, told: str) -> None:
    spoil(copy, file, old, new)
    with pytest.raises(ProtocolError) as caught:
        read(copy)
    assert told in str(caught.value)


def test_a_clause_without_a_sign_is_refused(copy: Path) -> None:
    spoil(copy, "red_flags.yaml", "{any: [breathing_difficulty, throat_tightness, coughing_blood]}", "{max_days: 3}")
    with pytest.raises(ProtocolError, match=r"RF-01: when\.0: names no sign"):
        read(copy)


def test_the_version_changes_with_the_content(copy: Path) -> None:
    assert read(copy).version == load().version
    spoil(copy, "queues.yaml", "Volunteer lawyers", "Lawyers")
    assert read(copy).version != load().version


def clauses(code: str) -> tuple[Clause, ...]:
    return load().red_flags[code].when


def test_two_mild_toxin_signs_are_an_emergency_but_one_is_urgent() -> None:
    rule = load().red_flags["RF-21"]
    assert rule.urgency is Urgency.urgent
    assert any(clause.at_least == 2 and clause.urgency is Urgency.emergency for clause in rule.when)


def test_a_dusky_nose_within_three_days_is_an_emergency() -> None:
    assert any(
        clause.families == ("nose",) and clause.max_days == 3 and clause.urgency is Urgency.emergency
        for clause in clauses("RF-30")
    )


def test_looks_alone_are_no_open_clinical_need() -> None:
    symptoms = load().symptoms
    looks = ("result_unsatisfactory", "asymmetry_general", "scar_old", "skin_dent", "nose_contracted", "implant_shift")
    assert not [code for code in looks if symptoms[code].active]
    assert symptoms["scar_raised"].active
