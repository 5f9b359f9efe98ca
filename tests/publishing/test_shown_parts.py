"""Which columns, which order, how many, from when to when: of any table, in any format."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import openpyxl
import pytest
from frictionless import Package
from test_filtered_downloads import SPEC, chosen

from ckanext.digitalms.publishing import filters, releases
from ckanext.digitalms.tables.open_tables import ALL_TABLES

DATA = "/digitalisierung/daten"


@pytest.mark.pure
@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([("whole.from", "7"), ("whole.to", "8")], ["7"]),
        ([("whole.from", "8")], ["70"]),
        ([("share.to", "97.49")], [None]),
        ([("share.from", "97.5"), ("share.to", "97.50"), ("truth", "true")], ["7"]),
        ([("day.from", "06.05.2024"), ("day.to", "2024-05-06")], ["7", None]),
        ([("day", "6.5.2024"), ("truth", "true")], ["7"]),
        ([("word.contains", "münster")], ["7"]),
        ([("word.contains", "WEST"), ("word.contains", "drop")], ["7", "70"]),
        ([("word.contains", "%")], []),
        ([("word.not", "Münster, West")], ["70", None]),
        ([("word.not", "")], ["7", "70"]),
        ([("share.not", "97.50")], [None]),
        ([("truth.not", "true"), ("truth.not", "")], ["70"]),
        ([("q", "münster 97,5")], ["7"]),
        ([("q", "6.5.2024"), ("word.not", "")], ["7"]),
        ([("q", "'; DROP")], ["70"]),
        ([("sort", "-whole")], ["70", "7", None]),
        ([("sort", "day,-whole")], ["7", None, "70"]),
        ([("sort", "whole"), ("limit", "1"), ("offset", "1")], ["70"]),
        ([("limit", "0")], []),
        ([("limit", "2")], ["7", "70"]),
    ],
)
def test_ranges_order_and_number(arguments, found):
    """Both ends of a range belong to it; what is empty comes last."""
    assert chosen(*arguments) == found


@pytest.mark.pure
@pytest.mark.parametrize(
    "arguments",
    [
        [("columns", "")],
        [("columns", "word,,whole")],
        [("columns", ",".join(2 * [field["name"] for field in SPEC.fields]))],
        [("columns", "word"), ("columns", "word")],
        [("columns", "wort")],
        [("sort", "")],
        [("sort", "--whole")],
        [("sort", "whole,-whole")],
        [("limit", "-1")],
        [("limit", "many")],
        [("limit", "9" * 5000)],
        [("limit", "1"), ("limit", "2")],
        [("offset", "1.5")],
        [("whole.from", "9"), ("whole.to", "1")],
        [("whole.from", "10"), ("whole.to", "9")],
        [("day.from", "2024-05-07"), ("day.to", "06.05.2024")],
        [("day.from", "")],
        [("day.from", "gestern")],
        [("day.from", "2024-01-01"), ("day.from", "2024-01-02")],
        [("word.from", "a")],
        [("truth.to", "true")],
        [("whole.to.to", "1")],
        [("word.contains", " ")],
        [("word.contains", "a" * 201)],
        [("whole.not", "viele")],
        [("q", "")],
        [("q", " ".join("abcdefghijk"))],
        [("q", "a"), ("q", "b")],
        [("whole.", "1")],
    ],
)
def test_what_makes_no_sense_is_refused(arguments):
    """A sentence about the parameter."""
    with pytest.raises(filters.FilterError) as refused:
        filters.asked(SPEC, arguments)
    assert refused.value.parameter == arguments[0][0]
    assert len(str(refused.value)) > 20


@pytest.mark.pure
def test_cells_that_are_lists_are_declared():
    """A description that speaks of several values in a cell, and what a filter knows of it."""
    told = re.compile(r"durch Leerzeichen|Leerzeichen getrennt")
    for table in ALL_TABLES.values():
        said = {field["name"] for field in table.fields if told.search(field["description"])}
        assert said == set(table.lists), table.name


@pytest.fixture
def published(once_published: Any, make_measure: Any, open_data: Any) -> None:
    """Two measures, one of which cites two papers."""

    def make() -> None:
        cited = [{"reference": "V/0989/2017", "role": "basis"}, {"reference": "V/0144/2018", "role": "goal"}]
        make_measure(council_references=cited)
        make_measure(name="strategie", title="Strategie", status="planned")
        releases.publish()

    once_published("two measures and two papers", make)


@pytest.mark.usefixtures("with_plugins", "catalogue", "published")
class TestOverHttp:
    def test_lists_vocabularies_and_moments(self, app):
        """A member of a cell finds its row; a word of no vocabulary is told with all that there are."""

        def ids(query: str) -> list[str]:
            return [row["measure_id"] for row in json.loads(app.get(f"{DATA}/measures.json?{query}").data)]

        assert ids("council_references=V/0144/2018") == ["dms"]
        assert ids("council_references=V/0144") == []
        assert ids("status=planned&status=done") == ["strategie"]
        refused = app.get(f"{DATA}/measures.json?status=fertig", status=400)
        assert "cancelled" in refused.json["error"]["status"][0]
        for zone in ("%2B01:00", "+01:00", "Z"):
            for end, count in (("from=2019-01-01", 2), ("to=2019-01-01", 0)):
                query = f"recorded_at.{end}T00:00:00{zone}"
                assert len(json.loads(app.get(f"{DATA}/status_series.json?{query}").data)) == count, query
        rows = json.loads(app.get(f"{DATA}/status_series.json?recorded_at.from=01.01.2019").data)
        moment = rows[0]["recorded_at"].replace("Z", "+00:00")
        again = app.get(f"{DATA}/status_series.json?recorded_at={moment}")
        assert len(json.loads(again.data)) == 1
        assert app.get(f"{DATA}/status_series.json?recorded_at.to=32.01.2019", status=400).json

    def test_chosen_columns_in_every_format(self, app):
        """In the order that is asked for; the package describes just these."""
        query = "?columns=status,measure_id&sort=-measure_id"
        assert app.get(f"{DATA}/measures.csv{query}").body.splitlines() == [
            "status,measure_id",
            "planned,strategie",
            "in_preparation,dms",
        ]
        assert json.loads(app.get(f"{DATA}/measures.json{query}&limit=1").data) == [
            {"status": "planned", "measure_id": "strategie"}
        ]
        german = app.get(f"{DATA}/measures.excel.csv{query}").data.decode("utf-8-sig")
        assert german.splitlines() == [
            "Status;Status (Code);Kennung",
            "geplant;planned;strategie",
            "in Vorbereitung;in_preparation;dms",
        ]
        book = openpyxl.load_workbook(io.BytesIO(app.get(f"{DATA}/measures.xlsx{query}").data))
        assert [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()][1:] == [
            ["geplant", "planned", "strategie"],
            ["in Vorbereitung", "in_preparation", "dms"],
        ]
        told = json.loads(app.get(f"{DATA}/measures.datapackage.json{query}").data)
        assert [[f["name"] for f in resource["schema"]["fields"]] for resource in told["resources"]] == [
            ["status", "measure_id"],
            ["Status", "Status (Code)", "Kennung"],
        ]
        assert Package.from_descriptor(told).get_resource("measures").schema.primary_key == ["measure_id"]

    def test_the_package_of_a_whole_table(self, app):
        """One table with its two CSV files, addresses that can be fetched, lengths and hashes."""
        told = json.loads(app.get(f"{DATA}/measures.datapackage.json").data)
        assert told["name"] == "measures"
        assert "comment" not in told
        assert [resource["name"] for resource in told["resources"]] == ["measures", "measures-excel"]
        plain = told["resources"][0]
        assert plain["path"].endswith(f"{DATA}/measures.csv")
        assert plain["bytes"] == len(app.get(f"{DATA}/measures.csv").data)
        assert plain["hash"].startswith("sha256:")
