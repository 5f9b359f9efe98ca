"""What axe-core finds on a page in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

# else axe also describes every element that is right, which takes it as long as the violations
_ONLY_VIOLATIONS: dict[str, Any] = {"resultTypes": ["violations"]}
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def violations(page: Page, **options: Any) -> list[dict[str, Any]]:
    """Return all that axe finds wrong, with ``id``, ``impact`` and every ``node`` of each."""
    found: list[dict[str, Any]] = Axe().run(page, options=_ONLY_VIOLATIONS | options).response["violations"]
    return found


def unreadable(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds wrong with colours: of a page whose elements were looked at in other ones."""
    return violations(page, **_OF_COLOURS)
