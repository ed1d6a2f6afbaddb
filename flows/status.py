"""How a finding stands in a text."""

from enum import StrEnum


class Status(StrEnum):
    """The question the ConText algorithm answers for every finding."""

    present = "present"
    denied = "denied"
    asked = "asked"  # feared, asked about, or only "if"
    past = "past"  # was there and is over
    elsewhere = "elsewhere"  # news, hearsay, somebody else's story, the clinic's own words
