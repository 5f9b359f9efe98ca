"""Figures, walked through in Chromium: the block that each opens, values in one go, what is due."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.long]

MEASURE = "/digitalisierungsmassnahme/dms"
NARROW = {"width": 375, "height": 700}


def test_the_block_by_keyboard_on_a_phone_and_printed(filled: str, visit: Any) -> None:
    """It opens with Enter, fits the screen, and stands open on paper; no script takes part."""
    page = visit(filled, size=NARROW)
    page.goto(MEASURE)
    block = page.locator("details.dm-block").first
    answer = block.get_by_text("Städtische Bildschirmarbeitsplätze mit elektronischer Akte")
    expect(answer).to_be_hidden()
    block.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider)
    page.keyboard.press("Enter")
    expect(answer).to_be_hidden()
    page.emulate_media(media="print")
    expect(answer).to_be_visible()


@pytest.mark.parametrize(
    "address",
    [
        "/digitalisierung/vergleich?von=2019-03-14&bis=2020-12-31",
        "/digitalisierung/aenderungen",
        f"{MEASURE}/felder?feld=indicators",
    ],
)
def test_the_same_block_elsewhere(filled: str, visit: Any, address: str) -> None:
    page = visit(filled)
    page.goto(address)
    block = page.locator("details.dm-block", has_text="Städtische Bildschirmarbeitsplätze").first
    block.locator("summary").click()
    expect(block.get_by_text("Elektronische Akten an mehr als 70 Prozent")).to_be_visible()


def test_from_the_desk_to_values_and_back(filled: str, visit: Any, tmp_path: Path) -> None:
    """What is due is entered with another day in one go; a series follows as a file; both are put back."""
    page = visit(filled, "bearbeiterin")
    due = page.locator("#dm-figures ~ ul li", has_text="Anteil der Bildschirmarbeitsplätze")
    due.locator("a.dm-button").click()
    page.wait_for_url(f"**{MEASURE}/kennzahlen?kennzahl=*")
    rows = page.locator("fieldset.dm-values")
    for row, day, value in ((0, "2020-12-31", "23,5"), (1, "2021-06-30", "vierzig")):
        rows.nth(row).get_by_label("Tag").fill(day)
        rows.nth(row).get_by_label("Wert", exact=True).fill(value)
    rows.nth(1).get_by_label("Bemerkung").fill("nach der zweiten Stufe")
    page.get_by_role("button", name="Zeigen, was sich ändert").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Zeile 2, Wert")
    expect(rows.nth(1).get_by_label("Bemerkung")).to_have_value("nach der zweiten Stufe")
    rows.nth(1).get_by_label("Wert", exact=True).fill("40")
    page.get_by_role("button", name="Zeigen, was sich ändert").last.click()
    page.wait_for_url("**/tabelle-einlesen/*")
    expect(page.get_by_text("2 Zeilen ändern etwas")).to_be_visible()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("button", name="Zurücknehmen")).to_be_visible()
    page.goto(MEASURE)
    expect(page.locator("#kennzahlen ~ p").nth(1)).to_contain_text("40 %")

    series = tmp_path / "reihe.csv"
    series.write_bytes("Tag;Wert;Bemerkung\n31.12.2021;48,5;geschätzt\n30.06.2022;52;\n".encode("cp1252"))
    page.get_by_role("link", name="Werte eintragen", exact=True).first.click()
    page.wait_for_url(f"**{MEASURE}/kennzahlen")
    page.get_by_label("Kennzahl", exact=True).last.select_option(
        label="Anteil der Bildschirmarbeitsplätze mit DMS"
    )
    page.get_by_label("Datei").set_input_files(series)
    page.get_by_role("button", name="Datei prüfen").click()
    page.wait_for_url("**/tabelle-einlesen/*")
    expect(page.get_by_text("Anteil der Bildschirmarbeitsplätze mit DMS, 30.06.2022")).to_be_visible()
    page.get_by_role("button", name="Übernehmen").click()
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(page.get_by_text("sagen wieder, was sie vorher sagten").first).to_be_visible()
    page.goto(MEASURE)
    expect(page.locator("#kennzahlen ~ p").nth(1)).to_contain_text("40 %")
