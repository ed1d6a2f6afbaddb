"""What every room's tests share: the protocol, the reader and the speakers, made once."""

import pytest

from bot.speech import Speaker
from bot.speech import speakers as make_speakers
from flows.protocol import Protocol, load
from flows.reading import Reader

pytest_plugins = ["tests.engines"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the transcripts' expectations anew")


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The content as it ships."""
    return load()


@pytest.fixture(scope="session")
def reader(protocol: Protocol) -> Reader:
    """One reader for all."""
    return Reader(protocol)


@pytest.fixture(scope="session")
def speakers(protocol: Protocol) -> dict[str, Speaker]:
    """The languages of the house."""
    return make_speakers(protocol)
