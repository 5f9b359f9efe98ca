"""Words and ids of what is internal come out of no action that reads, whatever strangers ask it for."""

from __future__ import annotations

import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import logic, model
from ckan.lib.search import SearchError
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.middleware.api_input import NO_ACTIONS
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
    ids = {
        "private": make_measure(**told, name=f"{WORD}-privat", private=True)["id"],
        "draft": make_measure(**told, name=f"{WORD}-entwurf", state="draft")["id"],
        "not let in": make_measure(**told, name=f"{WORD}-neu", owner_org=office["id"])["id"],
    }
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
    """Not for an account without a role, which sees no less than who has none."""
    asked, words = questions(hidden), (WORD, *hidden.values())
    found = {
        action: said
        for action in reading()
        for question in asked
        if (said := excerpt(answer(action, personas["stranger"], question), question, words))
    }
    assert found == {}


def test_who_keeps_it_finds_it(hidden, personas):
    """Its editor finds its keywords and its id in the organisation."""
    context = {"user": personas["editor"]}
    told = {"id": "citeq", "object_type": "package"}
    assert hidden["private"] in {row[0] for row in tk.get_action("member_list")(dict(context), told)}
    found = tk.get_action("tag_autocomplete")(dict(context), {"q": WORD})
    assert sorted(found) == [WORD, f"{WORD}-eins"]
    assert tk.get_action("tag_search")(dict(context), {"q": WORD, "limit": 1})["count"] == 2
    assert tk.get_action("tag_show")(dict(context), {"id": WORD})["name"] == WORD
    with pytest.raises(tk.ObjectNotFound):
        tk.get_action("tag_show")({"user": personas["stranger"]}, {"id": WORD})
