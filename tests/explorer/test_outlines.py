"""Outlines of areas: read from GeoJSON or refused, drawn in the shades of their values."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ckanext.digitalms.explorer import drawing, outlines

pytestmark = pytest.mark.pure

SVG = "{http://www.w3.org/2000/svg}"


def square(left: float, size: float = 1.0) -> list[list[list[float]]]:
    ends = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    return [[[left + x * size, 51 + y * size] for x, y in ends]]


def geojson(**shapes: Any) -> bytes:
    features = [
        {
            "properties": {"AGS": key[1:], "GEN": f"Ort {key}"},
            "geometry": {"type": kind, "coordinates": shape},
        }
        for key, (kind, shape) in shapes.items()
    ]
    return json.dumps({"features": features}).encode()


KNOWN = outlines.read(
    geojson(
        a05515000=("Polygon", square(7)),
        a05554004=("MultiPolygon", [square(8), square(9, 0.5)]),
        a05558012=("Point", [7, 51]),
    )
)


def drawn(*points: tuple[str, float]) -> ET.Element:
    told = {
        "plot": {"kind": "map"},
        "title": "Karte",
        "description": "…",
        "points": [{"x": x, "label": KNOWN.names.get(x, x), "y": y, "rows": 1} for x, y in points],
    }
    return ET.fromstring(drawing.svg("p", told, outlines=KNOWN))


def test_keys_names_and_rings():
    """An area of several parts has them all; one without polygons is none."""
    assert {key: len(rings) for key, rings in KNOWN.rings.items()} == {"05515000": 1, "05554004": 2}
    assert KNOWN.names["05515000"] == "Ort a05515000"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"features": []}',
        b'{"features": [1]}',
        b'{"features": [{"properties": {"AGS": "1"}, "geometry": null}]}',
        geojson(a1=("Polygon", square(400))),
        geojson(a1=("Polygon", [[["x", "y"]]])),
        b"[" * 100_000,
    ],
)
def test_what_has_no_outlines_is_refused(content):
    with pytest.raises(outlines.OutlinesError):
        outlines.read(content)


def test_areas_have_shades_and_words():
    """The least in the lightest, the greatest in the darkest; a key without outlines is not there."""
    root = drawn(("05515000", 1), ("05554004", 9), ("00000000", 5))
    areas = list(root.iter(f"{SVG}path"))
    assert [one.attrib["fill"] for one in areas] == [outlines.SHADES[0], outlines.SHADES[-1]]
    assert areas[0].find(f"{SVG}title").text == "Ort a05515000: 1"
    assert areas[1].attrib["d"].count("M") == 2
    assert len(list(root.iter(f"{SVG}rect"))) == len(outlines.SHADES)


@pytest.mark.parametrize("points", [[], [("05515000", 3)], [("05515000", 3), ("05554004", 3)]])
def test_few_areas_are_drawn(points):
    root = drawn(*points)
    assert len(list(root.iter(f"{SVG}path"))) == len(points)
