"""What is taken from the texts of an entry: marks of papers and days, words, a beginning to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from ckanext.digitalms.council.reference import CouncilReference
from ckanext.digitalms.wordings.reading import find_days

from .documents import references_in
from .spelling import mark

__all__ = ["LONGEST", "marks_of", "reference_marks", "summary_of", "words_of"]

LONGEST = 100_000  # letters of a text that are searched
MOST_WORDS = 20_000  # of an entry, for what is proposed and corrected
_SUMMARY = 240
_WORD = re.compile(r"[^\W\d_][^\W_]{2,39}")
_ISO_DAY = re.compile(r"(?<![0-9])([12][0-9]{3})-([01][0-9])-([0-3][0-9])(?![0-9])")


def summary_of(text: str) -> str:
    """Return the beginning of a text, cut between words."""
    text = " ".join(text.split())
    return text if len(text) <= _SUMMARY else f"{text[:_SUMMARY].rsplit(' ', 1)[0]} …"


def reference_marks(references: Iterable[CouncilReference]) -> list[str]:
    """Return the marks of papers: with their kind, and without it."""
    return [mark("paper", token) for one in references for token in one.tokens]


def marks_of(texts: Iterable[str]) -> list[str]:
    """Return the marks of all papers and days in some texts, however they are written."""
    every = [text[:LONGEST] for text in texts if text]
    days = [day for text in every for day, _, _ in find_days(text)]
    days += [day for text in every for match in _ISO_DAY.finditer(text) if (day := _iso(match))]
    told = {mark("day", day.isoformat()) for day in days} | {
        mark("month", day.isoformat()[:7]) for day in days
    }
    return sorted({*told, *reference_marks(references_in(every))})


def _iso(match: re.Match[str]) -> date | None:
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def words_of(texts: Iterable[str]) -> list[str]:
    """Return the words of some texts as they are proposed: in small letters, and as they are written."""
    found: dict[str, str] = {}
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFC", text[:LONGEST]).replace("\u00ad", "")):
            lower = word.lower()
            # a capital tells a noun, so it stays; one in capitals is an abbreviation or shouted
            if lower not in found or (found[lower].islower() and not word.islower()):
                found[lower] = word
            if len(found) >= MOST_WORDS:
                return [f"{lower}|{word}" for lower, word in found.items()]
    return [f"{lower}|{word}" for lower, word in found.items()]
