"""The counted coverage that measures are linked to, as their page and the overview show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.digitalms.coverage import plot
from ckanext.digitalms.coverage.comparable import COUNTED, comparable
from ckanext.digitalms.coverage.surveys import SINCE
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.publishing import origins

SERIES_BREAK = N_(
    "The series breaks in 2022: since then the figures have been gathered in another way, so a difference "
    "may come from that."
)
LEAST = 2  # figures of a plot: one says nothing that the figure with its edition does not


def newest(coverage: Sequence[Mapping[str, Any]]) -> Json | None:
    """Return the newest figure of the first series that has one, for the overview."""
    return next((told for told in _series(coverage) if told["newest"]), None)


def figures(coverage: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Return every link with its series and plot; one that leaves open what is counted has several."""
    return [_drawn(place, told) for place, told in enumerate(_series(coverage))]


def _series(coverage: Iterable[Mapping[str, Any]]) -> Iterator[Json]:
    for one in coverage:
        for series in comparable(one["series"]) or [[]]:
            counted = {name: series[-1][name] for name in COUNTED} if series else {}
            yield _figure({**one["link"], **counted}, series)


def _figure(link: Json, figures: Iterable[Mapping[str, Any]]) -> Json:
    """Return a link with the figures of its editions, and the newest of them."""
    series = _marked(figures)
    told = [row for row in series if row["share_percent"] is not None]
    broken = tk._(SERIES_BREAK) if any(row["breaks"] for row in series) else ""
    return {"link": link, "series": series, "newest": told[-1] if told else None, "broken": broken}


def _marked(series: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Say of each edition whether it is the first after the break of the series."""
    before, marked = None, []
    for row in series:
        marked.append({**row, "breaks": bool(before) and row["survey"] == SINCE and before != SINCE})
        before = row["survey"] or before
    return marked


def _drawn(place: int, told: Json) -> Json:
    told |= {"origin": origins.of_editions(row["source"] for row in reversed(told["series"]))}
    if sum(row["share_percent"] is not None for row in told["series"]) < LEAST:
        return {**told, "svg": None}
    points = [
        plot.Point(row["edition"], _decimal(row["share_percent"]), row["survey"]) for row in told["series"]
    ]
    title = tk._("Coverage over editions: {area}").format(area=told["newest"]["area_name"])
    description = tk._("Share in percent by edition; the same figures stand in the table below the plot.")
    broken = tk._("Break of the series") if plot.breaks(points) else ""
    if broken:
        description = f"{description} {tk._(SERIES_BREAK)}"
    drawing = plot.svg(f"dm-coverage-{place}", points, title, description, tk.h.digitalms_number, broken)
    return {**told, "svg": Markup(drawing)}  # noqa: S704 - every text in it is escaped


def _decimal(share: Any) -> Decimal | None:
    return None if share is None else Decimal(str(share))
