"""Whole conversations, written so that a clinician can read and correct them.

Each file in `transcripts/` is one. A line that starts with `>` is what the person sends (text,
`#2` or `#1,3` for buttons, `/command`, `photo` or `photo broken`); the lines below it are what has to
come of it:

    !  an alarm, with the rules whose texts are shown      ?  the question that is open now
    =  a message, by its key                               *  an effect on the case

`pytest --update` writes the expectations anew; read the difference before you commit it. Between any
two lines the session goes through JSON and back, as it does in the database.
"""

from pathlib import Path

import pytest

from bot.speech import Speaker
from flows.conversation import Alarm, Ask, Say
from flows.protocol import Protocol
from flows.reading import Reader
from tests.flows.talk import Talk, shown

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation_goes_as_written(
    path: Path, protocol: Protocol, reader: Reader, speakers: dict[str, Speaker], request: pytest.FixtureRequest
) -> None:
    """The transcript, replayed, gives the same effects line by line, and every word can be said."""
    written = path.read_text("utf-8")
    talk = Talk(protocol, reader, speakers, "en" if path.stem.startswith("en_") else "zh-CN")
    lines: list[str] = []
    for line in written.splitlines():
        if line.startswith("#") or not line.strip():
            lines.append(line)
        elif line.startswith(("> ", ">")):
            lines.append(line)
            for event in talk.send(line.removeprefix(">").removeprefix(" ")):
                lines.append("    " + shown(event))
                if isinstance(event, Say | Alarm | Ask):
                    assert speakers[talk.session.locale](event.words).strip()
    got = "\n".join(lines) + "\n"
    if request.config.getoption("--update"):
        path.write_text(got, "utf-8")
    assert got == written
