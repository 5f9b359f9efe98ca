"""The words of the search as an open table: released when they change, told of any day."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import SynonymList
from ckanext.digitalms.publishing import datasets, releases, trigger
from ckanext.digitalms.services import synonyms
from ckanext.digitalms.tables.open_tables import SYNONYM_TABLES

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")

FILE = "/digitalisierung/daten/search_synonyms.csv"


@pytest.fixture
def published(once_published: Any) -> None:
    """The list that comes with the catalogue, published."""
    once_published("words of the search as a table", lambda: releases.publish(SYNONYM_TABLES).change)


def words(text: str) -> set[tuple[str, str, str]]:
    return {(row["word"], row["meaning"], row["direction"]) for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.usefixtures("published")
class TestTable:
    def test_the_list_it_begins_with(self, app):
        """A dataset with releases, files, DataStore; each word with its source."""
        dataset = call_action("package_show", id="suchwoerter")
        assert [one["format"] for one in dataset["resources"]] == ["CSV", "CSV", "XLSX", "JSON"]
        count = len(synonyms.current())
        assert count > 100
        stored = call_action("datastore_search", resource_id=datasets.resource_id(SYNONYM_TABLES, "csv"))
        assert stored["total"] == count
        assert words(app.get(FILE).body) == {(o.word, o.meaning, o.direction) for o in synonyms.current()}
        page = app.get("/digitalisierung/tabelle/search_synonyms?word=Handy").body
        assert "Mobilfunk" in page
        assert "nur hin" in page
        assert releases.problems() == []
        assert "/digitalisierung/daten/search_synonyms/" in app.get("/digitalisierung/suche/woerter/").body
        uses = call_action("digitalms_table_use_list", table=SYNONYM_TABLES)["results"]
        assert [one["kind"] for one in uses] == ["page"]

    def test_a_change_is_a_release(self, app, monkeypatch):
        """It is asked for with the change, which waits for none; a day before it has the list of then."""
        assert releases.publish(SYNONYM_TABLES).change == "unchanged"
        asked: list[bool] = []
        monkeypatch.setattr(trigger, "request", lambda: asked.append(True))
        call_action("digitalms_synonym_create", word="Wassertaxi", meaning="Fähre", direction="both")
        assert asked == [True]
        new = ("Wassertaxi", "Fähre", "both")
        assert new not in words(app.get(FILE).body)
        assert new in words(app.get("/digitalisierung/suche/woerter/search_synonyms.csv").body)
        model.Session.get(SynonymList, 1).written_at = datetime(2026, 3, 5, 12, tzinfo=UTC)
        model.Session.commit()
        assert releases.publish(SYNONYM_TABLES).change == "published"
        assert new in words(app.get(FILE).body)
        assert new in words(app.get(f"{FILE}?stichtag=2026-03-05").body)
        assert new not in words(app.get(f"{FILE}?stichtag=2026-03-04").body)
        assert new not in words(app.get(f"{FILE}?bekannt_am=2026-03-05T11:00:00Z").body)
        call_action("digitalms_synonym_undo", version=1)
        assert releases.publish(SYNONYM_TABLES).change == "published"
        assert new not in words(app.get(FILE).body)
        assert len(releases.finished(SYNONYM_TABLES)) == 3


def test_before_it_is_published(app):
    """Its address says so, and its page of words gives the list as it is."""
    assert "täglich" in app.get(FILE, status=404).body
    with pytest.raises(tk.ObjectNotFound):
        call_action("digitalms_table_rows", table=SYNONYM_TABLES)
    assert words(app.get("/digitalisierung/suche/woerter/search_synonyms.csv").body)


def test_a_word_that_is_blanked(published, app):
    """It goes from the list and from its releases, and that is no new release."""
    call_action("digitalms_synonym_create", word="Geheimwort4711", meaning="Fähre", note="von Geheimwort4711")
    releases.publish(SYNONYM_TABLES)
    told = {"text": "Geheimwort4711", "reason": "Ein Name"}
    tk.get_action("digitalms_redact")({"ignore_auth": True, "user": ""}, told)
    assert "Geheimwort4711" not in app.get(FILE).body
    assert "Geheimwort4711" not in app.get("/digitalisierung/suche/woerter/search_synonyms.csv").body
    assert releases.publish(SYNONYM_TABLES).change == "unchanged"
