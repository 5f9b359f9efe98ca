"""Outlines of areas by their official key, from GeoJSON; a map of them as accessible SVG. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame

__all__ = ["Outlines", "OutlinesError", "drawn", "read"]

Ring = Sequence[tuple[float, float]]
Point = Mapping[str, Any]
_KEYS, _NAMES = ("AGS", "ags", "area_code"), ("GEN", "gen", "name", "area_name")
# light to dark; each shade has letters of its own in the legend
SHADES = ("#dbe9f6", "#a9cbe6", "#6ba3d0", "#2f74b3", "#08427e")
_WIDTH, _MAP, _LEGEND = 640, 480, 34
_PRECISION = 1  # of a drawing's points


class OutlinesError(ValueError):
    """A file has no outlines that can be drawn."""


@dataclass(frozen=True)
class Outlines:
    """The outlines of areas, each some rings of longitude and latitude (WGS 84), and their names, by key."""

    rings: Mapping[str, Sequence[Ring]]
    names: Mapping[str, str]

    def of(self, key: str) -> Sequence[Ring]:
        """Return the rings of an area; none for one that is not known."""
        return self.rings.get(key, ())


def read(content: bytes) -> Outlines:
    """Read GeoJSON: features with the key of an area (``AGS``) and its polygons, in WGS 84.

    Raises:
        OutlinesError: it is none, or no feature has both.
    """
    try:
        features = json.loads(content)["features"]
        found = {
            key: rings for one in features if (key := _said(one, _KEYS)) and (rings := list(_rings(one)))
        }
        names = {key: _said(one, _NAMES) or key for one in features if (key := _said(one, _KEYS)) in found}
    except (AttributeError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise OutlinesError("no GeoJSON") from error
    if not found:
        raise OutlinesError("no outlines")
    return Outlines(found, names)


def _said(feature: Mapping[str, Any], names: Sequence[str]) -> str:
    said = feature.get("properties") or {}
    return next((str(said[name]) for name in names if said.get(name)), "")


def _rings(feature: Mapping[str, Any]) -> Iterator[Ring]:
    geometry = feature.get("geometry") or {}
    shapes = geometry.get("coordinates") or ()
    if geometry.get("type") == "Polygon":
        shapes = [shapes]
    elif geometry.get("type") != "MultiPolygon":
        return
    for shape in shapes:
        for ring in shape:
            points = [(float(one[0]), float(one[1])) for one in ring]
            if all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points):
                yield points


def drawn(name: str, told: Mapping[str, Any], outlines: Outlines, number: Callable[[float], str]) -> str:
    """Draw the areas that have outlines, each in the shade of its value, with the ranges of the shades below.

    Args:
        name: makes the ids of this plot unique on a page.
        told: the answer of ``digitalms_table_plot``; x of a point is the key of an area.
        outlines: of the areas.
        number: how a value is written.
    """
    points = [one for one in told["points"] if outlines.of(str(one["x"]))]
    frame = Frame(width=_WIDTH, height=_MAP + _LEGEND + 30, top=0, bottom=0, left=0)
    if not points:
        return frame.picture(name, told["title"], told["description"], [])
    values = [float(one["y"]) for one in points]
    steps = _Steps(min(values), max(values))
    place = _placed(ring for one in points for ring in outlines.of(str(one["x"])))
    parts = [_area(one, outlines, place, steps, number) for one in points]
    return frame.picture(name, told["title"], told["description"], [*parts, *_legend(steps, number)])


@dataclass(frozen=True)
class _Steps:
    """Ranges of equal width between the least and the greatest value, one for each shade."""

    low: float
    high: float

    def of(self, value: float) -> int:
        """Return the number of the range that a value is in."""
        if self.high <= self.low:
            return len(SHADES) - 1
        return min(int((value - self.low) / (self.high - self.low) * len(SHADES)), len(SHADES) - 1)

    def begin(self, step: int) -> float:
        """Return where a range begins."""
        return self.low + (self.high - self.low) * step / len(SHADES)


def _placed(rings: Iterator[Ring]) -> Callable[[tuple[float, float]], tuple[float, float]]:
    """Return what puts a point into the drawing: true angles in the middle of it."""
    points = [point for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min((_WIDTH - 20) / wide, (_MAP - 20) / tall)
    left, top = (_WIDTH - wide * scale) / 2, (_MAP - tall * scale) / 2
    return lambda point: (left + (point[0] - west) * narrow * scale, top + (north - point[1]) * scale)


def _area(
    one: Point,
    outlines: Outlines,
    place: Callable[[tuple[float, float]], tuple[float, float]],
    steps: _Steps,
    number: Callable[[float], str],
) -> str:
    ways = "".join(_way([place(point) for point in ring]) for ring in outlines.of(str(one["x"])))
    words = escape(f"{one['label']}: {number(one['y'])}")
    shade = SHADES[steps.of(float(one["y"]))]
    return f'<path d="{ways}" fill="{shade}" fill-rule="evenodd" stroke="#fff"><title>{words}</title></path>'


def _way(points: Sequence[tuple[float, float]]) -> str:
    kept: list[str] = []
    for x, y in points:
        told = f"{x:.{_PRECISION}f} {y:.{_PRECISION}f}"
        if not kept or kept[-1] != told:
            kept.append(told)
    return f"M{'L'.join(kept)}Z"


def _legend(steps: _Steps, number: Callable[[float], str]) -> Iterator[str]:
    shown = range(len(SHADES)) if steps.high > steps.low else [len(SHADES) - 1]
    for place, step in enumerate(shown):
        left, top = 10 + place * 126, _MAP + 6
        first, last = steps.begin(step), steps.begin(step + 1) if steps.high > steps.low else steps.high
        words = f"{number(float(f'{first:.3g}'))} – {number(float(f'{last:.3g}'))}"
        yield (
            f'<rect x="{left}" y="{top}" width="20" height="20" fill="{SHADES[step]}" stroke="#515c69"/>'
            f'<text x="{left}" y="{top + 40}">{escape(words)}</text>'
        )
