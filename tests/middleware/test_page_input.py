"""Pages of CKAN and the DataStore say what is wrong with a value instead of breaking off."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

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


FILTERS = ("ist ein Objekt von Spalten in JSON", "is an object of columns in JSON")
# half a character, NUL, what no float holds, and shapes that no filter has
WRONG_FILTERS = (
    *("[]", "{", "null", "5", "[1]", '{"ort":{}}', '[{"ort":[{}]}]', '{"$or":[{"ort":{}}]}'),
    *('{"ort":"\\ud800"}', '{"ort":"\\u0000"}', '{"\\ud800":1}', '{"ort":[1e999]}', '{"ort":NaN}'),
    *("[" * 3000, '{"a":' * 200 + "1" + "}" * 200),
)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_is_wrong(app: Any, resource: str, prefix: str) -> None:
    """With the value and what is meant, in both languages."""
    for path, query, sentences in (
        (
            "dump",
            "format=docx",
            ("docx. Es gibt: csv, tsv, json, xml", "docx. There are: csv, tsv, json, xml"),
        ),
        *(("dump", f"filters={quote(text)}", FILTERS) for text in WRONG_FILTERS),
        ("api_info", "embedded=vielleicht", ("vielleicht", "true or false")),
    ):
        answer = app.get(f"{prefix}/datastore/{path}/{resource}?{query}")
        assert answer.status_code == 400, query
        assert sentences[bool(prefix)] in answer.body.replace("&#34;", '"'), query


def test_json_as_text_is_looked_at_as_json_is(app: Any, resource: str) -> None:
    """In an address and in a body; CKAN's own action broke off (500)."""
    search = "/api/action/datastore_search"
    for text in WRONG_FILTERS:
        asked = {"resource_id": resource, "filters": text}
        assert app.get(search, query_string=asked).status_code == 409, text
        assert app.post(search, json=asked).status_code == 409, text
        words = app.get(search, query_string={"resource_id": resource, "q": text})
        assert words.status_code in {200, 409}, text
    for wrong in ([], {"ort": {}}, {"ort": [float("inf")]}, {"ort": float("nan")}):
        told = {"resource_id": resource, "filters": wrong}
        assert app.post(search, json=told).status_code == 409, wrong
    for right in ({}, {"ort": []}, [{"ort": "Münster"}], {"ort": None}, {"_id": {"gt": 0}}, {"_id": 1e30}):
        told = {"resource_id": resource, "filters": right}
        assert app.post(search, json=told).status_code == 200, right


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
    either = quote('[{"ort": "Münster"}, {"ort": "Ahaus"}]')
    found = app.get(f"/datastore/dump/{resource}?format=json&filters={either}")
    assert json.loads(found.data)["records"] == [[1, "Münster"]]
    assert app.get(f"/datastore/dump/{resource}").data.startswith(b"_id,ort")
    assert app.get(f"/datastore/api_info/{resource}?embedded=true").status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=a%01b", "x%0Bx=1", "page=1&tags=%EF%BF%BF"])
def test_feeds_hold_what_xml_holds(app, query):
    """A feed writes into its XML what it was asked; CKAN's broke off (500)."""
    answer = app.get(f"/feeds/custom.atom?{query}", status=400)
    assert "Steuerzeichen" in answer.body
