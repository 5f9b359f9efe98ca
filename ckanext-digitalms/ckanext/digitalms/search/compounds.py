"""Parts of German compounds, found by hyphenation, so that Antrag finds Antragsmanagement.

Hyphenation knows where German words may be cut, not what the pieces mean. So a piece counts only when
enough is left on its other side: that keeps prefixes (Ver-trag, An-lage, Kon-takte) from being cut off.
Parts are kept in a field of little weight.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

import pyphen

SHORTEST_WORD = 8
SHORTEST_PART = 4
SHORTEST_INNER = 6
MAX_WORD = 80

_WORDS = re.compile(rf"[^\W\d_]{{{SHORTEST_WORD},{MAX_WORD}}}")
# endings that make a new word of one word, so what stands before them is no part of a compound
_DERIVED = re.compile(
    r"[^aeiouäöü]{0,3}(?:(?:bar|haft|ig|isch|lich|los|sam)(?:e[mnrs]?)?)?"
    r"(?:ung|tion|sion|heit|keit|schaft|tät|ment|ismus|ist|chen|lein|nis|tum|ieren|ierung|in|innen)?(?:e[ns]?|s|se[ns]?)?"
)
_TYPEWRITTEN = (("ae", "ä"), ("oe", "ö"), ("(?<![aeiouyäöüq])ue", "ü"))


def parts_of(texts: Iterable[str]) -> list[str]:
    """Return the parts of all compounds in some texts, each once, in small letters."""
    words = {word.lower() for text in texts for word in _WORDS.findall(unicodedata.normalize("NFC", text))}
    return sorted({part for word in words for part in compound_parts(word)})


@cache
def _hyphenation() -> pyphen.Pyphen:
    # reading the dictionary takes half a second, which commands that index nothing do not have to wait
    return pyphen.Pyphen(lang="de_DE", left=2, right=2)


@lru_cache(maxsize=20_000)
def compound_parts(word: str) -> tuple[str, ...]:
    """Return the parts of one word, e.g. ``antrags`` and ``management``."""
    word = _with_umlauts(word)
    cuts = [cut for cut in _hyphenation().positions(word) if _parts(word, cut)]
    outer = [part for cut in cuts for part in (word[:cut], word[cut:])]
    inner = [word[i:j] for i in cuts for j in cuts if j - i >= SHORTEST_INNER]
    return tuple(dict.fromkeys([*outer, *inner]))


def _parts(word: str, cut: int) -> bool:
    long_enough = SHORTEST_PART <= cut <= len(word) - SHORTEST_PART
    return long_enough and not _DERIVED.fullmatch(word[cut:])


def _with_umlauts(word: str) -> str:
    for typed, meant in _TYPEWRITTEN:
        word = re.sub(typed, meant, word)
    return word


def splits(word: str) -> list[tuple[str, str]]:
    """Return the ways to take a word for a compound of two, e.g. ``(glasfaser, ausbau)``.

    The cuts are those of :func:`compound_parts`, so that a question falls into what the index has.
    """
    if not SHORTEST_WORD <= len(word) <= MAX_WORD or not word.isalpha():
        return []
    small = _with_umlauts(unicodedata.normalize("NFC", word).lower())
    return [(small[:cut], small[cut:]) for cut in _hyphenation().positions(small) if _parts(small, cut)]
