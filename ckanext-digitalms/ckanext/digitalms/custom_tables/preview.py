"""What a draft shows of a table: the first and the doubtful rows, as they stand and as they are published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from ckanext.digitalms.validation.findings import short
from ckanext.digitalms.validation.table import RawRow, Unusable, is_empty

from .canonical import cell_text
from .detection import filled
from .examination import Examined
from .names import unique_titles
from .places import places_of

ROWS, DOUBTFUL_ROWS = 10, 8
TEXT = 80


def preview_of(found: Examined) -> dict[str, Any]:
    """Return header, first and doubtful rows, sheets, what may be left out and what is asked, as plain JSON.

    ``rows`` are cells as they stand in the file, ``numbers`` the rows' numbers in it, ``made`` what each cell
    would be published as (``None`` where it is the same, or has no value); ``doubtful`` has ``row``,
    ``cells``, ``made`` and the places that are ``marked`` for rows in which something is wrong or asked.
    """
    if found.raw is None:
        return {"header": [], "rows": [], "sheets": list(found.choices)}
    rows = filled(found.raw)
    first, doubts = rows[:ROWS], _doubts(found)
    others = {row.number: row for row in rows if row.number in doubts}
    values = _values(found, {row.number for row in first} | others.keys())
    return {
        "header": [_cut(title) for title in found.raw.header],
        "sheets": list(found.raw.sheets),
        "surplus": [asdict(one) for one in found.raw.surplus],
        "rows": [_cells(row) for row in first],
        "numbers": [row.number for row in first],
        "made": [_made(row, values) for row in first],
        "doubtful": [
            {"row": number, "cells": _cells(row), "made": _made(row, values), "marked": doubts[number]}
            for number, row in others.items()
        ],
        "headers": [{"rows": rows, "titles": list(titles)} for rows, titles in found.raw.headers],
        "missing": list(found.missing),
        "questions": [asdict(one) for one in found.questions],
    }


def _doubts(found: Examined) -> dict[int, list[int]]:
    """Return the first rows in doubt, with the places of the cells that are."""
    assert found.raw is not None  # noqa: S101 - the caller has looked
    fields = found.schema["fields"] if found.schema else []
    by_name = places_of(unique_titles(found.raw.header), fields)
    told: dict[int, list[int]] = {}
    for row, name in _places_in_doubt(found):
        if row not in told and len(told) == DOUBTFUL_ROWS:
            continue
        place = by_name.get(name)
        marked = told.setdefault(row, [])
        if place is not None and place not in marked:
            marked.append(place)
    return told


def _places_in_doubt(found: Examined) -> Iterator[tuple[int, str]]:
    for question in found.questions:
        yield from ((row, question.name) for row, _ in question.cells)
    for finding in found.report.findings:
        if finding.row is not None and finding.field is not None:
            yield finding.row, finding.field


def _values(found: Examined, numbers: set[int]) -> dict[int, dict[int, object]]:
    """Return the values of some rows by the places of their columns."""
    if found.converted is None or found.schema is None or found.raw is None:
        return {}
    by_name = places_of(unique_titles(found.raw.header), found.schema["fields"])
    places = [by_name.get(field["name"]) for field in found.schema["fields"]]
    return {
        number: {place: value for place, value in zip(places, row, strict=True) if place is not None}
        for row, number in zip(found.converted.rows, found.converted.numbers, strict=True)
        if number in numbers
    }


def _made(row: RawRow, values: Mapping[int, Mapping[int, object]]) -> list[str | None]:
    by_place = values.get(row.number, {})
    told: list[str | None] = []
    for place, cell in enumerate(row.cells):
        value = by_place.get(place)
        written = None if value is None or isinstance(value, Unusable) else cell_text(value)
        stands = "" if is_empty(cell) else cell_text(cell).strip()
        told.append(None if written is None or written == stands else _cut(written))
    return told


def _cells(row: RawRow) -> list[str]:
    return [_cut(cell_text(cell)) for cell in row.cells]


def _cut(text: str) -> str:
    """Show a text in one line, and whether it goes on."""
    line = short(text)
    return line if len(line) <= TEXT else line[: TEXT - 1] + "…"
