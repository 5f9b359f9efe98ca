"""No password of an address reaches a log: pysolr, for one, prints addresses with what is in them."""

from __future__ import annotations

import logging
import re
from typing import Any

__all__ = ["hide_in_logs", "without_passwords"]

_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@'\"]*):[^\s/@'\"]+@", re.IGNORECASE)
_FORMATTER = logging.Formatter()


def without_passwords(text: str) -> str:
    """Return a text with every password of an address left out."""
    return _PASSWORD.sub(r"\1:…@", text)


class _Hiding:
    """Makes records of logs as before, without passwords; a traceback, too, is a text that may hold one."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, *words: Any, **options: Any) -> logging.LogRecord:
        record: logging.LogRecord = self.inner(*words, **options)
        text = record.getMessage() if record.args else str(record.msg)
        if "://" in text:
            record.msg, record.args = without_passwords(text), ()
        if isinstance(record.exc_info, tuple) and record.exc_info[0] is not None:
            record.exc_text = without_passwords(_FORMATTER.formatException(record.exc_info))
        return record


def hide_in_logs() -> None:
    """Hide them from now on; more than once does no harm."""
    inner = logging.getLogRecordFactory()
    if not isinstance(inner, _Hiding):
        logging.setLogRecordFactory(_Hiding(inner))
