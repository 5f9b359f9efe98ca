"""Titles to fields: machine names and German titles are both understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .findings import Finding, short
from .table import FieldSpec, TableSchema

_SEPARATORS = re.compile(r"[\s_\-]+")


def matched(header: Sequence[str], schema: TableSchema) -> list[FieldSpec | None]:
    """Return the field of each title, ``None`` for a title that is none of the schema's."""
    known = {_plain(label): spec for spec in schema.fields for label in (spec.name, spec.title)}
    return [known.get(_plain(title)) for title in header]


def has_titles(header: Sequence[str], schema: TableSchema) -> bool:
    """Return whether a header is German: the file comes from a CSV for Excel, whose texts are harmless.

    In all other forms an apostrophe before ``=`` is the writer's own.
    """
    written = [title.strip().strip("\ufeff") for title in header]
    titles = sum(spec.title in written for spec in schema.fields if spec.title != spec.name)
    names = sum(spec.name in written for spec in schema.fields if spec.title != spec.name)
    return titles > names


def header_findings(header: Sequence[str], schema: TableSchema, row: int) -> list[Finding]:
    """Say which columns are missing, twice there, without title or not known."""
    fields = matched(header, schema)
    allowed = Message(
        N_("the columns {columns} or their titles {titles}"),
        {
            "columns": ", ".join(spec.name for spec in schema.fields),
            "titles": ", ".join(spec.title for spec in schema.fields),
        },
    )
    found: list[Finding] = []
    seen: set[str] = set()
    for place, (title, spec) in enumerate(zip(header, fields, strict=True), start=1):
        name = spec.name if spec else title
        if not title.strip():
            text = N_("The title of column {place} is empty.")
            found.append(Finding(Cause.BLANK_LABEL, Message(text, {"place": place}), row, "", "", allowed))
        elif name in seen:
            text = N_("The column “{title}” is there more than once; column {place} repeats it.")
            message = Message(text, {"title": short(title), "place": place})
            found.append(Finding(Cause.DUPLICATE_LABEL, message, row, name, short(title), allowed))
        elif spec is None:
            text = N_("The column “{title}” is not known and was not read.")
            message = Message(text, {"title": short(title)})
            found.append(Finding(Cause.EXTRA_LABEL, message, row, short(title), short(title), allowed))
        seen.add(name)
    return found + _missing(schema, seen, header, row)


def _missing(schema: TableSchema, seen: set[str], header: Sequence[str], row: int) -> list[Finding]:
    text = N_("The column “{name}” ({title}) is missing; the header has: {found}.")
    titles = short(", ".join(header))
    return [
        Finding(
            Cause.MISSING_LABEL,
            Message(text, {"name": spec.name, "title": spec.title, "found": titles}),
            row,
            spec.name,
            titles,
            Message(N_("a column “{name}” or “{title}”"), {"name": spec.name, "title": spec.title}),
        )
        for spec in schema.fields
        if spec.is_required and spec.name not in seen
    ]


def _plain(title: str) -> str:
    folded = unicodedata.normalize("NFC", title).strip().strip("\ufeff").casefold()
    return _SEPARATORS.sub(" ", folded)
