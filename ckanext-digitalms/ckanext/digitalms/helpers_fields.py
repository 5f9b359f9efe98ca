"""Helpers for the fields of a measure."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from .vocabularies import MEASURE_TYPE

__all__ = ["digitalms_field_label"]

# what a record of a measure calls otherwise than its form
_FIELDS_OF_DATASETS = {
    "measure_id": "name",
    "organisation": "owner_org",
    "keywords": "tag_string",
    "source": "statement_source",
}


def digitalms_field_label(name: str) -> str:
    """Return the label of a field of the measure as the form has it."""
    schema = tk.h.scheming_get_dataset_schema(MEASURE_TYPE) or {}
    wanted = _FIELDS_OF_DATASETS.get(name, name)
    for field in schema.get("dataset_fields", ()):
        if field["field_name"] == wanted:
            return str(tk.h.scheming_language_text(field["label"]))
    return name
