"""Cells to shares: what a cell of a coverage table says, worked out once for each spelling. Pure.

Some tables write percent, some fractions: which of the two is told by the largest share of the whole table,
and asked where nobody has said it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from ckanext.digitalms.shared import N_, Message

MOST = Decimal(100)
# what the Breitbandatlas rounds at times: up to this it is told, beyond it is asked, and then it is no share
ROUNDING, OVER = Decimal("0.05"), Decimal(1)
# the share's states, a letter each, as the facade's Area has them
MEASURED, NOT_MEASURED, SUPPRESSED = "m", "n", "s"
NO_FIGURE = frozenset({"", "-", "–", "—"})
WITHHELD = frozenset({"k. a.", "k.a.", "*"})
PERCENT, FRACTION = "percent", "fraction"
SCALES = ("auto", PERCENT, FRACTION)
RANGE = Message(N_("a number from 0 to 100, such as 98, 98.06 or 98,06"))
_SHARE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,20})?")

Cell = tuple[Decimal | None, str]


class RawShares(dict[object, Cell]):
    """The number and the state that a cell has, as it is written; a bad cell has no state."""

    def __missing__(self, cell: object) -> Cell:
        found = self[cell] = _read(cell)
        return found

    def look_like_fractions(self) -> bool:
        """Return whether all numbers may be fractions of one: none is larger, and not all are 0."""
        numbers = [number for number, _ in self.values() if number is not None]
        return bool(numbers) and 0 < max(numbers) <= 1 + OVER / 100


class Shares(dict[object, Cell]):
    """The share in percent and the state of a cell; what is too large has no state.

    ``rounded`` holds the cells taken for 100 though they say a little more, ``over`` those of them that say
    more than rounding explains.
    """

    def __init__(self, raw: RawShares, *, are_fractions: bool) -> None:
        super().__init__()
        self.rounded: set[object] = set()
        self.over: dict[object, Decimal] = {}
        for cell, (number, state) in raw.items():
            share = number * 100 if number is not None and are_fractions else number
            if share is not None and share > MOST:
                share, state = self._above(cell, share)
            self[cell] = share, state

    def _above(self, cell: object, share: Decimal) -> Cell:
        if share > MOST + OVER:
            return share, ""
        self.rounded.add(cell)
        if share > MOST + ROUNDING:
            self.over[cell] = share
        return MOST, MEASURED


def scaled(raw: RawShares, scale: str) -> tuple[Shares, bool]:
    """Return the shares in percent, and whether it has to be asked that they were fractions.

    Args:
        raw: all cells of the table.
        scale: one of :data:`SCALES`; ``auto`` goes by the numbers.
    """
    looks = raw.look_like_fractions()
    is_asked = scale == "auto" and looks
    return Shares(raw, are_fractions=is_asked or scale == FRACTION), is_asked


def text_of(cell: object) -> str:
    """Return what stands in a cell, without spaces around it."""
    return "" if cell is None else str(cell).strip()


def _read(cell: object) -> Cell:
    """Return number and state; no state for what is no number."""
    if isinstance(cell, bool):
        return None, ""
    text = text_of(cell)
    if text in NO_FIGURE:
        return None, NOT_MEASURED
    if text.casefold() in WITHHELD:
        return None, SUPPRESSED
    return (Decimal(text.replace(",", ".")), MEASURED) if _SHARE.fullmatch(text) else (None, "")


def largest(shares: Iterable[Decimal]) -> str:
    """Return the largest of some shares, as it is written."""
    return f"{max(shares).normalize():f}"
