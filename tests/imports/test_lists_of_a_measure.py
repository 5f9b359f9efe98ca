"""Obstacles, partners, links, linked coverage, funding, keywords and dropped goals come back as tables."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action
from import_files import (
    GOAL,
    LISTS,
    PARTNER,
    changed_file,
    file_of,
    imported,
    measure,
    patch,
    rows_of,
    statement_count,
)

from ckanext.digitalms.publishing import release_check, releases
from ckanext.digitalms.publishing.formats import FORMATS

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "history")


@pytest.fixture
def filled() -> None:
    told = {"funding_state": "granted", "funding_amount": "250000.5", "funding_programme": "Programm"}
    patch("dms", **told, tags=[{"name": "Open Data"}, {"name": "Akten"}], as_of="2019-10-01")


def test_what_was_typed_stands_in_the_tables(filled):
    for name, rows in LISTS.items():
        (row,) = rows_of(name)
        told = {key: str(value) for key, value in row.items() if value is not None}
        assert told["measure_id"] == "dms"
        assert {value for key, value in rows[0].items()} <= set(told.values())
    dms = next(row for row in rows_of("measures") if row["measure_id"] == "dms")
    assert dms["keywords"] == "Akten, Open Data"
    assert (dms["funding_state"], str(dms["funding_amount"])) == ("granted", "250000.5")


def test_a_dropped_goal_keeps_its_text_and_state(personas):
    patch("dms", goals=[], as_of="2019-11-01")
    (goal,) = rows_of("goals")
    assert (goal["text"], goal["state"], str(goal["removed_on"])) == ("Vier Ämter", "open", "2019-11-01")
    dropped = [row for row in rows_of("goal_reviews") if row["outcome"] == "dropped"]
    assert [(row["goal_id"], row["text"]) for row in dropped] == [(GOAL, "Vier Ämter")]
    found = imported(personas["coordinator"], changed_file("goals", "csv", "text", "Anders"), dry_run=True)
    assert "2019-11-01" in str(found["findings"])


@pytest.mark.parametrize("ending", FORMATS)
def test_they_come_back_and_change_nothing(personas, filled, ending):
    before = statement_count()
    for name in (*LISTS, "measures", "goals", "goal_reviews"):
        done = imported(personas["coordinator"], file_of(name, ending))
        assert (done["state"], done["findings"]) == ("unchanged", []), name
    assert statement_count() == before


@pytest.mark.parametrize(
    ("table", "column", "value", "field"),
    [
        ("obstacles", "text", "Zwei Stellen", "text"),
        ("partners", "name", "Kreis Borken", "name"),
        ("links", "url", "https://example.org/neu", "url"),
        ("coverage_links", "speed_mbit_s", 100, "speed_mbit_s"),
    ],
)
def test_an_edit_arrives(personas, filled, table, column, value, field):
    imported(personas["coordinator"], changed_file(table, "xlsx", column, value), as_of="2019-12-01")
    assert [str(row[field]) for row in measure("dms")[table]] == [str(value)]


def test_a_new_row_needs_no_id_and_a_deleted_one_goes(personas, filled):
    rows: list[dict[str, Any]] = [
        {"measure_id": "wlan", "name": "Freifunk"},
        {"measure_id": "dms", "partner_id": PARTNER, "name": "Kreis Coesfeld", "action": "delete"},
    ]
    imported(personas["coordinator"], rows, table="partners", as_of="2019-12-01")
    assert [row["name"] for row in measure("wlan")["partners"]] == ["Freifunk"]
    assert measure("dms")["partners"] == []


def test_keywords_are_changed_by_their_cell(personas, filled):
    rows = [{"measure_id": "dms", "keywords": "Akten, Neues Wort ,,Akten"}]
    imported(personas["coordinator"], rows, table="measures", as_of="2019-12-01")
    assert measure("dms")["keywords"] == ["Akten", "Neues Wort"]
    rows = [{"measure_id": "dms", "keywords": "schräg/strich"}]
    refused = imported(personas["coordinator"], rows, table="measures", as_of="2019-12-02", dry_run=True)
    assert [one["field"] for one in refused["findings"]] == ["keywords"]


@pytest.mark.parametrize("more", [{}, {"title": "Anders"}], ids=["alone", "with others"])
def test_keywords_come_back_with_an_undo(personas, filled, more):
    """Dataset and Stand say the same, and no statement was made by it."""
    before, count = measure("dms")["keywords"], statement_count()
    rows = [{"measure_id": "dms", "keywords": "Akten", **more}]
    done = imported(personas["coordinator"], rows, table="measures", as_of="2019-12-01")
    tk.get_action("digitalms_table_import_undo")({"user": personas["coordinator"]}, {"id": done["id"]})
    assert measure("dms")["keywords"] == before
    assert sorted(tag["name"] for tag in call_action("package_show", id="dms")["tags"]) == sorted(before)
    assert statement_count() - count == 1


def test_what_cannot_be_is_refused_at_its_row(personas, filled):
    rows = [
        {"measure_id": "dms", "name": "A", "url": "javascript:alert(1)"},
        {"measure_id": "gibt-es-nicht", "name": "B"},
    ]
    found = imported(personas["coordinator"], rows, table="partners", dry_run=True)["findings"]
    assert sorted((one["row"], one["field"]) for one in found) == [(1, "url"), (2, "measure_id")]


def test_a_file_of_an_older_release_still_comes_back(personas, filled):
    """Without the columns and tables that came later; and it says nothing of them."""
    before = statement_count()
    new = {
        "measures": {"keywords", "funding_state", "funding_amount", "funding_programme"},
        "goals": {"removed_on"},
    }
    for name, columns in new.items():
        rows = [{k: v for k, v in row.items() if k not in columns} for row in rows_of(name)]
        content = json.dumps(rows, default=str)
        done = imported(personas["coordinator"], content.encode())
        assert (done["table"], done["state"], done["findings"]) == (name, "unchanged", [])
    assert statement_count() == before


def test_the_paper_of_a_review_is_among_the_papers(personas):
    patch(
        "dms",
        goal_reviews=[
            {"goal_id": GOAL, "review_date": "2019-09-01", "outcome": "kept", "reference": "V/0144/2018"}
        ],
        as_of="2019-10-01",
    )
    papers = [(row["reference"], row["role"]) for row in rows_of("council_references")]
    assert ("V/0144/2018", "mention") in papers
    assert releases.publish().change == "published"
    now = releases.current()
    assert release_check.validate(releases.all_folders().path(now.manifest)).is_valid
    before = statement_count()
    imported(personas["coordinator"], file_of("council_references", "csv"))
    assert statement_count() == before
