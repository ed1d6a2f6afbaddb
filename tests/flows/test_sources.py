"""Every source of the content reads as documents and literature, never as a file's name or a tag."""

import re

import pytest

from flows.protocol import load
from flows.sources import cited

PROTOCOL = load()
SOURCES = sorted(
    {entry.source for table in (PROTOCOL.red_flags, PROTOCOL.issues) for entry in table.values()}
    | {advice.source for advice in PROTOCOL.advice}
)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_names_its_document_and_holds_no_tag(source: str) -> None:
    lines = cited(source)
    assert lines[0].document is not None
    assert lines[0].section
    for line in lines:
        assert line.document or line.reference or line.text or line.unchecked
        assert not re.search(r"\.md|\[[SK]", line.section + line.text)


def test_a_reference_is_cited_in_full() -> None:
    first, second = cited("clinical.md section 3; R1 [S]")
    assert first.section == "3"
    assert second.reference == "R1"
    assert "J Clin Aesthet Dermatol" in second.text


def test_general_knowledge_is_marked_as_unchecked() -> None:
    assert cited("clinical.md section 3; CPR wording [K]")[1].unchecked
    assert cited("clinical.md section 3; CPR wording [K]")[1].text == "CPR wording"
