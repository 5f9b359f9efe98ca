"""The typeface of the pages."""

from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from ckanext.digitalms import typeface


@pytest.mark.parametrize("style", typeface.STYLES)
def test_small_and_complete(style):
    """A small file that holds every German letter."""
    made = typeface.woff2(style)
    assert len(made) < 60_000
    letters = set(TTFont(io.BytesIO(made)).getBestCmap())
    assert {ord(letter) for letter in "äöüÄÖÜß„“–…€→"} <= letters


@pytest.mark.usefixtures("with_plugins")
class TestAddress:
    def test_a_browser_that_has_it(self, app):
        """The second time nothing is sent."""
        first = app.get("/digitalisierung/schrift/source-sans-3-normal.woff2")
        assert first.headers["Content-Type"] == "font/woff2"
        again = app.get(
            "/digitalisierung/schrift/source-sans-3-normal.woff2",
            headers={"If-None-Match": first.headers["ETag"]},
        )
        assert (again.status_code, again.data) == (304, b"")

    def test_unknown(self, app):
        """There is no other style."""
        assert app.get("/digitalisierung/schrift/source-sans-3-fett.woff2").status_code == 404
