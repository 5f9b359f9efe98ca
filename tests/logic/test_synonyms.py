"""What words of the search also find: a table that coordinators keep, by form and by file."""

from __future__ import annotations

import io
import json

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.digitalms.search.synonym import BOTH, Synonym, by_key
from ckanext.digitalms.services import synonyms

pytestmark = pytest.mark.usefixtures("catalogue")


def act(name, /, user="", **values):
    return tk.get_action(name)({"user": user} if user else {"ignore_auth": True, "user": ""}, values)


def found(q):
    return [one["name"] for one in act("digitalms_search", q=q)["results"]]


@pytest.fixture
def dataset(office):
    return factories.Dataset(name="faehre", title="Fahrplan der Fähre", owner_org=office["id"])


class TestMeaning:
    def test_circles_and_everything_are_bounded(self):
        """A meaning is not looked up again, and a word has so many at most."""
        circle = [Synonym("a", "b", BOTH), Synonym("b", "c", BOTH), Synonym("c", "a", BOTH)]
        assert {key: set(told) for key, told in by_key(circle).items()} == {
            "a": {"b", "c"},
            "b": {"a", "c"},
            "c": {"b", "a"},
        }
        assert len(by_key([Synonym("alles", f"wort{n}") for n in range(500)])["all"]) == 12
        assert by_key([Synonym("E-Akte", "eAkte")]) == {}

    def test_the_start_has_a_source_for_each(self):
        """Each row of the list that comes with the catalogue says where it is from, and stands there once."""
        rows = synonyms.current()
        assert len(rows) > 100
        assert all(one.note for one in rows)
        assert len({one.key for one in rows}) == len(rows)


class TestChanges:
    def test_it_holds_at_once(self, dataset):
        """Added, changed, removed, taken back: without a restart and without writing the index."""
        assert found("Wassertaxi") == []
        act("digitalms_synonym_create", word="Wassertaxi", meaning="Fähre", note="Alltagswort")
        assert found("Wassertaxi") == ["faehre"]
        assert found("wassertaxis") == ["faehre"]
        assert act("digitalms_synonym_list")["version"] == 1
        act("digitalms_synonym_create", word="wassertaxi", meaning="Fähre", direction="both")
        [row] = [one for one in synonyms.current() if one.meaning == "Fähre"]
        assert (row.word, row.direction) == ("wassertaxi", "both")
        act("digitalms_synonym_delete", word="Wassertaxi", meaning="Fähre")
        assert found("Wassertaxi") == []
        act("digitalms_synonym_undo", version=3)
        assert found("Wassertaxi") == ["faehre"]
        with pytest.raises(tk.ValidationError):
            act("digitalms_synonym_undo", version=3)
        with pytest.raises(tk.ObjectNotFound):
            act("digitalms_synonym_delete", word="gibt es nicht", meaning="x")

    def test_refused(self):
        """What is no word, or too many, is told at its field; nothing is written."""
        for wrong, field in (
            ({"word": "***", "meaning": "a"}, "word"),
            ({"word": "a", "meaning": "eins zwei drei vier fünf sechs"}, "meaning"),
            ({"word": "a" * 90, "meaning": "b"}, "word"),
            ({"word": "a", "meaning": "b", "direction": "hin"}, "direction"),
            ({"word": "", "meaning": "b"}, "word"),
        ):
            with pytest.raises(tk.ValidationError) as refused:
                act("digitalms_synonym_create", **wrong)
            assert set(refused.value.error_dict) == {field}
        assert synonyms.version() == 0


class TestFiles:
    def test_every_form_comes_back_unchanged(self, app, personas):
        """What was downloaded changes nothing when it is read again."""
        act("digitalms_synonym_create", word="=Formel", meaning="Fähre")
        before = synonyms.current()
        for ending in ("csv", "excel.csv", "xlsx", "json"):
            file = app.get(f"/digitalisierung/suche/woerter/search_synonyms.{ending}")
            told = act("digitalms_synonym_upload", content=file.data, filename=f"a.{ending}")
            assert told == {"added": 0, "changed": 0, "removed": 0}, ending
        assert synonyms.current() == before
        assert json.loads(app.get("/digitalisierung/suche/woerter/search_synonyms.json").data)[0]["word"]
        assert app.get("/digitalisierung/suche/woerter/search_synonyms.exe", status=404)

    def test_changes(self, dataset):
        """Rows add and change, delete removes, the rest stays; one wrong row and nothing is changed."""
        count = len(synonyms.current())
        content = "word,meaning,direction,note,action\nWassertaxi,Fähre,both,neu,\nHandy,Mobilfunk,,,delete\n"
        told = act("digitalms_synonym_upload", content=content)
        assert told == {"added": 1, "changed": 0, "removed": 1}
        assert len(synonyms.current()) == count
        for wrong in (
            "word,meaning\n***,a\n",
            "word,meaning,direction\na,b,quer\n",
            "wort\na\n",
            "",
            "{",
        ):
            with pytest.raises(tk.ValidationError) as refused:
                act("digitalms_synonym_upload", content=wrong)
            assert set(refused.value.error_dict) == {"upload"}, wrong
        assert synonyms.version() == 1


class TestPage:
    def test_by_a_coordinator(self, app, personas, sender, dataset):
        """She adds a word on the page, sees it in the list, and takes it back; others only read."""
        page = app.get("/digitalisierung/suche/woerter/").body
        assert "Handy" in page
        assert "Ein Wort ergänzen" not in page
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        own = app.get("/digitalisierung/suche/woerter/", headers=headers).body
        assert "Ein Wort ergänzen" in own
        typed = {"word": "***", "meaning": "Fähre", "direction": "both", "note": "so"}
        answer = app.post("/digitalisierung/suche/woerter/", data=typed, headers=headers).body
        assert 'value="Fähre"' in answer
        assert "Buchstaben oder Ziffern" in answer
        app.post("/digitalisierung/suche/woerter/", data={**typed, "word": "Wassertaxi"}, headers=headers)
        assert found("Wassertaxi") == ["faehre"]
        file = {"upload": (io.BytesIO(b"word,meaning,action\nWassertaxi,F\xc3\xa4hre,delete\n"), "a.csv")}
        app.post("/digitalisierung/suche/woerter/einlesen", data=file, headers=headers)
        assert found("Wassertaxi") == []
        app.post("/digitalisierung/suche/woerter/zuruecknehmen", data={"version": "2"}, headers=headers)
        assert found("Wassertaxi") == ["faehre"]
