"""The counted coverage that measures are linked to, as their page and the overview show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.digitalms.coverage import plot
from ckanext.digitalms.jsontypes import Json

LEAST = 2  # figures of a plot: one says nothing that the figure with its edition does not


def newest(coverage: Sequence[Mapping[str, Any]]) -> Json | None:
    """Return the newest figure of the first link that has one, for the overview."""
    return next((told for one in coverage if (told := figure(one))["newest"]), None)


def figures(coverage: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Return every link with its series and plot."""
    return [_drawn(place, figure(one)) for place, one in enumerate(coverage)]


def figure(one: Mapping[str, Any]) -> Json:
    """Return a link with the figures of its editions, and the newest of them."""
    told = [row for row in one["series"] if row["share_percent"] is not None]
    return {"link": one["link"], "series": one["series"], "newest": told[-1] if told else None}


def _drawn(place: int, told: Json) -> Json:
    if sum(row["share_percent"] is not None for row in told["series"]) < LEAST:
        return {**told, "svg": None}
    points = [plot.Point(row["edition"], _decimal(row["share_percent"])) for row in told["series"]]
    title = tk._("Coverage over editions: {area}").format(area=told["newest"]["area_name"])
    description = tk._("Share in percent by edition; the same figures stand in the table below the plot.")
    drawing = plot.svg(f"dm-coverage-{place}", points, title, description, tk.h.digitalms_number)
    return {**told, "svg": Markup(drawing)}  # noqa: S704 - every text in it is escaped


def _decimal(share: Any) -> Decimal | None:
    return None if share is None else Decimal(str(share))
