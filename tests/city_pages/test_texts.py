"""What a text lacks, what the public gets of it, and that a text stays a text."""

from __future__ import annotations

from time import process_time

import pytest

from ckanext.digitalms.city_pages.blanks import missing, public
from ckanext.digitalms.city_pages.pages import LANGUAGES, PAGES, default_text
from ckanext.digitalms.city_pages.rendering import html

pytestmark = pytest.mark.pure

ALL = {"city": "Münster", "publisher": "Stadt Münster", "contact": "<a@example.org>"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_defaults(page: str, language: str) -> None:
    """Each page has one in each language; what nobody knows is named, and what is known is said."""
    text = default_text(page, language, ALL)
    assert not {"city", "publisher", "contact"} & set(missing(text))
    assert "[[" not in public(text)
    assert len(missing(default_text(page, language, {}))) > len(missing(text))


def test_lines_with_something_missing_are_not_public() -> None:
    parts = ["Vorweg", "# Anschrift", "[[Straße 1]]", "## Fax", "- [[Nummer]]\n- 0251 1"]
    text = "\n\n".join([*parts, "# Bank", "[[IBAN]] bei\nuns", "# Ende", "Schluss"])
    assert missing(text) == ["Straße 1", "Nummer", "IBAN"]
    lines = [line for line in public(text).split("\n") if line]
    assert lines == ["Vorweg", "# Anschrift", "## Fax", "- 0251 1", "# Ende", "Schluss"]
    assert public("# Nur\n\n[[alles]]") == ""
    assert public("ohne [Klammer] [[\n]] [[]]") == "ohne [Klammer] [[\n]] [[]]"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '[x](https://a.example "[[<img src=x onerror=alert(1)>]]")',
        "[[<script>alert(1)</script>]]",
        "<javascript:alert(1)>",
        "a\n\n    <script>alert(1)</script>",
        "```<script>\n<script>alert(1)</script>\n```",
    ],
)
def test_a_text_stays_a_text(text: str) -> None:
    made = html(text).lower()
    for wrong in ("<script", "<img", 'href="javascript', 'href="data', "<iframe"):
        assert wrong not in made


def test_headings_follow_the_title_and_blanks_are_marked() -> None:
    assert html("# Eins\n\n###### Sechs") == "<h2>Eins</h2>\n<h6>Sechs</h6>\n"
    assert html("Tel.: [[Nummer & Amt]]") == "<p>Tel.: <mark>Nummer &amp; Amt</mark></p>\n"
    assert html("<a@example.org>") == '<p><a href="mailto:a@example.org">a@example.org</a></p>\n'


def test_time_grows_with_the_text() -> None:
    began = process_time()
    for sign in ("[[", "[", "]]", "*", "`", "> ", "- ", "<", "#\n\n", "[[a]]\n\n", "|", "!["):
        html(public((sign * 5_000)[:5_000]))
        assert process_time() - began < 8, sign
