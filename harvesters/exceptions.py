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
    """The item cannot be taken over; the message says what was found, where, and what to do.

    ``cause`` is a stable type by which errors are grouped.
    """

    cause = "error"

    def __init__(
        self,
        message: Message,
        *,
        identifier: str | None = None,
        record: str | None = None,
        field: str | None = None,
        found: str | None = None,
        remedy: Message | None = None,
    ) -> None:
        super().__init__(message)
        self.identifier, self.record = identifier, record
        self.field, self.found, self.remedy = field, found, remedy


class RefusedDeliveryError(FailItem):
    """A delivered table that was refused; its report has every error."""

    cause = "refused"


class WaitingDeliveryError(FailItem):
    """A delivered table that waits for a coordinator's answers."""

    cause = "waiting"


class InternalError(FailItem):
    """An error of the catalogue itself."""

    cause = "internal"


class BadRecordError(FailItem):
    """A record of a source that breaks a rule; the others are taken over."""

    cause = "bad-record"


class DoubledRecordError(FailItem):
    """An identifier that a source gives to two records; the first one counts."""

    cause = "doubled-record"


class WaitItem(FailItem):
    """Too many records would vanish: the run changes nothing and asks the coordinator."""

    cause = "vanishing"

    def __init__(self, message: Message, vanishing: tuple[str, ...], kept: int) -> None:
        super().__init__(message)
        self.vanishing, self.kept = vanishing, kept
