"""The fast judge says what frictionless says: the same counts of each cause, the same words."""

from __future__ import annotations

import csv
import io
import random
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from frictionless import Package, Schema
from frictionless.resources import TableResource
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.validation import large_tables
from ckanext.digitalms.validation.sql_rules import compiled

pytestmark = pytest.mark.pure

CONNECTION = duckdb.connect()

# for each kind of field: its descriptor, and cells that are right, wrong, or right in an odd way
FIELDS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "text": (
        {"type": "string", "constraints": {"minLength": 2, "maxLength": 5}},
        ["ab", "a", "abcdef", "äöü€😀", "", " ", "a\nb", 'x"y', "NULL"],
    ),
    "code": (
        {"type": "string", "constraints": {"pattern": r"\d{2}-[a-z]+|x.z"}},
        ["12-ab", "1-a", "x9z", "x\nz", "٣٤-ab", "12-ab\n", "12-ä", ""],
    ),
    "word": (
        {"type": "string", "constraints": {"pattern": "[^a-c]+", "enum": ["de", "d€", "abc", "x"]}},
        ["de", "d€", "abc", "x", "zz", "d\n", ""],
    ),
    "whole": (
        {"type": "integer", "constraints": {"minimum": -5, "maximum": 1000, "enum": [1, 7, 1000, 2000, -9]}},
        ["1", "007", "+7", " 7 ", "1_000", "2000", "-9", "1.0", "1e3", "x", "", "٧", "9" * 30, "- 1", "\t7"],
    ),
    "share": (
        {"type": "number", "constraints": {"minimum": 0, "exclusiveMaximum": "100"}},
        [
            "0", "100", "99.99", "-0", "-0.01", "1e1", "1E+2", "NaN", "inf", "-Infinity", "1_0", ".5", "5.",
            "1,5", " 3 ", "", "n/a", "12.345678901234567890", "99.9999999999999999999", "٣", "+4",
        ],
    ),
    "german": (
        {
            "type": "number", "decimalChar": ",", "groupChar": ".",
            "constraints": {"maximum": 5000, "enum": ["1,5", 1234.5, 6000, "7"]},
        },
        ["1,5", "1.234,5", "6.000", "7", "7.0", "7,0", "1,5,5", "", "-7", "1.5", "7,00", " 7"],
    ),
    "pointed": (
        {"type": "number", "decimalChar": ","},
        ["1,5", "1.5", "1", "", "x,y", "1,", ",5"],
    ),
    "day": (
        {"type": "date", "constraints": {"minimum": "2000-01-01", "maximum": "2030-12-31"}},
        [
            "2024-02-29", "2023-02-29", "2024-2-3", "2024-13-01", "1999-12-31", "0000-01-01", "24-01-01",
            "2024-01-01T00:00:00", "01.02.2024", "", " 2024-01-01", "2024-01- 1", "2031-01-01", "20240101",
        ],
    ),
    "german_day": (
        {"type": "date", "format": "%d.%m.%Y"},
        ["01.02.2024", "1.2.2024", "31.02.2024", "2024-01-01", "01.02.24", "", "01.01.0000", "01/02/2024"],
    ),
    "moment": (
        {"type": "datetime"},
        [
            "2024-01-01T10:00:00Z", "2024-01-01T10:00:00", "2024-01-01 10:00:00", "2024-01-01T25:00:00Z",
            "2024-01-01T10:00:00.123+02:00", "2024-01-01", "x", "", "2024-02-30T10:00:00Z",
            "2024-01-01T24:00:00", "2024-01-01T10:00:60Z",
        ],
    ),
    "german_moment": (
        {"type": "datetime", "format": "%d.%m.%Y %H:%M:%S"},
        ["01.02.2024 10:11:12", "1.2.2024 1:2:3", "31.02.2024 10:00:00", "x", "", "01.02.2024 24:00:00"],
    ),
    "truth": (
        {
            "type": "boolean", "trueValues": ["ja", "1"], "falseValues": ["nein"],
            "constraints": {"enum": [True]},
        },
        ["ja", "nein", "1", "0", "Ja", "", "true"],
    ),
    "year": (
        {"type": "year", "constraints": {"minimum": 1900}},
        ["2024", "1800", "24", "-124", "abcd", " 24 ", "", "20_4", "٢٠٢٤"],
    ),
    "needed": ({"type": "string", "constraints": {"required": True}}, ["a", "b", "", "c"]),
    "single": ({"type": "integer", "constraints": {"unique": True}}, [*map(str, range(30)), "01", "x", ""]),
    "loose": ({"type": "any"}, ["a", "1", ""]),
}  # fmt: skip


VERSION = "https://datapackage.org/profiles/2.0/dataresource.json"


def resource(folder: Path, name: str, descriptor: dict[str, Any], **more: Any) -> TableResource:
    told = {"$schema": VERSION, "name": name, "type": "table", "path": f"{name}.csv", "schema": descriptor}
    made = TableResource.from_descriptor({**told, "encoding": "utf-8", **more}, basepath=str(folder))
    assert isinstance(made, TableResource)
    return made


def written(rows: list[list[str]], **options: Any) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, **options).writerows(rows)
    return out.getvalue()


def assert_same(table: TableResource, alone: TableResource, shown: int = 5) -> large_tables.Verdict:
    fast = large_tables.validate(table, shown)
    if fast.fallback is not None:
        return fast  # frictionless has judged it
    slow = large_tables.validate_by_frictionless(alone, shown)
    assert fast.counts == slow.counts
    assert fast.rows == slow.rows
    assert [error.to_descriptor() for error in fast.errors] == [
        error.to_descriptor() for error in slow.errors
    ]
    return fast


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[str]]]:
    """Return a schema and rows, some of another length than the header."""
    names = draw(st.lists(st.sampled_from(list(FIELDS)), min_size=1, max_size=6, unique=True))
    fields = [{"name": name, **FIELDS[name][0]} for name in names]
    key = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    missing = draw(st.sampled_from([[""], ["", "n/a"], ["-"], [" ", "x"]]))
    row = st.tuples(*[st.sampled_from(FIELDS[name][1]) for name in names]).map(list)
    rows = draw(st.lists(row, max_size=12))
    if draw(st.booleans()):
        rows = [one[: draw(st.integers(0, len(one)))] + draw(st.sampled_from([[], ["+"]])) for one in rows]
    return {"fields": fields, "missingValues": missing, "primaryKey": key}, [names, *rows]


# lines of nothing and rows of another length, which once were counted in another way
RAGGED = {
    "fields": [{"name": name, **FIELDS[name][0]} for name in ("text", "code", "word")],
    "missingValues": [""],
    "primaryKey": [],
}
NAMES3 = ["text", "code", "word"]
GOOD3 = ["ab", "12-ab", "de"]
ENDS3: list[list[str]] = [["ab", "+"], ["ab", "12-ab", "de", "+"]]


@example((RAGGED, [NAMES3, [], [], [], GOOD3, *ENDS3]), "\n", ",", csv.QUOTE_MINIMAL, "utf-8")
@example((RAGGED, [NAMES3, [], [], [], [], GOOD3, *ENDS3]), "\n", ",", csv.QUOTE_MINIMAL, "utf-8")
@example((RAGGED, [NAMES3, [], [], [], [], GOOD3, ["ab", "+"]]), "\n", ",", csv.QUOTE_MINIMAL, "utf-8")
@example((RAGGED, [NAMES3, [], [], [], GOOD3, ENDS3[1]]), "\n", ",", csv.QUOTE_MINIMAL, "utf-8")
@settings(deadline=None, max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(
    tables(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([",", ";"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_is_judged_as_frictionless_does(table, end, delimiter, quoting, encoding):
    descriptor, rows = table
    text = written(rows, delimiter=delimiter, lineterminator=end, quoting=quoting)
    with TemporaryDirectory() as name:
        (Path(name) / "t.csv").write_bytes(text.encode(encoding))
        told = {"encoding": encoding}
        dialect = {"csv": {"delimiter": delimiter}}
        one, other = (resource(Path(name), "t", descriptor, dialect=dialect, **told) for _ in range(2))
        verdict = assert_same(one, other)
        # what the query says without frictionless is that all is right
        assert verdict.is_valid or verdict.fallback is not None


# digits, signs and spaces of more than one writing, and what numbers, days and moments are made of
SIGNS = st.sampled_from(
    [*"0123456789+-.,_: eETZnaNif%/", "\u0663", "\u00a0", "\u2003", "\u00e4", "\x00", "\u0130", "ſ"]
)
CELLS = st.one_of(
    st.sampled_from([cell for _, examples in FIELDS.values() for cell in examples]),
    st.text(SIGNS, max_size=30),
    st.from_regex(r"\A[+-]?[0-9]{1,20}([.,][0-9]{1,20})?\Z"),
    st.dates().map(lambda day: day.strftime("%d.%m.%Y")),
    st.datetimes().map(datetime.isoformat),
    st.text(max_size=8),
)


def schema_of(field: dict[str, Any], missing: list[str]) -> Schema:
    return resource(Path(), "t", {"fields": [field], "missingValues": missing}).schema


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CELLS, min_size=1, max_size=300))
@example(["12345678901234567890", "1E+2", "\u0663", "0000-01-01", "2024-02-30", "24:00", "d\n", "x\nz"])
def test_what_the_query_passes_is_right(cells):
    """Cell by cell, whatever field it stands in: right for frictionless, and equal only where it is."""
    for name, (descriptor, _) in FIELDS.items():
        schema = schema_of({"name": name, **descriptor}, ["", "-"])
        rule, read = compiled(schema.fields[0], schema, "c"), schema.fields[0].create_cell_reader()
        found = CONNECTION.execute(
            f"SELECT c, CAST({rule.value} AS VARCHAR) FROM (SELECT unnest(?) AS c) WHERE {rule.clean}",
            [cells],
        ).fetchall()
        told = {cell: read(cell) for cell, _ in found}
        assert {cell: notes for cell, (_, notes) in told.items() if notes} == {}
        keys: dict[Any, Any] = {}
        for cell, value in found:
            assert keys.setdefault(told[cell][0], value) == value, "one value for Python, two for the query"


def test_what_is_written_usually_is_passed():
    """The query is of use: it knows the usual form of each type."""
    usual = {
        "text": "ab", "code": "12-ab", "word": "de", "whole": "7", "share": "99.99",
        "german": "1.234,5", "pointed": "1,5", "day": "2024-02-29", "german_day": "01.02.2024",
        "moment": "2024-01-01T10:00:00Z", "german_moment": "01.02.2024 10:11:12", "truth": "ja",
        "year": "2024", "needed": "a", "single": "1", "loose": "a",
    }  # fmt: skip
    assert usual.keys() == FIELDS.keys()
    for name, cell in usual.items():
        schema = schema_of({"name": name, **FIELDS[name][0]}, [""])
        rule = compiled(schema.fields[0], schema, "c")
        assert CONNECTION.execute(f"SELECT {rule.clean} FROM (SELECT ? AS c)", [cell]).fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("kind", "rule", "bound", "inside", "outside"),
    [
        ("integer", "minimum", 5, "5", "4"),
        ("integer", "maximum", 5, "5", "6"),
        ("integer", "exclusiveMinimum", 5, "6", "5"),
        ("integer", "exclusiveMaximum", 5, "4", "5"),
        ("number", "minimum", "0.5", "0.5", "0.499999999999999"),
        ("number", "maximum", "99.5", "99.5", "99.500000000000001"),
        ("date", "minimum", "2019-01-01", "2019-01-01", "2018-12-31"),
        ("date", "maximum", "2019-12-31", "2019-12-31", "2020-01-01"),
        ("string", "minLength", 2, "äb", "ä"),
        ("string", "maxLength", 2, "äb", "äbc"),
    ],
)
def test_bounds_are_the_last_values_that_are_passed(kind, rule, bound, inside, outside):
    """A bound that is off by one would only cost time on one side, and hide an error on the other."""
    schema = schema_of({"name": "c", "type": kind, "constraints": {rule: bound}}, [""])
    clean = compiled(schema.fields[0], schema, "c").clean
    passed = [
        CONNECTION.execute(f"SELECT {clean} FROM (SELECT ? AS c)", [cell]).fetchall()[0][0]
        for cell in (inside, outside)
    ]
    assert passed == [True, False]


SIMPLE = ["text", "whole", "share", "day", "truth", "needed"]


def big(count: int, bad: int, names: list[str], seed: int) -> tuple[dict[str, Any], list[list[str]]]:
    """Return a table of good rows in which some cells are bad."""
    chance = random.Random(seed)
    good = {"text": "abc", "whole": "7", "share": "45.5", "day": "2024-02-29", "truth": "ja", "needed": "a"}
    rows = [[f"{number:07d}", *(good[name] for name in names)] for number in range(count)]
    for _ in range(bad):
        place = chance.randrange(len(names) + 1)
        # a key that another row has, or any cell that a field may meet
        cell = f"{chance.randrange(count):07d}" if not place else chance.choice(FIELDS[names[place - 1]][1])
        chance.choice(rows)[place] = cell
    fields = [{"name": "id", "type": "string"}, *({"name": n, **FIELDS[n][0]} for n in names)]
    return {"fields": fields, "primaryKey": ["id"], "missingValues": [""]}, [["id", *names], *rows]


@pytest.mark.parametrize("bad", [0, 1])
def test_a_large_table_is_left_to_frictionless_if_it_is_bad(tmp_path, bad):
    descriptor, rows = big(20_000, bad, SIMPLE, bad)
    (tmp_path / "t.csv").write_text(written(rows), newline="")
    verdict = assert_same(
        resource(tmp_path, "t", descriptor), resource(tmp_path, "t", descriptor), large_tables.SHOWN
    )
    assert (verdict.fallback is None) == verdict.is_valid == (bad == 0)


def test_a_file_larger_than_the_memory_of_the_query(tmp_path):
    """A file is read in pieces: what DuckDB holds of it does not grow with it."""
    descriptor = {"fields": [{"name": "id", "type": "integer"}, {"name": "text", "type": "string"}]}
    with (tmp_path / "t.csv").open("w") as file:
        file.write("id,text\n")
        file.writelines(f"{number},{'x' * 100_000}\n" for number in range(3000))
    verdict = large_tables.validate(resource(tmp_path, "t", descriptor))
    assert (verdict.rows, verdict.is_valid, verdict.fallback) == (3000, True, None)


KEYS = ["a", "b", "c", "ä", "", "d"]


@settings(deadline=None, max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["1", "2", ""])), max_size=6),
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from(["1", "02", "3", "", "x"]), st.sampled_from(KEYS)),
        max_size=8,
    ),
)
def test_references_are_judged_as_frictionless_does(targets, rows):
    number = {"name": "number", "type": "integer"}
    target = {"fields": [{"name": "key", "type": "string"}, number]}
    descriptor = {
        "fields": [{"name": "id", "type": "string"}, number, {"name": "parent", "type": "string"}],
        "primaryKey": ["id"],
        "foreignKeys": [
            {"fields": ["id", "number"], "reference": {"resource": "target", "fields": ["key", "number"]}},
            {"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}},
            {"fields": ["parent"], "reference": {"resource": "target", "fields": ["key"]}},
        ],
    }
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "target.csv").write_text(written([["key", "number"], *map(list, targets)]), newline="")
        (folder / "t.csv").write_text(written([["id", "number", "parent"], *map(list, rows)]), newline="")
        pair = []
        for _ in range(2):
            package = Package(
                resources=[resource(folder, "target", target), resource(folder, "t", descriptor)]
            )
            pair.append(package.get_table_resource("t"))
        assert_same(*pair)


NAMED = {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"a,b\n", "utf-8"),
        (b"a,b", "utf-8"),
        (b"b,a\n1,x\n", "utf-8"),
        (b"a\nx\n", "utf-8"),
        (b"a,b,c\nx,1,y\n", "utf-8"),
        (b"a,b\nx,1\n\n\ny,2\n", "utf-8"),
        (b"a,b\n\nx,1\n", "utf-8"),
        (b"a,b\r\nx,1\ny,2\r\nz,q\n", "utf-8"),
        (b"a,b\rx,1\ry,2\r", "utf-8"),
        (b"a,b\nx,1\n\xff\xfe,2\n", "utf-8"),
        ("a,b\nMünster,1\nx,zwei\n".encode("cp1252"), "cp1252"),
        ("a,b\nMünster,1\nx,zwei\n".encode("cp1252"), "utf-8"),
        (b"\xef\xbb\xbfa,b\nx,y\n", "utf-8"),
        ("a,b\nx,1\n\ufeffy,2\n\ufeff,\ufeff3\n".encode(), "utf-8"),
        (b'a,b\n"x"y,1\n"" ",2\n', "utf-8"),
        (b'a,b\n"x,1\n', "utf-8"),
        (b"a,b\nx\x00y,1\n", "utf-8"),
        (b"a,b\n" + b"x" * 20_000_000 + b",1\ny,z\n", "utf-8"),
    ],
)
def test_odd_files_are_judged_as_frictionless_does(tmp_path, data, encoding):
    (tmp_path / "t.csv").write_bytes(data)
    told = {"encoding": encoding, "dialect": {"csv": {"delimiter": ","}}}
    assert_same(resource(tmp_path, "t", NAMED, **told), resource(tmp_path, "t", NAMED, **told))


@pytest.mark.parametrize(
    "field",
    [
        {"type": "string", "format": "uri"},
        {"type": "list"},
        {"type": "integer", "bareNumber": False},
        {"type": "date", "format": "%Y/%m/%d"},
        {"type": "number", "constraints": {"maximum": "1e40"}},
    ],
)
def test_what_the_query_cannot_say_is_told(tmp_path, field):
    (tmp_path / "t.csv").write_text("a,b\n1,x\n,y\nabb,2024/01/01\n")
    descriptor = {"fields": [{"name": "a", "type": "any"}, {"name": "b", **field}]}
    verdict = assert_same(resource(tmp_path, "t", descriptor), resource(tmp_path, "t", descriptor))
    assert verdict.fallback is not None
