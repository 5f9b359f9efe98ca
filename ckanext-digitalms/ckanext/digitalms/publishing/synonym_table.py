"""The table of synonyms in the forms in which the open tables are given."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.services.synonym_files import spec
from ckanext.digitalms.tables.spec import file_name

from . import writing

__all__ = ["NAME", "written"]

NAME = spec().name


def written(folder: Path, ending: str, rows: Iterable[Json]) -> bytes:
    """Return the table as a file.

    Args:
        folder: to write it in.
        ending: of the format, one of ``formats.FORMATS``.
        rows: of the table.
    """
    writing.write_csv(folder / file_name(NAME, "csv"), spec(), rows)
    if ending != "csv":
        writing.write_formats(folder, [spec()])
    return (folder / file_name(NAME, ending)).read_bytes()
