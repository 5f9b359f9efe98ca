"""Clicks and keys that load a page: the browser says when the new page is there, no test guesses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def follow(there: Locator) -> None:
    """Click a link or button that loads a page; return when it has come.

    Playwright's own ``click`` returns sooner, at times with the former page or half of the new one.
    """
    with there.page.expect_navigation():
        there.click()


def enter(field: Locator) -> None:
    """Send the form of a field with the Enter key; return when the answer's page has come."""
    with field.page.expect_navigation():
        field.press("Enter")


def settle(page: Page) -> None:
    """Wait until CKAN's own modules listen: they begin when the words of the language have come."""
    page.wait_for_load_state("networkidle")
