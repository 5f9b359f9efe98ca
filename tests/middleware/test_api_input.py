"""What the API hands to CKAN's own actions."""

from __future__ import annotations

import inspect
import re

import pytest
from ckan import logic
from ckan.tests import factories

from ckanext.digitalms.middleware import api_input

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.mark.parametrize("action", ["package_resource_reorder", "resource_view_reorder"])
@pytest.mark.parametrize("order", [[[]], [{}], [None], [5]])
def test_lists_of_ids_hold_texts(app, action, order):
    """CKAN's action broke off (500)."""
    answer = app.post(f"/api/action/{action}", json={"id": "", "order": order})
    assert answer.status_code == 409
    assert answer.json["error"]["order"] == ["Hier wird eine Liste von Texten erwartet."]


_LISTED = re.compile(r":type ([\w.]+):[^\n]*(?:list|dict)|:param (?:list|dict)\w* (?:of \w+ )?([\w.]+):")


def test_what_is_documented_as_a_list_may_be_one():
    """Of every action of CKAN, harvest and the DataStore; what an answer holds stands in their words, too."""
    logic.get_action("package_show")
    words = [
        inspect.getdoc(action) or "" for name, action in logic._actions.items() if "digitalms" not in name
    ]
    found = {one or other for text in words for one, other in _LISTED.findall(text)}
    of_answers = {"facets", "next_page", "results", "search_facets"}
    assert len(found) > 20
    # what the DataStore's own schemas take as one or the other
    assert found - of_answers - {"q", "records_format"} <= api_input.STRUCTURED


@pytest.mark.parametrize(
    ("action", "told", "field"),
    [
        ("group_autocomplete", {"q": 1.5}, "q"),
        ("tag_search", {"q": 1.5}, "q"),
        ("group_list", {"order_by": 1.5}, "order_by"),
        ("group_list", {"groups": [[[]]]}, "groups"),
        ("organization_list", {"organizations": [["citeq"]]}, "organizations"),
        ("package_relationships_list", {"id": "hunde", "rel": "x"}, "rel"),
        ("harvest_log_list", {"level": 1.5}, "level"),
        ("job_show", {"id": "[]"}, "id"),
        ("job_cancel", {"id": "a b"}, "id"),
        ("job_list", {"queues": "default"}, "queues"),
        ("resource_view_clear", {"view_types": "5"}, "view_types"),
        ("user_create", {"name": "neuer", "email": "a@example.org", "about": True}, "about"),
        ("datastore_search", {"resource_id": "x", "fields": [[[]]]}, "fields"),
    ],
)
def test_what_an_action_breaks_off_at(app, personas, action, told, field):
    """Each ended in 500 with one value of another type among others that were right."""
    key = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    answer = app.post(f"/api/action/{action}", json=told, headers=key)
    assert (answer.status_code, list(answer.json["error"])[:1]) == (409, [field])


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("organization_list", {"organizations": ["citeq"]}),
        ("group_list", {"groups": ["citeq"], "order_by": "name"}),
        ("job_list", {"queues": ["default"]}),
        ("resource_view_clear", {"view_types": ["image_view"]}),
        ("package_relationships_list", {"id": "hunde", "rel": "child_of"}),
    ],
)
def test_what_is_right_is_done(app, personas, office, action, told):
    factories.Dataset(name="hunde", owner_org="citeq")
    key = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    answer = app.post(f"/api/action/{action}", json=told, headers=key)
    # a relationship of this kind may be asked for, though there is none
    assert answer.status_code == (404 if "rel" in told else 200), answer.body


@pytest.mark.parametrize("told", ["hunde", "[]", {"a": 1}, 5, None])
def test_a_list_of_names_is_a_list(app, personas, told):
    """A single text was taken letter by letter (500)."""
    key = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    asked = {"datasets": told, "org_id": "citeq"}
    answer = app.post("/api/action/bulk_update_private", json=asked, headers=key)
    assert answer.status_code == 409
    assert answer.json["error"]["datasets"] == ["Hier wird eine Liste erwartet."]
