"""Which column of a file belongs to which field of a schema."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

_SEPARATORS = re.compile(r"[\s_\-]+")


def places_of(titles: Sequence[str], fields: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Find the column of each field: by its name or title as it stands, else by what is the same word."""
    places: dict[str, int] = {}
    for same in (str, _folded):
        known: dict[str, int] = {}
        for place, title in enumerate(titles):
            known.setdefault(same(title), place)
        for field in fields:
            for label in (field.get("source", field["title"]), field["title"], field["name"]):
                place = known.get(same(label), -1)
                if place >= 0 and field["name"] not in places and place not in places.values():
                    places[field["name"]] = place
    return places


def _folded(title: str) -> str:
    folded = unicodedata.normalize("NFC", title).casefold()
    return _SEPARATORS.sub(" ", folded).strip()
