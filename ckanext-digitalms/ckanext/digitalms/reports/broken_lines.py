"""Texts that were broken into lines: where one goes on in the next, and how the two are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable

_AND = re.compile(r"^(?:und|oder|bzw|sowie|u\.|/)", re.IGNORECASE)
_POINT = re.compile(r"[.,;:!?)](?![.\w])")
_HYPHENS = ("-", "\u2010")
# articles and prepositions with which no title ends; others may be the rest of a verb ("liegt vor")
_BEFORE_NOUNS = frozenset({
    "der", "die", "das", "des", "dem", "den", "und", "oder", "zur", "zum", "für", "von", "vom", "im", "in",
    "am", "beim", "ins", "eine", "einer", "eines", "einem", "einen", "sowie",
})  # fmt: skip


def joined(lines: Iterable[str]) -> str:
    """Join the lines of a paragraph; a word that was parted at the end of a line becomes whole again."""
    text = ""
    for line in lines:
        if not text:
            text = line
        elif _POINT.match(line):
            text += line
        elif (
            text.endswith(_HYPHENS) and line[:1].islower() and not _AND.match(line) and text[-2:-1].islower()
        ):
            text = text[:-1] + line
        elif (
            text.endswith(_HYPHENS) and text[-2:-1].isalnum() and line[:1].isalnum() and not _AND.match(line)
        ):
            text += line
        else:
            text = f"{text} {line}"
    return text


def is_cut(title: str) -> bool:
    """Return whether a title ends where none does, so that the next line is its rest."""
    words = title.split()
    return title.endswith(("-", "/", "&", ",")) or (bool(words) and words[-1].lower() in _BEFORE_NOUNS)
