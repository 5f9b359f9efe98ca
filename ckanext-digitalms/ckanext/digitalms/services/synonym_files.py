"""The table of synonyms as a file: written in the forms of the open tables, and read again with changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.messages import translate
from ckanext.digitalms.search.synonym import DIRECTIONS, LONGEST, LONGEST_NOTE, MOST_WORDS, Synonym, words_in
from ckanext.digitalms.tables.open_tables import ALL_TABLES, SEARCH_SYNONYMS
from ckanext.digitalms.tables.spec import words_of
from ckanext.digitalms.validation.columns import has_titles, matched
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.reading import read
from ckanext.digitalms.validation.table import Limits, TableSchema, UnreadableError
from ckanext.digitalms.validation.values import text_of

__all__ = ["ACTION", "DELETE", "FileRow", "read_rows", "unfit"]

ACTION, DELETE = "action", "delete"
_TABLE = ALL_TABLES[SEARCH_SYNONYMS]
_TOLD = 10  # faults of a file that are told


@dataclass(frozen=True)
class FileRow:
    """A row of a file: a synonym that is kept, or that goes."""

    synonym: Synonym
    is_deleted: bool


def unfit(one: Synonym) -> dict[str, list[str]]:
    """Return by field why a synonym cannot be kept; nothing where it can."""
    wrong: dict[str, list[str]] = {}
    for name in ("word", "meaning"):
        text = getattr(one, name)
        if not 0 < words_in(text) <= MOST_WORDS:
            message = tk._("Write one to {most} words with letters or digits here, not “{found}”.")
            wrong[name] = [message.format(most=MOST_WORDS, found=text[:60])]
        elif len(text) > LONGEST:
            wrong[name] = [_long(text, LONGEST)]
    if one.direction not in DIRECTIONS:
        message = tk._("“{found}” is no direction. Use one of: {allowed}.")
        wrong["direction"] = [message.format(found=one.direction[:40], allowed=", ".join(DIRECTIONS))]
    if len(one.note) > LONGEST_NOTE:
        wrong["note"] = [_long(one.note, LONGEST_NOTE)]
    return wrong


def _long(text: str, allowed: int) -> str:
    message = tk._("The text has {found} characters; at most {allowed} are read.")
    return str(message.format(found=len(text), allowed=allowed))


def read_rows(data: bytes) -> list[FileRow]:
    """Read a table of synonyms as CSV, CSV for Excel, XLSX or JSON.

    Raises:
        tk.ValidationError: keyed ``upload``: it cannot be read, lacks a column, or a row cannot be kept.
    """
    fields = [*_TABLE.fields, {"name": ACTION, "title": "Aktion", "type": "string"}]
    schema = TableSchema(_TABLE.name, {"fields": fields, "missingValues": [""]})
    try:
        raw = read(data, schema, Dialect(), Limits(config.max_upload_bytes(), config.max_rows()))
    except UnreadableError as error:
        raise _refused(translate(one.message, tk._) for one in error.findings) from error
    columns = [column.name if column else None for column in matched(raw.header, schema)]
    missing = [name for name in ("word", "meaning") if name not in columns]
    if missing:
        message = tk._("The file has no column “{column}”: download the table to see how it looks.")
        raise _refused(message.format(column=name) for name in missing)
    restores = has_titles(raw.header, schema)
    rows, faults = [], []
    for row in raw.rows:
        texts = ("" if cell is None else str(text_of(cell, restores=restores)).strip() for cell in row.cells)
        told = dict(zip(columns, texts, strict=False))
        if any(told.values()):
            found = _row(told)
            wrong = {} if found.is_deleted else unfit(found.synonym)
            sentence = tk._("Row {row}: {sentence}")
            faults += [sentence.format(row=row.number, sentence=texts[0]) for texts in wrong.values()]
            rows.append(found)
    if faults:
        raise _refused(faults[:_TOLD])
    return rows


def _row(told: Mapping[str | None, Any]) -> FileRow:
    codes = {word: code for code, word in words_of(_TABLE.fields[2]).items()}
    direction = told.get("direction") or DIRECTIONS[0]
    one = Synonym(
        told.get("word", ""), told.get("meaning", ""), codes.get(direction, direction), told.get("note", "")
    )
    return FileRow(one, str(told.get(ACTION, "")).casefold() == DELETE)


def _refused(sentences: Iterable[str]) -> tk.ValidationError:
    return tk.ValidationError({"upload": list(sentences)})
