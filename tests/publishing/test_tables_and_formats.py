"""Open tables as files: what programs, spreadsheets and frictionless make of them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from frictionless import Resource, Schema
from frictionless.resources import TableResource
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms import spreadsheet
from ckanext.digitalms.measures.delay import MilestoneState
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.measures.record import (
    CouncilReferenceRow,
    CoverageLink,
    Goal,
    GoalReview,
    Indicator,
    Link,
    Measure,
    Milestone,
    Obstacle,
    Partner,
    Step,
)
from ckanext.digitalms.measures.updates import Rhythm
from ckanext.digitalms.publishing import references, writing
from ckanext.digitalms.publishing.content import Content
from ckanext.digitalms.publishing.package import PACKAGE_FILE, Publisher, descriptor
from ckanext.digitalms.publishing.release_check import validate
from ckanext.digitalms.tables.open_tables import ALL_TABLES, TABLES, Source, all_rows
from ckanext.digitalms.tables.origin import DataSource, Extent, License, Origin
from ckanext.digitalms.vocabularies import (
    AreaType,
    Base,
    Customer,
    Frequency,
    FundingState,
    GoalOutcome,
    GoalState,
    IndicatorDirection,
    IndicatorOrigin,
    ReferenceRole,
    Status,
    StepState,
    Technology,
    ValueState,
)

pytestmark = pytest.mark.pure

DAY = date(2019, 3, 14)
PUBLISHER = Publisher("Stadt Münster", "opendata@example.org", "dl-de-by-2.0", "05515000", "http://test")


def statement(number, measure_id, **values):
    told = {"title": measure_id.upper(), "status": "in_progress", "as_of": DAY, **values}
    content = Measure(measure_id=measure_id, **told).content()
    recorded = datetime(2019, 3, 15, 9, 30, 0, 123456, tzinfo=UTC)
    return Statement(
        number, f"p{number}", measure_id, told["as_of"], recorded, "stand", "public", content, "Bericht"
    )


@pytest.fixture
def source():
    statements = [
        statement(
            1, "strategie", statement='=HYPERLINK("x")', vision='Äöü – „ß“\nzweite Zeile; mit, allem "drin"'
        ),
        statement(
            2,
            "dms",
            parent_id="strategie",
            progress_percent=Decimal("45.5"),
            steps=(Step("s1", "done", "-5 Grad"), Step("s2", "pending", "'=schon so")),
            council_references=(
                CouncilReferenceRow(
                    "r1", "V/0989/2017/1", "V/0989/2017/1. Erg.", "Rat", "basis", DAY, "Rat", "ja"
                ),
                CouncilReferenceRow("r2", "V/0144/2018", role="goal"),
                CouncilReferenceRow("r3", "Diverse Vorlagen", role="mention"),
                CouncilReferenceRow("r4", "V/0144/2018", role="goal", result="doppelt"),
            ),
            milestones=(Milestone("m1", "Start", "im Sommer", None, date(2019, 6, 30)),),
            goals=(Goal("g1", 2019, "Hälfte der Akten", None, "k1", "50 %"), Goal("g2", 2019, "Alles")),
            goal_reviews=(GoalReview("p1", "g1", DAY, "kept", None, "V/0144/2018"),),
            indicators=(Indicator("k1", "Akten", Decimal("12.5"), "%", Decimal(50), DAY),),
            obstacles=(Obstacle("o1", "Stelle unbesetzt", DAY),),
            partners=(Partner("a1", "Kreis Coesfeld", "https://example.org/kreis"),),
            links=(Link("l1", "Code for Münster", "https://example.org/code"),),
            coverage_links=(CoverageLink("c1", "05515000", "all", 30, "private", "households"),),
            keywords=("Akten", "Open Data"),
            funding_state="granted",
            funding_amount=Decimal(250000),
        ),
    ]
    before = statements[1].measure
    later = date(2019, 3, 20)
    after = statement(
        3,
        "dms",
        parent_id="strategie",
        as_of=later,
        progress_percent=Decimal("45.5"),
        steps=before.steps,
        council_references=before.council_references,
        milestones=(Milestone("m1", "Start", "im Herbst", None, date(2019, 9, 30), reason="Stelle frei"),),
        goals=(Goal("g1", 2020, "Hälfte der Akten", None, "k1", "50 %"),),
        goal_reviews=before.goal_reviews,
        indicators=(Indicator("k1", "Akten", Decimal(14), "%", Decimal(50), later),),
        obstacles=before.obstacles,
        partners=before.partners,
        links=before.links,
        coverage_links=before.coverage_links,
        keywords=before.keywords,
        funding_state=before.funding_state,
        funding_amount=before.funding_amount,
    )
    newest = [statements[0], after]
    statements.append(after)
    shown = [
        {**m, "url": f"http://test/digitalisierungsmassnahme/{m['measure_id']}"}
        for m in public_measures(newest, DAY, Rhythm(3, 6))
    ]
    return Source(shown, statements, "Rat der Stadt Münster")


def written(folder, source):
    for name, rows in all_rows(source).items():
        writing.write_csv(folder / f"{name}.csv", TABLES[name], rows)
    writing.write_formats(folder, TABLES.values())


@pytest.fixture
def folder(tmp_path, source):
    written(tmp_path, source)
    files = {
        path.name: {
            "size": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in tmp_path.iterdir()
    }
    terms = License("DL-DE-BY-2.0", "Datenlizenz", "https://www.govdata.de/dl-de/by-2-0")
    city = DataSource("Stadt Münster", "http://test/digitalisierung", terms, "Quelle: Stadt Münster")
    origin = Origin((city,), terms, Extent("Münster", ("05515000",)), Frequency.CONTINUOUS)
    told = dict.fromkeys(TABLES, origin.to_json())
    (tmp_path / PACKAGE_FILE).write_bytes(descriptor("r1", datetime.now(UTC), PUBLISHER, files, told))
    return tmp_path


def test_rows_have_the_schemas_columns(source):
    for name, rows in all_rows(source).items():
        assert rows, name
        assert [list(row) for row in rows] == [[f["name"] for f in TABLES[name].fields]] * len(rows)


def test_a_key_stands_once(source):
    """Of two references with the same key the first stays."""
    cited = [r for r in all_rows(source)["council_references"] if r["reference"] == "V/0144/2018"]
    assert [r["result"] for r in cited] == [None]


def test_history_tables(source):
    """Shifts, changes of goals and values of figures are read from the statements."""
    rows = all_rows(source)
    assert [list(r.values()) for r in rows["milestone_shifts"]] == [
        ["m1", 3, date(2019, 6, 30), date(2019, 9, 30), 92, "Stelle frei"]
    ]
    found = [
        (r["goal_id"], str(r["review_date"]), r["outcome"], r["reference"]) for r in rows["goal_reviews"]
    ]
    assert found == [
        ("g1", "2019-03-14", "kept", "V/0144/2018"),
        ("g1", "2019-03-20", "changed", None),
        ("g2", "2019-03-20", "dropped", None),
    ]
    assert [(str(r["date"]), r["value"], r["origin"]) for r in rows["indicators"]] == [
        ("2019-03-14", Decimal("12.5"), "typed"),
        ("2019-03-20", Decimal(14), "typed"),
    ]


def test_lists_leave_out_what_has_no_number(source):
    dms = next(r for r in all_rows(source)["measures"] if r["measure_id"] == "dms")
    assert dms["council_references"] == "V/0989/2017/1 V/0144/2018"


def test_frictionless_accepts_the_package(folder):
    assert validate(folder).problems == ()


def test_frictionless_refuses_a_damaged_package(folder):
    text = (folder / "steps.csv").read_text().replace("dms", "gibt-es-nicht", 1)
    (folder / "steps.csv").write_text(text)
    problems = validate(folder).problems
    assert problems
    assert "steps" in str(problems[0])


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("measures", lambda content: content.replace(b"dms", b"gibt-es-nicht", 1)),
        ("measures", lambda content: content[:-9] + b"\xff\xfe"),
        ("steps", lambda content: content.replace(b"dms", b"gibt-es-nicht", 1)),
    ],
)
def test_references_are_judged_as_frictionless_alone_does(folder, name, damaged, monkeypatch):
    """Keys that others refer to are read once; one that cannot be read is told for each of the tables."""
    path = folder / f"{name}.csv"
    path.write_bytes(damaged(path.read_bytes()))
    found = validate(folder)
    monkeypatch.setattr(references, "read_once", lambda package: None)
    assert validate(folder) == found
    assert not found.is_valid


def test_a_table_that_others_refer_to_is_read_once(folder, monkeypatch):
    opened = []
    open_one = TableResource.open
    monkeypatch.setattr(TableResource, "open", lambda table: (opened.append(table.name), open_one(table))[1])
    assert validate(folder).is_valid
    # for itself, for the measures that are above others, and for all other tables
    assert opened.count("measures") == 3


def test_pandas_reads_csv(folder):
    frame = pd.read_csv(folder / "measures.csv", parse_dates=["as_of"])
    assert list(frame["measure_id"]) == ["strategie", "dms"]
    assert frame["progress_percent"][1] == 45.5
    assert frame["is_delayed"].dtype == bool
    assert frame["vision"][0] == 'Äöü – „ß“\nzweite Zeile; mit, allem "drin"'


def test_pandas_reads_xlsx(folder):
    frame = pd.read_excel(folder / "status_series.xlsx")
    assert frame["as_of"][0] == pd.Timestamp(2019, 3, 14)
    assert frame["recorded_at"][0].floor("s") == pd.Timestamp(2019, 3, 15, 9, 30)
    assert frame["statement"][0] == '=HYPERLINK("x")'


def test_xlsx_holds_texts_not_formulas(folder):
    sheet = openpyxl.load_workbook(folder / "status_series.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n", "d", "b"}


def test_json_is_a_list_of_objects(folder):
    rows = json.loads((folder / "status_series.json").read_bytes())
    assert rows[0]["recorded_at"] == "2019-03-15T09:30:00.123456Z"
    assert rows[0]["progress_percent"] is None
    assert rows[1]["progress_percent"] == 45.5


def test_csv_for_excel(folder):
    data = (folder / "measures.excel.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfKennung;Titel;")
    assert ";45,5;" in data.decode("utf-8-sig")
    assert ";14.03.2019;" in data.decode("utf-8-sig")


def test_nothing_in_csv_for_excel_is_a_formula(folder):
    frame = pd.read_csv(folder / "steps.excel.csv", sep=";", encoding="utf-8-sig", dtype=str)
    assert list(frame["Text"]) == ["'-5 Grad", "''=schon so"]
    assert [spreadsheet.restored(text) for text in frame["Text"]] == ["-5 Grad", "'=schon so"]


@given(st.text())
def test_every_text_is_restored(text):
    shown = spreadsheet.harmless(text)
    assert spreadsheet.restored(shown) == text
    assert shown[:1] not in tuple("=+-@\t\r") or shown == ""


@pytest.mark.parametrize(
    ("table", "field", "vocabulary"),
    [
        ("measures", "status", Status),
        ("status_series", "status", Status),
        ("steps", "state", StepState),
        ("milestones", "state", MilestoneState),
        ("goals", "state", GoalState),
        ("goal_reviews", "outcome", GoalOutcome),
        ("indicators", "origin", IndicatorOrigin),
        ("indicators", "direction", IndicatorDirection),
        ("council_references", "role", ReferenceRole),
        ("measures", "funding_state", FundingState),
        ("coverage_links", "technology", Technology),
        ("coverage_links", "customer", Customer),
        ("coverage_links", "base", Base),
        ("coverage", "technology", Technology),
        ("coverage", "customer", Customer),
        ("coverage", "base", Base),
        ("coverage", "value_state", ValueState),
        ("coverage", "area_type", AreaType),
    ],
)
def test_the_schemas_repeat_the_vocabularies(table, field, vocabulary):
    """A value that is added to a vocabulary is added to the schemas, with its meaning."""
    described = next(f for f in ALL_TABLES[table].fields if f["name"] == field)
    assert described["constraints"]["enum"] == [term.value for term in vocabulary]
    assert all(term.value in described["description"] for term in vocabulary)


@pytest.mark.parametrize("name", TABLES)
def test_the_schema_is_valid(name):
    schema = Schema.from_descriptor(TABLES[name].schema)
    assert set(schema.primary_key) <= set(schema.field_names)
    assert all(field.title and field.description for field in schema.fields)


@pytest.mark.parametrize("name", TABLES)
def test_every_format_validates_against_the_schema(folder, name):
    alone = {key: value for key, value in TABLES[name].schema.items() if key != "foreignKeys"}
    for ending in ("csv", "json"):
        schema = Schema.from_descriptor(alone)
        resource = Resource(path=f"{name}.{ending}", basepath=str(folder), schema=schema)
        assert resource.validate().flatten(["note"]) == []


def test_the_same_rows_give_the_same_bytes(folder, source, tmp_path_factory):
    """Save for the workbook, which says when it was made."""
    again = tmp_path_factory.mktemp("again")
    written(again, source)
    texts = [path for path in again.iterdir() if path.suffix != ".xlsx"]
    assert len(texts) == 3 * len(TABLES)
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in texts)


def test_the_hash_follows_rows_and_package(source):
    rows = all_rows(source)
    same, other = Content.of(rows, PUBLISHER.described()), Content.of(all_rows(source), PUBLISHER.described())
    assert same.hash == other.hash
    rows["steps"][0]["text"] = "anders"
    assert Content.of(rows, PUBLISHER.described()).hash != same.hash
    assert Content.of(all_rows(source), {}).hash != same.hash


def test_a_long_text_is_cut_in_xlsx_only(source, tmp_path):
    rows = all_rows(source)
    rows["measures"][0]["vision"] = "ä" * 100_000
    writing.write_csv(tmp_path / "measures.csv", TABLES["measures"], rows["measures"])
    writing.write_formats(tmp_path, [TABLES["measures"]])
    sheet = openpyxl.load_workbook(tmp_path / "measures.xlsx").worksheets[0]
    assert any(isinstance(c.value, str) and c.value.endswith("ä…") for c in sheet[2])
    assert all("ä" * 100_000 in (tmp_path / f"measures.{end}").read_text() for end in ("csv", "json"))
