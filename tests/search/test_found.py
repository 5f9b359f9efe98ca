"""The filter “Text” of the measures is the search of the catalogue; on a past day that day's words count."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from searched_demo import names
from test_demo_search import FINDS

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


def listed(q: str, **more: Any) -> set[str]:
    """Return what a stranger finds among the measures."""
    found = tk.get_action("digitalms_measure_list")({"user": ""}, {"q": q, **more})
    return {measure["measure_id"] for measure in found["results"]}


def test_the_same_as_everywhere(app, personas, report, make_measure):
    """Inflection, parts of words, papers, minus and quotes; private measures for those who keep them."""
    every = {
        one["measure_id"] for one in tk.get_action("digitalms_measure_list")({"user": ""}, {})["results"]
    }
    for q in (*FINDS, "Schulen -glasfaser", '"freies WLAN"', ":", "nichtsdavon", "x" * 900):
        assert listed(q) == set(names(q, kind="measure")) & every, q
    make_measure(name="geheim", title="Verschlusssache", private=True, position=99)
    assert listed("Verschlusssache") == set()
    told = {"q": "Verschlusssachen", "include_internal": True}
    [own] = tk.get_action("digitalms_measure_list")({"user": personas["editor"]}, told)["results"]
    assert own["measure_id"] == "geheim"
    # what would name a field of the index are words
    assert app.get("/api/action/digitalms_measure_list?q=title:(").json["result"]["count"] == 0
    page = BeautifulSoup(app.get("/digitalisierung?q=E-Akten").body, "html.parser")
    assert "(DMS)" in page.select_one(".dm-measures").get_text()


def test_on_a_past_day(app, make_measure):
    """What stood there then is found, and what came later is not; a paper in any spelling."""
    cited = [{"reference": "V/0954/2018", "role": "basis"}]
    make_measure(as_of="2019-03-14", statement="Der Pilot beginnt.", council_references=cited)
    told = {"id": "dms", "as_of": "2020-01-01", "status": "in_progress", "statement": "Umgestellt."}
    tk.get_action("digitalms_statement_create")({"ignore_auth": True}, told)
    day = {"cut_off_date": "2019-12-31"}
    assert listed("pilot", **day) == {"dms"}
    assert listed("Umgestellt", **day) == set()
    assert listed("umgestellt") == {"dms"}
    assert listed("pilot beginnt V-0954-2018", **day) == {"dms"}
    assert listed("V/9999/2018", **day) == set()
    assert listed("pilot -beginnt", **day) == set()
    assert listed('"der pilot"', **day) == {"dms"}
    page = app.get("/digitalisierung?stichtag=2019-12-31&q=pilot").body
    assert "in den Texten dieses Tages" in page
