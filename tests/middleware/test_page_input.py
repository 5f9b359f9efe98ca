"""Pages of CKAN and the DataStore say what is wrong with a value instead of breaking off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.fixture
def resource(office: dict[str, Any]) -> str:
    made = factories.Resource(package_id=factories.Dataset(owner_org=office["id"])["id"])["id"]
    call_action("datastore_create", resource_id=made, records=[{"ort": "Münster"}], force=True)
    return str(made)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_is_wrong(app: Any, resource: str, prefix: str) -> None:
    """With the value and what is meant, in both languages."""
    for path, query, sentences in (
        (
            "dump",
            "format=docx",
            ("docx. Es gibt: csv, tsv, json, xml", "docx. There are: csv, tsv, json, xml"),
        ),
        ("dump", "filters=[]", ("ist ein Objekt in JSON", "is an object in JSON")),
        ("dump", "filters={", ("ist ein Objekt in JSON", "is an object in JSON")),
        ("api_info", "embedded=vielleicht", ("vielleicht", "true or false")),
    ):
        answer = app.get(f"{prefix}/datastore/{path}/{resource}?{query}")
        assert answer.status_code == 400, query
        assert sentences[bool(prefix)] in answer.body.replace("&#34;", '"'), query


def test_numbers_and_flags(app: Any, personas: dict[str, str]) -> None:
    headers = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    for limit in ("viele", "-1", "2147483648", "٣", ""):
        answer = app.get(f"/user/?limit={limit}", headers=headers)
        assert answer.status_code == 400, limit
        assert "eine Zahl von 0 bis 2147483647" in answer.body
    assert app.get("/user/?limit=5", headers=headers).status_code == 200
    assert app.get("/user/?q=%00", headers=headers).status_code == 400
    for page in ("/organization/", "/group/"):
        assert app.get(f"{page}?q=%00").status_code == 400
    told = {"username": "editor", "status": "vielleicht"}
    answer = app.post("/user/sysadmin", data=told, headers=headers)
    assert answer.status_code == 400
    assert "true oder false: vielleicht" in answer.body
    assert not model.User.get("editor").sysadmin


def test_what_is_right(app: Any, resource: str) -> None:
    found = app.get(f"/datastore/dump/{resource}?format=json&filters=%7B%22ort%22%3A%22M%C3%BCnster%22%7D")
    assert (found.status_code, json.loads(found.data)["records"]) == (200, [[1, "Münster"]])
    assert app.get(f"/datastore/dump/{resource}").data.startswith(b"_id,ort")
    assert app.get(f"/datastore/api_info/{resource}?embedded=true").status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=a%01b", "x%0Bx=1", "page=1&tags=%EF%BF%BF"])
def test_feeds_hold_what_xml_holds(app, query):
    """A feed writes into its XML what it was asked; CKAN's broke off (500)."""
    answer = app.get(f"/feeds/custom.atom?{query}", status=400)
    assert "Steuerzeichen" in answer.body
