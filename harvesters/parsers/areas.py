"""A boundaries file to known areas: official key (AGS) and name of each. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ckanext.digitalms.shared import AREA_DIGITS, N_, Message, short

_KEY = re.compile(r"[0-9]+")
MOST = 50_000


class AreasError(Exception):
    """A file gives no known areas; ``message`` says what was found and what is expected."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def read_areas(data: bytes) -> dict[str, str]:
    """Read a GeoJSON FeatureCollection whose features have the properties ``AGS`` and ``GEN``.

    Returns:
        name by key, in the order of the keys.

    Raises:
        AreasError: it is no such file, or a key in it is none.
    """
    areas: dict[str, str] = {}
    for number, feature in enumerate(_features(data), start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        told = properties if isinstance(properties, dict) else {}
        key, name = told.get("AGS"), told.get("GEN")
        if not isinstance(key, str) or not _KEY.fullmatch(key) or len(key) not in AREA_DIGITS:
            text = N_(
                "Feature {number} of the boundaries has the AGS “{found}”: "
                "it must be text of 2, 3, 5 or 8 digits."
            )
            raise AreasError(Message(text, {"number": number, "found": short(key)}))
        if not isinstance(name, str) or not name.strip():
            text = N_("Feature {number} of the boundaries ({key}) has no name (GEN).")
            raise AreasError(Message(text, {"number": number, "key": key}))
        areas[key] = short(" ".join(name.split()))
    return dict(sorted(areas.items()))


def _features(data: bytes) -> list[Any]:
    expected = N_(
        "The boundaries are no GeoJSON: a FeatureCollection with the properties AGS and GEN is expected."
    )
    try:
        read = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise AreasError(Message(expected)) from error
    features = read.get("features") if isinstance(read, Mapping) else None
    if not isinstance(features, list) or not features:
        raise AreasError(Message(expected))
    if len(features) > MOST:
        text = N_("The boundaries have {found} features; {limit} are allowed.")
        raise AreasError(Message(text, {"found": len(features), "limit": MOST}))
    return features
