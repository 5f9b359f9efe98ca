"""The long table of mobile coverage: a row for each area, technology and kind of area, to figures. Pure.

The file is read row by row; kept is one reference for each row, so memory hardly grows with them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

from ckanext.digitalms.shared import (
    ABSENT,
    LAND_USE,
    MAX_FINDINGS,
    N_,
    Area,
    Cause,
    Customer,
    Dialect,
    Figures,
    Finding,
    Limits,
    Message,
    RawTable,
    Report,
    Series,
    UnreadableError,
    csv_error,
    short,
    too_many_rows,
)

from .coverage_formats import MOBILE, nearest
from .coverage_keys import Keys, code_of, odd, oddity_of
from .coverage_questions import Breaks, fractions, shares_over
from .coverage_shares import RANGE, RawShares, Shares, scaled, text_of
from .coverage_table import CoverageTable, Part, Tick, unheard
from .text_stream import delimiter_of, opened

TABLE = "mobile_coverage"
_TOLD_EVERY = 20_000  # rows
_ANY = "mobile"
_TECHNOLOGY = re.compile(r"(?P<of>5g|lte|4g) ?(?P<speed>\d{1,4})?")
_NOT_CARRIED = re.compile(r"(?:2g|gsm|3g|umts) ?\d*")
_ALL = frozenset({"mobil alle", "mobil gesamt", "alle"})
_TITLES = {
    "area": ("ags", "staat"),
    "technology": ("technologie",),
    "land_use": ("flaechenart", "flächenart"),
    "share": ("verfügbarkeit", "verfuegbarkeit"),
    "group": ("flaechen gruppe name", "flächen gruppe name"),
    "code": ("flaechen gruppe", "flächen gruppe"),
}
_NEEDED = ("area", "technology", "land_use", "share")
KNOWN = Message(N_("the columns {columns}"), {"columns": ", ".join(MOBILE.titles)})
TECHNOLOGIES = Message(N_("5G, LTE or 4G with a speed in Mbit/s, such as LTE10, or “Mobil Alle”"))


class _Row(NamedTuple):
    number: int
    cells: Sequence[str]


@dataclass
class _OfArea:
    """What stands of an area: the row in which it comes first, and a cell for each series."""

    row: int
    cell: str
    cells: list[str | None]


def is_mobile(header: Sequence[str]) -> bool:
    """Return whether a header is that of the long table."""
    places = _places(header)
    return all(name in places for name in ("technology", "land_use", "share"))


def read_mobile(
    stream: BinaryIO,
    filename: str,
    dialect: Dialect,
    limits: Limits,
    known: Mapping[str, str],
    scale: str = "auto",
    tick: Tick = unheard,
) -> CoverageTable:
    """Read and judge a delivered CSV file; what is wrong is in the report, nothing is raised.

    Args:
        stream: of the file, which is read from its beginning, twice at most.
        filename: for the report.
        dialect: how it is written.
        limits: how many rows it may have.
        known: the name of each known area by its key.
        scale: whether shares are ``percent``, ``fraction``, or to be told by the numbers (``auto``).
        tick: is told which part is read.
    """
    size = stream.seek(0, io.SEEK_END)
    report = Report(TABLE, short(filename), size, form="csv", dialect=dialect.to_json())
    try:
        lines, found = opened(stream, dialect)
        delimiter = delimiter_of(lines.readline(), found)
        report = replace(report, dialect=replace(found, delimiter=delimiter).to_json())
        lines.seek(0)
        rows = _ticked(_rows(lines, delimiter, limits), stream, size, tick)
        header = next(rows, _Row(1, ()))
        return _Reader(header, known, scale).table(report, rows)
    except UnreadableError as error:
        return CoverageTable(report.with_findings(error.findings))
    except UnicodeDecodeError as error:
        text = N_("The file is not written in {encoding}: byte {byte} of what was read last is wrong.")
        message = Message(text, {"encoding": found.encoding, "byte": error.start + 1})
        return CoverageTable(report.with_findings([Finding(Cause.ENCODING, message)]))


def read_rows(raw: RawTable, report: Report, known: Mapping[str, str], scale: str) -> CoverageTable:
    """Judge a long table that was read whole, from a workbook or JSON; as :func:`read_mobile`."""
    header = _Row(raw.header_row, raw.header)
    rows = (_Row(row.number, [text_of(cell) for cell in row.cells]) for row in raw.rows)
    told = replace(report, table=TABLE).with_findings(raw.findings)
    return _Reader(header, known, scale).table(told, (row for row in rows if any(row.cells)))


def _rows(text: Iterable[str], delimiter: str, limits: Limits) -> Iterator[_Row]:
    """Yield the rows that hold anything."""
    count, number = 0, 0
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
            if any(cells):
                count += 1
                if count > limits.max_rows + 1:
                    raise UnreadableError(too_many_rows(limits), form="csv")
                yield _Row(number, cells)
    except csv.Error as error:
        raise UnreadableError(csv_error(error, number + 1), form="csv") from error


def _ticked(rows: Iterator[_Row], stream: BinaryIO, size: int, tick: Tick) -> Iterator[_Row]:
    """Yield the rows, and tell now and then which part of the file is read."""
    for row in rows:
        if row.number % _TOLD_EVERY == 0:
            tick(stream.tell() / size)
        yield row


def _places(header: Sequence[str]) -> dict[str, int]:
    """Return the place of each column that is recognised."""
    spelled = [" ".join(title.strip("\ufeff ").casefold().replace("_", " ").split()) for title in header]
    found: dict[str, int] = {}
    for name, titles in _TITLES.items():
        for title in titles:
            if title in spelled:
                found.setdefault(name, spelled.index(title))
    return found


class _Reader:
    def __init__(self, header: _Row, known: Mapping[str, str], scale: str) -> None:
        self.header, self.known, self.scale = header, known, scale
        self.places = _places(header.cells)
        self.series: dict[tuple[str, str], int] = {}
        self.told: list[Series] = []
        self.titles: list[str] = []
        self.areas: dict[str, _OfArea] = {}
        self.spellings: dict[str, str] = {}
        self.left_out: dict[str, int] = {}
        self.found: list[Finding] = list(self._header())
        self.count = self.over = 0

    def _header(self) -> Iterator[Finding]:
        shown, row = short(" | ".join(self.header.cells)), self.header.number
        for name in _NEEDED:
            if name not in self.places:
                text = N_("There is no column “{title}”; the header has: {found}.")
                values: dict[str, object] = {"title": _TITLES[name][0], "found": shown}
                yield Finding(Cause.MISSING_LABEL, Message(text, values), row, None, shown, KNOWN)
        for place, title in enumerate(self.header.cells):
            if place not in self.places.values():
                text = N_("Column {place}, “{title}”, is none of the long table of mobile coverage.")
                message = Message(text, {"place": place + 1, "title": short(title)})
                yield Finding(Cause.UNKNOWN_LABEL, message, row, short(title), short(title), KNOWN)

    def table(self, report: Report, rows: Iterator[_Row]) -> CoverageTable:
        if self.found:
            return CoverageTable(report.with_findings([*self.found, self._nearest()]))
        for row in rows:
            self.count += 1
            if len(self.found) <= MAX_FINDINGS:
                self._row(row)
        if not self.count:
            text = N_("The table has a header and no rows.")
            self.found.append(Finding(Cause.NO_ROWS, Message(text), self.header.number + 1))
        for technology, count in self.left_out.items():
            text = N_("{technology} is not carried; rows left out: {count}.")
            message = Message(text, {"technology": technology, "count": count})
            self.found.append(Finding(Cause.NOT_CARRIED, message, None, technology, technology))
        return self._judged(replace(report, rows=self.count))

    def _nearest(self) -> Finding:
        return nearest(self.header.cells, self.header.number)

    def _row(self, row: _Row) -> None:
        if len(row.cells) != len(self.header.cells):
            self.found.append(self._wrong_length(row))
            return
        place = self._series(row)
        if place is None:
            return
        cell = row.cells[self.places["area"]].strip()
        share = row.cells[self.places["share"]]
        code = code_of(cell)
        area = self.areas.get(code)
        if area is None:
            area = self.areas[code] = _OfArea(row.number, cell, [])
        area.cells.extend([None] * (place + 1 - len(area.cells)))
        if area.cells[place] is not None:
            self.found.append(self._repeated(row, code, place))
        area.cells[place] = self.spellings.setdefault(share, share)

    def _wrong_length(self, row: _Row) -> Finding:
        expected, count = len(self.header.cells), len(row.cells)
        text = N_("Row {row} has {found} cells; the header has {expected}.")
        values: dict[str, object] = {"row": row.number, "found": count, "expected": expected}
        cause = Cause.EXTRA_CELL if count > expected else Cause.MISSING_CELL
        allowed = Message(N_("{expected} cells"), {"expected": expected})
        return Finding(cause, Message(text, values), row.number, None, short(" | ".join(row.cells)), allowed)

    def _series(self, row: _Row) -> int | None:
        """Return the place of a row's series, a new one for what comes first; ``None`` if there is none."""
        technology, land_use = (row.cells[self.places[name]] for name in ("technology", "land_use"))
        place = self.series.get((technology, land_use))
        if place is not None:
            return place
        word = " ".join(technology.split())
        if _NOT_CARRIED.fullmatch(word.casefold()):
            self.left_out[word] = self.left_out.get(word, 0) + 1
            return None
        code, group = (self._optional(row, name) for name in ("code", "group"))
        named = _named(word)
        use = " ".join(land_use.split())
        if named is None or not use:
            self.found.append(_no_series(row.number, word, use))
            return None
        series = Series(*named, use, code, group)
        if series in self.told:  # spelled otherwise
            place = self.told.index(series)
        else:
            place = len(self.told)
            self.told.append(series)
            self.titles.append(f"{word} · {use}")
        self.series[technology, land_use] = place
        return place

    def _optional(self, row: _Row, name: str) -> str:
        return " ".join(row.cells[self.places[name]].split()) if name in self.places else ""

    def _repeated(self, row: _Row, code: str, place: int) -> Finding:
        text = N_("Row {row} says {series} of {code} once more.")
        values: dict[str, object] = {"row": row.number, "series": self.titles[place], "code": code}
        remedy = Message(N_("Keep one row for each area, technology and kind of area."))
        return Finding(Cause.PRIMARY_KEY, Message(text, values), row.number, None, code, remedy=remedy)

    def _judged(self, report: Report) -> CoverageTable:
        raw = RawShares()
        for cell in self.spellings:
            raw[cell]
        shares, is_asked = scaled(raw, self.scale)
        if is_asked:
            self.found.append(fractions(raw))
        keys = Keys([(area.row, area.cell) for area in self.areas.values()], self.known)
        breaks = Breaks(self.titles, _by_technology(self.told))
        areas = [self._area(code, area, shares, breaks) for code, area in self.areas.items()]
        self.found += [*keys.findings(), *breaks.findings(areas), *self._over(shares)]
        report = report.with_findings(self.found)
        if not report.is_accepted:
            return CoverageTable(report.with_findings([self._nearest()]))
        kept = tuple(area for area in areas if area.code not in keys.left_out)
        rows = {code: area.row for code, area in self.areas.items()}
        figures = Figures(tuple(self.told), kept)
        return CoverageTable(report, (Part(figures, rows, tuple(self.titles), {}, Customer.ANY, LAND_USE),))

    def _area(self, code: str, area: _OfArea, shares: Shares, breaks: Breaks) -> Area:
        """Return an area; 0 stays 0 here, and what no row says is absent."""
        missing = len(self.told) - len(area.cells)
        found = [(None, ABSENT) if cell is None else shares[cell] for cell in area.cells]
        found += [(None, ABSENT)] * missing
        for place, (share, state) in enumerate(found):
            if not state and len(self.found) <= MAX_FINDINGS:
                self.found.append(self._bad(area, place, share is not None))
        self.over += sum(cell in shares.over for cell in area.cells) if shares.over else 0
        area.cells = []  # from here on the shares are held
        told = [share for share, _ in found]
        breaks.look(area.row, told)
        return Area(code, tuple(told), "".join([state or ABSENT for _, state in found]))

    def _bad(self, area: _OfArea, place: int, is_number: bool) -> Finding:
        cell, title = area.cells[place] or "", self.titles[place]
        if oddity := oddity_of(cell):
            return odd(oddity, area.row, title, short(cell))
        text = (
            N_("{area}, {field}: {found} is more than 100 percent.")
            if is_number
            else N_("{area}, {field}: “{found}” is no share.")
        )
        message = Message(text, {"area": short(area.cell), "field": title, "found": short(cell)})
        cause = Cause.MAXIMUM if is_number else Cause.TYPE
        return Finding(cause, message, area.row, title, short(cell), RANGE)

    def _over(self, shares: Shares) -> Iterator[Finding]:
        if self.over:
            yield shares_over(self.over, shares)


def _named(word: str) -> tuple[str, int] | None:
    """Return technology and speed; no speed is 0."""
    if word.casefold() in _ALL:
        return _ANY, 0
    found = _TECHNOLOGY.fullmatch(word.casefold())
    return (found["of"].replace("4g", "lte"), int(found["speed"] or 0)) if found else None


def _no_series(row: int, technology: str, land_use: str) -> Finding:
    values: dict[str, object] = {"row": row, "found": short(technology)}
    if not land_use:
        text = N_("Row {row}: the kind of area is empty.")
        return Finding(Cause.REQUIRED, Message(text, values), row, "Flaechenart", "")
    text = N_("Row {row}: “{found}” is no technology that is known.")
    return Finding(Cause.ENUM, Message(text, values), row, "Technologie", short(technology), TECHNOLOGIES)


def _by_technology(told: Sequence[Series]) -> list[list[int]]:
    """Return the places of each technology on each kind of area, slowest first."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, series in sorted(enumerate(told), key=lambda entry: entry[1].speed_mbit_s):
        if series.speed_mbit_s:
            places.setdefault((series.technology, series.land_use), []).append(place)
    return list(places.values())
