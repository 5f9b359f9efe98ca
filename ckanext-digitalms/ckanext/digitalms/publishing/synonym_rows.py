"""The rows of ``search_synonyms``: what words of the search mean besides, as coordinators keep it.

The search itself reads the list from the database, so what is changed holds before it is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import content_hash
from ckanext.digitalms.services import synonyms
from ckanext.digitalms.tables.open_tables import ALL_TABLES, SEARCH_SYNONYMS
from ckanext.digitalms.tables.spec import file_name

from . import writing
from .coverage_rows import NOW, EditionsAt

__all__ = ["fingerprint", "write_csv", "written"]


def fingerprint(described: dict[str, Any]) -> str:
    """Return the hash of the list, its schema and what the package says."""
    rows = [one.to_json() for one in synonyms.current()]
    schemas = {SEARCH_SYNONYMS: ALL_TABLES[SEARCH_SYNONYMS].schema}
    return content_hash({"rows": rows, "schemas": schemas, "package": described})


def write_csv(path: Path, moment: EditionsAt = NOW) -> int:
    """Write the list as it held at a moment, at the end of a day; return how many rows it has."""
    found = synonyms.at(moment.end) if moment.end else synonyms.current()
    return writing.write_csv(path, ALL_TABLES[SEARCH_SYNONYMS], (one.to_json() for one in found))


def written(folder: Path, ending: str, rows: Iterable[Json]) -> bytes:
    """Return rows of the list as a file.

    Args:
        folder: to write it in.
        ending: of the format, one of ``formats.FORMATS``.
        rows: of the table.
    """
    table = ALL_TABLES[SEARCH_SYNONYMS]
    writing.write_csv(folder / file_name(table.name, "csv"), table, rows)
    if ending != "csv":
        writing.write_formats(folder, [table])
    return (folder / file_name(table.name, ending)).read_bytes()
