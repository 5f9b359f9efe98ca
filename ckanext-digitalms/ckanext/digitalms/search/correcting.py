"""Words that are nearly the one that was typed: what may be meant by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rapidfuzz.distance import OSA

LOOKED_AT = 60  # entries whose words are compared
_SHORT, _LONG = 5, 8


def allowed(word: str) -> int:
    """Return how many letters may differ: none in a short word, one, two in a long one."""
    if len(word) < _SHORT or not word.isalpha():
        return 0
    return 1 if len(word) < _LONG else 2


def nearest(word: str, candidates: Iterable[str]) -> str:
    """Return the word that is meant: the one of the fewest changes, then the one that most entries have.

    Args:
        word: as it was typed.
        candidates: ``small|written``, a word as often as entries have it.
    """
    typed, most = word.lower(), allowed(word)
    told = Counter(candidates)
    best: tuple[int, int, str] | None = None
    for one, count in told.items():
        small, _, written = one.partition("|")
        changes = OSA.distance(typed, small, score_cutoff=most)
        # of words that differ by two letters and begin with another one, none is meant
        if changes > 1 and small[:1] != typed[:1]:
            continue
        if 0 < changes <= most and (best is None or (changes, -count, written) < best):
            best = (changes, -count, written)
    return best[2] if best else ""
