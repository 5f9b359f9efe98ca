"""Coverage tables: bytes and the known areas, to figures and findings with row and field. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ckanext.digitalms.shared import (
    AREA_DIGITS,
    N_,
    Area,
    Cause,
    Dialect,
    Figures,
    Finding,
    Limits,
    Message,
    Oddity,
    RawRow,
    RawTable,
    Report,
    UnreadableError,
    coverage_rules,
    read,
    short,
    spoiled,
)

from . import coverage_columns as header

TABLE = "coverage"
MOST = Decimal(100)
# the Breitbandatlas of mid 2019 has a municipality with 100.02: its own rounding, no fault of the delivery
ROUNDING = Decimal("0.05")
# the share's states, a letter each, as the facade's Area has them
MEASURED, NOT_MEASURED, SUPPRESSED = "m", "n", "s"
NO_FIGURE = frozenset({"", "-", "–"})
WITHHELD = frozenset({"k. a.", "k.a.", "*"})
_SHARE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,6})?")
_KEY = re.compile(r"[0-9]{1,12}")
LEVELS = Message(N_("a key of 2, 3, 5 or 8 digits as text, with its leading zero"))
RANGE = Message(N_("a number from 0 to 100, such as 98, 98.06 or 98,06"))


@dataclass(frozen=True)
class CoverageTable:
    """A delivered table: the report, the figures when nothing refuses them, rows and titles to point at."""

    report: Report
    figures: Figures | None = None
    rows: Mapping[str, int] | None = None
    titles: tuple[str, ...] = ()


class _Shares(dict[object, tuple[Decimal | None, str]]):
    """What a cell says: share and state, worked out once for each spelling; a bad cell has no state.

    ``rounded`` holds the cells that are taken for 100 although they say a little more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rounded: set[object] = set()

    def __missing__(self, cell: object) -> tuple[Decimal | None, str]:
        share, state = _share(cell)
        if share is not None and MOST < share <= MOST + ROUNDING:
            self.rounded.add(cell)
            share, state = MOST, MEASURED
        self[cell] = share, state
        return share, state


def read_coverage(
    data: bytes, filename: str, dialect: Dialect, limits: Limits, known: Mapping[str, str]
) -> CoverageTable:
    """Read and judge a delivered table; what is wrong is in the report, nothing is raised.

    Args:
        data: of the file: CSV, XLSX or JSON.
        filename: for the report; nothing is read from it.
        dialect: how it is written.
        limits: what it may take.
        known: the name of each known area by its key.
    """
    report = Report(TABLE, short(filename), len(data), dialect=dialect.to_json())
    try:
        raw = read(data, header.schema(), dialect, limits)
    except UnreadableError as error:
        return CoverageTable(replace(report, form=error.form).with_findings(error.findings))
    report = replace(report, form=raw.form, dialect=raw.dialect.to_json())
    wrong = list(header.findings(raw.header, raw.header_row))
    if wrong:
        return CoverageTable(report.with_findings([*raw.findings, *wrong]))
    return _Reader(raw, known).table(report)


class _Reader:
    def __init__(self, raw: RawTable, known: Mapping[str, str]) -> None:
        self.raw, self.known = raw, known
        place, series = header.columns(raw.header)
        self.place, self.places = place or 0, list(series)
        self.series = tuple(series.values())
        self.titles = tuple(raw.header[place] for place in self.places)
        self.technologies = coverage_rules.by_technology(self.series)
        self.shares = _Shares()
        self.rows = [row for row in raw.rows if any(str(cell or "").strip() for cell in row.cells)]

    def table(self, report: Report) -> CoverageTable:
        found = list(self.raw.findings)
        if not self.rows:
            text = N_("The table has a header and no rows.")
            found.append(Finding(Cause.NO_ROWS, Message(text), self.raw.header_row + 1))
        areas: list[Area] = []
        for row in self.rows:
            area = self._area(row, found)
            if area is not None:
                areas.append(area)
        found += self._keys()
        report = replace(report, rows=len(self.rows)).with_findings(found)
        if not report.is_accepted:
            return CoverageTable(report)
        rows = {area.code: row.number for area, row in zip(areas, self.rows, strict=True)}
        return CoverageTable(report, Figures(self.series, tuple(areas)), rows, self.titles)

    def _area(self, row: RawRow, found: list[Finding]) -> Area | None:
        if len(row.cells) != len(self.raw.header):
            found.append(self._wrong_length(row))
            return None
        read_cells = [self.shares[row.cells[place]] for place in self.places]
        states = "".join([state for _, state in read_cells])
        if len(states) != len(read_cells):
            found += self._bad_cells(row, read_cells)
            return None
        if self.shares.rounded:
            found += self._rounded(row)
        shares = [share for share, _ in read_cells]
        for rise in coverage_rules.rises(shares, self.technologies):
            found.append(self._risen(row, shares, rise.place, rise.slower))
        return coverage_rules.area(_text(row.cells[self.place]), shares, states)

    def _wrong_length(self, row: RawRow) -> Finding:
        expected, count = len(self.raw.header), len(row.cells)
        text = N_("Row {row} has {found} cells; the header has {expected}.")
        values: dict[str, object] = {"row": row.number, "found": count, "expected": expected}
        cause = Cause.EXTRA_CELL if count > expected else Cause.MISSING_CELL
        shown = short(" | ".join(map(str, row.cells)))
        allowed = Message(N_("{expected} cells"), {"expected": expected})
        return Finding(cause, Message(text, values), row.number, None, shown, allowed)

    def _bad_cells(self, row: RawRow, read_cells: Sequence[tuple[Decimal | None, str]]) -> Iterator[Finding]:
        for place, (share, state) in zip(self.places, read_cells, strict=True):
            if not state:
                title, cell = short(self.raw.header[place]), short(row.cells[place])
                if oddity := _oddity(row.cells[place]):
                    yield _odd(oddity, row.number, title, cell)
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
            if cell in self.shares.rounded:
                title = short(self.raw.header[place])
                message = Message(text, {"row": row.number, "field": title, "found": short(cell)})
                yield Finding(Cause.ROUNDED, message, row.number, title, short(cell), RANGE)

    def _risen(self, row: RawRow, shares: Sequence[Decimal | None], place: int, slower: int) -> Finding:
        title, earlier = self.titles[place], self.titles[slower]
        text = N_("Row {row}: “{field}” is {found}, more than {share} of “{slower}”.")
        values: dict[str, object] = {
            "row": row.number,
            "field": title,
            "found": str(shares[place]),
            "share": str(shares[slower]),
            "slower": earlier,
        }
        allowed = Message(N_("at most {share}, as “{slower}”"), values)
        return Finding(
            Cause.CUMULATIVE, Message(text, values), row.number, title, str(shares[place]), allowed
        )

    def _keys(self) -> Iterator[Finding]:
        cells = [(row.number, row.cells[self.place]) for row in self.rows if len(row.cells) > self.place]
        keys = [(number, _text(cell)) for number, cell in cells]
        counted = Counter(len(key) for _, key in keys if _is_key(key))
        level = counted.most_common(1)[0][0] if counted else 0
        seen: dict[str, int] = {}
        for (number, key), (_, cell) in zip(keys, cells, strict=True):
            finding = self._wrong_key(number, key, cell, level)
            if finding is None and key in seen:
                finding = self._repeated(number, key, seen[key])
            if finding is not None:
                yield finding
            seen.setdefault(key, number)

    def _wrong_key(self, row: int, key: str, cell: object, level: int) -> Finding | None:
        values: dict[str, object] = {"row": row, "found": short(cell), "digits": len(key), "level": level}
        if not isinstance(cell, str) or not _is_key(key):
            return _no_key(row, key, cell, values)
        if len(key) != level:
            text = N_(
                "Row {row}: the key “{found}” has {digits} digits, those of most other rows have {level}."
            )
            allowed = Message(N_("keys of {level} digits"), values)
            return Finding(Cause.AREA_LEVEL, Message(text, values), row, header.AREA, key, allowed)
        if key not in self.known:
            text = N_("Row {row}: the area “{found}” is none of the {count} areas of the boundaries.")
            message = Message(text, {**values, "count": len(self.known)})
            allowed = Message(N_("the key (AGS) of an area of the boundaries"))
            return Finding(Cause.UNKNOWN_AREA, message, row, header.AREA, key, allowed)
        return None

    def _repeated(self, row: int, key: str, first: int) -> Finding:
        text = N_("Row {row} has the same AGS as row {first}: {found}.")
        message = Message(text, {"row": row, "first": first, "found": key})
        remedy = Message(N_("Keep one row for each area."))
        allowed = Message(N_("each {key} once"), {"key": header.AREA})
        return Finding(Cause.PRIMARY_KEY, message, row, header.AREA, key, allowed, remedy)


def _no_key(row: int, key: str, cell: object, values: dict[str, object]) -> Finding:
    if not key:
        text = N_("Row {row}: the cell with the AGS is empty.")
        return Finding(Cause.REQUIRED, Message(text, values), row, header.AREA, "", LEVELS)
    if oddity := _oddity(cell):
        return _odd(oddity, row, header.AREA, short(cell))
    whole = key.zfill(8 if len(key) == 7 else 5)
    lost = len(key) in {4, 7} and key.isdigit()
    text = (
        N_("Row {row}: the AGS {found} has lost its leading zero; as text it is “{whole}”.")
        if lost
        else N_("Row {row}: the AGS {found} is a number, not text.")
        if not isinstance(cell, str)
        else N_("Row {row}: “{found}” is no AGS.")
    )
    remedy = Message(N_("Save the column AGS as text, before the numbers are opened in a spreadsheet."))
    message = Message(text, {**values, "whole": whole})
    return Finding(Cause.PATTERN, message, row, header.AREA, short(cell), LEVELS, remedy)


def _oddity(cell: object) -> Oddity | None:
    return spoiled(cell) if isinstance(cell, str) else None


def _odd(oddity: Oddity, row: int, title: str, cell: str) -> Finding:
    values: dict[str, object] = {"row": row, "field": title, "what": oddity.message}
    return Finding(oddity.cause, Message(N_("Row {row}, {field}: {what}."), values), row, title, cell)


def _is_key(key: str) -> bool:
    return bool(_KEY.fullmatch(key)) and len(key) in AREA_DIGITS


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _share(cell: object) -> tuple[Decimal | None, str]:
    """Return share and state; no state for what is no share, with the share when it is out of range."""
    if isinstance(cell, bool):
        return None, ""
    text = _text(cell)
    if text in NO_FIGURE:
        return None, NOT_MEASURED
    if text.casefold() in WITHHELD:
        return None, SUPPRESSED
    if not _SHARE.fullmatch(text):
        return None, ""
    share = Decimal(text.replace(",", "."))
    return (share, MEASURED) if share <= MOST else (share, "")
