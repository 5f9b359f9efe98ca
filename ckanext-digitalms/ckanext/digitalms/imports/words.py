"""Tables for people have German words in place of codes, and the codes beside: both are read.

The words count, since these are what people change. A file that has the codes alone is one of codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ckanext.digitalms.validation.columns import matched
from ckanext.digitalms.validation.table import RawRow, RawTable, TableSchema, is_empty

from .mapping import TableMapping


def without_codes(header: Sequence[str], shape: TableMapping) -> list[str]:
    """Return a header without the columns of codes that stand beside words."""
    beside = _places(header, shape)
    return [title for place, title in enumerate(header) if place not in beside]


def in_codes(raw: RawTable, shape: TableMapping) -> tuple[RawTable, list[dict[str, object]]]:
    """Return a table with codes in place of words, and what stood beside them in each row, by column.

    Args:
        raw: the table as read.
        shape: which table it is.
    """
    beside = _places(raw.header, shape)
    kept = [place for place in range(len(raw.header)) if place not in beside]
    header = tuple(raw.header[place] for place in kept)
    names = [spec.name if spec else None for spec in matched(header, shape.published)]
    codes = {places_name: place for place, places_name in beside.items()}
    # a table that has codes alone is one of codes
    alone = {name: codes[name] for name in codes if name not in names}
    if alone:
        header += tuple(shape.specs[name].name for name in alone)
        names += list(alone)
        kept += list(alone.values())
    rows, told = [], []
    for row in raw.rows:
        rows.append(_row(row, kept, names, shape.words, len(raw.header)))
        told.append(
            {name: row.cells[at] for name, at in codes.items() if name not in alone and at < len(row.cells)}
        )
    return replace(raw, header=header, rows=tuple(rows)), told


def _places(header: Sequence[str], shape: TableMapping) -> dict[int, str]:
    """Return the places of columns of codes, with the column of words that each stands beside."""
    by_name = {spec.name: column for column, spec in shape.codes.items()}
    fields = [{"name": one.name, "title": one.title, "type": one.type} for one in shape.codes.values()]
    found = matched(header, TableSchema(shape.name, {"fields": fields}))
    return {place: by_name[spec.name] for place, spec in enumerate(found) if spec}


def _row(
    row: RawRow,
    kept: Sequence[int],
    names: Sequence[str | None],
    words: Mapping[str, Mapping[str, str]],
    width: int,
) -> RawRow:
    # a row that is too long or too short stays so: it is told of, with its cells as they stand
    there = [one for one in zip(kept, names, strict=True) if one[0] < len(row.cells)]
    cells = [_code(row.cells[place], words.get(name or "")) for place, name in there]
    cells += row.cells[width:]
    absent = frozenset(now for now, place in enumerate(kept) if place in row.absent)
    return RawRow(row.number, tuple(cells), absent)


def _code(cell: object, words: Mapping[str, str] | None) -> object:
    if not words or not isinstance(cell, str) or is_empty(cell):
        return cell
    return words.get(" ".join(cell.split()).casefold(), cell)
