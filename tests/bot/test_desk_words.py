"""The words of the web desk."""

import re
from pathlib import Path

import pytest

from locales import keys, translator


def test_both_languages_have_the_same_words_of_the_desk() -> None:
    desk = {locale: {key for key in keys(locale) if key.startswith("desk-")} for locale in ("zh-CN", "en")}
    assert desk["zh-CN"] == desk["en"]


def test_every_word_the_templates_ask_for_exists() -> None:
    templates = Path(__file__).parents[2] / "bot" / "desk" / "templates"
    asked = {
        key
        for page in templates.glob("*.html")
        for key in re.findall(r"""\bt\(["'](desk-[a-z-]+[a-z])["'][,)]""", page.read_text("utf-8"))
    }
    assert len(asked) > 100
    assert {key for key in asked if not translator("en").has(key)} == set()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_every_outcome_and_refusal_has_words(locale: str) -> None:
    from bot.desk.deeds import OUTCOMES
    from bot.desk.web import NOTICES

    words = translator(locale)
    for code in {code for codes in OUTCOMES.values() for code in codes}:
        assert words.has(f"desk-outcome-{code.replace('_', '-')}")
    for code in NOTICES:
        assert words.has(f"desk-told-{code}")
    source = "".join(path.read_text() for path in (Path(__file__).parents[2] / "bot" / "desk").glob("*.py"))
    refusals = set(re.findall(r'Refused\(\d+, "([a-z-]+)"', source))
    assert len(refusals) > 8
    for code in refusals | {"expired", "sign-in", "signed-out"}:
        assert words.has(f"desk-refused-{code}")
        assert words.has(f"desk-refused-{code}-more")


@pytest.mark.parametrize(
    ("locale", "on", "off"), [("en", "Turn sound on", "Turn sound off"), ("zh-CN", "打开提示音", "关闭提示音")]
)
def test_the_sound_button_says_what_a_press_does(locale: str, on: str, off: str) -> None:
    assert translator(locale).text("desk-sound-turn-on") == on
    assert translator(locale).text("desk-sound-turn-off") == off
