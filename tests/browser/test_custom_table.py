"""A table of one's own as a coordinator publishes it: by clicking, from the file to the API."""

from __future__ import annotations

import json
import time
from urllib.request import urlopen

from axe_checks import violations
from loading import follow

NEW = "/digitalisierung/daten/neu"
LONG = "Geschwindigkeitsbegrenzungsüberwachungsanlagenstandorteinheit"
TABLE = (
    f"AGS;Ort;Haushalte;Anteil mit Glasfaser in %;Stichtag;{LONG}\r\n"
    "05515000;Münster;168.402,0;96,51;31.12.2019;Straße am Grünen Grund\r\n"
    "05558012;Coesfeld;16.217,5;88,4;1.1.2020;\r\n"
).encode("cp1252")
BAD = "Ort;Wert\r\nMünster;5\r\n;7\r\n".encode("cp1252")
SCHEMA = json.dumps(
    {
        "fields": [
            {"name": "ort", "title": "Ort", "constraints": {"required": True}},
            {"name": "wert", "type": "integer"},
        ]
    }
).encode()
WIDTHS = (1280, 390)


def upload(page, content, schema=None):
    page.goto(NEW)
    page.set_input_files(
        "[name=upload]", {"name": "glasfaser.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.select_option("[name=organisation]", "opendata")
    if schema:
        page.locator("main summary").click()
        page.set_input_files(
            "[name=schema]", {"name": "s.json", "mimeType": "application/json", "buffer": schema}
        )
    page.get_by_role("button", name="Hochladen und prüfen").click()
    page.wait_for_url("**/neu/*")


def faults(page):
    """What axe finds and what scrolls sideways, wide and narrow."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        found += [(v["id"], v["nodes"][0]["html"][:200]) for v in violations(page)]
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found.append(f"{page.url}: {over} pixels too wide at {width}")
        if page.locator("h1:visible").count() != 1:
            found.append(f"{page.url}: not one main heading at {width}")
    return found


def test_from_german_excel_to_the_api(filled, visit):
    """In under two minutes, with report, JSON and DataStore."""
    page = visit(filled, "koordinator")
    page.goto("/digitalisierung/daten/")
    begin = time.monotonic()
    follow(page.get_by_role("link", name="Eigene Tabelle veröffentlichen"))
    assert faults(page) == []
    upload(page, TABLE)
    text = page.locator("main").inner_text()
    for word in ("Windows (cp1252)", "Semikolon", "Komma: 45,5", "31.12.2019", "gültig", LONG):
        assert word in text
    assert page.locator("[name=columns__0__type]").input_value() == "string"
    assert page.locator("[name=columns__3__type]").input_value() == "number"
    assert page.locator("[name=columns__4__type]").input_value() == "date"
    assert faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.fill("[name=title]", "Glasfaser in den Gemeinden")
    page.fill("[name=notes]", "Anteil der Haushalte mit Glasfaser.")
    page.fill("[name=columns__5__title]", "Standort")
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    page.wait_for_url("**/dataset/glasfaser-in-den-gemeinden")
    assert time.monotonic() - begin < 120
    assert "Geprüft" in page.locator("div.dm-note").inner_text()
    assert faults(page) == []

    base = f"{filled}/digitalisierung/daten/datensatz/glasfaser-in-den-gemeinden"
    with urlopen(f"{base}.json") as answer:
        rows = json.load(answer)
    assert rows[0]["ags"] == "05515000"
    assert rows[0]["haushalte"] == 168402
    assert rows[0]["anteil_mit_glasfaser_in_prozent"] == 96.51
    assert rows[1]["stichtag"] == "2020-01-01"
    with urlopen(f"{filled}/api/action/package_show?id=glasfaser-in-den-gemeinden") as answer:
        resources = json.load(answer)["result"]["resources"]
    resource = next(one["id"] for one in resources if one["datastore_active"])
    with urlopen(f"{filled}/api/action/datastore_search?resource_id={resource}&q=Coesfeld") as answer:
        assert json.load(answer)["result"]["records"][0]["ags"] == "05558012"

    page.get_by_role("link", name="Alle Fassungen").click()
    page.wait_for_url("**/datensatz/glasfaser-in-den-gemeinden/")
    assert faults(page) == []


def test_errors_beside_the_file(filled, visit):
    """The report names the place; nothing typed is lost; the file can be kept and mended."""
    page = visit(filled, "koordinator")
    upload(page, BAD, SCHEMA)
    text = page.locator("main").inner_text()
    assert "nicht gültig" in text
    assert "Zeile 3, ort" in text
    assert page.get_by_role("button", name="Veröffentlichen", exact=True).count() == 0
    assert faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.fill("[name=notes]", "Bleibt stehen")
    page.uncheck("[name=columns__0__required]")
    follow(page.get_by_role("button", name="Erneut prüfen"))
    assert page.locator("[name=notes]").input_value() == "Bleibt stehen"
    assert page.get_by_role("button", name="Veröffentlichen", exact=True).count() == 1
    page.get_by_role("button", name="Als privaten Datensatz speichern").click()
    page.wait_for_url("**/dataset/glasfaser")
    assert "Nicht veröffentlicht" in page.locator("div.dm-note").inner_text()
    assert faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    follow(page.get_by_role("link", name="Am Entwurf weiterarbeiten"))
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    page.wait_for_url("**/dataset/glasfaser")
    assert "Geprüft" in page.locator("div.dm-note").inner_text()
