"""Numbers in forms: shown and read as the language of the page writes them.

What a form posts goes to the actions as it was typed, with :func:`typing`, so that a number that is none is
told at its field like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from babel.numbers import get_decimal_symbol
from ckan.types import Context

from ckanext.digitalms.figures import number_of, write
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic.validators.numbers import Reader, reader_of, typed_in
from ckanext.digitalms.measures.record import ROW_TYPES
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .pages import reader


def decimal() -> str:
    """Return what stands before decimals in the language of the page: a comma or a point."""
    return "," if get_decimal_symbol(str(tk.h.lang())) == "," else "."


def typing() -> Context:
    """Return the context of whoever filled in a form of this page."""
    return typed_in(reader(), decimal())


def written(number: object) -> str:
    """Write a number as it is stored or counted; what is none stays, and nothing is an empty text."""
    text = "" if number is None else str(number)
    read = number_of(text)
    return text if read is None else write(read, decimal())


def shown(stored: Json) -> Json:
    """Return a stored measure with its numbers as the form writes them."""
    told = {**stored, **{name: written(stored[name]) for name in _readers("") if stored.get(name)}}
    for kind in ROW_TYPES:
        names = _readers(kind)
        if names and isinstance(stored.get(kind), list):
            told[kind] = [
                {**row, **{name: written(row[name]) for name in names if row.get(name)}}
                for row in stored[kind]
            ]
    return told


def read_as(typed: Mapping[str, Any]) -> str:
    """Say how numbers were read that could be taken otherwise, such as “1.250”; nothing for all others."""
    told = dict.fromkeys(
        tk._("“{typed}” as {number}").format(typed=text, number=write(number, decimal()))
        for text, number in _remarkable(typed)
    )
    return tk._("Numbers were read so: {told}.").format(told=", ".join(told)) if told else ""


def percent(text: str) -> str:
    """Read a share as typed, as plain digits; raises ``Invalid``."""
    return str(tk.get_validator("digitalms_percent")(text, typed_in({}, decimal())))  # type: ignore[call-arg]


def _remarkable(typed: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    for kind in ("", *ROW_TYPES):
        rows = typed.get(kind) if kind else [typed]
        for row in rows if isinstance(rows, list) else ():
            for name, read in _readers(kind).items():
                text = str(row.get(name) or "").strip()
                found = read(text, decimal())
                is_worded = any(character.isalpha() for character in text)
                if found.value is not None and (found.otherwise is not None or is_worded):
                    yield text, found.value


def _readers(kind: str) -> dict[str, Reader]:
    """Return the fields that hold numbers, of the measure or of its rows of a kind, and how each is read."""
    fields = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)["dataset_fields"]
    if kind:
        fields = next(each["repeating_subfields"] for each in fields if each["field_name"] == kind)
    found = {
        str(field["field_name"]): reader_of(tk.get_validator(name))
        for field in fields
        for name in str(field.get("validators") or "").split()
        if name.startswith("digitalms_")
    }
    return {name: read for name, read in found.items() if read is not None}
