"""The one error that people see: what was found, where, and what to do."""

from __future__ import annotations

import errno

__all__ = ["INTERRUPTED", "StackError", "sentence_for"]

INTERRUPTED = 130  # as shells say it

_FULL = (errno.ENOSPC, errno.EDQUOT)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


class StackError(Exception):
    """A sentence for the person at the terminal; shown without a traceback."""


def sentence_for(error: OSError) -> str:
    """Say what an error of the operating system means for the home folder."""
    where = error.filename or "the disk"
    if error.errno in _FULL:
        return f"No space is left: {where} could not be written. Free some space and start again."
    if error.errno in _CLOSED:
        return (
            f"This user cannot use {where} ({error.strerror}). Choose another folder: DIGITALMS_HOME=FOLDER."
        )
    return f"{where}: {error.strerror or error}."
