"""Words and ids of what is internal come out of no action that reads, whatever strangers ask it for."""

from __future__ import annotations

import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import logic, model
from ckan.lib.search import SearchError, SearchQueryError
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.middleware.api_input import NO_ACTIONS
from ckanext.digitalms.search.entry_fields import WORDS as ENTRY_WORDS
from ckanext.digitalms.services.access import admission

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

# stands in everything that is hidden: titles, texts, keywords, names of files
WORD = "zeppelinwurst"
REFERENCE = "V/7777/2018"
# what the actions that only read are called by
_READS = ("list", "show", "search", "autocomplete", "history", "status", "parse", "revisions", "info", "get")


def reading() -> list[str]:
    """Every action that only reads, CKAN's, harvest's, the DataStore's and ours."""
    logic.get_action("package_show")
    found = sorted(set(logic._actions) - NO_ACTIONS)
    return [name for name in found if any(word in name for word in _READS)]


@pytest.fixture
def hidden(personas: dict[str, str], make_measure: Any) -> dict[str, str]:
    """Measures (private, a draft, of an office not let in), a dataset and a source that are hidden."""
    make_measure(name="offen", tag_string="Onlinedienste")
    told = {"title": WORD, "notes": WORD, "place": WORD, "tag_string": f"{WORD}-eins", "parent_id": "offen"}
    told["council_references"] = [{"reference": REFERENCE, "role": "basis"}]
    office = factories.Organization(name="neues-amt", title="Neues Amt")
    admission.refuse(office["id"])
    model.repo.commit()
    shared = {**told, "tag_string": f"{WORD}-eins,Onlinedienste"}
    ids = {
        "private": make_measure(**told, name=f"{WORD}-privat", private=True)["id"],
        "draft": make_measure(**told, name=f"{WORD}-entwurf", state="draft")["id"],
        "not let in": make_measure(**shared, name=f"{WORD}-neu", owner_org=office["id"])["id"],
    }
    make_measure(name="teil", parent_id=f"{WORD}-privat", tag_string="Onlinedienste")
    file = {"package_id": ids["not let in"], "name": f"datei {WORD}", "url": "https://example.org/datei.csv"}
    tk.get_action("resource_create")({"ignore_auth": True, "user": ""}, file)
    data = factories.Dataset(
        name=f"{WORD}-ds", title=WORD, owner_org="citeq", private=True, tags=[{"name": WORD}]
    )
    upload = FileStorage(io.BytesIO(b"a,b\n1,2\n"), f"{WORD}.csv")
    given = {"package_id": data["id"], "name": WORD, "description": WORD, "upload": upload}
    resource = tk.get_action("resource_create")({"ignore_auth": True, "user": ""}, given)
    _source(personas["coordinator"])
    return {**ids, "dataset": data["id"], "resource": resource["id"]}


def _source(user: str) -> None:
    """Make a source, of which the name is public and the rest is not."""
    address, config = f"https://example.org/{WORD}.csv", json.dumps({"contact": f"{WORD}@example.org"})
    told = {"name": "quelle", "title": "Quelle", "url": address, "owner_org": "citeq", "config": config}
    kind = {"source_type": "digitalms_progress", "frequency": "MANUAL"}
    tk.get_action("harvest_source_create")({"user": user}, {**told, **kind})


def questions(ids: dict[str, str]) -> list[dict[str, Any]]:
    """What is asked: nothing, each thing by its id, its place, its words; all that can be included."""
    everything = {"q": "*:*", "include_private": True, "include_drafts": True, "rows": 1000}
    return [
        {},
        *({"id": one} for one in (ids["private"], ids["not let in"], ids["dataset"], "offen", WORD)),
        *({"id": one, "object_type": "package", "include_datasets": True} for one in ("citeq", "neues-amt")),
        {"q": WORD, "query": WORD},
        {"resource_id": ids["resource"], "query": f"name:{WORD}"},
        {"measure": f"{WORD}-privat"},
        {"reference": REFERENCE},
        {"include_internal": True},
        {"all_fields": True, **everything},
        {"facet.field": ["tags", "organization"], "fq": "+capacity:private", "rows": 0},
        {"facet.field": ["tags", "name", "title_string", ENTRY_WORDS], "facet.mincount": 0, "rows": 0},
        {"q": "*:*", "fl": "*"},
        {"q": "*:*", "fl": ["id", "data_dict", "validated_data_dict"]},
        {"use_default_schema": True, "id": "teil"},
        {"id": "Onlinedienste", "include_datasets": True},
        {"query": "url:example"},
    ]


def answer(action: str, user: str, question: dict[str, Any]) -> str:
    """Return what an action says; nothing where it refuses."""
    try:
        told = tk.get_action(action)({"user": user}, dict(question))
    except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError, logic.ActionError, SearchError):
        return ""
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError):
        return ""  # the API looks at what is sent before it calls them
    finally:
        model.Session.rollback()
    return json.dumps(told, default=str).lower()


def excerpt(said: str, question: dict[str, Any], words: tuple[str, ...]) -> str:
    """Return what stands around the first hidden word that the question did not say itself."""
    for echoed in question.values():
        said = said.replace(json.dumps(echoed).lower(), "")
    places = [said.index(word) for word in words if word in said]
    return said[max(0, min(places) - 60) : min(places) + 60] if places else ""


def test_nothing_comes_out(hidden, personas):
    """Not for an editor of another office, whom no action tells less than who has no role."""
    asked, words = questions(hidden), (WORD, *hidden.values())
    found = {
        action: said
        for action in reading()
        for question in asked
        if (said := excerpt(answer(action, personas["other_editor"], question), question, words))
    }
    assert found == {}


# functions of Solr that look at the whole index, and what shows a field under another name
NOT_ASKED = (
    {"fl": ["id", f"docfreq(tags,'{WORD}')"]},
    {"fl": ["id", "told:validated_data_dict"]},
    {"fl": "id,told:name"},
    {"fl": ["id", "[explain]"]},
    {"sort": f"if(gt(docfreq(tags,'{WORD}'),0),1,2) asc"},
    {"q": "teil", "bf": f"product( DocFreq (tags,'{WORD}'),7)"},
    {"q": "teil", "defType": "edismax", "boost": f"idf(tags,'{WORD}')"},
    {"q": "teil", "bf": "ord(name)", "fl": ["id", "score"]},
    {"q": "maxdoc", "defType": "func", "fl": ["id", "score"]},
)


def test_what_counts_all_that_is_there(personas, app):
    """It is refused, whoever asks, and said where."""
    for persona in ("anonymous", "stranger", "editor", "sysadmin"):
        for asked in NOT_ASKED:
            with pytest.raises(SearchQueryError, match=r"fl takes|defType|index"):
                tk.get_action("package_search")({"user": personas[persona]}, dict(asked))
    asked = {"sort": f"docfreq(tags,'{WORD}') asc"}
    assert "ganzen Index" in app.get("/api/action/package_search", query_string=asked, status=400).body
    app.get("/dataset/", query_string=asked, status=400)
    usual = {"q": "teil", "defType": "edismax", "fl": "id, name score", "sort": "score desc, name asc"}
    assert tk.get_action("package_search")({"user": ""}, usual)["count"] == 0


def test_who_keeps_it_finds_it(hidden, personas):
    """Its editor finds its keywords and its id in the organisation."""
    context = {"user": personas["editor"]}
    told = {"id": "citeq", "object_type": "package"}
    assert hidden["private"] in {row[0] for row in tk.get_action("member_list")(dict(context), told)}
    everything = {"q": "name:teil", "fl": ["name", "validated_data_dict"]}
    told = tk.get_action("package_search")(dict(context), everything)["results"][0]
    assert json.loads(told["validated_data_dict"])["name"] == told["name"] == "teil"
    found = tk.get_action("tag_autocomplete")(dict(context), {"q": WORD})
    assert sorted(found) == [WORD, f"{WORD}-eins"]
    assert tk.get_action("tag_search")(dict(context), {"q": WORD, "limit": 1})["count"] == 2
    assert tk.get_action("tag_show")(dict(context), {"id": WORD})["name"] == WORD
    with pytest.raises(tk.ObjectNotFound):
        tk.get_action("tag_show")({"user": personas["stranger"]}, {"id": WORD})


def test_a_keyword_of_both(hidden, personas):
    """With its datasets it is told with those that one sees."""
    asked = {"id": "Onlinedienste", "include_datasets": True}
    for persona, names in {
        "anonymous": {"offen", "teil"},
        "editor": {"offen", "teil"},
        "coordinator": {"offen", "teil", f"{WORD}-neu"},
        "sysadmin": {"offen", "teil", f"{WORD}-neu"},
    }.items():
        told = tk.get_action("tag_show")({"user": personas[persona]}, dict(asked))
        assert {one["name"] for one in told["packages"]} == names, persona


def test_files_that_are_found(hidden, personas, make_measure):
    """Of public datasets only, and so they are counted and paged."""
    for number in range(3):
        file = {"package_id": "offen", "name": f"datei {number}", "url": f"https://example.org/{number}.csv"}
        tk.get_action("resource_create")({"ignore_auth": True, "user": ""}, file)
    asked = {"query": "name:datei", "order_by": "name"}
    every = tk.get_action("resource_search")({"user": ""}, dict(asked))
    assert (every["count"], len(every["results"])) == (3, 3)
    page = tk.get_action("resource_search")({"user": ""}, {**asked, "offset": 1, "limit": 1})
    assert (page["count"], [one["name"] for one in page["results"]]) == (3, ["datei 1"])
