"""A Bot API server of ours on loopback: real URLs, real bodies, real errors, and people who use the bot.

`python -m tests.fakes.telegram --port 9999` starts it by hand, to try the product against it.
"""

from tests.fakes.telegram.errors import ApiError, Fault
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.server import FakeTelegram
from tests.fakes.telegram.state import Call, Delivery

__all__ = ["ApiError", "Call", "Delivery", "FakeTelegram", "Fault", "Person"]
