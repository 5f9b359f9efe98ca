"""A citizen searches with the keyboard and on a phone: proposals, results, filters, and what helps on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_checks import violations
from playwright.sync_api import expect

SIZES = ({"width": 1280, "height": 900}, {"width": 375, "height": 800})


def faults(page: Any) -> list[str]:
    """What axe finds, and whether the page scrolls sideways."""
    found = [violation["id"] for violation in violations(page)]
    return [
        *found,
        *(["sideways"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []),
    ]


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_with_the_keyboard(filled: str, visit: Any, size: dict[str, int]) -> None:
    """Typed in the header, chosen with arrows, opened with Enter; Escape closes what is proposed."""
    page = visit(filled, size=size)
    page.goto("/digitalisierung")
    box = page.locator("#field-sitewide-search")
    box.focus()
    page.keyboard.type("breitb")
    options = page.locator(".dm-find [role=option]")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", re.compile(r"-0$"))
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/digitalisierung/suche/\?q=Breitband"))
    expect(page.locator(".dm-results h2").first).to_have_text("Breitbandausbau")
    page.wait_for_load_state()
    assert faults(page) == []
    page.locator(".dm-choices a", has_text="Maßnahmen").first.click()
    expect(page).to_have_url(re.compile("kind=measure"))
    expect(page.locator(".dm-lead")).to_contain_text("nur Art Maßnahmen")


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_what_helps(filled: str, visit: Any, size: dict[str, int]) -> None:
    """A typo is corrected and said so; where nothing is found, the page leads on."""
    page = visit(filled, size=size)
    page.goto("/digitalisierung/suche/?q=Brietband")
    expect(page.locator(".dm-note")).to_contain_text("Ergebnisse für „Breitband“")
    expect(page.locator(".dm-results h2").first).to_have_text("Breitbandausbau")
    page.goto("/digitalisierung/suche/?q=Breitxyzq")
    expect(page.locator("#dm-nothing")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Breitband", exact=True).click()
    expect(page.locator(".dm-results h2").first).to_have_text("Breitbandausbau")
