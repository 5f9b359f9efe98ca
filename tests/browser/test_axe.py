"""axe-core finds nothing, wide and narrow; nothing scrolls sideways; each page has one main heading."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

SIZES = ({"width": 1280, "height": 900}, {"width": 390, "height": 844}, {"width": 320, "height": 640})
PUBLIC = (
    "/",
    "/digitalisierung",
    "/digitalisierung?stichtag=2019-03-14&bekannt_am=2026-01-01",
    "/digitalisierung?stichtag=gestern&status=egal",
    "/digitalisierung?q=nichtsdavon",
    "/digitalisierung/definitionen",
    "/digitalisierung/ratsbezug",
    "/digitalisierung/ratsbezug/V/0989/2017",
    "/digitalisierung/daten",
    "/digitalisierung/datenqualitaet/",
    "/digitalisierungsmassnahme/dms",
    "/digitalisierungsmassnahme/dms?stichtag=2019-03-14",
    "/digitalisierungsmassnahme/wlan",
    "/digitalisierungsmassnahme/gibt-es-nicht",
    "/gibt-es-nicht",
    "/en/digitalisierung",
    "/en/digitalisierungsmassnahme/dms",
)
CORE = (
    "/dataset/",
    "/dataset/?q=Schule",
    "/organization/",
    "/organization/citeq",
    "/user/login",
    "/about",
)
EDITORS = (
    "/digitalisierungsmassnahme/new",
    "/digitalisierungsmassnahme/edit/dms",
    "/digitalisierungsmassnahme/dms/neues",
    "/digitalisierungsmassnahme/dms",
    "/digitalisierung",
)
COORDINATORS = ("/digitalisierung/bericht-einlesen", "/digitalisierung/datenqualitaet/hochladen")


def faults(page, path: str) -> list[str]:
    """Give what is wrong with a page, in each width."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        answer = page.goto(path)
        if answer.status >= 500:
            found.append(f"{path}: {answer.status}")
        report = Axe().run(page).response["violations"]
        for violation in report:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            found.append(f"{path} at {size['width']}: {violation['id']}: {nodes}")
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            found.append(f"{path} at {size['width']}: {over} pixels too wide")
        headings = page.locator("h1:visible").count()
        if headings != 1:
            found.append(f"{path} at {size['width']}: {headings} main headings")
    return found


@pytest.mark.parametrize("path", [*PUBLIC, *CORE])
def test_public_pages_are_empty_first(empty, visit, path):
    """Pages of an empty catalogue have no fault either."""
    if path in {"/organization/citeq"}:
        pytest.skip("there is no organisation yet")
    assert faults(visit(empty), path) == []


def test_public_pages(filled, visit):
    """Every public page, ours and the catalogue's."""
    page = visit(filled)
    assert [fault for path in (*PUBLIC, *CORE) for fault in faults(page, path)] == []


def test_pages_of_the_office(filled, visit):
    """Forms, and the measure's page with its internal notes."""
    page = visit(filled, "bearbeiterin")
    assert [fault for path in EDITORS for fault in faults(page, path)] == []


def test_pages_of_the_coordinator(filled, visit):
    """Imports and uploads."""
    page = visit(filled, "koordinator")
    assert [fault for path in COORDINATORS for fault in faults(page, path)] == []
