"""What pages that look into a table share: what is asked for, and which part of the rows is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.explorer import address as names
from ckanext.digitalms.explorer.address import Address, Pair, applied
from ckanext.digitalms.figures import read_typed
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.middleware import kept_day
from ckanext.digitalms.moments import NO_DAY

from . import table_words
from .form_numbers import decimal
from .pages import MOST_DIGITS, Page, redirect
from .point_in_time import PointInTime

SIZES = (10, 25, 50, 100)
USUAL = 25
NUMBERS = frozenset({"integer", "number"})


@dataclass(frozen=True)
class Look:
    """What a request asks to see.

    Args:
        endpoint: of the page.
        table: its name.
        address: what its address says of the rows.
        moment: the day of an open table.
        release: that is looked into; the newest one where it is empty.
    """

    endpoint: str
    table: str
    address: Address
    moment: PointInTime
    release: str = ""

    @property
    def base(self) -> str:
        """Return the address of the table without anything."""
        return str(tk.url_for(self.endpoint, table=self.table, **NO_DAY))

    @property
    def day(self) -> Address:
        """Return what addresses say of the day: also where a release is shown, so that the way leads back."""
        return Address(tuple((kept_day.kept() if self.release else self.moment.query()).items()))

    @property
    def kept(self) -> Address:
        """Return what stays whatever is clicked: the day, or the release."""
        return Address((*self.day.pairs, *self.named))

    @property
    def named(self) -> tuple[Pair, ...]:
        """Return what the address says of the release."""
        return ((names.RELEASE, self.release),) if self.release else ()

    @property
    def newest(self) -> str:
        """Return the address of the same look into the newest release."""
        return self._at(Address((*self.day.pairs, *self.address.pairs)))

    def to(self, address: Address) -> str:
        """Return the address of another look into the same table, of the same day or release."""
        return self._at(Address((*self.kept.pairs, *address.pairs)))

    def _at(self, address: Address) -> str:
        return f"{self.base}?{address.text}" if address.text else self.base

    def asked(self, address: Address) -> dict[str, Any]:
        """Return what actions are asked for."""
        release = {"release_id": self.release} if self.release else {}
        return {"table": self.table, "query": address.filter.text, **self.moment.told, **release}


def as_address(look: Look, columns: Sequence[Json]) -> Page:
    """Lead to the address of what a form was filled in with."""
    fields = {one["name"]: one for one in columns}

    def plain(column: str, text: str) -> str:
        field = fields.get(column, {"type": ""})
        read = read_typed(text, decimal()).value if field["type"] in NUMBERS else None
        return table_words.code_of(field, text) if read is None else f"{read:f}"

    return redirect(look.to(applied(look.address, fields, plain)) + "#zeilen")


def size_of(used: Address) -> int:
    """Return how many rows a page shows."""
    typed = used.first(names.SIZE)
    return next((size for size in SIZES if str(size) == typed), USUAL)


def page_of(used: Address) -> int:
    """Return which page is asked for, from 1; what cannot be read is the first."""
    typed = used.first(names.PAGE)
    is_number = typed.isascii() and typed.isdigit() and len(typed) < MOST_DIGITS
    return max(int(typed), 1) if is_number else 1


def part_of(used: Address, count: int) -> Json:
    """Return which rows are shown: of which page, and of how many."""
    size = size_of(used)
    last = max(-(-count // size), 1)
    number = min(page_of(used), last)
    first = (number - 1) * size
    asked_for = used.first(names.PAGE)
    return {
        "size": size,
        "number": number,
        "last": last,
        "first_row": first + 1 if count else 0,
        "last_row": min(first + size, count),
        "is_other": bool(asked_for) and asked_for != str(number),
    }
