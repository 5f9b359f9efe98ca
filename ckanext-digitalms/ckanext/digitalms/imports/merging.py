"""Edits into a record: the dataset as ``package_show`` gives it, or the content of a statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.digitalms.council.reference import UNSPECIFIED
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.tables.spec import OF_WORDS

from .difference import ADDED, DELETED, Edit
from .mapping import TableMapping

# a citation that nobody qualified is published as this
_ROLE = "mention"
_NEW_ROLE = "basis"


def merged(
    base: Mapping[str, Any],
    edits: Sequence[Edit],
    shape: TableMapping,
    council_body: str,
    *,
    is_new_stand: bool,
) -> Json:
    """Return a record with edits of one table.

    Args:
        base: the record; it stays as it is.
        council_body: the council that a reference without one belongs to.
        is_new_stand: whether a moved milestone is a shift, whose reason must not be that of the shift before.
    """
    record = dict(base)
    if shape.kind is None:
        for edit in edits:
            _set_fields(record, edit, shape)
        return record
    rows = [dict(row) for row in record.get(shape.kind) or ()]
    for edit in edits:
        _set_row(rows, edit, shape, council_body, is_new_stand=is_new_stand)
    record[shape.kind] = _ordered(rows, edits) if shape.name == "steps" else rows
    return record


def place_of(record: Mapping[str, Any], edit: Edit, shape: TableMapping, council_body: str) -> int | None:
    """Return the place of the row that an edit is about in its list of the record."""
    rows = record.get(shape.kind or "") or ()
    return next((n for n, row in enumerate(rows) if _is(row, edit, shape, council_body)), None)


def _set_fields(record: Json, edit: Edit, shape: TableMapping) -> None:
    for column, (_, new) in edit.fields.items():
        if column == "council_references":
            record[column] = _cited(record.get(column) or (), (new or "").split())
        elif column == "keywords":
            record["tags"] = _worded(record.get("tags") or (), new or "")
            record.pop("tag_string", None)
        elif column != "as_of":
            record[shape.field_of(column)] = new or ""


def _worded(known: Sequence[Mapping[str, Any]], told: str) -> list[Json]:
    """Return the keywords of a cell, those that are known as they are."""
    there = {str(tag["name"]): dict(tag) for tag in known}
    words = [word.strip() for word in told.split(OF_WORDS.strip())]
    return [there.get(word, {"name": word}) for word in dict.fromkeys(words) if word]


def _cited(rows: Sequence[Mapping[str, Any]], numbers: Sequence[str]) -> list[Json]:
    """Keep the papers that are still named, and add the new ones; what has no number is not in the cell."""
    kept = [dict(row) for row in rows if (row.get("reference") or UNSPECIFIED) in {*numbers, UNSPECIFIED}]
    there = {row.get("reference") for row in kept}
    new = [number for number in dict.fromkeys(numbers) if number not in there]
    return [*kept, *({"reference": number, "role": _NEW_ROLE} for number in new)]


def _set_row(
    rows: list[Json], edit: Edit, shape: TableMapping, council_body: str, *, is_new_stand: bool
) -> None:
    place = next((n for n, row in enumerate(rows) if _is(row, edit, shape, council_body)), None)
    if edit.change == DELETED:
        if place is not None:
            del rows[place]
        return
    values = {
        shape.field_of(column): new or ""
        for column, (_, new) in edit.fields.items()
        if column not in {"position", "as_of"}
    }
    key = {
        shape.field_of(column): text
        for column, text in edit.key.items()
        if column not in {"measure_id", "statement_id", "recorded_at"}
    }
    if place is None:
        inherited = {shape.field_of(column): text for column, text in edit.inherited.items()}
        rows.append({**inherited, **key, **values})
        return
    if is_new_stand and shape.name == "milestones" and "latest" in values:
        values.setdefault("reason", "")
    moved = {"day": key["day"]} if "day" in key else {}
    if moved and moved["day"] != rows[place].get("day"):
        values.setdefault("note", "")  # it was about the value before
    rows[place] = {**rows[place], **moved, **values}


def _is(row: Mapping[str, Any], edit: Edit, shape: TableMapping, council_body: str) -> bool:
    if shape.kind == "goal_reviews":
        return all(str(row.get(name) or "") == edit.key[name] for name in ("goal_id", "review_date"))
    if shape.kind == "council_references":
        told = (
            row.get("reference") or UNSPECIFIED,
            row.get("body") or council_body,
            row.get("role") or _ROLE,
        )
        return told == (edit.key["reference"], edit.key.get("body", council_body), edit.key["role"])
    return bool(row.get("id")) and row["id"] == edit.key.get(shape.column_of("id"))


def _ordered(rows: list[Json], edits: Sequence[Edit]) -> list[Json]:
    """Put moved steps where they are wanted, the others stay in their order around them."""
    wanted = {
        edit.key["step_id"]: int(edit.fields["position"][1] or 0)
        for edit in edits
        if edit.change in {ADDED, "changed"} and edit.fields.get("position", (None, None))[1]
    }
    others = [row for row in rows if row.get("id") not in wanted]
    moved = sorted((row for row in rows if row.get("id") in wanted), key=lambda row: wanted[row["id"]])
    for row in moved:
        others.insert(wanted[row["id"]] - 1, row)
    return others
