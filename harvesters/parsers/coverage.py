"""Coverage tables: bytes and the known areas, to figures and findings with row and field. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ckanext.digitalms.shared import (
    N_,
    Area,
    Cause,
    Dialect,
    Figures,
    Finding,
    Limits,
    Message,
    RawRow,
    RawTable,
    Report,
    UnreadableError,
    coverage_rules,
    read,
    short,
)

from . import coverage_columns as header
from .coverage_formats import nearest
from .coverage_keys import Keys, code_of, odd, oddity_of
from .coverage_questions import Breaks, fractions, over_hundred
from .coverage_shares import RANGE, Cell, RawShares, Shares, scaled
from .coverage_table import CoverageTable, Part, Tick, unheard
from .mobile import is_mobile, read_mobile, read_rows
from .text_stream import first_titles
from .workbook import read_workbook, sheets_of

TABLE = "coverage"


def read_coverage(
    data: bytes,
    filename: str,
    dialect: Dialect,
    limits: Limits,
    known: Mapping[str, str],
    scale: str = "auto",
    long_rows: int = 0,
    edition: str = "",
    tick: Tick = unheard,
) -> CoverageTable:
    """Read and judge a delivered table; what is wrong is in the report, nothing is raised.

    Args:
        data: of the file: CSV, XLSX or JSON.
        filename: for the report; nothing is read from it.
        dialect: how it is written.
        limits: what it may take.
        known: the name of each known area by its key.
        scale: whether shares are ``percent``, ``fraction``, or to be told by the numbers (``auto``).
        long_rows: how many rows the long table of mobile coverage may have; by default as any other.
        edition: as it is stated; a workbook that says another one is refused.
        tick: is told which part of a large file is read.
    """
    report = Report(TABLE, short(filename), len(data), dialect=dialect.to_json())
    if is_mobile(first_titles(data, dialect)):
        most = replace(limits, max_rows=long_rows or limits.max_rows)
        return read_mobile(io.BytesIO(data), filename, dialect, most, known, scale, tick)
    try:
        raw = read(data, header.schema(), dialect, limits)
    except UnreadableError as error:
        return CoverageTable(replace(report, form=error.form).with_findings(error.findings))
    report = replace(report, form=raw.form, dialect=raw.dialect.to_json())
    if is_mobile(raw.header):
        return read_rows(raw, report, known, scale)
    if raw.form == "xlsx" and not _is_wide(raw.header):
        sheets, others = sheets_of(data, dialect, limits, tick)
        if sheets:
            return read_workbook(sheets, others, report, known, scale, edition)
    told = list(header.findings(raw.header, raw.header_row))
    if any(finding.severity == "error" for finding in told):
        return CoverageTable(report.with_findings([*raw.findings, *told]))
    return _Reader(raw, known, told, scale).table(report)


def _is_wide(titles: Sequence[str]) -> bool:
    """Return whether a header has a key and figures in one row."""
    place, series = header.columns(titles)
    return place is not None and bool(series)


class _Reader:
    def __init__(self, raw: RawTable, known: Mapping[str, str], told: Sequence[Finding], scale: str) -> None:
        self.raw, self.known, self.scale = raw, known, scale
        self.found = [*raw.findings, *told]
        place, series = header.columns(raw.header)
        self.place, self.places = place or 0, list(series)
        self.series = tuple(series.values())
        self.titles = tuple(raw.header[place] for place in self.places)
        self.shares = Shares(RawShares(), are_fractions=False)
        self.rows = [row for row in raw.rows if any(str(cell or "").strip() for cell in row.cells)]
        self.breaks = Breaks(self.titles, coverage_rules.by_technology(self.series))
        self.over: list[tuple[RawRow, int]] = []

    def table(self, report: Report) -> CoverageTable:
        if not self.rows:
            text = N_("The table has a header and no rows.")
            self.found.append(Finding(Cause.NO_ROWS, Message(text), self.raw.header_row + 1))
        self._scale()
        keys = Keys(
            [(row.number, row.cells[self.place]) for row in self.rows if len(row.cells) > self.place],
            self.known,
        )
        areas = [area for row in self.rows if (area := self._area(row)) is not None]
        self.found += [
            *keys.findings(),
            *self.breaks.findings(areas),
            *over_hundred(self.raw, self.shares, self.over),
        ]
        report = replace(report, rows=len(self.rows)).with_findings(self.found)
        if not report.is_accepted:
            return CoverageTable(report.with_findings([nearest(self.raw.header, self.raw.header_row)]))
        rows = {area.code: row.number for area, row in zip(areas, self.rows, strict=True)}
        kept = tuple(area for area in areas if area.code not in keys.left_out)
        return CoverageTable(report, (Part(Figures(self.series, kept), rows, self.titles),))

    def _scale(self) -> None:
        """Work out every spelling once, and whether the numbers are fractions."""
        raw = RawShares()
        for row in self.rows:
            for place in self.places:
                if place < len(row.cells):
                    raw[row.cells[place]]
        self.shares, is_asked = scaled(raw, self.scale)
        if is_asked:
            self.found.append(fractions(raw))

    def _area(self, row: RawRow) -> Area | None:
        if len(row.cells) != len(self.raw.header):
            self.found.append(self._wrong_length(row))
            return None
        cells = [self.shares[row.cells[place]] for place in self.places]
        states = "".join([state for _, state in cells])
        if len(states) != len(cells):
            self.found += self._bad_cells(row, cells)
            return None
        if self.shares.rounded:
            self.found += self._rounded(row)
        shares = [share for share, _ in cells]
        self.breaks.look(row.number, shares)
        return coverage_rules.area(code_of(row.cells[self.place]), shares, states)

    def _wrong_length(self, row: RawRow) -> Finding:
        expected, count = len(self.raw.header), len(row.cells)
        text = N_("Row {row} has {found} cells; the header has {expected}.")
        values: dict[str, object] = {"row": row.number, "found": count, "expected": expected}
        cause = Cause.EXTRA_CELL if count > expected else Cause.MISSING_CELL
        shown = short(" | ".join(map(str, row.cells)))
        allowed = Message(N_("{expected} cells"), {"expected": expected})
        return Finding(cause, Message(text, values), row.number, None, shown, allowed)

    def _bad_cells(self, row: RawRow, cells: Sequence[Cell]) -> Iterator[Finding]:
        for place, (share, state) in zip(self.places, cells, strict=True):
            if not state:
                title, cell = short(self.raw.header[place]), short(row.cells[place])
                if oddity := oddity_of(row.cells[place]):
                    yield odd(oddity, row.number, title, cell)
                    continue
                text = (
                    N_("Row {row}, {field}: {found} is more than 100 percent.")
                    if share is not None
                    else N_("Row {row}, {field}: “{found}” is no share.")
                )
                cause = Cause.MAXIMUM if share is not None else Cause.TYPE
                message = Message(text, {"row": row.number, "field": title, "found": cell})
                yield Finding(cause, message, row.number, title, cell, RANGE)

    def _rounded(self, row: RawRow) -> Iterator[Finding]:
        text = N_("Row {row}, {field}: {found} percent are taken for 100.")
        for place in self.places:
            cell = row.cells[place]
            if cell in self.shares.over:
                self.over.append((row, place))
            if cell in self.shares.rounded:
                title = short(self.raw.header[place])
                message = Message(text, {"row": row.number, "field": title, "found": short(cell)})
                yield Finding(Cause.ROUNDED, message, row.number, title, short(cell), RANGE)
