"""The plots of a table: true axes, every name and number in them, words for who cannot see them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ckanext.digitalms.explorer import drawing

pytestmark = pytest.mark.pure

SVG = "{http://www.w3.org/2000/svg}"


def told(kind: str, *points: tuple[Any, float]) -> dict[str, Any]:
    shown = [{"x": x, "label": str(x), "y": y, "rows": 1} for x, y in points]
    return {"plot": {"kind": kind}, "title": "Ä <b>", "description": "„T“ & mehr", "points": shown}


def drawn(kind: str, *points: tuple[Any, float]) -> ET.Element:
    return ET.fromstring(drawing.svg("p", told(kind, *points)))


def test_bars_have_names_numbers_and_lengths():
    """A negative one goes to the other side of zero; a long name is whole in its title."""
    root = drawn("bar", ("a", 10), ("b" * 60, -5), ("<c>", 0))
    widths = [float(one.attrib["width"]) for one in root.iter(f"{SVG}rect")]
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.01)
    left = [float(one.attrib["x"]) for one in root.iter(f"{SVG}rect")]
    assert left[1] + widths[1] == pytest.approx(left[0], abs=0.2)
    words = [text for one in root.iter(f"{SVG}text") for text in one.itertext()]
    assert {"b" * 60, "<c>", "-5", "10"} <= set(words)


def test_a_line_has_a_true_axis():
    """Half a year is half as far as a year; the upright axis begins at zero."""
    root = drawn("line", ("2018-01-01", 5), ("2019", 10), ("2019-07-02", 0))
    places = [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in root.iter(f"{SVG}circle")]
    assert (places[1][0] - places[0][0]) == pytest.approx(2 * (places[2][0] - places[1][0]), rel=0.01)
    assert places[0][1] == pytest.approx((places[1][1] + places[2][1]) / 2, abs=0.2)
    assert root.find(f"{SVG}title").text == "Ä <b>"
    assert root.attrib["role"] == "img"


def test_marks_do_not_run_into_each_other():
    points = [(f"2019-{month:02}-01", 1) for month in range(1, 13)] + [("2019-12-02", 2), ("2019-12-03", 3)]
    root = drawn("line", *points)
    marks = [float(one.attrib["x"]) for one in root.iter(f"{SVG}text") if one.text.startswith("2019")]
    assert len(marks) >= 3
    assert all(second - first > 80 for first, second in pairwise(marks))


@pytest.mark.parametrize("kind", drawing.KINDS)
@pytest.mark.parametrize("points", [[], [("2019", 0)], [("2019", -3)], [("2019", 1e12), ("2020", 1e12)]])
def test_few_points_are_drawn(kind, points):
    """None, one, and some that are all the same."""
    assert "NaN" not in ET.tostring(drawn(kind, *points), encoding="unicode")


@pytest.mark.parametrize(
    ("value", "words"),
    [(1250.5, "1.250,5"), (0.25, "0,25"), (-3, "-3"), (1234567.891, "1.234.568"), (0, "0")],
)
def test_numbers_as_germans_write_them(value, words):
    assert drawing.german_number(value) == words
