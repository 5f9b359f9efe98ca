"""The rules of the sources that a dataset names: rows without anything go, the others have a name."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.digitalms.dcat.values import iri
from ckanext.digitalms.messages import translate
from ckanext.digitalms.tables.origin import source_problems

__all__ = ["digitalms_addresses", "digitalms_source_rules"]

_FIELD = "sources"


def digitalms_source_rules(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Leave out rows that nobody filled in; say what a row lacks, and where there are too many."""
    del key, context
    rows: dict[int, dict[str, Any]] = {}
    for place in [one for one in data if one[0] == _FIELD and len(one) == 3]:
        rows.setdefault(place[1], {})[place[2]] = data.pop(place)
    noted = {one: errors.pop(one) for one in list(errors) if one[0] == _FIELD and len(one) == 3}
    kept = [(number, _told(row)) for number, row in sorted(rows.items()) if any(_told(row).values())]
    for number, (before, row) in enumerate(kept):
        data.update({(_FIELD, number, name): value for name, value in row.items()})
        wrong = {
            (_FIELD, number, one[2]): found for one, found in noted.items() if one[1] == before and found
        }
        errors.update(wrong)
    for number, problem in source_problems([row for _, row in kept]).items():
        errors.setdefault((_FIELD, number, "title"), []).append(translate(problem, tk._))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not tk.missing and value is not None}


def digitalms_addresses(value: Any) -> str:
    """Take one address of a list of words, or several, also as JSON, which other portals send."""
    told = value
    if isinstance(value, str):
        try:
            told = json.loads(value) if value.startswith("[") else [value] if value else []
        except ValueError:
            told = [value]
    found = [str(one).strip() for one in told] if isinstance(told, list) else [str(told)]
    wrong = next((one for one in found if iri(one) != one), None)
    if wrong is not None:
        message = tk._("“{found}” is no address of a list: choose from the form.")
        raise tk.Invalid(message.format(found=wrong[:60]))
    return json.dumps(list(dict.fromkeys(found))) if found else ""
