"""Spellings that are one: by which words are compared, ordered and found as marks."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["key_of", "mark", "plain"]

_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


def plain(text: str) -> str:
    """Return a text as German dictionaries order it: ä beside a, ß as ss, whatever the case."""
    told = unicodedata.normalize("NFC", text).lower().translate(_PLAIN)
    told = "".join(c for c in unicodedata.normalize("NFKD", told) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", told))[:500]


def mark(kind: str, value: str) -> str:
    """Return the token of a paper, day or month: letters and digits, so that no query takes it for syntax."""
    return f"xx{kind}x{re.sub(r'[^0-9a-z]+', 'x', value.lower())}"


def key_of(words: str) -> str:
    """Return by what synonyms are found: ``E-Akten`` and ``eAkte``, ``schnelles Internet`` in any case."""
    told = unicodedata.normalize("NFC", words).lower().translate(_KEY)
    return "".join(
        _ENDING.sub("", piece) for piece in re.split(r"\s+", re.sub(r"[^\w\s]+", "", told).strip())
    )


_KEY = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "_": " "})
_ENDING = re.compile(r"(?<=\w{3})(?:en|em|er|es|e|n|s)$")
