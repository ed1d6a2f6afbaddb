"""What can go wrong at the edges.

- DeliveryError: a message could not be handed to a platform; `permanent` means that trying again
  can't help, `retry_after` is in seconds when the platform named it.
"""


class DeliveryError(Exception):
    """A message was not delivered; the words are for operators and hold no patient data."""

    def __init__(self, message: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
