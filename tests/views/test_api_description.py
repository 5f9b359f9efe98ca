"""The API described: valid, complete, true of what actions do, and a page that leads to it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from bs4 import BeautifulSoup
from openapi_spec_validator import OpenAPIV31SpecValidator

from ckanext.digitalms.logic import schema
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.views.api_words import PARAMETERS, SUMMARIES

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PAGE = "/digitalisierung/api"
# what is needed to be answered in this catalogue, beside the defaults
MEANT = {
    "digitalms_comparison_show": {"from": "2019-03-14"},
    "digitalms_city_text_show": {"page": "impressum"},
    "digitalms_council_reference_parse": {"text": "siehe V/0954/2018"},
    "digitalms_council_reference_show": {"reference": "V/0954/2018"},
    "digitalms_dataset_version_list": {"id": "eigene"},
    "digitalms_date_read": {"text": "nach den Sommerferien 2019"},
    "digitalms_dcat_show": {"id": "dms"},
    "digitalms_croissant_show": {"id": "massnahmen"},
    "digitalms_measure_history": {"id": "dms"},
    "digitalms_measure_show": {"id": "dms"},
    "digitalms_report_file": {"id": "bericht-2019", "format": "json"},
    "digitalms_report_show": {"id": "bericht-2019"},
    "digitalms_table_plot": {"table": "measures", "plot": "bar", "x": "status"},
    "digitalms_table_rows": {"table": "measures"},
    "digitalms_table_use_list": {"table": "measures"},
}
_LATER = {"digitalms_dataset_version_list", "digitalms_report_file", "digitalms_report_show"}
# tables of which there is no edition, and those that were not published with the measures
UNPUBLISHED = (
    *("coverage.", "mobile_coverage."),
    *("search_synonyms.", "catalogue_figures.", "dataset_quality."),
)
OTHERS = {*_LATER, "digitalms_release_diff"}  # nothing to tell of yet: 404


@pytest.fixture
def described(app: Any) -> Any:
    """The document, as a program gets it."""
    answer = app.get(f"{PAGE}/openapi.json")
    assert answer.headers["Content-Type"].startswith("application/json")
    again = app.get(f"{PAGE}/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    return json.loads(answer.body)


def test_the_document_is_valid_and_whole(described):
    """OpenAPI 3.1; every action and every table, each parameter of a read with words."""
    OpenAPIV31SpecValidator(described).validate()
    paths = described["paths"]
    assert {f"/api/action/{name}" for name in schema.SCHEMAS} <= set(paths)
    assert {f"/digitalisierung/daten/{name}.json" for name in ALL_TABLES} <= set(paths)
    for name in schema.SCHEMAS:
        [(method, operation)] = paths[f"/api/action/{name}"].items()
        assert method == ("get" if name in SUMMARIES else "post"), name
        if method == "get":
            assert {one["name"] for one in operation["parameters"]} == set(schema.SCHEMAS[name]()), name
            assert all(one["description"] for one in operation["parameters"]), name
    said = {one.rpartition(".")[2] for one in PARAMETERS}
    assert said == {name for read in SUMMARIES for name in schema.SCHEMAS[read]()}


def test_what_is_said_of_values(described):
    """Vocabularies, defaults and limits are those that validate."""

    def told(action: str) -> dict[str, Any]:
        found = described["paths"][f"/api/action/{action}"]["get"]["parameters"]
        return {one["name"]: one for one in found}

    measures = told("digitalms_measure_list")
    assert measures["limit"]["schema"] == {"type": "integer", "minimum": 0, "maximum": 1000, "default": 100}
    assert "cancelled" in measures["status"]["schema"]["items"]["enum"]
    assert measures["delayed"]["schema"]["type"] == "boolean"
    assert measures["cut_off_date"]["schema"]["format"] == "date"
    assert told("digitalms_measure_show")["id"]["required"]
    assert not measures["q"]["required"]
    create = described["paths"]["/api/action/digitalms_statement_create"]["post"]
    body = create["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["id"]
    assert "done" in body["properties"]["steps"]["items"]["properties"]["state"]["enum"]


def test_every_read_once(described, app, make_measure, open_data):
    """Each is answered as the document says, and its tables have rows as described."""
    make_measure(council_references=[{"reference": "V/0954/2018", "role": "basis"}])
    releases.publish()
    for path, operations in described["paths"].items():
        if "get" not in operations:
            continue
        name = path.rpartition("/")[2]
        answer = app.get(path, query_string=MEANT.get(name, {}), status=None)
        told = operations["get"]["responses"][str(answer.status_code)]
        if name in OTHERS or name.startswith(UNPUBLISHED):
            assert answer.status_code == 404, path
        else:
            assert answer.status_code == 200, path
        content = told["content"].get("application/json", {}).get("schema")
        if content is not None and answer.is_json:
            referred = {**content, "components": described["components"]}
            jsonschema.Draft202012Validator(referred).validate(json.loads(answer.data))


def test_the_page(app):
    """In two languages; the footer leads there; each read has its parameters and a form that asks it."""
    front = BeautifulSoup(app.get("/digitalisierung/definitionen").body, "html.parser")
    assert any(link["href"] == PAGE for link in front.select(".dm-site-footer a"))
    for path, word in ((PAGE, "Aktionen für alle"), (f"/en{PAGE}", "Actions that everybody may ask")):
        page = BeautifulSoup(app.get(path).body, "html.parser")
        assert word in page.get_text()
        for name in SUMMARIES:
            form = page.select_one(f'form[action$="/{name}"]')
            fields = {field["name"] for field in form.select("input, select")}
            assert fields == set(schema.SCHEMAS[name]()), name
