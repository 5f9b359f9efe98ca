"""Columns that became text because of a few cells: what most of them are is said, never silently given up."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.cell_formats import is_number
from ckanext.digitalms.validation.days import form_of_day
from ckanext.digitalms.validation.findings import Finding, short
from ckanext.digitalms.validation.table import RawRow, is_empty

Descriptor = dict[str, Any]
_Told = Sequence[tuple[int, object]]
_FEW, _NAMED = 3, 5


def nearly_typed(
    fields: Sequence[Descriptor],
    columns: Sequence[Sequence[object]],
    rows: Sequence[RawRow],
    is_key: Callable[[str], bool],
) -> Iterator[Finding]:
    """Tell of columns of text in which most cells are numbers or days, and of the cells that are none.

    Args:
        fields: what each column became.
        columns: the cells of each.
        rows: those in which they stand.
        is_key: whether a column of this name holds keys, whose figures are no numbers.
    """
    for field, cells in zip(fields, columns, strict=True):
        if field["type"] != "string" or is_key(field["name"]):
            continue
        told = [(place, cell) for place, cell in enumerate(cells) if not is_empty(cell)]
        if len(told) >= _FEW:
            found = itertools.chain(_numbers(field, told, rows), _days(field, told, rows))
            yield from itertools.islice(found, 1)


def _numbers(field: Descriptor, told: _Told, rows: Sequence[RawRow]) -> Iterator[Finding]:
    is_text_number = cache(lambda text: is_number(text.strip()))
    others = _others(told, lambda cell: isinstance(cell, Decimal) or _holds(is_text_number, cell))
    if others:
        sentence = N_("Column “{title}”: {count} of {all} cells are numbers, but not these rows: {rows}.")
        yield _finding(Cause.NEARLY_NUMBERS, sentence, field, told, others, rows)


def _days(field: Descriptor, told: _Told, rows: Sequence[RawRow]) -> Iterator[Finding]:
    form = cache(form_of_day)
    others = _others(told, lambda cell: _holds(form, cell))
    if others:
        sentence = N_("Column “{title}”: {count} of {all} cells are days, but not these rows: {rows}.")
        yield _finding(Cause.NEARLY_DAYS, sentence, field, told, others, rows)
    elif all(_holds(form, cell) for _, cell in told):
        # of each form the first cell
        firsts = {form(str(cell)): (place, str(cell).strip()) for place, cell in reversed(told)}
        shown = sorted(firsts.values())[:_NAMED]
        if len(shown) > 1:
            sentence = N_("Column “{title}”: the days are written in several ways: {rows}.")
            yield _finding(Cause.SEVERAL_FORMS, sentence, field, told, shown, rows)


def _finding(
    cause: Cause,
    sentence: str,
    field: Descriptor,
    told: _Told,
    named: Sequence[tuple[int, str]],
    rows: Sequence[RawRow],
) -> Finding:
    shown = "; ".join(f"{rows[place].number}: {short(text)}" for place, text in named[:_NAMED])
    values: dict[str, object] = {"title": short(field["title"]), "rows": shown}
    values |= {"count": len(told) - len(named), "all": len(told)}
    place, found = named[0]
    return Finding(cause, Message(sentence, values), rows[place].number, field["name"], short(found))


def _others(told: _Told, fits: Callable[[object], bool]) -> list[tuple[int, str]]:
    """Return the few cells that do not fit; nothing where all do, or more than a third do not."""
    # one more than a third is enough to know that it is a column of text
    found = ((place, str(cell).strip()) for place, cell in told if not fits(cell))
    others = list(itertools.islice(found, len(told) // 3 + 1))
    return others if len(others) * 3 <= len(told) else []


def _holds(fits: Callable[[str], object], cell: object) -> bool:
    return isinstance(cell, str) and bool(fits(cell))
