"""The workbook of the Gigabit-Grundbuch since 2022: sheets with several header rows, to parts. Pure.

Only its description was there when this was written, so every column is found by its text, and what is not
understood refuses the file. A share of 0 is one here: what has no figure is empty or a dash.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ckanext.digitalms.shared import (
    COMMON_AREAS,
    N_,
    Area,
    AreaType,
    Cause,
    Dialect,
    Figures,
    Finding,
    Limits,
    Message,
    RawTable,
    Report,
    UnreadableError,
    area_type,
    read_sheets,
    short,
    visible_sheets,
)

from .coverage_columns import AREA
from .coverage_formats import nearest
from .coverage_keys import left_out
from .coverage_questions import Breaks, fractions, shares_over
from .coverage_shares import RANGE, RawShares, Shares, scaled, text_of
from .coverage_table import CoverageTable, Part, Tick, unheard
from .workbook_header import Header, NoKeyError, code_at, header_of

_FESTNETZ = re.compile(r"festnetz\D{0,20}(?P<month>0[1-9]|1[0-2])\.(?P<year>20\d\d)", re.IGNORECASE)
# “Stadt Münster” is “Münster” in every other table
_NAME = re.compile(r"^(?:kreisfreie stadt|stadt|gemeinde|landkreis|kreis)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """A sheet that has figures: its rows and what its header says."""

    title: str
    raw: RawTable
    header: Header


def sheets_of(
    data: bytes, dialect: Dialect, limits: Limits, tick: Tick = unheard
) -> tuple[list[Sheet], list[str]]:
    """Return the sheets of a workbook that have such a header, and the titles of the others.

    Raises:
        UnreadableError: it cannot be opened.
    """
    titles = [dialect.sheet] if dialect.sheet != "auto" else visible_sheets(data, limits)
    found, others = [], []
    for number, (title, raw) in enumerate(read_sheets(data, titles, dialect, limits)):
        tick(number / len(titles))
        if isinstance(raw, UnreadableError):
            if any(one.cause is Cause.TOO_MANY_ROWS for one in raw.findings):
                raise raw
            others.append(title)  # nothing stands in it
            continue
        header = header_of(raw, title)
        if header is None:
            others.append(title)
        else:
            found.append(Sheet(title, raw, header))
    return found, others


def read_workbook(
    sheets: Sequence[Sheet],
    others: Sequence[str],
    report: Report,
    known: Mapping[str, str],
    scale: str,
    edition: str,
) -> CoverageTable:
    """Judge the sheets of a workbook.

    Args:
        sheets: those with figures.
        others: the titles of the rest, which are named.
        report: of the file.
        known: the name of each known area by its key.
        scale: whether shares are ``percent``, ``fraction``, or to be told by the numbers (``auto``).
        edition: as it is stated; where a sheet says another one, the file is refused.
    """
    found = list(_not_read(others))
    readers = [_Reader(sheet, known, scale) for sheet in sheets]
    for reader in readers:
        found += reader.findings(edition)
    report = replace(report, table="coverage", rows=sum(len(one.rows) for one in readers))
    report = report.with_findings(found)
    if not report.is_accepted:
        titles = next((one.header.titles for one in sheets), ())
        return CoverageTable(report.with_findings([nearest(titles)]))
    return CoverageTable(report, tuple(part for reader in readers for part in reader.parts()))


def _not_read(others: Sequence[str]) -> Iterator[Finding]:
    if others:
        named = short(", ".join(others))
        text = N_("Sheets without such a table were not read: {sheets}.")
        yield Finding(Cause.OTHER_SHEETS, Message(text, {"sheets": named}), found=named)


@dataclass
class _Row:
    number: int
    code: str
    name: str
    cells: Sequence[object]


class _Reader:
    def __init__(self, sheet: Sheet, known: Mapping[str, str], scale: str) -> None:
        self.sheet, self.header, self.known, self.scale = sheet, sheet.header, known, scale
        self.found: list[Finding] = []
        self.rows: list[_Row] = []
        self.areas: dict[AreaType, dict[str, tuple[_Row, Area]]] = defaultdict(dict)

    def findings(self, edition: str) -> list[Finding]:
        """Read the rows, and return everything that is to be said of the sheet."""
        beside = {Cause.OTHER_SHEETS, Cause.MERGED}  # all sheets are read, and titles are merged
        self.found += [one for one in self.sheet.raw.findings if one.cause not in beside]
        self.found += [*self.header.findings, *self._edition(edition)]
        if any(one.severity == "error" for one in self.found):
            return self.found
        self._keys()
        self._shares()
        for level, areas in self.areas.items():
            gone = self._unknown(level, areas)
            if gone:
                self.found.append(left_out(sorted(gone), len(areas)))
            for code in gone:
                del areas[code]
        if not any(self.areas.values()):
            text = N_("The sheet “{sheet}” has no area that is known here.")
            message = Message(text, {"sheet": self.sheet.title})
            self.found.append(Finding(Cause.UNKNOWN_AREA, message, None, short(self.sheet.title)))
        return self.found

    def parts(self) -> Iterator[Part]:
        """Yield what becomes an edition: one for each base and level."""
        for (customer, base), places in self.header.bases.items():
            series = tuple(self.header.series[place] for place in places)
            index = {place: n for n, place in enumerate(self.header.series)}
            chosen = [index[place] for place in places]
            titles = tuple(self._title(place) for place in places)
            for areas in self.areas.values():
                own = [
                    Area(
                        code,
                        tuple(area.shares[n] for n in chosen),
                        "".join(area.states[n] for n in chosen),
                    )
                    for code, (_, area) in areas.items()
                ]
                if own:
                    rows = {code: row.number for code, (row, _) in areas.items()}
                    names = {code: row.name for code, (row, _) in areas.items()}
                    yield Part(Figures(series, tuple(own)), rows, titles, names, customer, base)

    def _title(self, place: int) -> str:
        series = self.header.series[place]
        return f"{self.sheet.title} › {series.technology} ≥ {series.speed_mbit_s}"

    def _edition(self, stated: str) -> Iterator[Finding]:
        """Refuse a sheet that says another month than is stated."""
        for text in self.header.above:
            read_month = _FESTNETZ.search(text)
            month = f"{read_month['year']}-{read_month['month']}" if read_month else stated
            if stated and month != stated:
                sentence = N_("The sheet “{sheet}” says “{found}”: state the edition {month}, not {stated}.")
                values: dict[str, object] = {"sheet": self.sheet.title, "found": short(text)}
                values |= {"month": month, "stated": stated}
                yield Finding(Cause.OTHER_EDITION, Message(sentence, values), self.header.row, None, month)
                return

    def _keys(self) -> None:
        skipped: dict[str, int] = {}
        seen: dict[str, int] = {}
        width = len(self.header.titles)
        for raw in self.sheet.raw.rows:
            row = replace(raw, cells=(*raw.cells, *[None] * (width - len(raw.cells))))
            if row.number <= self.header.row or not any(text_of(cell) for cell in row.cells):
                continue
            try:
                code = code_at(self.header, row)
            except NoKeyError as error:
                if error.finding:
                    self.found.append(error.finding)
                else:
                    skipped[error.level] = skipped.get(error.level, 0) + 1
                continue
            if code in seen:
                text = N_("Row {row} has the same AGS as row {first}: {found}.")
                message = Message(text, {"row": row.number, "first": seen[code], "found": code})
                remedy = Message(N_("Keep one row for each area."))
                doubled = Finding(Cause.PRIMARY_KEY, message, row.number, AREA, code, remedy=remedy)
                self.found.append(doubled)
            seen[code] = row.number
            name = _NAME.sub("", " ".join(text_of(row.cells[self.header.name]).split()))
            self.rows.append(_Row(row.number, code, name or code, row.cells))
        for level, count in skipped.items():
            text = N_("Rows of the level “{level}”, which is not carried, are left out: {count}.")
            message = Message(text, {"level": level, "count": count})
            title = short(self.sheet.title)
            self.found.append(Finding(Cause.LEFT_OUT_AREAS, message, None, title, short(level)))

    def _shares(self) -> None:
        raw, places = RawShares(), list(self.header.series)
        for row in self.rows:
            for place in places:
                raw[row.cells[place]]
        shares, is_asked = scaled(raw, self.scale)
        if is_asked:
            self.found.append(fractions(raw))
        titles = [self._title(place) for place in places]
        breaks = Breaks(titles, list(self.header.technologies()))
        over = 0
        for row in self.rows:
            area = self._area(row, places, shares)
            if area is not None:
                breaks.look(row.number, area.shares)
                over += sum(row.cells[place] in shares.over for place in places) if shares.over else 0
                self.areas[area_type(row.code)][row.code] = row, area
        self.found += breaks.findings([area for level in self.areas.values() for _, area in level.values()])
        if over:
            self.found.append(shares_over(over, shares))

    def _area(self, row: _Row, places: Sequence[int], shares: Shares) -> Area | None:
        found = [shares[row.cells[place]] for place in places]
        bad = [place for place, (_, state) in zip(places, found, strict=True) if not state]
        for place in bad:
            text = N_("Row {row}, {field}: “{found}” is no share.")
            values = {"row": row.number, "field": self._title(place), "found": short(row.cells[place])}
            message, shown = Message(text, values), short(row.cells[place])
            self.found.append(Finding(Cause.TYPE, message, row.number, self._title(place), shown, RANGE))
        return None if bad else Area(row.code, tuple(s for s, _ in found), "".join(s for _, s in found))

    def _unknown(self, level: AreaType, areas: Mapping[str, object]) -> set[str]:
        """Return the areas of a level that are outside of what is known here; nothing where nothing is."""
        local = [code for code in self.known if code not in COMMON_AREAS]
        if not local or level in {AreaType.COUNTRY, AreaType.STATE}:
            return set()
        return {
            code for code in areas if not any(one.startswith(code) or code.startswith(one) for one in local)
        }
