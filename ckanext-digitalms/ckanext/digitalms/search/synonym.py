"""A synonym: a word, what it means, and whether that holds the other way round, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from ckanext.digitalms.jsontypes import Json

from .asking import LONGEST_PHRASE, MOST_ALTERNATIVES
from .spelling import key_of

__all__ = [
    "BOTH",
    "DIRECTIONS",
    "LONGEST",
    "LONGEST_NOTE",
    "MOST",
    "MOST_WORDS",
    "ONE_WAY",
    "Synonym",
    "by_key",
    "words_in",
]

BOTH, ONE_WAY = "both", "one_way"
DIRECTIONS = (ONE_WAY, BOTH)
MOST = 5_000  # rows of a list
LONGEST, LONGEST_NOTE = 80, 300  # characters of a word, and of a note
MOST_WORDS = LONGEST_PHRASE
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Synonym:
    """A row of the list.

    Args:
        word: that somebody types, one or some.
        meaning: that is looked for, too.
        direction: ``one_way``: who types the word finds the meaning; ``both``: and the other way round.
        note: where it is taken from.
    """

    word: str
    meaning: str
    direction: str = ONE_WAY
    note: str = ""

    @classmethod
    def of_json(cls, row: Mapping[str, str]) -> Synonym:
        """Read a row."""
        return cls(row["word"], row["meaning"], row.get("direction") or ONE_WAY, row.get("note") or "")

    @property
    def key(self) -> tuple[str, str]:
        """Return by what a row is found again, however it is spelt."""
        return key_of(self.word), key_of(self.meaning)

    def to_json(self) -> Json:
        """Return the row as it is kept and published."""
        return asdict(self)


def by_key(rows: Iterable[Synonym]) -> dict[str, Sequence[str]]:
    """Return what each word is taken for, in the order of the list.

    A meaning is not looked up again, so a list may go in circles; and there are at most
    ``asking.MOST_ALTERNATIVES`` for one word, so none stands for everything.
    """
    told: dict[str, dict[str, str]] = {}
    for row in rows:
        ways = [(row.word, row.meaning), *([(row.meaning, row.word)] if row.direction == BOTH else [])]
        for word, meaning in ways:
            key = key_of(word)
            if key and key_of(meaning) != key:
                known = told.setdefault(key, {})
                if len(known) < MOST_ALTERNATIVES:
                    known.setdefault(key_of(meaning), meaning)
    return {key: tuple(known.values()) for key, known in told.items()}


def words_in(text: str) -> int:
    """Count the words of a text; more than ``MOST_WORDS`` are never looked up."""
    return len(_WORD.findall(text))
