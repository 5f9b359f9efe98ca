"""A report on its way in a browser: gaps, texts, order, frozen, and read by everybody."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser

REPORTS = "/digitalisierung/berichte"


def test_from_the_catalogue_to_the_council(filled: str, visit: Any) -> None:
    """The coordinator makes it; a stranger reads it, and nothing before it is frozen."""
    page, stranger = visit(filled, "koordinator"), visit(filled)
    page.goto(f"{REPORTS}/")
    page.click("text=Neuer Bericht")
    page.fill("#dm-title", "Bericht 2020")
    page.fill("#dm-as_of", "2020-07-01")
    page.click("text=Bericht anlegen")
    assert page.url.endswith("/berichte/bericht-2020/luecken")
    page.locator("input[name^='reason:']").first.fill("wird neu geplant")
    page.click("text=Gründe speichern")
    page.click("text=Weiter zu den Texten")
    page.fill("#dm-number", "V/0456/2020")
    page.fill("#dm-introduction", "Wir berichten.")
    page.click("button[value='up:dms']")
    page.click("text=Bericht speichern")
    page.click("text=4. Vorschau")
    order = page.locator(".dm-report-measures .dm-report-title").all_inner_texts()
    assert order[1].startswith("Dokumentenmanagement")
    assert "wird neu geplant" in page.locator("article").inner_text()
    assert stranger.goto(f"{REPORTS}/bericht-2020").status == 404
    page.click("text=Einfrieren …")
    page.click("button:has-text('Bericht einfrieren')")
    assert stranger.goto(f"{REPORTS}/bericht-2020").status == 200
    assert "Wir berichten." in stranger.locator("article").inner_text()
    assert stranger.locator("text=V/0456/2020").first.is_visible()
    stranger.click(".dm-report-contents a[href='#massnahme-wlan']")
    assert stranger.locator("#massnahme-wlan").is_visible()


def test_copying_a_field(filled: str, visit: Any) -> None:
    """A button copies the text; without scripts the field can be marked."""
    page = visit(filled, "koordinator")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{REPORTS}/bericht-2019/vorlage")
    page.locator("#dm-subject ~ button").click()
    page.locator("#dm-subject ~ button [role=status]", has_text="Kopiert").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#dm-subject").input_value()
