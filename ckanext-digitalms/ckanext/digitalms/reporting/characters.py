"""Which characters our typefaces have, and texts made printable with them.

An accessible, archivable PDF may not show a character that no typeface in it has. Such a character is
replaced by a square that everybody sees, and told (:func:`missing`), so that somebody words it otherwise.
What is no character for people (controls, private use, marks of direction) is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

SQUARE = "\u25a1"
# package, file; the first is the pages' own, the second has more signs and is that of plots (typst draws a
# plot's letters in the lightest weight that a file begins with), then Arabic and Hebrew
_FONTS = (
    ("fontpkg_source_sans_3", "SourceSans3[wght].ttf"),
    ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
    ("fontpkg_assistant", "Assistant[wght].ttf"),
)
FAMILIES = ("Source Sans 3", "Noto Sans", "Noto Sans Arabic", "Assistant")
PLOT_FAMILY = "Noto Sans"
_LINES = dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n") | {ord("\t"): " "}
_SOFT_HYPHEN = "\u00ad"
# what is longer than any German word, and so not parted by its rules, is parted anywhere
_LONGEST_WORD = 28
_LONG = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_BREAK = "\u200b"
# what nearly all texts consist of; each of them is in the first typeface
_PLAIN = frozenset(map(chr, (10, *range(0x20, 0x7F)))) | set("ÄÖÜäöüßé§°–„“‚‘’…€")
# an accent with no letter below it is drawn with a sign that stands for none
_ALONE = re.compile(r"(?:(?<=[^\w\u0300-\u036f])|^)[\u0300-\u036f]+")
_LATIN = "\u2fff"
_NOT_FOR_PEOPLE = frozenset({"Cc", "Cf", "Cs", "Co"})


@dataclass(frozen=True)
class Missing:
    """A character that no typeface has: itself, its name in Unicode, and how often it is replaced."""

    character: str
    name: str
    count: int


def font_files() -> tuple[Path, ...]:
    """Return the files of the typefaces; installed with the package, nothing of the system's."""
    return tuple(Path(str(files(package).joinpath("files", name))) for package, name in _FONTS)


@cache
def known() -> frozenset[str]:
    """Return the characters that one of the typefaces has."""
    from fontTools.ttLib import TTFont

    codes: set[int] = set()
    for path in font_files():
        with TTFont(path, lazy=True) as font:
            codes |= set(font.getBestCmap())
    return frozenset(map(chr, codes))


@cache
def _shown(character: str) -> str:
    """Return what is printed for a character: itself, nothing, or the square."""
    if character in ("\n", " ", _SOFT_HYPHEN):
        return character
    if unicodedata.category(character) in _NOT_FOR_PEOPLE or _is_none(character):
        return ""
    if character in known():
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain != character and all(each in known() for each in plain) else SQUARE


def _is_none(character: str) -> bool:
    """Return whether it only selects a form of the one before, or will never be a character."""
    if ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef":
        return True
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def printable(text: str) -> str:
    """Return the text as it is printed: composed (NFC), lines as on Unix, squares for what is missing."""
    if set(text) <= _PLAIN:
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_LINES)
    return _ALONE.sub(SQUARE, "".join(map(_shown, composed)))


def plainest(text: str) -> str:
    """Return a printable text with squares for whatever is put together of several signs."""
    return "".join(SQUARE if unicodedata.combining(each) or each > _LATIN else each for each in text)


def missing(texts: Iterable[str]) -> list[Missing]:
    """Return the characters that are replaced by squares, the most frequent first."""
    found: Counter[str] = Counter()
    for text in texts:
        if set(text) <= _PLAIN:
            continue
        found.update(each for each in unicodedata.normalize("NFC", text) if _shown(each) == SQUARE != each)
    return [Missing(each, unicodedata.name(each, f"U+{ord(each):04X}"), n) for each, n in found.most_common()]


def breakable(text: str) -> str:
    """Return the text with places where a line may end within words that fit no line."""
    if len(text) <= _LONGEST_WORD:
        return text
    return _LONG.sub(lambda found: _broken(found.group()), text)


@lru_cache(10_000)
def _broken(word: str) -> str:
    made, since = [], 0
    for character in word:
        made.append(character)
        since += 1
        if since >= _LONGEST_WORD // 2 or (since > 3 and character in "/.?&=_"):
            made.append(_BREAK)
            since = 0
    return "".join(made)
