"""The papers say what is so: settings, dependencies, diagrams, transcripts, the words of both languages.

`pytest --update` writes the transcripts of the READMEs anew; `make docs` draws the diagrams.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from bot.channels.telegram.entrance import COMMANDS
from bot.channels.terminal import Terminal
from bot.channels.webchat.pages import MENU, SCRIPT_WORDS
from bot.desk.board import VIEWS
from bot.desk.deeds import OUTCOMES
from bot.desk.web import NOTICES
from bot.diagrams import diagrams, drawn
from bot.protocol_sheets import Sheets
from bot.service import Service
from bot.settings import Settings
from flows import protocol as protocol_room
from flows.case import STATUSES
from flows.intake import MISSES_SHOWN
from flows.protocol import Category, Urgency
from flows.taking import SPANS
from flows.turn import REVIEWED
from locales import LOCALES, translator
from storage.people import ROLES

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def settings() -> dict[str, object]:
    """Every environment variable the program reads, with its default."""
    return {
        str(field.validation_alias or f"AIDLINE_{name.upper()}"): field.default
        for name, field in Settings.model_fields.items()
    }


def plainly(default: object) -> str:
    """A default as `.env.example` shows it; a secret has none."""
    if default is None or hasattr(default, "get_secret_value"):
        return ""
    return str(default)


# -- settings


@pytest.mark.parametrize("readme", READMES)
def test_readme_lists_every_setting_and_no_other(readme: str) -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / readme).read_text("utf-8"), re.MULTILINE)
    assert sorted(settings()) == sorted(rows)


def test_example_environment_shows_every_setting_with_its_default() -> None:
    lines = re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    shown = {name: value.strip("\"'") for name, value in lines}
    assert {name: plainly(default) for name, default in settings().items()} == shown


# -- dependencies


def dependencies() -> set[str]:
    listed = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    return {re.match(r"[\w.-]+", one)[0].lower() for one in listed}  # type: ignore[index]  # each begins with a name


def test_every_dependency_has_a_line_of_reason_and_nothing_else_has() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    reasons = dict(re.findall(r"^- `([\w.-]+)`: (.{15,})$", page, re.MULTILINE))
    assert sorted(dependencies()) == sorted(reasons)


# -- diagrams


def test_architecture_shows_the_diagrams_as_the_machines_are() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert set(diagrams()) == set(re.findall(r"<!-- diagram: (.+?) -->", page))
    assert page == drawn(page), "run `make docs`"


# -- the protocol for sign-off


@pytest.mark.parametrize(("locale", "page"), [("en", "protocol.md"), ("zh-CN", "protocol.zh-CN.md")])
def test_the_protocol_page_is_what_the_content_says(locale: str, page: str) -> None:
    written = Sheets(protocol_room.load(), translator(locale)).page()
    assert (ROOT / "docs" / page).read_text("utf-8") == written, "run `make docs`"


# -- words


def messages(locale: str) -> dict[str, set[str]]:
    """Every message of a language with the names of its placeholders; a key stands in one file only."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "locales" / locale).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            assert not isinstance(entry, fluent.Junk), f"{path}: {entry.content}"
            if isinstance(entry, fluent.Message):
                assert entry.id.name not in found, f"{path}: {entry.id.name} stands there twice"
                found[entry.id.name] = set(placeholders(entry))
    return found


def placeholders(node: object) -> Iterator[str]:
    if isinstance(node, fluent.VariableReference):
        yield node.id.name
    elif isinstance(node, fluent.SyntaxNode):
        for value in vars(node).values():
            yield from placeholders(value)
    elif isinstance(node, list):
        for value in node:
            yield from placeholders(value)


WORDS = {locale: messages(locale) for locale in LOCALES}


def test_languages_have_the_same_messages() -> None:
    assert sorted(WORDS["zh-CN"]) == sorted(WORDS["en"])


def test_languages_have_the_same_placeholders() -> None:
    differing = {key for key in WORDS["en"] if WORDS["en"][key] != WORDS["zh-CN"].get(key, WORDS["en"][key])}
    assert set() == differing


SPEAKING = {"Msg", "words", "t"}  # and the method `text` of translators and speakers
ANYTHING = "[a-z0-9-]+"


def used_in_code() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where, the key as a pattern, and the names of its arguments where they stand there."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "flows").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            named = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if named == "_msgs":  # choices: a prefix and the codes under it
                prefix, *codes = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                for code in codes:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", dashed(f"{prefix}-{code}"), set()
            elif named in SPEAKING or (named == "text" and isinstance(node.func, ast.Attribute)):
                for pattern in key_patterns(node.args[0]):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", pattern, arguments(node, named)


def dashed(text: str) -> str:
    return text.replace("_", "-")


def key_patterns(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(key)):
            yield re.escape(key)
        case ast.JoinedStr(values=parts):
            pieces = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ANYTHING for part in parts]
            yield "".join(pieces)
        case ast.IfExp(body=one, orelse=other):
            yield from key_patterns(one)
            yield from key_patterns(other)


def arguments(call: ast.Call, named: str) -> set[str] | None:
    """The arguments a message is given; None when they can't be read off the call."""
    if named != "Msg":
        names = [keyword.arg for keyword in call.keywords]
        return None if None in names else {str(name) for name in names}
    if len(call.args) == 1:
        return set()
    given = call.args[1]
    if not isinstance(given, ast.Dict) or not all(isinstance(key, ast.Constant) for key in given.keys):
        return None
    return {str(key.value) for key in given.keys if isinstance(key, ast.Constant)}


def used_in_templates() -> Iterator[tuple[str, str, set[str] | None]]:
    """The same for `t("key", name=…)` and `t("part-" ~ code)` in the pages."""
    call = re.compile(r"\bt\(\s*(?P<q>[\"'])(?P<key>[\w-]+)(?P=q)(?P<rest>(?:[^()]|\([^()]*\))*)\)")
    for path in sorted((ROOT / "bot").rglob("templates/*.html")):
        for found in call.finditer(path.read_text("utf-8")):
            rest = found["rest"].strip()
            pattern = re.escape(found["key"]) + (ANYTHING if rest.startswith("~") else "")
            names = set(re.findall(r"(?:^|,)\s*(\w+)\s*=", rest))
            yield str(path.relative_to(ROOT)), pattern, names


USES = [*used_in_code(), *used_in_templates()]


def test_uses_of_words_are_found() -> None:
    """Else the two tests below would hold for the wrong reason."""
    assert len(USES) > 150
    assert {path.split("/")[1].split(":")[0] for path, _, _ in USES} >= {"channels", "desk", "intake.py"}


def test_every_message_that_code_or_pages_name_exists() -> None:
    keys = " ".join(sorted(WORDS["en"]))
    lacking = [f"{where}: {key}" for where, key, _ in USES if not re.search(rf"(?:^| ){key}(?:$| )", keys)]
    assert lacking == []


def test_every_message_gets_the_arguments_it_shows() -> None:
    lacking = [
        f"{where}: {key} needs {sorted(wanted - given)}"
        for where, key, given in USES
        if given is not None
        for wanted in [WORDS["en"].get(key.replace("\\", ""), set())]
        if wanted - given
    ]
    assert lacking == []


def spoken(path: str, call: str) -> set[str]:
    """The words that a file passes to a call: `Refused(404, "no-page")` has `no-page`."""
    source = (ROOT / path).read_text("utf-8")
    return set(re.findall(rf"\b{call}\((?:\d+, )?\"([a-z-]+)\"", source))


CODED = {
    "category": set(Category),
    "also": set(Category) - {Category.unclear},
    "urgency": set(Urgency),
    "status": {"open", *STATUSES},
    "line": set(REVIEWED),
    "hint": set(map(str, range(1, MISSES_SHOWN + 1))),
    "choice-when": {*SPANS, "unsure"},
    "media": set(re.findall(r"\"((?:photo|file)-[a-z-]+)\"", (ROOT / "storage/pictures.py").read_text("utf-8"))),
    "telegram-command": set(COMMANDS),
    "telegram-from": set(ROLES),
    "web-menu": set(MENU),
    "web-js": set(SCRIPT_WORDS.values()),
    "web-refused": spoken("bot/channels/web.py", "Refused") | spoken("bot/channels/webchat/posted.py", "Refused"),
    "web-staff": set(ROLES),
    "desk-category": set(Category),
    "desk-urgency": set(Urgency),
    "desk-role": set(ROLES),
    "desk-view": set(VIEWS),
    "desk-told": set(NOTICES),
    "desk-outcome": {code for codes in OUTCOMES.values() for code in codes},
    "desk-refused": spoken("bot/desk/web.py", "Refused") | spoken("bot/desk/deeds.py", "Refused"),
}


@pytest.mark.parametrize("prefix", CODED)
def test_every_code_that_is_shown_has_its_words(prefix: str) -> None:
    assert CODED[prefix]
    assert {key for code in CODED[prefix] if (key := dashed(f"{prefix}-{code}")) not in WORDS["en"]} == set()


# -- transcripts

TRANSCRIPT = re.compile(r"(<!-- transcript: (?P<locale>[\w-]+) -->\n```text\n)(?P<shown>.*?)(```\n)", re.DOTALL)


def replayed(shown: str, locale: str, folder: Path) -> str:
    """What a terminal shows when the lines after `> ` are typed."""
    service = Service(Settings(data=folder))
    service.database.migrate()
    service.turns.draw = lambda: 482917
    service.worker.perform["page"] = nobody_is_called
    out = StringIO()
    terminal = Terminal(service, "reader", locale, as_json=False, out=out)
    try:
        for line in shown.splitlines():
            if line.startswith("> "):
                out.write(f"{line}\n")
                terminal.hear(line.removeprefix("> "))
    finally:
        service.close()
    return out.getvalue().rstrip("\n") + "\n"


async def nobody_is_called(row: object) -> None:
    """In place of the pager."""


@pytest.mark.parametrize("readme", READMES)
def test_readme_shows_a_conversation_as_it_goes(readme: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = (ROOT / readme).read_text("utf-8")
    found = TRANSCRIPT.search(page)
    assert found is not None
    real = replayed(found["shown"], found["locale"], tmp_path)
    if request.config.getoption("--update"):
        (ROOT / readme).write_text(page.replace(found["shown"], real), "utf-8")
    assert found["shown"] == real
