"""What can be stored at all, so what can be an id: PostgreSQL takes neither NUL nor half a character."""

from __future__ import annotations

import json


def is_storable(text: str) -> bool:
    """Return whether a text can be stored: it has no NUL and no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def plain_id(value: object) -> str:
    """Return an id or name as it can be looked up, or an empty text.

    A number is one as the actions read it (``unicode_safe``), so that whoever judges a right finds what the
    action will: 2024 may be the name of a dataset.
    """
    told = json.dumps(value) if isinstance(value, int | float) else value
    return told if isinstance(told, str) and is_storable(told) else ""
