"""What a coverage table asks as a whole: one question with counts for each kind of oddity. Pure.

Official tables have shares a little over 100 and faster classes with larger shares here and there; a city
does not alter the figures of the state, so it is asked once whether the source publishes them so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ckanext.digitalms.shared import (
    N_,
    Area,
    Cause,
    Finding,
    Message,
    RawRow,
    RawTable,
    coverage_rules,
    short,
)

from .coverage_shares import RawShares, Shares, largest

# percentage points that a faster class is above a slower one on average, beyond which titles are exchanged
EXCHANGED = Decimal(5)


@dataclass
class Breaks:
    """Where faster classes have larger shares than slower ones of the same technology.

    Args:
        titles: of the series.
        technologies: the places of each technology's series, slowest first.
    """

    titles: Sequence[str]
    technologies: Sequence[Sequence[int]]
    places: list[tuple[int, int, int, Decimal, Decimal]] = field(default_factory=list)

    def look(self, row: int, shares: Sequence[Decimal | None]) -> None:
        """Look at the shares of a row."""
        for rise in coverage_rules.rises(shares, self.technologies):
            share, slower = shares[rise.place] or Decimal(0), shares[rise.slower] or Decimal(0)
            self.places.append((row, rise.place, rise.slower, share, slower))

    def findings(self, areas: Sequence[Area]) -> Iterator[Finding]:
        """Refuse titles that are exchanged; ask about all other breaks once, and name each place."""
        pairs = dict.fromkeys((place, slower) for _, place, slower, _, _ in self.places)
        exchanged = {pair for pair in pairs if _average(areas, *pair) > EXCHANGED}
        yield from (self._exchanged(areas, *pair) for pair in exchanged)
        told = [one for one in self.places if one[1:3] not in exchanged]
        if told:
            yield self._question(told)
        yield from (self._place(*one) for one in told)

    def _exchanged(self, areas: Sequence[Area], place: int, slower: int) -> Finding:
        text = N_(
            "“{field}” is {points} percentage points above “{slower}” on average, though it is the faster "
            "class."
        )
        values: dict[str, object] = {
            "field": short(self.titles[place]),
            "slower": short(self.titles[slower]),
            "points": f"{_average(areas, place, slower):.1f}",
        }
        return Finding(Cause.CUMULATIVE, Message(text, values), None, short(self.titles[place]))

    def _question(self, told: Sequence[tuple[int, int, int, Decimal, Decimal]]) -> Finding:
        rows = len({row for row, *_ in told})
        text = N_(
            "Shares of a faster class that are larger than those of a slower one: {count}, in {rows} of "
            "the rows; the largest difference is {most} percentage points."
        )
        most = max(told, key=lambda one: one[3] - one[4])
        values: dict[str, object] = {
            "count": len(told),
            "rows": rows,
            "most": largest([most[3] - most[4]]),
        }
        return Finding(Cause.BREAKS, Message(text, values), None, None, str(len(told)))

    def _place(self, row: int, place: int, slower: int, share: Decimal, below: Decimal) -> Finding:
        text = N_("Row {row}: “{field}” is {found}, more than {share} of “{slower}”.")
        title, earlier = short(self.titles[place]), short(self.titles[slower])
        values: dict[str, object] = {
            "row": row,
            "field": title,
            "found": str(share),
            "share": str(below),
            "slower": earlier,
        }
        allowed = Message(N_("at most {share}, as “{slower}”"), values)
        return Finding(Cause.BREAK, Message(text, values), row, title, str(share), allowed)


def _average(areas: Sequence[Area], place: int, slower: int) -> Decimal:
    """Return by how much one class is above another, over all areas that have both."""
    pairs = [(one.shares[place], one.shares[slower]) for one in areas]
    above = [fast - slow for fast, slow in pairs if fast is not None and slow is not None]
    return sum(above, Decimal(0)) / len(above) if above else Decimal(0)


def over_hundred(raw: RawTable, shares: Shares, over: Sequence[tuple[RawRow, int]]) -> Iterator[Finding]:
    """Ask once about all shares that are more than rounding above 100."""
    if over:
        row, place = over[0]
        text = N_(
            "Shares above 100 percent: {count}, up to {most}, the first of them in row {row}, {field}. "
            "They are kept as 100."
        )
        values: dict[str, object] = {
            "count": len(over),
            "most": largest(shares.over.values()),
            "row": row.number,
            "field": short(raw.header[place]),
        }
        yield Finding(Cause.OVER, Message(text, values), None, None, str(len(over)))


def shares_over(count: int, shares: Shares) -> Finding:
    """Ask about shares that are more than rounding above 100, wherever they are."""
    text = N_("Shares above 100 percent: {count}, up to {most}. They are kept as 100.")
    message = Message(text, {"count": count, "most": largest(shares.over.values())})
    return Finding(Cause.OVER, message, None, None, str(count))


def fractions(raw: RawShares) -> Finding:
    """Ask whether all shares are fractions of one."""
    numbers = [number for number, _ in raw.values() if number is not None]
    text = N_(
        "No share is larger than {most}: they look like fractions, in which 1 means 100 percent, and are "
        "taken times 100."
    )
    most = largest(numbers)
    return Finding(Cause.FRACTIONS, Message(text, {"most": most}), None, None, most)
