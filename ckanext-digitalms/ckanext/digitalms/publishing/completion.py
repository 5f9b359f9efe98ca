"""What a release has besides the CSV files of its tables, and what its manifest says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.tables.open_tables import (
    ALL_TABLES,
    CATALOGUE_FIGURES,
    COVERAGE,
    COVERAGE_TABLES,
    DATASET_QUALITY,
    FIGURE_TABLES,
    MEASURE_TABLES,
    MOBILE_COVERAGE,
    MOBILE_TABLES,
    QUALITY_TABLES,
)
from ckanext.digitalms.tables.spec import file_name

from . import folders, origins, package, snapshot, writing

# the table and the column that say which time a release covers
_PERIOD_FROM = {
    MEASURE_TABLES: ("status_series", "as_of"),
    COVERAGE_TABLES: (COVERAGE, "edition"),
    MOBILE_TABLES: (MOBILE_COVERAGE, "edition"),
    FIGURE_TABLES: (CATALOGUE_FIGURES, "month"),
    QUALITY_TABLES: (DATASET_QUALITY, "judged_on"),
}


def origins_of(folder: Path, tables: Iterable[str]) -> dict[str, Json]:
    """Return where each table comes from whose CSV was written to a folder."""
    publisher = snapshot.publisher()
    return {name: origins.of_release(ALL_TABLES[name], folder, publisher).to_json() for name in tables}


def complete(
    folder: Path, release_id: str, created: datetime, tables: Mapping[str, Json], group: str
) -> folders.FileFacts:
    """Write what a release has besides the CSV files of its tables; return size and hash of all files.

    Args:
        folder: with the CSV files.
        release_id: of the release.
        created: when it was made.
        tables: where each comes from, by its name.
        group: of the tables.
    """
    files: folders.FileFacts = {}
    for name, formats in writing.write_formats(folder, [ALL_TABLES[one] for one in tables]).items():
        written = [file_name(name, "csv"), *formats]
        files |= {one: folders.settled(folder / one) for one in written}
        schema_file = (file_name(name, package.SCHEMA_ENDING), package.schema_bytes(ALL_TABLES[name]))
        files |= folders.write_files(folder, [schema_file])
    described = package.descriptor(release_id, created, snapshot.publisher(), files, tables, group)
    return files | folders.write_files(folder, [(package.PACKAGE_FILE, described)])


def period(folder: Path, group: str) -> list[str | None]:
    """Return the first and the last day that a release covers: of rows without days, that of the release."""
    if group not in _PERIOD_FROM:
        return [config.today().isoformat()] * 2
    table, column = _PERIOD_FROM[group]
    # an edition is a month: it begins with its first day
    days = writing.extent(folder, ALL_TABLES[table], column)
    return [f"{day}-01" if day and len(day) == len("2019-06") else day for day in days]
