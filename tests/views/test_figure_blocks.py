"""Each figure on any page opens the same block: what is measured, why, target, Stand and source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

TERMS = ["Was gemessen wird", "Warum", "Ziel", "Stand", "Nächster Wert", "Quelle"]


@pytest.fixture
def stated(personas: dict[str, str], make_measure: Callable[..., Any]) -> None:
    """A figure that moved, with a goal that names it, and one that is told no more."""
    figure = {"title": "Plätze", "value": "30", "unit": "%", "target": "70", "day": "2019-03-01"}
    figure |= {"definition": "Anteil mit Akte", "source": "citeq", "direction": "more", "interval": "12"}
    gone = {"title": "Altes", "value": "1", "day": "2019-03-01", "definition": "Vorbei"}
    made = make_measure(as_of="2019-03-14", indicators=[figure, gone])
    row = {**made["indicators"][0], "value": "45.5", "day": "2019-12-31"}
    goal = {"year": "2022", "text": "Alle Ämter", "indicator_id": row["id"], "target": "70"}
    told = {"id": "dms", "as_of": "2020-01-15", "indicators": [row], "goals": [goal]}
    tk.get_action("package_patch")({"user": personas["sysadmin"]}, told)


def blocks(app: Any, address: str, within: str = "") -> list[dict[str, str]]:
    page = BeautifulSoup(app.get(address).body, "html.parser")
    found = []
    for block in page.select(f"{within} details.dm-block"):
        texts = [" ".join(one.get_text().split()) for one in block.select("dt, dd")]
        found.append(dict(zip(texts[::2], texts[1::2], strict=True)))
        assert block.summary is not None
        assert block.summary.get_text().startswith("Was sagt diese Zahl?")
    return found


MEASURE = "/digitalisierungsmassnahme/dms"


@pytest.mark.parametrize(
    ("address", "within"),
    [
        (MEASURE, "#kennzahlen ~"),
        (MEASURE, "#ziele ~ .dm-stack"),
        (f"{MEASURE}/felder?feld=indicators", "tbody tr:first-child"),
        (f"{MEASURE}/felder?feld=goals", "tbody tr:first-child"),
        ("/digitalisierung/vergleich?von=2019-06-01&bis=2020-02-01", ".dm-measures"),
        ("/digitalisierung/aenderungen", ".dm-measures"),
    ],
)
def test_the_same_on_every_page(app: Any, stated: None, address: str, within: str) -> None:
    found = [one for one in blocks(app, address, within) if one["Was gemessen wird"] == "Anteil mit Akte"]
    assert found
    assert list(found[0]) == TERMS
    assert found[0]["Warum"] == "Alle Ämter (2022)"
    assert found[0]["Ziel"].startswith("70 %, mehr ist besser: noch nicht erreicht")
    assert found[0]["Stand"] == "45,5 %, 31. Dezember 2019 · eingetragen"
    assert found[0]["Quelle"] == "citeq"


def test_a_figure_that_is_told_no_more(app: Any, stated: None) -> None:
    """The comparison has the block of what it was."""
    found = blocks(app, "/digitalisierung/vergleich?von=2019-06-01&bis=2020-02-01", ".dm-measures")
    (gone,) = [one for one in found if one["Was gemessen wird"] == "Vorbei"]
    assert (gone["Warum"], gone["Ziel"]) == ("kein Ziel nennt sie", "keines gesetzt")


class TestApi:
    def test_only_where_asked(self, stated: None) -> None:
        """Without being asked answers stay as they were."""
        days = {"from": "2019-06-01", "to": "2020-02-01"}
        assert all("figure" not in one for one in call_action("digitalms_comparison_show", **days)["results"])
        told = call_action("digitalms_comparison_show", **days, include_figures=True)["results"]
        (value,) = [one for one in told if one["field"] == "indicators.value"]
        assert (value["figure"]["definition"], value["figure"]["is_due"]) == ("Anteil mit Akte", False)
        assert all(one["figure"] is None for one in told if not one["field"].startswith("indicators"))

    def test_of_the_statement_that_told_it(self, stated: None) -> None:
        told = call_action("digitalms_catalogue_change_list", include_figures=True)["results"]
        values = [
            change["figure"]["value"]
            for entry in told
            for change in entry["changes"]
            if change["field"] == "indicators.value"
        ]
        assert values == [45.5]
