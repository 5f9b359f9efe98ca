"""Helpers of pages that look into a table: how its cells and columns are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk

from .explorer import stored
from .figures import in_language, number_of
from .messages import N_
from .publishing.formats import FORMATS
from .publishing.snapshot import site_url
from .tables.spec import words_of

__all__ = ["digitalms_table_words", "type_word"]

Field = Mapping[str, Any]

# whole numbers up to here are often years
_UNGROUPED = 10_000
_FIRST = 10  # rows on the page of a dataset


_TYPES = {
    "string": N_("text"),
    "integer": N_("whole number"),
    "number": N_("number with decimals"),
    "boolean": N_("yes or no"),
    "date": N_("day"),
    "yearmonth": N_("month"),
    "datetime": N_("moment"),
}


def type_word(name: str) -> str:
    """Return a type of Table Schema in words; what is no type of ours stays as it is."""
    return str(tk._(_TYPES[name])) if name in _TYPES else name


class Words:
    """How the cells and columns of a table are told."""

    def look(self, dataset: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the first rows of a dataset's table and where the others are; nothing without a table.

        A table of ours, or of an office, is read from its release; any other, if it is in the DataStore, by
        CKAN's action.
        """
        name, endpoint = dataset.get("digitalms_table"), "digitalms_explorer.open_table"
        if not name and dataset.get("digitalms_own_table"):
            name, endpoint = dataset["id"], "digitalms_explorer.own_table"
        try:
            if name:
                told = _asked("digitalms_table_rows", {"table": name, "limit": _FIRST})
                return {**told, "base": str(tk.url_for(endpoint, table=told["name"]))}
            return _stored(dataset)
        except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
            return None

    def address(self, path: str) -> str:
        """Return the whole address of a page, as somebody else is sent it."""
        return path if "://" in path else f"{site_url()}{path}"

    def number(self, field: Field, value: float) -> str:
        """Write a number of a cell, with all its digits; a year has no thousands."""
        is_short = field["type"] == "integer" and abs(value) < _UNGROUPED
        locale = str(tk.h.lang()).split("_", 1)[0]
        number = number_of(str(value)) or Decimal(0)
        return in_language(number, locale, "#0.#" if is_short else None)

    def word(self, field: Field, value: Any) -> str:
        """Return the word of a code, or the text as it is."""
        return words_of(field).get(str(value), str(value))

    def formats(self) -> dict[str, str]:
        """Return the formats of a table by their endings."""
        return {ending: str(tk._(form.label)) for ending, form in FORMATS.items()}

    def kind(self, field: Field) -> str:
        """Return the type of a column in words."""
        return type_word(str(field["type"]))

    def constraints(self, field: Field) -> list[dict[str, str]]:
        """Return what a column's values must be, by the Table Schema, in words."""
        return [{"label": label, "text": text} for label, text in _constraints(field)]


def digitalms_table_words() -> Words:
    """Return how the cells and columns of a table are told."""
    return Words()


def _asked(action: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    user = "" if tk.current_user.is_anonymous else tk.current_user.name
    told: dict[str, Any] = tk.get_action(action)({"user": user}, dict(asked))
    return told


def _stored(dataset: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the first rows of the first file that is in the DataStore."""
    found = next((one for one in dataset.get("resources") or () if one.get("datastore_active")), None)
    if found is None:
        return None
    told = _asked("datastore_search", {"resource_id": found["id"], "limit": _FIRST})
    fields = [stored.field_of(one) for one in told["fields"] if one["id"] != "_id"]
    rows = [stored.row_of(row) for row in told["records"]]
    base = str(tk.url_for("digitalms_explorer.stored_table", table=found["id"]))
    return {"kind": "stored", "fields": fields, "results": rows, "rows": told.get("total"), "base": base}


def _constraints(field: Field) -> Iterator[tuple[str, str]]:
    said: Mapping[str, Any] = field.get("constraints", {})
    if said.get("required"):
        yield tk._("Required"), tk._("yes")
    if said.get("unique"):
        yield tk._("Each value once"), tk._("yes")
    if allowed := said.get("enum"):
        words = words_of(field)
        shown = [f"{words[str(one)]} ({one})" if str(one) in words else str(one) for one in allowed]
        yield tk._("Allowed values"), ", ".join(shown)
    ends = {
        "minimum": tk._("At least"),
        "maximum": tk._("At most"),
        "minLength": tk._("Fewest characters"),
        "maxLength": tk._("Most characters"),
        "pattern": tk._("Pattern"),
    }
    for name, label in ends.items():
        if name in said:
            yield label, str(said[name])
