"""What every form keeps: labels, descriptions and errors belong to their fields, also for who hears them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

QUALITY = "/digitalisierung/datenqualitaet"
# what is posted, and the fields that are wrong with it
FORMS = {
    f"{QUALITY}/hochladen": ({"organisation": "citeq", "delimiter": "x"}, {"delimiter"}),
    f"{QUALITY}/versorgung-hochladen": ({"edition": "bald"}, {"upload"}),
    f"{QUALITY}/tabelle-einlesen/": ({"table": "gibt-es-nicht", "as_of": "gestern"}, {"table", "as_of"}),
    "/digitalisierung/mehrere-aendern/": ({"measure": "dms", "status": "x", "as_of": "gestern"}, {"as_of"}),
    "/digitalisierung/daten/neu": ({"organisation": "", "encoding": "x"}, {"encoding"}),
    "/digitalisierung/bericht-einlesen/": ({}, {"upload"}),
    "/digitalisierungsmassnahme/new": ({"title": "", "as_of": "gestern"}, {"title", "as_of"}),
    "/digitalisierungsmassnahme/dms/neues": ({"as_of": "gestern", "status": "paused"}, {"as_of"}),
}


def check(page):
    """Every label and description leads to what is there, each id once; gives the names that are wrong."""
    for template in page.find_all("template"):
        template.decompose()
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids))
    for label in page.find_all("label", attrs={"for": True}):
        assert label["for"] in ids, label
    for tag in page.find_all(attrs={"aria-describedby": True}):
        assert tag["aria-describedby"], tag
        for described in tag["aria-describedby"].split():
            assert page.find(id=described).get_text(strip=True), tag
    wrong = page.find_all(attrs={"aria-invalid": "true"})
    for tag in wrong:
        assert f"{tag['id']}-error" in tag["aria-describedby"].split(), tag
    return {tag["name"] for tag in wrong}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_and_its_errors(app, personas, make_measure, path):
    """Untouched it names nothing wrong; refused it says so at the field and in a box that leads there."""
    make_measure()
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
    data, expected = FORMS[path]
    assert check(BeautifulSoup(app.get(path, headers=headers).body, "html.parser")) == set()
    answer = app.post(path, data=data, headers=headers, follow_redirects=False)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.body, "html.parser")
    assert expected <= check(page)
    box = page.find(class_="alert-danger", role="alert")
    leads_to = {link["href"].removeprefix("#") for link in box.find_all("a")}
    assert leads_to <= {tag["id"] for tag in page.find_all(id=True)}
    assert {page.find(id=place).get("name", "measure") for place in leads_to} >= expected
    for name in expected & data.keys():
        field = page.find(["input", "select"], attrs={"name": name})
        shown = field.find("option", selected=True) if field.name == "select" else field
        assert shown["value"] == data[name], name
