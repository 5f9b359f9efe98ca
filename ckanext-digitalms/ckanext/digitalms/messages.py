"""Sentences for people, kept apart from the language they are shown in.

The domain modules know neither CKAN nor a request, so they cannot translate. They make a
:class:`Message`: the English sentence with named placeholders, marked with :func:`N_` so that it is
extracted for translation, and its values. Actions, views and templates turn it into the reader's
language with :func:`translate`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "extract, do not translate yet"
    """Mark a sentence for extraction and return it unchanged."""
    return text


# how a language writes a day in figures
DAY_FORMAT = N_("%Y-%m-%d")


@dataclass(frozen=True)
class Message:
    """One sentence: what was found, where, and what to do.

    Args:
        text: the English sentence with ``{named}`` placeholders; the key of its translation.
        values: what the placeholders stand for; a value may itself be a :class:`Message`, and a day is
            written as the language writes it.
    """

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if isinstance(value, Decimal):
                self.values[name] = f"{value:f}"
            elif isinstance(value, dict):  # a message that was kept as JSON
                self.values[name] = Message(**value)

    def __str__(self) -> str:
        return translate(self, lambda text: text)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, nested messages too."""
        plain: dict[str, Any] = msgspec.to_builtins(self, enc_hook=str)
        return plain


def translate(message: Message, gettext: Callable[[str], str]) -> str:
    """Render a message with a translation function, e.g. ``tk._`` or ``str``."""
    return gettext(message.text).format(
        **{name: _told(value, gettext) for name, value in message.values.items()}
    )


def _told(value: object, gettext: Callable[[str], str]) -> object:
    if isinstance(value, Message):
        return translate(value, gettext)
    if isinstance(value, date):
        return value.strftime(gettext(DAY_FORMAT))
    return value
