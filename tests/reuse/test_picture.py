"""A plot or figure as one picture: it can be read, its words fit, and nothing in it runs or is fetched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.digitalms.measures.series_plot import Value, Words, svg
from ckanext.digitalms.reuse.picture import WIDTH, Picture, drawn

pytestmark = pytest.mark.pure

SVG = "{http://www.w3.org/2000/svg}"
PLOT = svg(
    "dm-figure-0",
    [Value(date(2019, 3, 1), Decimal(30)), Value(date(2020, 3, 1), Decimal("45.5"))],
    Decimal(70),
    Words("Arbeitsplätze <b>", "Zwei Werte & ein Ziel.", "Ziel", str, date.isoformat),
)


@given(st.text(), st.text(max_size=30), st.text(), st.lists(st.text(min_size=1, max_size=40), max_size=8))
@example("\x00\ud800\uffff<script>alert(1)</script>", "]]>", '"&', ["\x1b"])
def test_it_is_xml_whatever_is_in_it(title: str, value: str, line: str, words: list[str]) -> None:
    legend = [('<svg viewBox="0 0 16 16"></svg>', word) for word in words]
    picture = Picture(title, value, line, PLOT, legend, [title, line])
    root = ET.fromstring(drawn(picture).encode())
    elements = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert elements <= {"svg", "title", "desc", "rect", "text", "path", "circle"}
    assert {name for element in root.iter() for name in element.attrib} & {"style", "onload", "href"} == set()


def test_what_it_says() -> None:
    text = drawn(Picture("Breitband", "97,5 %", "Haushalte", PLOT, captions=["Quelle: Stadt", "Stand: 2020"]))
    root = ET.fromstring(text)
    told = [element.text for element in root.iter(f"{SVG}text")]
    assert [
        word
        for word in ("Breitband", "97,5 %", "Haushalte", "Quelle: Stadt", "Stand: 2020")
        if word not in told
    ] == []
    named = root.get("aria-labelledby", "").split()
    names = {element.get("id"): element.text for element in root}
    assert [names[name] for name in named] == ["Breitband", "97,5 %. Haushalte"]
    # the plot within has no role of its own, or a screen reader would tell two pictures
    assert [element.get("role") for element in root.iter(f"{SVG}svg")] == ["img", None]


@given(st.text(alphabet="WMÖabc i", min_size=1, max_size=300))
@example("Donaudampfschifffahrtsgesellschaftskapitän" * 5)
def test_no_line_is_wider_than_the_picture(title: str) -> None:
    """By what letters take on average; a word longer than a line is broken."""
    root = ET.fromstring(drawn(Picture(title, captions=[title])))
    for element in root.iter(f"{SVG}text"):
        assert len(element.text or "") * float(element.get("font-size", "0")) * 0.58 <= WIDTH - 28


def test_each_thing_has_a_place_of_its_own() -> None:
    root = ET.fromstring(drawn(Picture("T" * 90, "9", "l" * 200, PLOT, captions=["c" * 300])))
    heights = [float(element.get("y", "0")) for element in root if element.tag == f"{SVG}text"]
    assert heights == sorted(heights)
    assert heights[-1] < float(root.get("height", "0"))
