"""A part of an open table: the rows that a filter chooses, over HTTP, in every format."""

from __future__ import annotations

import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from frictionless import Package
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from ckanext.digitalms import duck
from ckanext.digitalms.publishing import filters, releases, writing
from ckanext.digitalms.tables.open_tables import TABLES
from ckanext.digitalms.tables.spec import TableSpec, for_people

DATA = "/digitalisierung/daten"
FIELDS = {
    "word": "string",
    "whole": "integer",
    "share": "number",
    "truth": "boolean",
    "day": "date",
    "month": "yearmonth",
}
SPEC = TableSpec(
    "t",
    {
        "title": "T",
        "description": "…",
        "fields": [{"name": n, "title": n, "type": t, "description": "…"} for n, t in FIELDS.items()],
    },
)
ROWS = [
    dict(zip(FIELDS, cells, strict=True))
    for cells in (
        ("Münster, West", 7, 97.5, True, "2024-05-06", "2026-09"),
        ("'; DROP TABLE t; --", 70, 97.5, False, None, "2026-10"),
        (None, None, 0, None, "2024-05-06", None),
    )
]


def chosen(*arguments: tuple[str, str]) -> list[Any]:
    with TemporaryDirectory() as folder, duck.opened() as database:
        path = Path(folder) / "t.csv"
        writing.write_csv(path, SPEC, ROWS)
        asked = filters.asked(SPEC, arguments)
        rows = writing.cells(database, writing.read(path, SPEC), asked)
        return [row[1] for row in rows]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["7", "70", None]),
        ([("word", "Münster, West")], ["7"]),
        ([("word", "'; DROP TABLE t; --")], ["70"]),
        ([("word", "")], [None]),
        ([("whole", "007")], ["7"]),
        ([("whole", "7"), ("whole", "70")], ["7", "70"]),
        ([("share", "97.50")], ["7", "70"]),
        ([("share", "97.50"), ("truth", "false")], ["70"]),
        ([("truth", "true")], ["7"]),
        ([("day", "2024-05-06"), ("whole", "")], [None]),
        ([("word", "nichts")], []),
        ([("month", "2026-9")], ["7"]),
        ([("month.from", "2026-9")], ["7", "70"]),
        ([("month.to", "2026-9")], ["7"]),
    ],
)
def test_rows_are_chosen_by_value(arguments, found):
    assert chosen(*arguments) == found


@pytest.mark.parametrize(
    "argument",
    [
        ("wort", "x"),
        ("whole", "x"),
        ("whole", "9" * 40),
        ("share", "NaN"),
        ("share", "1e99"),
        ("day", "gestern"),
    ],
)
def test_what_no_column_can_have_is_refused_with_a_sentence(argument):
    with pytest.raises(filters.FilterError) as refused:
        filters.asked(SPEC, [argument])
    assert argument[0] in str(refused.value) or argument[1] in str(refused.value)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["word", "share"]), st.text())))
def test_any_text_is_answered(arguments):
    try:
        asked = filters.asked(SPEC, arguments)
    except filters.FilterError:
        return
    assert len(asked.name) <= 120
    assert not set(asked.name) & set('/\\"\r\n;')
    chosen(*arguments)


@pytest.fixture
def published(once_published, make_measure, open_data):
    def make():
        make_measure(statement="Äöü; „ß“")
        make_measure(name="strategie", title="Strategie", status="planned")
        releases.publish()

    once_published("two measures", make)
    return releases.current().release_id


def parquet(folder: Path, content: bytes) -> dict[str, list[Any]]:
    """The columns of a Parquet file."""
    path = folder / "t.parquet"
    path.write_bytes(content)
    with duck.reading() as database:
        found = database.execute(f"FROM read_parquet({duck.literal(str(path))})")
        names = [one[0] for one in found.description or ()]
        rows = found.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


class TestOverHttp:
    def test_every_format_has_the_same_rows(self, published, app):
        asked = "?measure_id=strategie"
        rows = json.loads(app.get(f"{DATA}/measures.json{asked}").data)
        assert [row["measure_id"] for row in rows] == ["strategie"]
        whole = json.loads(app.get(f"{DATA}/measures.json").data)
        assert rows == [row for row in whole if row["measure_id"] == "strategie"]
        plain = pd.read_csv(io.BytesIO(app.get(f"{DATA}/measures.csv{asked}").data))
        german = pd.read_csv(io.BytesIO(app.get(f"{DATA}/measures.excel.csv{asked}").data), sep=";")
        book = pd.read_excel(io.BytesIO(app.get(f"{DATA}/measures.xlsx{asked}").data))
        assert len(plain) == len(german) == len(book) == 1
        shown = for_people(TABLES["measures"].fields)
        assert list(german.columns) == [field["title"] for field in shown]

    def test_formats_that_are_made_when_asked_for(self, published, app, tmp_path):
        """Parquet and calendar of the current release, of one by its id, of a part and of a day."""
        for address in ("measures.parquet", f"measures/{published}/measures.parquet"):
            answer = app.get(f"{DATA}/{address}")
            told = parquet(tmp_path, answer.data)
            plain = pd.read_csv(io.BytesIO(app.get(f"{DATA}/measures.csv").data))
            assert list(told) == list(plain.columns)
            assert told["measure_id"] == list(plain["measure_id"])
            known = app.get(f"{DATA}/{address}", headers={"If-None-Match": answer.headers["ETag"]})
            assert known.status_code == 304
        asked = "columns=measure_id,status&stichtag=2019-06-01"
        of_day = parquet(tmp_path, app.get(f"{DATA}/measures.parquet?{asked}").data)
        assert list(of_day) == ["measure_id", "status"]
        answer = app.get(f"{DATA}/measures.geojson", status=404)
        assert "parquet" in answer.body

    def test_calendar(self, personas, make_measure, releases_at, app):
        """An entry for each milestone that has a day, with its measure's title, also of a part and a day."""
        days = [{"title": f"Schritt {year}", "latest": f"{year}-12-31"} for year in (2019, 2020)]
        make_measure(milestones=days, as_of="2019-03-14")
        releases.publish()
        for asked, count in (
            ("", 2),
            ("?latest.from=2020-01-01&sort=-title", 1),
            ("?stichtag=2019-06-01", 2),
        ):
            answer = app.get(f"{DATA}/milestones.ics{asked}")
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
            entries = Calendar.from_ical(answer.data).walk("VEVENT")
            assert len(entries) == count
            assert str(entries[-1]["SUMMARY"]) == "Dokumentenmanagement (DMS): Schritt 2020"
            assert entries[-1]["DTSTART"].dt.isoformat() == "2020-12-31"
            assert str(entries[-1]["URL"]).endswith("/digitalisierungsmassnahme/dms")

    def test_the_filter_is_in_the_name_and_in_the_package(self, published, app):
        answer = app.get(f"{DATA}/status_series.csv?measure_id=dms&as_of=2019-03-14")
        assert "status_series-measure_id=dms-as_of=2019-03-14.csv" in answer.headers["Content-Disposition"]
        link = answer.headers["Link"].partition(">")[0].removeprefix("<")
        address = link[link.index(DATA) :]
        told = json.loads(app.get(address).data)
        assert told["comment"] == "Auswahl: measure_id=dms as_of=2019-03-14"
        assert [resource["name"] for resource in told["resources"]] == [
            "status_series",
            "status_series-excel",
        ]
        assert told["resources"][0]["path"].endswith("status_series.csv?measure_id=dms&as_of=2019-03-14")
        assert Package.from_descriptor(told).get_resource("status_series").schema.primary_key

    def test_a_part_of_a_release_stays(self, published, app):
        address = f"{DATA}/measures/{published}/measures.json?measure_id=dms"
        assert [row["measure_id"] for row in json.loads(app.get(address).data)] == ["dms"]

    def test_what_a_reader_has_is_not_sent_again(self, published, app):
        address = f"{DATA}/measures.csv?measure_id=dms"
        tag = app.get(address).headers["ETag"]
        assert app.get(address, headers={"If-None-Match": tag}, status=304).data == b""
        other = app.get(f"{DATA}/measures.csv?measure_id=strategie", headers={"If-None-Match": tag})
        assert other.status_code == 200

    def test_a_part_is_sent_while_it_is_read(self, published, app):
        """Nothing waits for the last row, and nothing holds all rows."""
        answer = app.test_client().get(f"{DATA}/measures.json?measure_id=dms", buffered=False)
        assert answer.is_streamed
        assert "Content-Length" not in answer.headers

    def test_no_rows_are_a_table_too(self, published, app):
        assert json.loads(app.get(f"{DATA}/measures.json?measure_id=nichts").data) == []
        assert app.get(f"{DATA}/measures.xlsx?measure_id=nichts").status_code == 200

    @pytest.mark.parametrize(
        ("asked", "word"),
        [
            ("wort=x", "measure_id"),
            ("weight=viel", "weight"),
            ("title=%00", ""),
            ("as_of=31.12.2019", "as_of"),
        ],
    )
    def test_bad_filters_are_no_crash(self, published, app, asked, word):
        answer = app.get(f"{DATA}/measures.csv?{asked}", expect_errors=True)
        assert answer.status_code in {200, 400}
        assert word in answer.body

    def test_a_package_without_a_table_is_of_all_tables(self, published, app):
        assert len(json.loads(app.get(f"{DATA}/steps.datapackage.json").data)["resources"]) == 2
        assert len(json.loads(app.get(f"{DATA}/datapackage.json?v=1").data)["resources"]) > 2
