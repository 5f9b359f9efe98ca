"""A report on its way in a browser: gaps, texts, order, frozen, and read by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

REPORTS = "/digitalisierung/berichte"
PHONE = {"width": 390, "height": 844}


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


class TestOrder:
    """The measures of a report are put in order by hand, key and number; saved is only what one saves."""

    EDIT = f"{REPORTS}/bericht-2019/bearbeiten"

    @pytest.fixture
    def page(self, filled: str, visit: Any) -> Any:
        page = visit(filled, "koordinator")
        page.goto(self.EDIT)
        # the script has given each measure its handle
        expect(page.locator("[data-dm-row] .dm-grip")).to_have_count(7)
        return page

    def expect_order(self, page: Any, *keys: str) -> None:
        expect(page.locator("[data-dm-row] input[name$='__place']")).to_have_count(7)
        for at, key in enumerate(keys):
            expect(page.locator("[data-dm-row]").nth(at)).to_have_id(f"place-{key}")
            expect(page.locator(f"#dm-place-{key}")).to_have_value(str(at + 1))

    def save(self, page: Any) -> None:
        page.click("text=Bericht speichern")
        expect(page.locator(".flash-messages, .alert").filter(has_text="gespeichert").first).to_be_visible()

    def test_by_hand(self, page: Any) -> None:
        handle = page.locator("#place-wlan .dm-grip")
        handle.scroll_into_view_if_needed()
        box, first = handle.bounding_box(), page.locator("#place-dms").bounding_box()
        page.mouse.move(box["x"] + 5, box["y"] + 12)
        page.mouse.down()
        page.mouse.move(first["x"] + 9, first["y"] + 4, steps=4)
        expect(page.locator(".dm-drop-before")).to_have_count(1)
        page.mouse.up()
        expect(page.locator("[data-dm-status]")).to_have_text("Maßnahme steht jetzt an Stelle 3")
        self.expect_order(page, "strategie", "serviceportal", "wlan", "dms")
        self.save(page)
        self.expect_order(page, "strategie", "serviceportal", "wlan", "dms")

    def test_by_finger(self, page: Any) -> None:
        page.set_viewport_size(PHONE)
        handle = page.locator("#place-wlan .dm-grip")
        handle.scroll_into_view_if_needed()
        box, first, own = (
            page.locator(one).bounding_box()
            for one in ("#place-wlan .dm-grip", "#place-breitband", "#place-wlan")
        )
        touch = page.context.new_cdp_session(page)

        def send(kind: str, *points: dict[str, float]) -> None:
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

        x, y, up = box["x"] + 5, box["y"] + 12, own["y"] - first["y"] + 8
        send("touchStart", {"x": x, "y": y})
        for part_of_the_way in (0.5, 1):
            send("touchMove", {"x": x, "y": y - up * part_of_the_way})
        send("touchEnd")
        expect(page.locator("[data-dm-status]")).to_have_text("Maßnahme steht jetzt an Stelle 5")
        self.expect_order(page, "strategie", "serviceportal", "dms", "open-data", "wlan", "breitband")

    def test_by_key_and_number(self, page: Any) -> None:
        page.click("button[value='up:dms']")
        self.expect_order(page, "strategie", "dms", "serviceportal")
        page.fill("#dm-place-mobilfunk", "1")
        page.press("#dm-place-mobilfunk", "Enter")
        self.expect_order(page, "mobilfunk", "strategie", "dms", "serviceportal")
        self.save(page)
        self.expect_order(page, "mobilfunk", "strategie", "dms", "serviceportal")


def test_copying_a_field(filled: str, visit: Any) -> None:
    """A button copies the text; without scripts the field can be marked."""
    page = visit(filled, "koordinator")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{REPORTS}/bericht-2019/vorlage")
    page.locator("#dm-subject ~ button").click()
    page.locator("#dm-subject ~ button [role=status]", has_text="Kopiert").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#dm-subject").input_value()
