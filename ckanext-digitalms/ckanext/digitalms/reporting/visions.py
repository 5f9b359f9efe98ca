"""Visions that point at another measure ("siehe Strategie …"): whose vision is meant, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["resolved"]

# "siehe", "s.", "vgl." and nothing else than where: a text that goes on says something itself
_POINTS = re.compile(
    r"^(?:s\.|siehe|wie|vgl\.)\s*(?:o\.|auch\s+|bei\s+|unter\s+|oben\s*:?\s*)*(?P<other>[^.]{0,80})\.?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:nr\.?|nummer|ma(?:ß|ss)nahme)?\s*(\d{1,4})", re.IGNORECASE)


def resolved(measures: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Return for each measure the vision to print, and the title of the measure that it is of.

    The title is empty where the vision is the measure's own, also where it points at none that is known.
    """
    titles = {str(one["title"]).casefold(): key for key, one in measures.items()}
    return {key: _vision(key, measures, titles) for key in measures}


def _vision(
    key: str, measures: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str]
) -> tuple[str, str]:
    text, at, seen = measures[key]["vision"] or "", key, {key}
    while found := _POINTS.match(text.strip()):
        other = _meant(found["other"].strip().casefold(), measures[at], measures, titles)
        if other is None or other in seen:
            break
        seen.add(other)
        text, at = measures[other]["vision"] or "", other
    if at == key or not text or _POINTS.match(text.strip()):
        return measures[key]["vision"] or "", ""
    return text, str(measures[at]["title"])


def _meant(
    words: str,
    measure: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    titles: Mapping[str, str],
) -> str | None:
    if not words:  # "siehe oben" is the measure above
        return measure["parent_id"] if measure["parent_id"] in measures else None
    if words in titles:
        return titles[words]
    if number := _NUMBER.fullmatch(words):
        wanted = int(number[1])
        return next((key for key, one in measures.items() if one["position"] == wanted), None)
    bare = words.strip("„“\"'»« ")
    near = [key for title, key in titles.items() if bare in title or title in words]
    return near[0] if len(near) == 1 else None
