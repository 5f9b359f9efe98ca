"""What can be stored at all, so what can be an id: PostgreSQL takes neither NUL nor half a character."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Return whether a text can be stored: it has no NUL and no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def plain_id(value: object) -> str:
    """Return an id or name as it can be looked up, or an empty text."""
    return value if isinstance(value, str) and is_storable(value) else ""
