"""Bytes to the rows of one of our tables; which one it is stands in the header, not in the file's name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.spreadsheet import COLUMN_SHEET
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.columns import has_titles, header_findings, matched
from ckanext.digitalms.validation.dialect import AUTO, Dialect
from ckanext.digitalms.validation.findings import Finding, short
from ckanext.digitalms.validation.reading import read
from ckanext.digitalms.validation.table import Limits, RawRow, RawTable, UnreadableError
from ckanext.digitalms.validation.values import proposed

from . import words
from .mapping import ACTION, MAPPINGS, TableMapping, any_of_them
from .series import of_figure


@dataclass(frozen=True)
class FileRow:
    """A row of the file: its number as a person sees it, and the cells of the columns it speaks of.

    Words stand as the codes they mean; ``codes`` are those that stood beside words, by the column of words.
    """

    number: int
    cells: Mapping[str, object]
    raw: RawRow
    codes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadTable:
    """One of our tables as a file has it.

    Args:
        shape: which table it is.
        raw: the table as read, its header as it stands.
        columns: the column of each title.
        rows: those that are not empty.
        dialect: how numbers and days are written, as far as the whole file settles it.
        restores: whether texts were made harmless for a spreadsheet.
        findings: about file and header.
    """

    shape: TableMapping
    raw: RawTable
    columns: tuple[str | None, ...]
    rows: tuple[FileRow, ...]
    dialect: Dialect
    restores: bool
    findings: tuple[Finding, ...] = ()


def read_table(
    data: bytes,
    dialect: Dialect,
    limits: Limits,
    table: str | None = None,
    filename: str = "",
    figure: str | None = None,
) -> ReadTable:
    """Read a file that one of our tables came from.

    Args:
        table: which one it is; by default the header tells.
        filename: as it came; only an empty list, which has no header, is known by it.
        figure: the id of the figure whose values these are: the file need not name it.

    Raises:
        UnreadableError: there is no table, it is none of ours, or has columns that are not known.
    """
    raw = read(data, any_of_them(), dialect, limits)
    raw = _tidied(raw)
    raw = of_figure(raw, figure) if figure else raw
    shape = MAPPINGS[table] if table else _empty(raw, filename) or _recognised(raw)
    raw, codes = words.in_codes(raw, shape)
    _refuse_unknown(raw, shape)
    specs = matched(raw.header, shape.schema([ACTION, *shape.specs]))
    columns = tuple(spec.name if spec else None for spec in specs)
    present = [name for name in columns if name]
    schema = shape.schema(present)
    wrong = [f for f in header_findings(raw.header, schema, raw.header_row) if f.severity == "error"]
    if wrong and (raw.header or raw.rows):
        raise UnreadableError(*raw.findings, *wrong, form=raw.form)
    told = zip(raw.rows, codes, strict=True)
    rows = tuple(_row(row, columns, beside) for row, beside in told if _is_told(row))
    settled = _settled(raw, shape, rows)
    return ReadTable(shape, raw, columns, rows, settled, has_titles(raw.header, schema), raw.findings)


def _tidied(raw: RawTable) -> RawTable:
    # the sheet that explains our columns need not be read
    findings = [f for f in raw.findings if (f.cause, f.found) != (Cause.OTHER_SHEETS, COLUMN_SHEET)]
    header = tuple(title.strip().strip("\ufeff") for title in raw.header)
    return replace(raw, header=header, findings=tuple(findings))


def _row(row: RawRow, columns: Sequence[str | None], codes: Mapping[str, object]) -> FileRow:
    told = zip(columns, row.cells, strict=False)
    cells = {name: cell for n, (name, cell) in enumerate(told) if name and n not in row.absent}
    return FileRow(row.number, cells, row, codes)


def _is_told(row: RawRow) -> bool:
    return any(cell not in (None, "") and str(cell).strip() for cell in row.cells)


def _empty(raw: RawTable, filename: str) -> TableMapping | None:
    """Return the table of which an empty list is the export: as its file is called, whatever follows."""
    if raw.header or raw.rows:
        return None
    stem = filename.rpartition("/")[2].casefold()
    fitting = [name for name in MAPPINGS if re.match(rf"{re.escape(name)}(?![a-z_])", stem)]
    return MAPPINGS[max(fitting, key=len)] if fitting else None


def _recognised(raw: RawTable) -> TableMapping:
    """Find the table whose columns these are; the one with all of them, where several have them."""
    whole = {name: shape for name, shape in MAPPINGS.items() if not _unknown(raw.header, shape)}
    fitting = [shape for shape in whole.values() if set(shape.needed) <= set(_columns(raw.header, shape))]
    exact = [shape for shape in fitting if len(_columns(raw.header, shape) - {ACTION}) == len(shape.specs)]
    found = exact or fitting
    if raw.header and len(found) == 1:
        return found[0]
    if raw.header and not found:
        likeliest = max(MAPPINGS.values(), key=lambda shape: len(_columns(raw.header, shape)))
        if len(_columns(raw.header, likeliest) - {ACTION}) > 1:
            return likeliest  # what is wrong with its header is said in the next step
    names = ", ".join(shape.name for shape in found) or ", ".join(MAPPINGS)
    text = N_("By its columns the table may be one of: {tables}.")
    titles = short(", ".join(raw.header))
    raise UnreadableError(
        Finding(Cause.WHICH_TABLE, Message(text, {"tables": names}), raw.header_row, found=titles),
        form=raw.form,
    )


def _columns(header: Sequence[str], shape: TableMapping) -> set[str]:
    return {spec.name for spec in matched(header, shape.schema([ACTION, *shape.specs])) if spec}


def _unknown(header: Sequence[str], shape: TableMapping) -> list[str]:
    header = words.without_codes(header, shape)
    specs = matched(header, shape.schema([ACTION, *shape.specs]))
    return [title for title, spec in zip(header, specs, strict=True) if spec is None]


def _refuse_unknown(raw: RawTable, shape: TableMapping) -> None:
    text = N_("The table {table} has no column “{title}”; an export of a newer version may have it.")
    allowed = Message(
        N_("the columns {columns} or their titles {titles}"),
        {
            "columns": ", ".join([*shape.specs, ACTION]),
            "titles": ", ".join(spec.title for spec in shape.specs.values()),
        },
    )
    findings = [
        Finding(
            Cause.UNKNOWN_COLUMN,
            Message(text, {"table": shape.name, "title": short(title)}),
            raw.header_row,
            short(title),
            short(title),
            allowed,
        )
        for title in _unknown(raw.header, shape)
        if title
    ]
    if findings:
        raise UnreadableError(*findings, form=raw.form)


def _settled(raw: RawTable, shape: TableMapping, rows: Sequence[FileRow]) -> Dialect:
    """Say how days and numbers are written; where the cells leave it open, the form of our exports does."""
    open_specs = {name: spec for name, spec in shape.specs.items() if name not in shape.computed}
    days = [name for name, spec in open_specs.items() if spec.type == "date"]
    numbers = [name for name, spec in open_specs.items() if spec.type in {"number", "integer"}]
    found = proposed(
        raw.dialect,
        (row.cells.get(name) for row in rows for name in days),
        (row.cells.get(name) for row in rows for name in numbers),
    )
    titled = has_titles(raw.header, shape.published)
    ours = {(";", True): ",", (",", False): "."}.get((raw.dialect.delimiter, titled))
    if raw.form != "csv" or ours is None or found.decimal_char != AUTO:
        return found
    return replace(found, decimal_char=ours)
