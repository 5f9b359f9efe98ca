"""Title and address of a council paper: given once by form, API or table, told wherever it is cited."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

NAME, URL = "Leitsätze zur Digitalisierung", "https://example.org/vorlagen/989"
CITED = {"reference": "V/0989/2017/1. Erg.", "role": "basis"}
NAMED = {**CITED, "paper_name": NAME, "paper_url": URL}
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def two(make_measure: Make) -> None:
    """Two measures that cite a paper in two spellings; one says what it is called."""
    make_measure(council_references=[NAMED])
    make_measure(name="wlan", title="WLAN", council_references=[{**CITED, "reference": "V/0989/2017/1"}])


def report(personas: dict[str, str]) -> dict[str, Any]:
    told = {"title": "Bericht", "name": "bericht", "as_of": "2019-03-14"}
    return tk.get_action("digitalms_report_create")({"user": personas["coordinator"]}, told)["report"]


def test_report_tells_it_wherever_the_paper_is_cited(two: None, personas: dict[str, str]) -> None:
    told = report(personas)
    of_measures = [paper for measure in told["measures"] for paper in measure["papers"]]
    assert [paper["reference"] for paper in of_measures] == ["V/0989/2017/1. Erg.", "V/0989/2017/1"]
    for paper in (*of_measures, *told["papers"]):
        assert (paper["title"], paper["url"]) == (NAME, URL)
    assert len(told["papers"]) == 1


def test_forms_of_the_report(app: Any, two: None, personas: dict[str, str]) -> None:
    report(personas)
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
    page = app.get("/digitalisierung/berichte/bericht", headers=headers).body
    assert page.count(f'<a href="{URL}"') == 3
    assert page.count(NAME) == 3


def test_pages(app: Any, two: None) -> None:
    measure = app.get("/digitalisierungsmassnahme/dms").body
    paper = app.get("/digitalisierung/ratsbezug/V/0989/2017/1").body
    for page in (measure, paper):
        assert NAME in page
        assert f'href="{URL}"' in page
    assert NAME in app.get("/digitalisierung/ratsbezug/").body


def test_actions(two: None) -> None:
    shown = call_action("digitalms_council_reference_show", reference="V/0989/2017/1")
    assert (shown["paper_name"], shown["paper_url"]) == (NAME, URL)
    assert [row["paper_name"] for row in shown["measures"]] == [NAME, None]
    listed = call_action("digitalms_council_reference_list")["results"]
    assert [(one["paper_name"], one["paper_url"]) for one in listed] == [(NAME, URL)]
    row = call_action("digitalms_measure_show", id="dms")["council_references"][0]
    assert (row["paper_name"], row["paper_url"]) == (NAME, URL)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//example.org", "V/0989/2017"])
def test_no_address(make_measure: Make, address: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        make_measure(council_references=[{**NAMED, "paper_url": address}])
    assert list(refused.value.error_dict["council_references"][0]) == ["paper_url"]


def test_form(app: Any, two: None, personas: dict[str, str]) -> None:
    """Both are fields of the row, and what is typed there is kept."""
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
    body = app.get("/digitalisierungsmassnahme/edit/wlan", headers=headers).body
    for name in ("paper_name", "paper_url"):
        assert f'name="council_references__0__{name}"' in body


def test_table_comes_back(
    app: Any,
    two: None,
    personas: dict[str, str],
    ckan_config: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The titles of many papers are filled in in a table, as a council's system lists them."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    tk.get_action("digitalms_table_publish")({"user": personas["coordinator"]}, {})
    body = app.get("/digitalisierung/daten/council_references.csv?stichtag=2019-03-14").body
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["paper_name"], row["paper_url"]) for row in rows] == [(NAME, URL), ("", "")]
    wanted = ("measure_id", "reference", "role", "paper_name", "paper_url")
    written = io.StringIO()
    writer = csv.DictWriter(written, wanted, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**row, "paper_name": "Anders genannt"} for row in rows)
    told = {"content": written.getvalue(), "filename": "council_references.csv", "correction": True}
    answer = tk.get_action("digitalms_table_import")({"user": personas["coordinator"]}, told)
    assert answer["state"] == "accepted", answer
    names = [
        call_action("digitalms_measure_show", id=key)["council_references"][0] for key in ("dms", "wlan")
    ]
    assert [row["paper_name"] for row in names] == ["Anders genannt"] * 2
    assert names[0]["paper_url"] == URL


def test_change_is_told(two: None) -> None:
    """Another title is a change of the paper that is cited, in words."""
    row = call_action("package_show", id="dms")["council_references"][0]
    renamed = [{**row, "paper_name": "Neuer Betreff"}]
    call_action("package_patch", id="dms", as_of="2019-09-01", council_references=renamed)
    found = call_action("digitalms_comparison_show", **{"from": "2019-03-14", "to": "2019-12-31"})
    (change,) = [one for one in found["results"] if one["field"] == "council_references.paper_name"]
    assert (change["before"], change["after"]) == (NAME, "Neuer Betreff")


def test_search_finds_the_title(two: None) -> None:
    found = call_action("digitalms_measure_list", q="Leitsätze")
    assert [one["measure_id"] for one in found["results"]] == ["dms"]
