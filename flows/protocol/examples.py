"""What people might write for each rule: `fires` must make it fire, `silent` must not.

They stand in `examples.yaml` for clinicians and for `aidline protocol check`; nothing is read with them.
"""

from functools import cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from flows.protocol.model import Content, Phrases


class Example(Content):
    """Messages for one rule; the silent ones sound like it without being a case of it."""

    rule: str
    fires: Phrases
    silent: Phrases


@cache
def examples() -> tuple[Example, ...]:
    """All examples in the order of the file, read once; raises pydantic's ValidationError."""
    content = resources.files("flows.protocol").joinpath("examples.yaml").read_bytes()
    return TypeAdapter(tuple[Example, ...]).validate_python(yaml.load(content, Loader=yaml.CSafeLoader))
