"""Parquet, GeoJSON and iCalendar: the values are those of the CSV, whatever stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms import duck
from ckanext.digitalms.publishing import filters, more_formats, writing
from ckanext.digitalms.tables.spec import TableSpec

pytestmark = pytest.mark.pure

TYPES = {
    "word": "string",
    "whole": "integer",
    "share": "number",
    "truth": "boolean",
    "day": "date",
    "moment": "datetime",
    "lat": "number",
    "lon": "number",
}
ROW = {
    "word": None,
    "whole": None,
    "share": None,
    "truth": None,
    "day": None,
    "moment": None,
    "lat": None,
    "lon": None,
}


def spec(**types: str) -> TableSpec:
    told = [{"name": name, "title": name, "type": kind, "description": "…"} for name, kind in types.items()]
    return TableSpec("t", {"title": "T", "description": "…", "fields": told})


SPEC = spec(**TYPES)


def parquet(
    folder: Path, rows: list[dict[str, Any]], *arguments: tuple[str, str]
) -> tuple[list[Any], dict[str, str]]:
    """The rows of a Parquet file, and the type of each column."""
    writing.write_csv(folder / "t.csv", SPEC, [{**ROW, **row} for row in rows])
    chosen = filters.asked(SPEC, arguments)
    with duck.opened() as database:
        source = writing.source_of(folder, SPEC)
        more_formats.write_parquet(database, source, chosen.shown(SPEC), chosen, folder / "t.parquet")
    with duckdb.connect() as database:
        name = duck.literal(str(folder / "t.parquet"))
        types = {name: kind for name, kind, *_ in database.execute(f"DESCRIBE FROM {name}").fetchall()}
        text = ", ".join(f"CAST({duck.quoted(column)} AS VARCHAR)" for column in types)
        return database.execute(f"SELECT {text} FROM {name}").fetchall(), types


def test_types(tmp_path: Path) -> None:
    row = {
        "word": "007",
        "whole": 2**60,
        "share": 97.5,
        "truth": False,
        "day": "2024-05-06",
        "moment": "2024-05-06T12:00:00+02:00",
    }
    rows, types = parquet(tmp_path, [row, {}])
    assert types == {
        "word": "VARCHAR",
        "whole": "BIGINT",
        "share": "DOUBLE",
        "truth": "BOOLEAN",
        "day": "DATE",
        "moment": "TIMESTAMP WITH TIME ZONE",
        "lat": "DOUBLE",
        "lon": "DOUBLE",
    }
    assert rows[0][:5] == ("007", str(2**60), "97.5", "false", "2024-05-06")
    assert set(rows[1]) == {None}


def test_what_a_type_cannot_hold_stays_as_it_is(tmp_path: Path) -> None:
    """All of the column is text then, in every part, too."""
    rows = [{"whole": 2**70, "share": "0.12345678901234567"}, {"whole": 1, "share": "2"}]
    found, types = parquet(tmp_path, rows)
    assert (types["whole"], types["share"]) == ("VARCHAR", "VARCHAR")
    assert found[0][1:3] == (str(2**70), "0.12345678901234567")
    _, types = parquet(tmp_path, rows, ("whole", "1"))
    assert types["whole"] == "VARCHAR"


def test_a_part(tmp_path: Path) -> None:
    rows, types = parquet(
        tmp_path,
        [{"word": "a'b", "whole": 2}, {"word": "c", "whole": 1}],
        ("word", "a'b"),
        ("columns", "whole"),
    )
    assert (rows, list(types)) == ([("2",)], ["whole"])


def test_an_order(tmp_path: Path) -> None:
    rows = [{"word": word, "whole": place} for place, word in enumerate("bca")]
    asked = (("sort", "-word"), ("limit", "2"), ("columns", "word,whole"))
    assert parquet(tmp_path, rows, *asked)[0] == [("c", "1"), ("b", "0")]


def test_geojson(tmp_path: Path) -> None:
    """A point for a row whose coordinates are in range, no geometry for any other; properties as in JSON."""
    rows = [{"word": 'M"ü', "lat": 51.96, "lon": 7.63}, {"lat": 3405.1, "lon": 7}, {"lat": 51}]
    writing.write_csv(tmp_path / "t.csv", SPEC, [{**ROW, **row} for row in rows])
    chosen = filters.asked(SPEC, [("columns", "word")])
    with duck.opened() as database:
        source = writing.source_of(tmp_path, SPEC)
        text = "".join(
            writing.blocks(database, source, chosen.shown(SPEC), more_formats.geojson(SPEC), chosen)
        )
    told = json.loads(text)
    assert told["type"] == "FeatureCollection"
    assert [one["geometry"] for one in told["features"]] == [
        {"type": "Point", "coordinates": [7.63, 51.96]},
        None,
        None,
    ]
    assert told["features"][0]["properties"] == {"word": 'M"ü'}


@settings(max_examples=examples(10, 50), deadline=None)
@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
@example("'||x||'", "''\"")
def test_geojson_of_any_names(tmp_path_factory: pytest.TempPathFactory, name: str, value: str) -> None:
    wanted = "".join(c for c in name if c.isprintable()) or "x"
    table = spec(**{wanted: "string", "breitengrad": "number", "laengengrad": "number"})
    if more_formats.points(table) != ("breitengrad", "laengengrad"):
        return
    kept = "".join(c for c in value if c.isprintable())
    folder = tmp_path_factory.mktemp("t")
    writing.write_csv(folder / "t.csv", table, [{wanted: kept or None, "breitengrad": 1, "laengengrad": 2}])
    with duck.reading() as database:
        blocks = writing.blocks(
            database, writing.source_of(folder, table), table, more_formats.geojson(table)
        )
        (feature,) = json.loads("".join(blocks))["features"]
    assert feature["properties"][wanted] == (kept or None)


@pytest.mark.parametrize(
    ("types", "found"),
    [
        ({"lat": "number", "lon": "number"}, ["parquet", "geojson"]),
        ({"Latitude": "number", "Longitude": "integer"}, ["parquet", "geojson"]),
        ({"lat": "string", "lon": "number"}, ["parquet"]),
        ({"lat": "number", "geo_lat": "number", "lon": "number"}, ["parquet"]),
        ({"breite": "number", "laenge": "number"}, ["parquet"]),
    ],
)
def test_what_is_offered(types: dict[str, str], found: list[str]) -> None:
    """Points are told by their names; a width and a length are none."""
    assert more_formats.offered(spec(**types)) == found
