"""What a new row has from the one before it, such as a new value of a figure its unit and definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.tables.open_tables import Row
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import Finding

from .difference import ADDED, Edit, as_text
from .mapping import TableMapping


def inherit(
    shape: TableMapping, edits: Iterable[Edit], rows: Sequence[Row]
) -> tuple[list[Edit], list[Finding]]:
    """Give new rows what they have from the newest one with their id.

    Args:
        rows: today's rows of the table.

    Returns:
        the edits, and what is wrong with those that have nothing to inherit from and lack what they need.
    """
    if not shape.inherits:
        return list(edits), []
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda one: (one["date"], one["recorded_at"])):
        newest[str(row[shape.row_id])] = row
    found, findings = [], []
    for edit in edits:
        known = newest.get(edit.key.get(shape.row_id, ""))
        if edit.change == ADDED and known is None and not edit.after(shape.told_by):
            text = N_("Row {row} is new and needs the column “{field}”.")
            message = Message(text, {"row": edit.row, "field": shape.told_by})
            findings.append(Finding(Cause.REQUIRED, message, edit.row, shape.told_by, None))
            continue
        if known is not None:
            names = shape.inherits if edit.change == ADDED else {shape.told_by}
            told = {name: as_text(known[name]) for name in names if name not in edit.fields}
            edit = replace(edit, inherited={name: text for name, text in told.items() if text is not None})
        found.append(edit)
    return found, findings
