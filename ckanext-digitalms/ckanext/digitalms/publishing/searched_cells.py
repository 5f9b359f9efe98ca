"""What of a published table is searched: its columns, and the different values of those that name a thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from ckan import model

from ckanext.digitalms import config, duck
from ckanext.digitalms.duck import quoted
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Release
from ckanext.digitalms.search.entries import Cell
from ckanext.digitalms.tables.open_tables import (
    FIGURE_TABLES,
    MEASURE_TABLES,
    QUALITY_TABLES,
    SYNONYM_TABLES,
    group_of,
)
from ckanext.digitalms.tables.spec import TableSpec, file_name, words_of

from . import custom_tables, datasets, folders

MOST_VALUES = 3_000  # of a column; one with more names rows rather than what they are about
LONGEST_VALUE = 80
# columns of texts and keys, which no reader looks for in a table
_LEFT_OUT = frozenset({"url", "recorded_at", "statement_id", "original", "direction"})

__all__ = ["cells_of"]

# measures and datasets are found themselves; what was searched for in vain must not be found by being told,
# and who looks for a word does not look for the list of such words
_FOUND_OTHERWISE = frozenset({MEASURE_TABLES, SYNONYM_TABLES, FIGURE_TABLES, QUALITY_TABLES})


def cells_of(dataset: Json) -> Sequence[Cell]:
    """Return what stands in the table of a dataset, as its current release has it; nothing without one."""
    found = _release(dataset)
    if found is None:
        return ()
    release, spec = found
    folder = folders.Folders(config.release_path()).path(release.manifest)
    path = folder / file_name(spec.name, "csv")
    columns = [_column(field) for field in spec.fields]
    if not path.is_file() or release.group in _FOUND_OTHERWISE:
        return columns
    return [*columns, *_values(path, spec)]


def _release(dataset: Json) -> tuple[Release, TableSpec] | None:
    table, own = dataset.get(datasets.MARKER), dataset.get(custom_tables.MARKER)
    release_id = dataset.get(datasets.RELEASE)
    # one that is being published is not current yet when its dataset is written
    release = model.Session.get(Release, str(release_id)) if release_id and (table or own) else None
    if release is None or release.manifest is None:
        return None
    if own and not table:
        spec = custom_tables.spec_of(release.manifest) if _has_schema(release, str(own)) else None
        return (release, spec) if spec else None
    try:
        is_its_own = release.group == group_of(str(table))
    except KeyError:
        return None
    return (release, datasets.spec_in(release.manifest, str(table))) if is_its_own else None


def _has_schema(release: Release, name: str) -> bool:
    folder = folders.Folders(config.release_path()).path(release.manifest)
    return (
        release.manifest.get("own_table", {}).get("name") == name
        and (folder / f"{name}.schema.json").is_file()
    )


def _column(field: Json) -> Cell:
    told = (field.get("title"), field.get("description"), *words_of(field).values())
    return Cell(field["name"], " ".join(text for text in told if text))


def _values(path: Path, spec: TableSpec) -> Iterator[Cell]:
    fields = [field for field in spec.fields if field["type"] == "string" and field["name"] not in _LEFT_OUT]
    columns = tuple(field["name"] for field in fields)
    for field, values in zip(fields, _distinct(path, path.stat().st_mtime_ns, columns), strict=True):
        words = words_of(field)
        for value in values:
            yield Cell(field["name"], words.get(value, value), value)


@lru_cache(maxsize=64)
def _distinct(path: Path, changed: int, columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the different values of each column; none where there are too many or they are long."""
    del changed  # a release that is rewritten is another one to the cache
    if not columns:
        return ()
    # to open an engine takes as long as to read some ten columns of a small table
    with duck.lent() as connection:
        return tuple(_searched(_read(connection, path, column)) for column in columns)


def _read(connection: duck.Connection, path: Path, column: str) -> list[str]:
    file = f"read_csv(?, all_varchar = true, header = true, {duck.LONG_LINES})"
    asked = f"SELECT DISTINCT {quoted(column)} AS one FROM {file} LIMIT {MOST_VALUES + 1}"  # noqa: S608 - quoted
    return [row[0] for row in connection.execute(asked, [str(path)]).fetchall() if row[0] is not None]


def _searched(found: list[str]) -> tuple[str, ...]:
    if len(found) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in found):
        return ()
    return tuple(sorted(found))
