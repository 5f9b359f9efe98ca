"""What goes to the index, and how it is mended."""

from __future__ import annotations

import json
from datetime import datetime

import ckan.plugins.toolkit as tk
import pysolr
import pytest
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from search_documents import document

from ckanext.digitalms.search import entry_index, index

pytestmark = pytest.mark.usefixtures("catalogue")

MARKER = "geheimwort"


def act(name, /, **values):
    return tk.get_action(name)({"ignore_auth": True, "user": ""}, values)


def names(q, **params):
    return [row["name"] for row in act("package_search", q=q, **params)["results"]]


class TestDocuments:
    def test_rows_are_found(self, make_measure):
        """Steps, milestones, goals, partners and papers are found by their words, but not by their ids."""
        measure = make_measure(
            vision="Alle Akten elektronisch",
            milestones=[{"title": "Inbetriebnahme", "date_text": "nach den Sommerferien"}],
            goals=[{"text": "Siebzig Prozent der Arbeitsplätze", "year": "2020"}],
            partners=[{"name": "Fachhochschule Südwestfalen"}],
        )
        for typed in (
            "Akte",
            "Inbetriebnahme",
            "Sommerferien",
            "Arbeitsplatz",
            "Fachhochschulen",
            "Rechte Rollen",
        ):
            assert names(typed) == ["dms"], typed
        assert names(measure["steps"][0]["id"]) == []

    def test_papers_are_exact(self, make_measure):
        make_measure()
        make_measure(name="zwei", council_references=[{"reference": "V/0953/2018", "role": "basis"}])
        make_measure(name="drei", council_references=[], notes="Siehe V/0954/2018, 1. Ergänzung")
        for typed in ("V/0954/2018", "V-0954-2018", "0954/2018", "Vorlage: V/0954/2018"):
            assert names(typed) == ["dms"], typed

    def test_filters(self, make_measure):
        """Status and its like can be filtered by and counted."""
        make_measure(area_code="05515000")
        make_measure(name="zwei", status="planned")
        assert names("*:*", fq="status:planned") == ["zwei"]
        assert names("", fq='area_code:"05515000"') == ["dms"]
        facets = act("package_search", **{"facet.field": ["status"]})["search_facets"]["status"]["items"]
        assert {item["name"]: item["count"] for item in facets} == {"in_preparation": 1, "planned": 1}

    def test_the_contact_is_no_way_to_a_measure(self, make_measure):
        """The mailbox is shown on the page but is no word of the index; notes are in no document at all."""
        make_measure(contact_email=f"{MARKER}@example.org", contact_function="Team Digitalisierung")
        act("digitalms_internal_note_create", id="dms", text="xyzzywort")
        assert names(MARKER) == []
        stored = make_connection().search("*:*", fl="*", rows=10).docs
        assert "xyzzywort" not in json.dumps(stored, default=str)

    def test_long_texts_never_break_indexing(self, make_measure):
        """100 kB in every text that may be long; and found by the last word."""
        long = "Verwaltungsvorgang " * 5_000
        make_measure(
            vision=f"{long} visionsende",
            notes=f"{long} notizende",
            statement=f"{long} sachstandsende",
            steps=[{"state": "pending", "text": f"{long} schrittende"}],
            goals=[{"text": f"{long} zielende"}],
        )
        for typed in ("visionsende", "notizende", "sachstandsende", "schrittende", "zielende"):
            assert names(typed) == ["dms"], typed

    def test_one_long_word(self, make_measure):
        make_measure(notes="a" * 100_000)
        assert names("dms") == ["dms"]

    def test_an_ordinary_dataset_with_long_texts(self, open_data):
        """Not even fields of other extensions may break it."""
        long = "wort " * 20_000
        factories.Dataset(name="lang", owner_org=open_data["id"], notes=long, publisher=long, title=long)
        assert names("wort") == ["lang"]

    @pytest.mark.parametrize("title", ["wort " * 20_000, "w" * 100_000], ids=["words", "one word"])
    def test_the_catalogues_own_search_takes_long_texts(self, open_data, title):
        """In all that is compared as a whole, too: the title, the order, filters."""
        long = "ä" * 40_000
        resources = [{"name": title, "format": long, "url": "https://example.org/"}]
        factories.Dataset(
            name="lang", owner_org=open_data["id"], title=title, notes="Kurz", resources=resources
        )
        found = act("digitalms_search", q="kurz")
        assert [row["name"] for row in found["results"]] == ["lang"]

    def test_private_stays_private(self, make_measure):
        make_measure(private=True)
        assert names("Dokumentenmanagement") == []
        assert names("Dokumentenmanagement", include_private=True) == ["dms"]


@pytest.fixture
def sent(monkeypatch):
    """The addresses of what is sent to Solr from now on."""
    found = []
    send = pysolr.Solr._send_request

    def noted(solr, method, path="", *more, **options):
        found.append(path)
        return send(solr, method, path, *more, **options)

    monkeypatch.setattr(pysolr.Solr, "_send_request", noted)
    return found


class TestRequests:
    """What is written together, and made visible together, costs Solr one time and not each."""

    def test_a_change_is_made_visible_once(self, make_measure, sent):
        make_measure()
        assert [path for path in sent if "ommit=true" in path] == ["update/?commit=true"]
        assert names("Dokumentenmanagement") == ["dms"]

    def test_entries_of_many_datasets_are_written_together(self, make_measure, sent):
        ids = [make_measure(name=name)["id"] for name in ("eins", "zwei", "drei", "vier")]
        sent.clear()
        index.reindex(ids)
        # each dataset as CKAN writes it; former entries of all go, and theirs come; one commit
        assert len([path for path in sent if path.startswith("update")]) == len(ids) + 3
        assert index.compare().count == 0

    def test_more_than_are_kept_are_written_meanwhile(self, make_measure, sent, monkeypatch):
        monkeypatch.setattr(entry_index, "_TOGETHER", 2)
        ids = [make_measure(name=name)["id"] for name in ("eins", "zwei", "drei")]
        sent.clear()
        index.reindex(ids)
        assert len([path for path in sent if path.startswith("update")]) == len(ids) + 5
        assert index.compare().count == 0


class TestMending:
    def test_a_sound_index(self, make_measure, open_data):
        make_measure()
        factories.Dataset(owner_org=open_data["id"])
        assert index.compare().count == 0

    def test_what_differs_is_found_and_mended(self, make_measure):
        """Missing, outdated and left over; all at once."""
        ids = {name: make_measure(name=name, title=name)["id"] for name in ("fehlt", "alt", "weg", "heil")}
        search.clear(ids["fehlt"])
        changed = {"title": "Neuer Titel", "metadata_modified": datetime(2030, 1, 1)}
        model.Session.query(model.Package).filter_by(name="alt").update(changed)
        act("dataset_purge", id="weg")
        make_connection().add([document("weg", "Weg", id=ids["weg"])], commit=True)
        model.Session.commit()
        found = index.compare()
        assert (found.missing, found.stale, found.surplus) == ([ids["fehlt"]], [ids["alt"]], [ids["weg"]])
        index.repair()
        assert index.compare().count == 0
        assert sorted(names("*:*")) == ["alt", "fehlt", "heil"]
        assert names("Neuer Titel") == ["alt"]

    def test_reindexing_what_is_gone(self, make_measure):
        """A dataset that was purged or deleted is taken out of the index."""
        measure = make_measure()
        act("package_delete", id=measure["id"])
        index.reindex([measure["id"], "nie-da-gewesen"])
        assert names("*:*") == []

    def test_a_change_of_visibility_counts(self, make_measure):
        """A dataset that is private in the database and public in the index is the worst difference."""
        measure = make_measure()
        model.Session.query(model.Package).filter_by(id=measure["id"]).update({"private": True})
        model.Session.commit()
        assert index.compare().stale == [measure["id"]]

    def test_whoever_sees_it_counts(self, make_measure, office, open_data):
        """What only its office sees is another office's after a move, though nothing else of it changed."""
        data = factories.Dataset(owner_org=office["id"], private=True, name="intern")
        factories.Dataset(owner_org=office["id"], name="offen")
        make_measure()
        source = {"name": "quelle", "title": "Quelle", "source_type": "digitalms_progress"}
        made = act("harvest_source_create", **source, url="https://example.org/a.csv", owner_org=office["id"])
        assert index.compare().count == 0
        moved = sorted([data["id"], made["id"]])
        packages = model.Session.query(model.Package).filter(model.Package.id.in_(moved))
        packages.update({"owner_org": open_data["id"]}, synchronize_session=False)
        model.Session.commit()
        assert index.compare().stale == moved
        index.repair()
        assert index.compare().count == 0

    def test_more_than_a_page(self, make_measure, open_data, monkeypatch):
        monkeypatch.setattr(index, "PAGE", 2)
        make_measure()
        make_measure(name="intern", private=True)
        for _ in range(3):
            factories.Dataset(owner_org=open_data["id"])
        assert index.compare().count == 0

    def test_what_is_purged_meanwhile(self, make_measure, monkeypatch):
        """It stops none of the others, and is in the index no more."""
        ids = [make_measure(name=name)["id"] for name in ("eins", "weg", "zwei")]
        search.clear_all()
        act("dataset_purge", id="weg")
        make_connection().add([document("weg", "Weg", id=ids[1])], commit=True)
        monkeypatch.setattr(index, "_known", set)  # as it was a moment ago
        index.reindex(ids)
        assert sorted(names("*:*")) == ["eins", "zwei"]
        assert index.compare().count == 0


class TestCutOffDate:
    @pytest.mark.parametrize("path", ["/dataset/", "/organization/opendata"])
    def test_it_is_no_filter(self, app, open_data, path):
        """Core would take the date for a filter and find nothing; the page says that it is of today."""
        factories.Dataset(owner_org=open_data["id"], title="Schule")
        body = app.get(f"{path}?q=Schule&stichtag=2019-03-14").body
        assert "immer den Stand von heute" in body
        assert "1 Datensatz" in body

    def test_our_own_pages_keep_it(self, app):
        assert app.get("/api/3/action/package_search?q=a", follow_redirects=False).status_code == 200
