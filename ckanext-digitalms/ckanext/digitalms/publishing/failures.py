"""What fails while something is published: it is undone, and its owner is told in a sentence."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.services.operation.failures import Part, failed_part, sentence
from ckanext.digitalms.validation.findings import short

log = logging.getLogger(__name__)


class FailedError(Exception):
    """A release could not be finished and was undone; carries the sentence for its owner."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@contextmanager
def undoing(undo: Callable[[], None]) -> Iterator[None]:
    """Undo what was begun when anything goes wrong with it.

    Raises:
        FailedError: something did.
    """
    try:
        yield
    except Exception as error:
        log.exception("Publishing failed and is undone")
        undo()
        raise FailedError(_sentence(error)) from error


def _sentence(error: Exception) -> Message:
    if failed_part(error) is Part.DISK:
        return sentence(Part.DISK)
    text = N_("The catalogue could not publish this ({reason}). Nothing was changed; try again later.")
    return Message(text, {"reason": reason_of(error)})


def reason_of(error: Exception) -> str:
    """Return why something failed, in words that may be shown: no paths, no commands, no other values."""
    if isinstance(error, tk.ValidationError):
        told = [one for several in error.error_dict.values() for one in _listed(several)]
        return short(" ".join(map(str, told)) or error)
    if isinstance(error, tk.ObjectNotFound):
        return short(error.message or type(error).__name__)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    origin = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    said = getattr(getattr(origin, "diag", None), "message_primary", None)
    return short(said or type(origin).__name__)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]
