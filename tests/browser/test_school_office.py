"""The messy workbook of a school office becomes a dataset by clicking, its next quarter with one answer."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.request import urlopen

from axe_checks import violations
from loading import follow
from openpyxl import load_workbook
from school_office import FIRST, NEXT, workbook

NEW = "/digitalisierung/daten/neu"
NAME = "schulstatistik"
COLUMNS = [
    "schule", "plz", "schuelerinnen_und_schueler_2025", "schuelerinnen_und_schueler_2026", "klassen",
    "glasfaser_anteil", "glasfaser_angeschlossen_am",
]  # fmt: skip
FIRST_VALUES: list[list[Any]] = [
    ["Gymnasium Paulinum", "48143", 1012, 1035, 38, 12.5, "2025-03-15"],
    ["Grundschule Überwasser", "48143", 240, 251, 10, 100, "2025-11-03"],
    ["Gesamtschule Mitte", "48153", 1250, None, 44, 50, "2026-06-01"],
    ["Förderschule Roxel", "48161", 98, 103, None, 0, None],
]
NEXT_VALUES: list[list[Any]] = [
    ["Gymnasium Paulinum", "48143", 1012, 1041, 38, 25, "2025-03-15"],
    ["Grundschule Überwasser", "48143", 240, 255, 10, 100, "2025-11-03"],
    ["Gesamtschule Mitte", "48153", 1250, 1263, 45, 50, "2026-06-01"],
    ["Förderschule Roxel", "48161", 98, None, 9, 0, "2026-08-02"],
    ["Grundschule Nord", "48157", None, 187, 8, 0, None],
]


def upload(page: Any, content: bytes, address: str) -> None:
    page.goto(address)
    file = {"name": "Schulstatistik.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    page.set_input_files("[name=upload]", file)
    if page.locator("[name=organisation]").count():
        page.select_option("[name=organisation]", "opendata")
    page.get_by_role("button", name="Hochladen und prüfen").click()
    page.wait_for_url("**/neu/*")


def choose(page: Any, label: str) -> None:
    """Tick something, and wait until the page shows what it makes of the table."""
    page.locator("[data-dm-status]").evaluate("status => { status.textContent = ''; }")
    page.get_by_label(label).first.check()
    page.get_by_text("Die Vorschau ist aktuell.").wait_for(state="attached")


def publish(page: Any) -> None:
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    page.wait_for_url("**/dataset/*")


def get(address: str) -> bytes:
    with urlopen(address) as answer:
        return bytes(answer.read())


def is_published(base: str, values: list[list[Any]]) -> None:
    """Compare CSV, JSON, XLSX and DataStore with the values, cell by cell."""
    files = f"{base}/digitalisierung/daten/datensatz/{NAME}"
    header, *rows = csv.reader(io.StringIO(get(f"{files}.csv").decode()))
    assert header == COLUMNS
    told = [[None if cell is None else str(cell) for cell in row] for row in values]
    assert [[cell or None for cell in row[:5]] for row in rows] == [row[:5] for row in told]
    assert [(float(row[5]), row[6] or None) for row in rows] == [(row[5], row[6]) for row in values]
    assert [list(row.values()) for row in json.loads(get(f"{files}.json"))] == values
    sheet = load_workbook(io.BytesIO(get(f"{files}.xlsx"))).worksheets[0]
    cells = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    days = [[*row[:6], row[6].date().isoformat() if row[6] else None] for row in cells]
    assert days == values
    package = json.loads(get(f"{base}/api/action/package_show?id={NAME}"))["result"]
    stored = next(one["id"] for one in package["resources"] if one["datastore_active"])
    found = json.loads(get(f"{base}/api/action/datastore_search?resource_id={stored}&sort=_id"))
    records = [[record[name] for name in COLUMNS] for record in found["result"]["records"]]
    as_numbers = [[*row[:5], float(row[5]), row[6]] for row in records]
    assert as_numbers == values


def test_a_table_and_its_next_quarter(filled: str, visit: Any) -> None:
    """A cover sheet, a title, two header rows, a hidden column, thousands points, k. A., totals and notes."""
    page = visit(filled, "koordinator")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    upload(page, workbook(FIRST, 1), NEW)
    page.locator("[data-dm-status]").evaluate("status => { status.textContent = ''; }")
    page.select_option("#dm-sheet", "Schulen")
    page.get_by_text("Die Vorschau ist aktuell.").wait_for(state="attached")
    assert page.get_by_text("nicht gültig").count() == 1
    choose(page, "Zeilen 3-4, verbunden")
    choose(page, "k. A.")
    choose(page, "scheint eine Summe")
    choose(page, "scheinen Bemerkungen unter")
    # what is asked says what each answer makes of the cells
    assert page.get_by_label("wie in 1,250.5: 1,012; 1,25").count() == 1
    choose(page, "wie in 1.250,5: 1012; 1250")
    choose(page, "wie in 1.250,5: 1035")
    assert page.get_by_role("group", name="Dezimalkomma").count() == 0
    assert violations(page) == []
    publish(page)
    is_published(filled, FIRST_VALUES)

    upload(page, workbook(NEXT, 2), f"{NEW}?datensatz={NAME}")
    # every choice is kept; a school without a number breaks a rule that held before
    assert page.get_by_text("Zeile 9, schuelerinnen_und_schueler_2025").count() > 0
    page.locator("[data-dm-status]").evaluate("status => { status.textContent = ''; }")
    page.uncheck("[name=columns__2__required]")
    page.get_by_text("Die Vorschau ist aktuell.").wait_for(state="attached")
    publish(page)
    is_published(filled, NEXT_VALUES)
    assert faults == []


def test_on_a_phone_and_without_scripts(filled: str, visit: Any, chromium: Any) -> None:
    """Each choice works with “Check again”, and nothing is wider than a phone."""
    page = visit(filled, "koordinator", {"width": 375, "height": 800})
    upload(page, b"Ort;Wert\nA;1.250\nB;k. A.\nC;7\n", NEW)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0
    assert violations(page) == []
    address, cookies = page.url, page.context.cookies()
    with_none = chromium.new_context(java_script_enabled=False, locale="de-DE")
    with_none.add_cookies(cookies)
    plain = with_none.new_page()
    plain.goto(address)
    plain.get_by_label("k. A.").check()
    follow(plain.get_by_role("button", name="Erneut prüfen"))
    plain.get_by_label("wie in 1.250,5: 1250").check()
    follow(plain.get_by_role("button", name="Erneut prüfen"))
    assert plain.get_by_role("cell", name="wird veröffentlicht als 1250").count() == 1
    with_none.close()
