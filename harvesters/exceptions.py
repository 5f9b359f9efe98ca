"""The ends of an item other than "done", as exceptions: skipped, and failed with a reason."""

from __future__ import annotations

from ckanext.digitalms.shared import Message


class ItemEnd(Exception):  # noqa: N818 - an end is no error by itself
    """An item ends here; ``message`` is for the people who keep the source."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class SkipItem(ItemEnd):
    """There is nothing to do for the item."""


class FailItem(ItemEnd):
    """The item cannot be taken over; the message says what was found, where, and what to do."""
