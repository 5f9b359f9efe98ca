"""Finding things by what somebody sent: what can never be an id finds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan import model

_INSIDE = {"tags": "name", "extras": "key"}


def plain_id(value: object) -> str:
    """Return an id or name as it can be looked up; PostgreSQL takes neither NUL nor half a character."""
    return value if isinstance(value, str) and is_storable(value) else ""


def is_storable(text: str) -> bool:
    """Return whether a text can be stored: it has no NUL and no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def is_link(text: str) -> bool:
    """Return whether CKAN can lead to a resource's address: of the web, or without scheme (it gets http)."""
    try:
        has_scheme = bool(urlsplit(text).scheme)
    except ValueError:
        return False  # such as https://[::1
    return not has_scheme or bool(tk.h.is_url(text))


def by_field(wrong: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return sentences by field as CKAN's errors hold them: those of keywords and extras stand in objects."""
    return {name: [{_INSIDE[name]: told}] if name in _INSIDE else told for name, told in wrong.items()}


def find_package(value: object) -> model.Package | None:
    """Return a dataset by its id or name, or ``None``."""
    return model.Package.get(plain_id(value) or None)
