"""axe-core finds nothing, wide and narrow; nothing scrolls sideways; each page has one main heading."""

from __future__ import annotations

import pytest
from axe_checks import unreadable, violations
from loading import follow

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# what a window of 1280 pixels shows at 400 percent
ENLARGED = {"width": 320, "height": 640}
CITY = tuple(
    f"/digitalisierung/{page}" for page in ("barrierefreiheit", "datenschutz", "impressum", "kontakt")
)
PUBLIC = (
    "/",
    "/digitalisierung",
    "/digitalisierung?stichtag=2019-03-14&bekannt_am=2026-01-01",
    "/digitalisierung?stichtag=gestern&status=egal",
    "/digitalisierung?q=nichtsdavon",
    "/digitalisierung/suche/?q=Akte",
    "/digitalisierung/suche/woerter/",
    "/digitalisierung/suche/?q=nichtsdavon&status=done",
    "/digitalisierung/api",
    "/digitalisierung/definitionen",
    *CITY,
    "/digitalisierung/ratsbezug",
    "/digitalisierung/ratsbezug/V/0989/2017",
    "/digitalisierung/ratsbezug/unsinn",
    "/digitalisierung/einbetten/statusverlauf",
    "/digitalisierung/einbetten/tabelle/milestones",
    "/digitalisierung/einbetten/massnahme/dms",
    "/digitalisierung/einbetten/massnahme/gibt-es-nicht",
    "/digitalisierung/vergleich?von=2019-01-01&bis=2020-12-31",
    "/digitalisierung/vergleich?von=gestern&art=unsinn",
    "/digitalisierung/katalog-in-zahlen",
    "/digitalisierung/aenderungen",
    "/digitalisierung/aenderungen?ratsbezug=Diverse",
    "/digitalisierungsmassnahme/dms/felder?feld=milestones",
    "/en/digitalisierung/vergleich",
    "/digitalisierung/daten",
    "/digitalisierung/tabelle/measures?_spalte=status&_diagramm=bar&_x=status&status.not=done&x=1",
    "/digitalisierung/berichte/",
    "/digitalisierung/datenqualitaet/",
    "/digitalisierungsmassnahme/dms",
    "/digitalisierungsmassnahme/dms?stichtag=2019-03-14",
    "/digitalisierungsmassnahme/wlan",
    "/digitalisierungsmassnahme/gibt-es-nicht",
    "/gibt-es-nicht",
    "/en/digitalisierung",
    "/en/digitalisierung/api",
    "/en/digitalisierungsmassnahme/dms",
)
CORE = (
    "/dataset/",
    "/dataset/?q=Schule",
    "/organization/",
    "/organization/citeq",
    "/user/login",
    "/digitalisierung/ueber",
)
# what shows the same in any catalogue
SAME = ("/en/", "/digitalisierung/ueber", "/user/login", "/digitalisierung/definitionen", *CITY)
EDITORS = (
    "/digitalisierungsmassnahme/new",
    "/digitalisierungsmassnahme/edit/dms",
    "/digitalisierungsmassnahme/dms/neues",
    "/digitalisierungsmassnahme/dms/kennzahlen",
    "/digitalisierung/zuletzt-geaendert/",
    "/digitalisierung/datenqualitaet/quelle-anlegen",
    "/digitalisierung/datenqualitaet/quelle-anlegen?vorlage=breitbandatlas",
    "/digitalisierung/datenqualitaet/quelle-anlegen?vorlage=fortschritt",
    "/digitalisierung/schreibtisch/",
    "/en/digitalisierung/schreibtisch/",
    "/digitalisierung/schreibtisch/measures",
    "/digitalisierungsmassnahme/dms/loeschen",
    "/digitalisierung/sichtbarkeit/dms/zurueckziehen",
    "/digitalisierungsmassnahme/dms",
    "/digitalisierung",
    "/digitalisierung/meilensteine",
)
COORDINATORS = (
    "/digitalisierung/schreibtisch/",
    "/en/digitalisierung/schreibtisch/",
    "/digitalisierung/schreibtisch/city_pages",
    "/digitalisierung/seiten/",
    "/digitalisierung/sitzungen/",
    "/digitalisierung/seiten/impressum/de",
    "/digitalisierung/impressum",
    "/digitalisierung/bericht-einlesen",
    "/digitalisierung/berichte/neu",
    "/digitalisierung/berichtsvorlage/",
    "/digitalisierung/berichte/bericht-2019/luecken",
    "/digitalisierung/berichte/bericht-2019/bearbeiten",
    "/digitalisierung/berichte/bericht-2019/vorschau",
    "/digitalisierung/berichte/bericht-2019/pruefen",
    "/digitalisierung/berichte/bericht-2019/vorlage",
    "/digitalisierung/berichte/bericht-2019/einfrieren",
    "/digitalisierung/datenqualitaet/hochladen",
    "/digitalisierung/daten/neu",
    "/digitalisierung/daten/measures/",
)
# in every width a page must fit; axe looks at all of them wide, and at night narrow, too
looked_at = pytest.mark.parametrize(
    "width", [WIDE["width"], pytest.param(NARROW["width"], marks=pytest.mark.thorough)]
)


def faults(page, paths, width=WIDE["width"]) -> list[str]:
    """Return what is wrong with pages, in each width; axe looks at one."""
    return [fault for path in paths for fault in _page_faults(page, path, width)]


def _too_wide(page) -> int:
    """Return by how many pixels a page is wider than the window; scripts may take a moment to follow it."""
    for _ in range(10):
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over <= 0:
            return 0
        page.wait_for_timeout(300)
    return over


def _page_faults(page, path, width):
    answer = page.goto(path)
    if answer.status >= 500:
        yield f"{path}: {answer.status}"
    # a page that was loaded follows its window as one that is loaded into it
    for size in (WIDE, NARROW, ENLARGED):
        page.set_viewport_size(size)
        where = f"{path} at {size['width']}"
        if size["width"] == width:
            for violation in violations(page):
                nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                yield f"{where}: {violation['id']}: {nodes}"
        if over := _too_wide(page):
            yield f"{where}: {over} pixels too wide"
        headings = page.locator("h1:visible").count()
        if headings != 1:
            yield f"{where}: {headings} main headings"


@looked_at
def test_an_empty_catalogue(empty, visit, width):
    """Pages without anything to show."""
    paths = [path for path in (*PUBLIC, *CORE) if not path.startswith(SAME) and "citeq" not in path]
    assert faults(visit(empty), paths, width) == []


@pytest.mark.long
@looked_at
def test_public_pages(filled, visit, width):
    """Every public page, ours and the catalogue's."""
    page = visit(filled)
    assert faults(page, (*PUBLIC, *CORE), width) == []


@looked_at
def test_pages_of_the_office(filled, visit, width):
    """Forms, and the measure's page with its internal notes."""
    page = visit(filled, "bearbeiterin")
    assert faults(page, EDITORS, width) == []


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["", "/en"], ids=["de", "en"])
def test_the_long_form_unfolded(filled, visit, language, width):
    """Every part and every entry open, with errors in two of them: axe reads past what is folded."""
    page = visit(filled, "bearbeiterin", width)
    page.goto(f"{language}/digitalisierungsmassnahme/edit/dms")
    page.locator(".dm-form-parts button").click()
    page.fill("[name=vision_year]", "26")
    page.fill("[name=progress_percent]", "1,25" if language else "1.25")
    follow(page.locator(".dm-actions [type=submit]"))
    assert page.locator("[data-dm-focus] li").count() == 2
    page.evaluate("document.querySelectorAll('.dm-form details').forEach(e => { e.open = true })")
    found = violations(page)
    told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    assert told == []
    assert _too_wide(page) == 0


@looked_at
def test_pages_of_the_coordinator(filled, visit, width):
    """Imports and uploads."""
    page = visit(filled, "koordinator")
    assert faults(page, COORDINATORS, width) == []


def test_dark_pages(filled, visit):
    """Whoever wants dark pages can read them: ours, forms, and the catalogue's.

    The same pages are looked at in light colours above; nothing but colours differs.
    """
    page = visit(filled, "koordinator")
    page.emulate_media(color_scheme="dark")
    paths = (
        "/",
        "/digitalisierung",
        "/digitalisierungsmassnahme/dms",
        "/digitalisierung/datenqualitaet/",
        *CITY,
    )
    changed = ("edit/dms", "dms/neues", "dms/kennzahlen")
    forms = (*(f"/digitalisierungsmassnahme/{one}" for one in changed), *COORDINATORS)
    found = []
    for path in (*paths, *forms, *CORE):
        assert page.goto(path).status < 500, path
        found += [f"{path}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in unreadable(page)]
    assert found == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 29)"
