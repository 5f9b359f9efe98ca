"""Which words of a search may be counted: none that tells of a person, or of what is internal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# so many searches in a month are no single person's any more
LEAST = 5
_LONGEST, _MOST_WORDS, _LEAST_LETTERS = 60, 5, 3
_DIGITS = re.compile(r"\d")
_MOST_DIGITS = 4
_NO_WORD = re.compile(r"[^\w\s./&+-]+")
_SPACES = re.compile(r"\s+")
_TOKEN = re.compile(r"\w+")
_ADDRESS = re.compile(r"@|://|www\.|\w\.\w+\.\w|\(at\)|\[at\]", re.IGNORECASE)


def countable(typed: str) -> str | None:
    """Return words in the one way in which they are counted, or nothing where they are not.

    Left out are mail and web addresses, whatever has more than four digits (telephone numbers, days), one or
    two letters, and sentences: they may tell who searched, or of whom.
    """
    text = unicodedata.normalize("NFKC", typed).casefold()
    if _ADDRESS.search(text) or len(_DIGITS.findall(text)) > _MOST_DIGITS:
        return None
    words = _SPACES.sub(" ", _NO_WORD.sub(" ", text)).strip(" .-/&+")
    letters = sum(sign.isalpha() for sign in words)
    if letters < _LEAST_LETTERS or len(words) > _LONGEST or len(words.split()) > _MOST_WORDS:
        return None
    return words


def tokens(text: str) -> frozenset[str]:
    """Return the words of a text, in small letters."""
    return frozenset(_TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))


class Hidden:
    """Names that no list shows: of internal datasets, of persons who have an account."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [found for name in names if (found := tokens(name))]

    def has(self, words: str) -> bool:
        """Return whether words may be such a name: all of them stand in one, or one stands in them."""
        asked = tokens(words)
        return any(asked <= name or name <= asked for name in self._names)
