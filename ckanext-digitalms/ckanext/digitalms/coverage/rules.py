"""Rules on coverage figures: what cannot be, and what somebody has to confirm.

Classes are cumulative: who has 100 Mbit/s has 30 Mbit/s, so a series never rises with its class. It held in
all 603 rows of four files of the Breitbandatlas that were tried, so it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .edition import MEASURED, NOT_MEASURED, Area, Figures, Series

Shares = Sequence[Decimal | None]


@dataclass(frozen=True)
class Rise:
    """A share that is larger than that of a slower class of the same technology (places of the series)."""

    place: int
    slower: int


@dataclass(frozen=True)
class Jump:
    """A share that differs much from the edition before."""

    code: str
    place: int
    before: Decimal
    now: Decimal


def by_technology(series: Sequence[Series]) -> list[list[int]]:
    """Return the places of each technology's series, slowest first."""
    places: dict[str, list[int]] = {}
    for place, _ in sorted(enumerate(series), key=lambda entry: entry[1].speed_mbit_s):
        places.setdefault(series[place].technology, []).append(place)
    return list(places.values())


def rises(shares: Shares, technologies: Sequence[Sequence[int]]) -> Iterator[Rise]:
    """Find where a faster class has the larger share; an unknown share is left out."""
    for places in technologies:
        known = [place for place in places if shares[place] is not None]
        values = [shares[place] or Decimal(0) for place in known]
        if values == sorted(values, reverse=True):
            continue
        for slower, place, earlier, value in zip(known, known[1:], values, values[1:], strict=False):
            if value > earlier:
                yield Rise(place, slower)


def area(code: str, shares: Sequence[Decimal | None], states: str) -> Area:
    """Make an area: zero in all technologies is no figure, zero in one of them is a true 0."""
    if MEASURED in states and not any(shares):
        return Area(code, (None,) * len(shares), states.replace(MEASURED, NOT_MEASURED))
    return Area(code, tuple(shares), states)


def missing(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return the areas that an earlier edition had and this one has not."""
    return sorted(set(before) - set(now))


def jumps(before: Figures, now: Figures, limit: Decimal) -> Iterator[Jump]:
    """Find the shares that differ by more than ``limit`` percentage points from the edition before."""
    earlier: Mapping[str, Area] = {area.code: area for area in before.areas}
    places = {series: place for place, series in enumerate(before.series)}
    pairs = [(place, places[series]) for place, series in enumerate(now.series) if series in places]
    for each in now.areas:
        known = earlier.get(each.code)
        for place, old in pairs if known else ():
            was, share = known.shares[old] if known else None, each.shares[place]
            if was is not None and share is not None and abs(share - was) > limit:
                yield Jump(each.code, place, was, share)
