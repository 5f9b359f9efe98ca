"""A councillor looks back: from the overview of a past day to measure, paper, table and file, of that day."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from axe_checks import violations
from ckan import model
from loading import enter, follow

DAY = "2019-12-31"
SAYS = "Sie sehen den Stand vom 31. Dezember 2019."
SIZES = ({"width": 1280, "height": 900}, {"width": 375, "height": 800})


@pytest.fixture
def published(filled: str, visit: Any) -> str:
    """The demo with its tables published; its address."""
    page = visit(filled, "koordinator")
    page.goto("/digitalisierung/daten/")
    follow(page.locator("form[method=post][action$='/digitalisierung/daten/'] button"))
    return filled


def faults(page: Any) -> list[str]:
    """What axe finds and what scrolls sideways, wide and narrow."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        found += [violation["id"] for violation in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"scrolls sideways at {size['width']}")
    page.set_viewport_size(SIZES[0])
    return found


def record(day: str) -> dict[str, Any]:
    """What the action tells of the measures on a day."""
    model.Session.rollback()
    told = tk.get_action("digitalms_measure_list")({}, {"cut_off_date": day})["results"]
    return {one["measure_id"]: one for one in told}


class Councillor:
    """Goes from page to page by links only, and looks that each says the same day."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.found: list[str] = []

    def arrives(self, says: str = SAYS) -> None:
        assert f"stichtag={DAY}" in self.page.url, self.page.url
        assert (
            says
            in self.page.locator("main, .flash-messages").all_inner_texts()[0]
            + self.page.locator("#content").inner_text()
        )
        self.found += [f"{self.page.url}: {fault}" for fault in faults(self.page)]

    def follows(self, name: str, exact: bool = True, within: str = "#content") -> None:
        follow(self._link(name, exact, within))

    def _link(self, name: str, exact: bool = True, within: str = "#content") -> Any:
        return self.page.locator(within).get_by_role("link", name=name, exact=exact).first

    def takes(self, name: str) -> Path:
        """Take a file by its button; return it."""
        with self.page.expect_download() as waiting:
            self._link(name).click()
        assert f"stichtag={DAY}" in waiting.value.suggested_filename
        return Path(waiting.value.path())


def test_from_the_overview_to_the_file(published: str, visit: Any) -> None:
    """Overview, measure, paper, table, file and back; wide and narrow, and in English."""
    then = record(DAY)
    page = visit(published)
    way = Councillor(page)

    page.goto("/digitalisierung")
    page.get_by_text("An einem anderen Tag").click()
    page.fill("[name=stichtag]", DAY)
    follow(page.get_by_role("button", name="Anzeigen").first)
    way.arrives()
    rows = list(csv.DictReader(way.takes("Maßnahmen als CSV").open(encoding="utf-8")))
    assert {row["measure_id"]: (row["status"], row["as_of"]) for row in rows} == {
        key: (one["status"], one["as_of"]) for key, one in then.items()
    }
    page.select_option("[name=status]", "in_progress")
    follow(page.get_by_role("button", name="Filtern"))
    way.arrives()
    assert page.locator(".dm-measure").count() == sum(one["status"] == "in_progress" for one in then.values())

    way.follows(then["dms"]["title"])
    way.arrives()
    assert then["dms"]["statement"] in page.locator("main").inner_text()
    sheet = openpyxl.load_workbook(way.takes("Einträge als Excel").open("rb")).worksheets[0]
    titles, *steps = sheet.iter_rows(values_only=True)
    assert [row[titles.index("text")] for row in steps] == [step["text"] for step in then["dms"]["steps"]]
    with page.expect_navigation():
        way.follows("JSON")
    told = json.loads(page.locator("body").inner_text())["result"]
    assert (told["cut_off_date"], told["statement"]) == (DAY, then["dms"]["statement"])
    page.go_back()

    paper = then["dms"]["council_references"][0]["reference"]
    way.follows(paper)
    way.arrives()
    way.follows(then["dms"]["title"])
    way.arrives()

    way.follows("Offene Tabellen", within=".dm-nav")
    way.arrives()
    listed = json.loads(
        page.request.get(
            page.get_by_role("link", name="JSON (Liste von Objekten)").first.get_attribute("href")
        ).text()
    )
    assert [row["measure_id"] for row in listed] == list(then)
    way.follows("Was die Wörter bedeuten", within=".dm-site-footer")
    way.arrives("Diese Seite zeigt immer den Stand von heute.")
    way.follows("Zurück zu den Maßnahmen am 31. Dezember 2019")
    way.arrives()
    way.follows("English", within=".dm-site-footer")
    way.arrives("You see the state of December 31, 2019.")
    way.follows(then["dms"]["title"])
    way.arrives("You see the state of December 31, 2019.")
    assert "/en/" in page.url
    page.fill(".dm-find input[name=q]", "Serviceportal")
    enter(page.locator(".dm-find input[name=q]"))
    way.arrives("This page is always of today.")
    way.follows(then["serviceportal"]["title"], exact=False)
    way.arrives("You see the state of December 31, 2019.")
    way.follows("Show today")
    assert "stichtag" not in page.url
    assert way.found == []


def test_a_day_to_come(published: str, visit: Any) -> None:
    """It is answered as such, at the field and above what is shown."""
    page = visit(published)
    page.goto("/digitalisierung?stichtag=2130-01-01")
    text = page.locator("main").inner_text()
    assert text.count("Der 1. Januar 2130 liegt in der Zukunft") == 2
    assert "Sie sehen deshalb den Stand von heute." in text
    assert faults(page) == []
