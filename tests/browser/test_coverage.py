"""Coverage as a coordinator works with it: a real table by the page, a damaged one, a second edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_checks import violations
from ckan.tests.helpers import call_action
from loading import follow

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "coverage"
TABLE = SAMPLES / "gemeinde_privat_2019_mitte.muensterland.csv"
AREAS = SAMPLES / "gemeinden-muensterland.geojson"
UPLOAD = "/digitalisierung/datenqualitaet/versorgung-hochladen"
WIDTHS = (1280, 390)

pytestmark = pytest.mark.skipif(not TABLE.exists(), reason=f"the real coverage table is not in {SAMPLES}")


def hand_in(page, edition, content):
    """Fill the form in and send it; the report is shown."""
    page.goto(UPLOAD)
    page.set_input_files(
        "[name=upload]", {"name": "zahlen.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.set_input_files("[name=areas]", str(AREAS))
    page.fill("[name=edition]", edition)
    page.select_option("[name=customer]", "private")
    page.select_option("[name=base]", "households")
    page.fill("[name=source]", "© Bundesnetzagentur / Breitbandatlas")
    follow(page.locator("main form.dm-card button[type=submit]"))


def take_over(page):
    follow(page.get_by_role("button", name="Take over").or_(page.get_by_role("button", name="Übernehmen")))


def faults(page):
    """What axe finds and what scrolls sideways, wide and narrow."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        found += [v["id"] for v in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"scrolls sideways at {width}")
    return found


def test_from_the_file_to_the_plot(filled, visit):
    content = TABLE.read_text(encoding="utf-8")
    page = visit(filled, "koordinator")

    hand_in(page, "2019-06", content.replace('"05515000";100;', '"05515000";196.51;'))
    text = page.locator("main").inner_text()
    row = next(n for n, line in enumerate(content.splitlines(), 1) if line.startswith('"05515000"'))
    assert f"Zeile {row}" in text
    assert "196.51" in text
    assert page.get_by_role("button", name="Übernehmen").count() == 0
    assert faults(page) == []

    hand_in(page, "2019-06", content)
    assert faults(page) == []
    take_over(page)
    figures = call_action("digitalms_coverage_show", area_code="05515000", technology="all", limit=100)
    told = {row["speed_mbit_s"]: row["share_percent"] for row in figures["results"]}
    assert told[30] == 96.51
    assert told[1000] == 4.43

    page.goto("/digitalisierungsmassnahme/breitband")
    section = page.locator("#versorgung + section")
    assert "96,51 %" in section.inner_text()
    assert "Münster" in section.inner_text()
    assert section.locator("svg").count() == 0, "one figure is no course"
    assert faults(page) == []

    hand_in(page, "2019-12", content.replace(";96.51;", ";97.20;"))
    take_over(page)
    page.goto("/digitalisierungsmassnahme/breitband")
    section = page.locator("#versorgung + section")
    assert "97,2 %" in section.inner_text()
    assert section.locator("svg circle").count() == 2
    assert faults(page) == []
    page.goto("/digitalisierung")
    assert "97,2 %" in page.locator("main").inner_text()
    assert faults(page) == []
