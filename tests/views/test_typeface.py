"""The typeface of the pages."""

from __future__ import annotations

import io
import re

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


def test_the_icons_of_ckans_pages():
    """Every one that is named is in CKAN's stylesheet and in our file."""
    made = typeface.icons()
    assert len(made) < 12_000
    rules = typeface._icons_of_ckan().joinpath("css", "all.css").read_text(encoding="utf-8")
    assert {name for name, _ in typeface._ICON.findall(rules)} >= typeface.ICONS
    assert set(TTFont(io.BytesIO(made)).getBestCmap()) == set(typeface.icon_characters())


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

    def test_icons(self, app):
        """A browser takes them for these characters alone, and CKAN's own file for the rest."""
        page = app.get("/user/login").body
        fonts, look = page.index("_fontawesome.css"), page.index("/digitalisierung/aussehen/")
        assert fonts < look
        style = app.get(re.search(r'/digitalisierung/aussehen/[^"]+', page)[0]).text
        face = re.search(r'url\("([^"]*symbole[^"]*)"\).*?unicode-range: ([^;]+);', style)
        answer = app.test_client(use_cookies=False).get(face[1])
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "U+F002" in face[2].split(", ")
