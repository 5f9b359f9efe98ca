"""The address of a look into a table: the filter as downloads have it, and what the page shows of it.

What only the page knows begins with ``_``, as no column does. What a form adds is made a plain address first,
so that the address of a page says all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

__all__ = [
    "COLUMN",
    "CONDITION",
    "CONDITIONS",
    "CONTAINS",
    "EMPTY",
    "END",
    "FILLED",
    "FORM",
    "IS",
    "MEASURE",
    "NOT",
    "PAGE",
    "PLOT",
    "RANGE",
    "RELEASE",
    "SHOWN",
    "SIZE",
    "TEXT",
    "Address",
    "X",
    "Y",
    "applied",
]

# the release that is looked into; without it the newest one
RELEASE = "_fassung"
PAGE, SIZE, PLOT, X, Y, MEASURE = "_seite", "_zeilen", "_diagramm", "_x", "_y", "_wert"
# what a form says of one more condition, and of the columns that are shown
COLUMN, CONDITION, TEXT, END, SHOWN = "_spalte", "_bedingung", "_text", "_bis", "_zeigen"
FORM = frozenset({COLUMN, CONDITION, TEXT, END, SHOWN})
IS, NOT, CONTAINS, RANGE, EMPTY, FILLED = "ist", "nicht", "enthaelt", "bereich", "leer", "gefuellt"
CONDITIONS = (IS, NOT, CONTAINS, RANGE, EMPTY, FILLED)
_ALL = "columns"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Address:
    """Parameters and their values, in order.

    Args:
        pairs: as they stand in the address.
    """

    pairs: tuple[Pair, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Address:
        """Return an address without what says nothing: a parameter of the page without a value."""
        return cls(tuple((name, value) for name, value in pairs if value or not name.startswith("_")))

    @property
    def text(self) -> str:
        """Return it as it stands behind the question mark."""
        return urlencode(self.pairs)

    @property
    def names(self) -> set[str]:
        """Return the parameters that are there."""
        return {name for name, _ in self.pairs}

    @property
    def filter(self) -> Address:
        """Return what downloads understand of it."""
        return Address(tuple(pair for pair in self.pairs if not pair[0].startswith("_")))

    def first(self, name: str, otherwise: str = "") -> str:
        """Return the first value of a parameter."""
        return next((value for one, value in self.pairs if one == name), otherwise)

    def every(self, name: str) -> list[str]:
        """Return all values of a parameter."""
        return [value for one, value in self.pairs if one == name]

    def without(self, *names: str) -> Address:
        """Return it without some parameters."""
        return Address(tuple(pair for pair in self.pairs if pair[0] not in names))

    def less(self, pair: Pair) -> Address:
        """Return it without one value of a parameter, from the first page on."""
        return Address(tuple(one for one in self.pairs if one != pair)).without(PAGE)

    def plus(self, name: str, value: str) -> Address:
        """Return it with one more value of a parameter, from the first page on."""
        kept = self.without(PAGE)
        return kept if (name, value) in kept.pairs else Address((*kept.pairs, (name, value)))

    def put(self, name: str, value: str) -> Address:
        """Return it with one value of a parameter in place of what it had; an empty one takes it away."""
        kept = self.without(name, PAGE)
        return Address((*kept.pairs, (name, value))) if value else kept

    def sorted_by(self, column: str) -> Address:
        """Return it in the order of a column, the other way where it is in that order already."""
        return self.put("sort", f"-{column}" if self.first("sort").split(",")[0] == column else column)


def applied(address: Address, columns: Iterable[str], plain: Callable[[str, str], str]) -> Address:
    """Return the plain address of what a form was filled in with.

    Args:
        address: with what the form adds.
        columns: of the table, in their order.
        plain: gives the text of a column as addresses have it, from the column and what was typed.
    """
    kept, shown = address.without(*FORM, PAGE), address.every(SHOWN)
    names = list(columns)
    if shown:
        wanted = [name for name in names if name in shown]
        kept = kept.put(_ALL, "" if wanted == names else ",".join(wanted))
    column = address.first(COLUMN)
    for name, value in _told(address, column, plain).items():
        kept = kept.plus(name, value)
    return kept


def _told(address: Address, column: str, plain: Callable[[str, str], str]) -> Mapping[str, str]:
    text, end = address.first(TEXT).strip(), address.first(END).strip()
    condition = address.first(CONDITION)
    if not column or condition not in CONDITIONS:
        return {}
    if condition == EMPTY:
        return {column: ""}
    if condition == FILLED:
        return {f"{column}.not": ""}
    if condition == RANGE:
        ends = {f"{column}.from": text, f"{column}.to": end}
        return {name: plain(column, value) for name, value in ends.items() if value}
    if not text:
        return {}
    if condition == CONTAINS:
        return {f"{column}.contains": text}
    return {column if condition == IS else f"{column}.not": plain(column, text)}
