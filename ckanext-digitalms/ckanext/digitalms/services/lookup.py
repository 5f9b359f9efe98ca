"""Find datasets by what somebody sent, and say what is wrong at the right field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.services.read_once import read_once
from ckanext.digitalms.storable import plain_id

_INSIDE = {"tags": "name", "extras": "key"}


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
    key = plain_id(value)
    return read_once(("package", key), lambda: _package(key)) if key else None


def _package(key: str) -> model.Package | None:
    """Read a dataset; where one has the id and another the name, the id comes first."""
    either = sa.select(model.Package).where((model.Package.id == key) | (model.Package.name == key))
    found: model.Package | None = model.Session.scalars(either.order_by(model.Package.id != key)).first()
    return found
