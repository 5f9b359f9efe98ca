"""The counted coverage that measures are linked to, as their page and the overview show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.digitalms.coverage import plot
from ckanext.digitalms.jsontypes import Json

from .pages import reader
from .point_in_time import PointInTime

_KEY = ("area_code", "technology", "speed_mbit_s", "customer", "base")


def newest(links: Sequence[Mapping[str, Any]], moment: PointInTime) -> Json | None:
    """Return the newest figure of the first link that has one, for the overview."""
    return next((told for link in links if (told := figure(link, moment))["newest"]), None)


def figures(links: Sequence[Mapping[str, Any]], moment: PointInTime) -> list[Json]:
    """Return every link with its series and plot."""
    return [_drawn(place, figure(link, moment)) for place, link in enumerate(links)]


def figure(link: Mapping[str, Any], moment: PointInTime) -> Json:
    """Return a link with the figures of its editions, up to the month of the day that is shown."""
    asked = {name: link[name] for name in _KEY if link.get(name) is not None}
    found = tk.get_action("digitalms_coverage_show")(reader(), {**asked, "limit": 1000})["results"]
    last = moment.told.get("cut_off_date", "9999")[:7]
    series = [row for row in found if row["edition"] <= last]
    told = [row for row in series if row["share_percent"] is not None]
    return {"link": dict(link), "series": series, "newest": told[-1] if told else None}


def _drawn(place: int, told: Json) -> Json:
    if not told["newest"]:
        return {**told, "svg": None}
    points = [plot.Point(row["edition"], _decimal(row["share_percent"])) for row in told["series"]]
    title = tk._("Coverage over editions: {area}").format(area=told["newest"]["area_name"])
    description = tk._("Share in percent by edition; the same figures stand in the table below the plot.")
    drawing = plot.svg(f"dm-coverage-{place}", points, title, description, tk.h.digitalms_number)
    return {**told, "svg": Markup(drawing)}  # noqa: S704 - every text in it is escaped


def _decimal(share: Any) -> Decimal | None:
    return None if share is None else Decimal(str(share))
