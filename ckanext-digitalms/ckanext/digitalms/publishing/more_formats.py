"""Formats that are made of a table when somebody asks: of any release, of any day and of any part of it.

None of them is a file of the release, so those of before have them, too, and a blanked value is in none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ckanext.digitalms import duck
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import writing
from .filters import Filter
from .formats import CSV, Format, JsonRows, TextFormat
from .package import PACKAGE_FILE

__all__ = [
    "ICAL_TABLE",
    "MORE",
    "GeoJson",
    "ICalendar",
    "Parquet",
    "geojson",
    "milestones",
    "offered",
    "points",
    "write_parquet",
]

ICAL_TABLE = "milestones"
_OF_ICAL = frozenset({"measure_id", "milestone_id", "title", "latest", "earliest", "date_text", "state"})
_LATITUDE = re.compile(r"(geo_?|wgs84_?)?(lat|latitude|breitengrad|geogr?_?breite)(_?wgs84)?", re.IGNORECASE)
_LONGITUDE = re.compile(
    r"(geo_?|wgs84_?)?(lon|lng|long|longitude|laengengrad|längengrad|geogr?_?(laenge|länge))(_?wgs84)?",
    re.IGNORECASE,
)
_PARQUET = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
# so many digits a floating-point number keeps
_DIGITS = 15


class Parquet(Format):
    """Columns with their types: whole numbers, numbers, truth values, days and moments as such."""

    ending = "parquet"
    label = N_("Parquet (columns with types)")
    german = "Parquet (Spalten mit Typen)"
    ckan_format = "PARQUET"
    media_type = "application/vnd.apache.parquet"


class ICalendar(Format):
    """Milestones as all-day entries."""

    ending = "ics"
    label = N_("Calendar (iCalendar)")
    german = "Kalender (iCalendar)"
    ckan_format = "iCal"
    media_type = "text/calendar"


class GeoJson(TextFormat):
    """GeoJSON (RFC 7946): a point for each row; one without coordinates in range has no geometry.

    Args:
        latitude: the column of degrees north (WGS 84).
        longitude: of degrees east.
    """

    ending = "geojson"
    label = N_("GeoJSON (points)")
    german = "GeoJSON (Punkte)"
    ckan_format = "GeoJSON"
    media_type = "application/geo+json"
    between = ",\n"

    def __init__(self, latitude: str = "", longitude: str = "") -> None:
        self._north, self._east = duck.quoted(latitude), duck.quoted(longitude)

    def opening(self, spec: TableSpec) -> str:
        """Begin the collection."""
        return f'{{"type": "FeatureCollection", "name": {json.dumps(spec.name)}, "features": [\n'

    def row(self, spec: TableSpec) -> str:
        """Make a feature; its properties are the row as JSON has it."""
        north, east = f"TRY_CAST({self._north} AS DOUBLE)", f"TRY_CAST({self._east} AS DOUBLE)"
        point = (
            f"CASE WHEN {north} BETWEEN -90 AND 90 AND {east} BETWEEN -180 AND 180 THEN "
            f"'{{\"type\": \"Point\", \"coordinates\": [' || {self._east} || ', ' || {self._north} || ']}}' "
            "ELSE 'null' END"
        )
        properties = JsonRows().row(spec)
        begin = '\'{"type": "Feature", "geometry": \''
        return f"{begin} || {point} || ', \"properties\": ' || {properties} || '}}'"

    def closing(self) -> str:
        """End the collection."""
        return "\n]}\n"


MORE: dict[str, Format] = {one.ending: one for one in (Parquet(), GeoJson(), ICalendar())}


def offered(spec: TableSpec) -> list[str]:
    """Return the endings of the formats that a table has besides the files of its release."""
    found = [Parquet.ending]
    if points(spec):
        found.append(GeoJson.ending)
    if spec.name == ICAL_TABLE and {field["name"] for field in spec.fields} >= _OF_ICAL:
        found.append(ICalendar.ending)
    return found


def points(spec: TableSpec) -> tuple[str, str] | None:
    """Return the columns of degrees north and east, where a table has one of each by their names."""
    numbers = [field["name"] for field in spec.fields if field["type"] in {"number", "integer"}]
    north = [name for name in numbers if _LATITUDE.fullmatch(name)]
    east = [name for name in numbers if _LONGITUDE.fullmatch(name)]
    return (north[0], east[0]) if len(north) == len(east) == 1 else None


def geojson(spec: TableSpec) -> GeoJson:
    """Return the format for a table that has points."""
    found = points(spec)
    if found is None:
        raise ValueError(spec.name)
    return GeoJson(*found)


def write_parquet(
    database: duck.Connection, source: str, spec: TableSpec, chosen: Filter, path: Path
) -> None:
    """Write a part of a table; each value is that of the CSV.

    A column of numbers that its type cannot hold exactly (more digits, larger) is written as text, as the
    CSV has it.

    Args:
        database: that writes.
        source: SQL of the rows.
        spec: of the table, with the columns that are written.
        chosen: which rows, in which order.
        path: of the file.
    """
    exact = _exact(database, source, spec)
    columns = ", ".join(
        f"{_typed(field, is_exact=is_exact)} AS {duck.quoted(field['name'])}"
        for field, is_exact in zip(spec.fields, exact, strict=True)
    )
    schema = json.dumps(spec.schema, ensure_ascii=False)
    rows = writing.in_order(source, chosen)
    asked = (
        f"COPY (SELECT {columns} FROM {rows} {chosen.clause}) TO {duck.literal(str(path))} "  # noqa: S608 - our own columns
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{table_schema: {duck.literal(schema)}}})"
    )
    database.execute(asked, dict(chosen.values))


def _typed(field: Mapping[str, Any], *, is_exact: bool) -> str:
    name, kind = duck.quoted(field["name"]), field["type"]
    if kind == "datetime":
        return f"CAST({name} AS TIMESTAMPTZ)" if is_exact else name
    return f"CAST({name} AS {_PARQUET[kind]})" if kind in _PARQUET and is_exact else name


def _exact(database: duck.Connection, source: str, spec: TableSpec) -> list[bool]:
    """Tell of each column whether its type holds every value as it stands in the CSV."""
    checks = ", ".join(f"coalesce(bool_and({_fits(field)}), true)" for field in spec.fields)
    # of all rows, so that a column has the same type in every part
    asked = f"SELECT {checks} FROM {source}"  # noqa: S608 - our own columns
    return [bool(told) for told in database.execute(asked).fetchall()[0]]


def _fits(field: Mapping[str, Any]) -> str:
    name, kind = duck.quoted(field["name"]), field["type"]
    if kind == "number":
        digits = f"length(ltrim(regexp_replace({name}, '[^0-9]', '', 'g'), '0')) <= {_DIGITS}"
        plain = f"regexp_full_match({name}, '-?[0-9]+([.][0-9]+)?')"
        return f"{name} IS NULL OR (coalesce({plain}, false) AND {digits})"
    if kind in _PARQUET or kind == "datetime":
        told = _PARQUET.get(kind, "TIMESTAMPTZ")
        return f"{name} IS NULL OR TRY_CAST({name} AS {told}) IS NOT NULL"
    return "true"


def milestones(
    database: duck.Connection, folder: Path, spec: TableSpec, chosen: Filter, address: Callable[[str], str]
) -> list[Json]:
    """Return the rows that a calendar is made of: those that have a day and did not go.

    The title of their measure is known where its table is in the folder.

    Args:
        database: that reads.
        folder: of a release, or of a day.
        spec: of the table of milestones.
        chosen: which rows.
        address: gives the address of a measure.
    """
    names = [field["name"] for field in spec.fields]
    whole = replace(chosen, columns=())
    titles = dict(_titles(database, folder))
    changed = _changed(folder)
    found = []
    for row in writing.cells(database, writing.source_of(folder, spec), whole):
        told: Json = dict(zip(names, row, strict=True))
        due = told["latest"] or told["earliest"]
        if due and not told.get("removed_on"):
            key = str(told["measure_id"])
            more = {"due": due, "changed_at": changed, "sequence": 0, "organisation_title": ""}
            found.append({**told, **more, "measure_title": titles.get(key, key), "url": address(key)})
    return found


def _titles(database: duck.Connection, folder: Path) -> Iterator[tuple[str, str]]:
    path = folder / file_name("measures", CSV.ending)
    if path.is_file():
        asked = (
            f"SELECT measure_id, title FROM read_csv({duck.literal(str(path))}, header=true, "  # noqa: S608 - ours
            f"all_varchar=true, delim=',', quote='\"', escape='\"', {duck.LONG_LINES})"
        )
        yield from database.execute(asked).fetchall()


def _changed(folder: Path) -> str:
    """Return when the release was made: a calendar takes what is later for the news."""
    told = json.loads((folder / PACKAGE_FILE).read_bytes()).get("created")
    return str(told or datetime(2000, 1, 1, tzinfo=UTC).isoformat())
