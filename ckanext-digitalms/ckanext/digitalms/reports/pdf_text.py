"""From the characters of a PDF to words, lines and paragraphs: a PDF keeps only where each one is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeAlias
from unicodedata import normalize

from .broken_lines import joined
from .document import LIST_MARK, Block, block
from .sentences import is_abbreviated, split_lead

Char: TypeAlias = dict[str, Any]
# a gap between two characters that is a space, and between two lines that ends a paragraph, in sizes of type
_SPACE, _PARAGRAPH, _ROOM = 0.18, 0.75, 0.35
# what ends a sentence, and so a paragraph at the end of a page
ENDS = re.compile(r"[.!?:;…“”\"»)]\s*$")
# lines that end at one place by chance
_FEW_LINES = 2
# room at the end of a line that is nearly full, in heights of it
_NEARLY = 4
_SMALL = frozenset({
    "der", "die", "das", "des", "dem", "den", "und", "oder", "zur", "zum", "zu", "für", "mit", "von", "im",
    "in", "auf", "an", "am", "als", "aus", "bei", "nach", "ohne", "über", "unter", "vom", "wird", "ist",
    "sind", "ab", "bis", "durch", "eine", "einer", "eines", "ein", "sowie", "werden", "wurde", "sich",
    "nicht", "noch", "vor",
})  # fmt: skip
_STOP = re.compile(r"[.,;:!?]\s*$")
_DASHES = frozenset("-–—")
# drawn as one, and read as what they are made of; a soft hyphen that is drawn is a hyphen
_LIGATURES = {0xAD: "-", **{place: normalize("NFKC", chr(place)) for place in range(0xFB00, 0xFB07)}}


@dataclass(frozen=True)
class Word:
    """Characters without a space between them; lengths in points, from the top left of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    is_bold: bool
    # whether a space is drawn behind it, which some programs do at the end of a line as well
    has_space: bool = False
    # whether that is so on its page, so that a line without one may end within a word
    is_spaced: bool = False


@dataclass(frozen=True)
class Line:
    """Words on one line."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Return the words with single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def top(self) -> float:
        """Return the upper edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def x0(self) -> float:
        """Return the left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Return the right edge."""
        return self.words[-1].x1

    @property
    def is_bold(self) -> bool:
        """Return whether its first word is bold."""
        return self.words[0].is_bold


def words_of(chars: Iterable[Char]) -> list[Word]:
    """Put characters together to words, in the order in which they are drawn."""
    words: list[Word] = []
    held: list[Char] = []
    for char in chars:
        if held and (_is_blank(char) or _is_apart(held[-1], char)):
            words.append(_word(held, has_space=_is_blank(char)))
            held = []
        if not _is_blank(char):
            held.append(char)
    return [*words, _word(held)] if held else words


def _is_blank(char: Char) -> bool:
    return not str(char["text"]).strip()


def _is_apart(last: Char, char: Char) -> bool:
    size = max(float(last["size"]), float(char["size"]), 1.0)
    if abs(float(last["bottom"]) - float(char["bottom"])) > size / 2:
        return True
    gap = float(char["x0"]) - float(last["x1"])
    return gap > _SPACE * size or gap < -size


def _word(chars: Sequence[Char], *, has_space: bool = False) -> Word:
    return Word(
        text="".join(str(char["text"]) for char in chars).translate(_LIGATURES),
        x0=float(chars[0]["x0"]),
        x1=float(chars[-1]["x1"]),
        top=min(float(char["top"]) for char in chars),
        bottom=max(float(char["bottom"]) for char in chars),
        is_bold=any(
            sign in str(chars[0]["fontname"]).lower() for sign in ("bold", "black", "heavy", "semibold")
        ),
        has_space=has_space,
    )


def with_spacing(words: Sequence[Word]) -> list[Word]:
    """Mark the words of a page where spaces are drawn at the ends of lines, too."""
    ends = sum(one.has_space and other.top > one.bottom for one, other in pairwise(words))
    is_spaced = ends * 100 > len(words)
    return [replace(word, is_spaced=True) for word in words] if is_spaced else list(words)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Put words together to lines, from the top; words of one height stand on one line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.bottom, one.x0)):
        last = lines[-1] if lines else None
        if last and abs(last[0].bottom - word.bottom) <= (word.bottom - word.top) * 0.35:
            last.append(word)
        else:
            lines.append([word])
    return [Line(tuple(sorted(line, key=lambda one: one.x0))) for line in lines]


def with_line(lines: list[Line], line: Line) -> list[Line]:
    """Add a line, or what goes on with the last one where that is on the same height."""
    last = lines[-1].words[-1] if lines else None
    first = line.words[0]
    height = first.bottom - first.top
    if last is None or abs(last.bottom - first.bottom) > height / 2 or first.x0 < last.x1 - height:
        return [*lines, line]
    words, rest = lines[-1].words, line.words
    if not last.has_space and first.x0 - last.x1 <= _SPACE * height:
        whole = replace(last, text=last.text + first.text, x1=first.x1, has_space=first.has_space)
        words, rest = (*words[:-1], whole), rest[1:]
    return [*lines[:-1], Line((*words, *rest))]


def paragraphs_of(lines: Sequence[Line], breaks: Mapping[int, bool] | None = None) -> list[Block]:
    """Put lines together to paragraphs and list items.

    A gap, a list mark, a bold line, or room left on the line before begins a new one.

    Args:
        lines: of a cell, or of a page.
        breaks: the places of lines that stand at the top of another page, where no gap is to be seen, and
            whether a paragraph may go on there.
    """
    made: list[Block] = []
    held: list[Line] = []
    room = _Room.of(lines)
    for place, line in enumerate(lines):
        may_go_on = None if breaks is None else breaks.get(place)
        if held and (may_go_on is False or room.begins_anew(held, line, is_on_new_page=bool(may_go_on))):
            made += _block(held)
            held = []
        held.append(line)
    return [*made, *_block(held)]


def _begins_with_dash(line: Line) -> bool:
    return line.words[0].text in _DASHES


@dataclass(frozen=True)
class _Room:
    """Where lines end, whether several end there, and whether they hold a list with dashes for marks."""

    right: float
    is_sure: bool
    has_dashes: bool

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Room:
        """Measure the lines of a cell."""
        right = max((line.x1 for line in lines), default=0.0)
        full = sum(line.x1 > right - 2 * (line.bottom - line.top) for line in lines)
        return cls(right, full > _FEW_LINES, sum(map(_begins_with_dash, lines)) > 1)

    def begins_anew(self, held: Sequence[Line], line: Line, *, is_on_new_page: bool) -> bool:
        """Return whether a line begins a paragraph, after those of another."""
        last = held[-1]
        height = max(last.bottom - last.top, 1.0)
        if not is_on_new_page and line.top - last.bottom > _PARAGRAPH * height:
            return True
        if LIST_MARK.match(line.text):
            return self._is_item(last, line)
        # a paragraph below a list stands to the left of its marks
        if LIST_MARK.match(held[0].text) and line.x0 < held[0].x0 - height * _ROOM:
            return True
        if last.is_bold and all(word.is_bold for word in last.words) and not line.is_bold:
            return True
        names_state = split_lead(line.text, before_items=True) is not None
        if is_abbreviated(last.text) and not names_state and last.x1 > self.right - _NEARLY * height:
            return False
        if is_on_new_page:
            return not line.text[0].islower() and (names_state or self._begins_page(last, line))
        return self._would_fit(last, line)

    def _is_item(self, last: Line, line: Line) -> bool:
        """Return whether a mark begins an item; a dash may also stand in a text that is broken before it."""
        if not _begins_with_dash(line) or self.has_dashes:
            return True
        return self._would_fit(last, line) or bool(_STOP.search(last.text))

    def _begins_page(self, last: Line, line: Line) -> bool:
        if self._would_fit(last, line):
            return True
        # hardly any paragraph ends with a full line
        return not self.is_sure and bool(ENDS.search(last.text))

    def _would_fit(self, last: Line, line: Line) -> bool:
        """Return whether the first word of a line would have had room on the one before."""
        height = max(last.bottom - last.top, 1.0)
        first = line.words[0]
        return last.x1 + _SPACE * height + (first.x1 - first.x0) < self.right - height * _ROOM


def _block(lines: Sequence[Line]) -> list[Block]:
    made = block(joined(with_broken_words(lines)))
    return [made] if made else []


def with_broken_words(lines: Sequence[Line]) -> list[str]:
    """Return the texts of lines; words that were broken for want of room are put together."""
    draws_spaces = any(line.words[0].is_spaced for line in lines)
    texts: list[str] = []
    is_broken = False
    for line in lines:
        if is_broken and line.text[:1].islower() and line.words[0].text.lower() not in _SMALL:
            texts[-1] += line.text
        else:
            texts.append(line.text)
        last = line.words[-1]
        # a word is broken only where it stands alone, and is too long for a line
        is_alone = len(line.words) == 1 or (len(line.words) == 2 and bool(LIST_MARK.match(line.text)))
        is_broken = draws_spaces and is_alone and not last.has_space and last.text[-1:].isalpha()
    return texts
