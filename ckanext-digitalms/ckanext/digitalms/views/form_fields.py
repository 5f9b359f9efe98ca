"""What the forms of several pages offer to choose from, and how what was typed is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.helpers import digitalms_organisations
from ckanext.digitalms.validation.column_forms import DAY_FORMS
from ckanext.digitalms.validation.dialect import AUTO, OPTIONS, TAKEN_IN
from ckanext.digitalms.vocabularies import Term

from .bench_words import form_words

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows (cp1252)",
    "utf-16": "UTF-16",
    "iso8859-15": "ISO 8859-15",
    "cp850": "MS-DOS (cp850)",
}
# how a file is written, as somebody may say it
DIALECT = OPTIONS
# which Stand changes are for
STAND = ("stand", "as_of")
Choices = list[tuple[str, str]]


def terms(vocabulary: Iterable[Term]) -> Choices:
    """Return the terms of a vocabulary, as value and words."""
    return [(term.value, tk._(term.label)) for term in vocabulary]


def dialect_choices() -> dict[str, Choices]:
    """Return the choices of each option of the dialect, as value and words."""
    auto = ("auto", tk._("recognise it"))
    return {
        "encoding": [auto, *ENCODINGS.items()],
        "delimiter": [
            auto,
            (";", tk._("semicolon")),
            (",", tk._("comma")),
            ("tab", tk._("tab")),
            ("|", tk._("vertical bar")),
            ("fixed", tk._("fixed widths")),
        ],
        "decimal_char": [auto, (",", tk._("comma: 45,5")), (".", tk._("point: 45.5"))],
        "date_format": [auto, *((form, form_words(form)) for form in DAY_FORMS)],
        "hidden": [("auto", tk._("leave out")), (TAKEN_IN, tk._("take in"))],
    }


def scales() -> Choices:
    """Return how shares may be written in a table."""
    return [
        ("auto", tk._("recognise it")),
        ("percent", tk._("percent, 0 to 100")),
        ("fraction", tk._("fractions, 0 to 1")),
    ]


def sheet_choices(titles: Iterable[str]) -> Choices:
    """Return the sheets of a workbook, if there are several."""
    named = [(title, title) for title in titles]
    return [(AUTO, tk._("the first with cells")), *named] if len(named) > 1 else []


def organisations() -> list[dict[str, Any]]:
    """Return the organisations for which the user hands in tables: all, or the own ones."""
    return digitalms_organisations()


def upload_limits() -> dict[str, Any]:
    """Return how much a file may hold, in megabytes and rows."""
    return {"max_mb": f"{config.max_upload_bytes() / 10**6:g}", "max_rows": config.max_rows()}


def typed(names: Iterable[str]) -> dict[str, str]:
    """Return what was typed into some fields of the form; nothing is an empty text."""
    return {name: tk.request.form.get(name, "") for name in names}


def stand(told: Mapping[str, str]) -> dict[str, Any]:
    """Return which Stand changes are for, as the import takes it: a correction has no day of its own."""
    corrects = told["stand"] == "correction"
    return {"as_of": "" if corrects else told["as_of"], "correction": corrects}
