"""What can go wrong when another site is asked."""

from __future__ import annotations


class FetchError(Exception):
    """No usable answer. The message is a sentence for the operator."""

    def __init__(self, sentence: str, wait: float | None = None, status: int | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait
        """Seconds after which it makes sense to ask again, where that is known."""
        self.status = status


class PassingError(FetchError):
    """A failure that may be over in a moment."""
