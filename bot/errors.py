"""What can go wrong at the edges.

- DeliveryError: a message could not be handed to a platform; `permanent` means that trying again
  can't help, `retry_after` is in seconds when the platform named it, `code` says why as the desk shows it.
"""

from typing import Literal

Code = Literal["blocked", "deactivated", "no-chat", "refused", ""]


class DeliveryError(Exception):
    """A message was not delivered; the words are for operators and hold no patient data."""

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after: float | None = None, code: Code = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
