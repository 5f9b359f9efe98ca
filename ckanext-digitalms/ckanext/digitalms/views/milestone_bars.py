"""The plot of a measure's milestones along time, for its page."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.milestone_bars import Bar, bars, svg

_LEAST = 2  # one bar tells no more than its line in the table


def drawn(milestones: list[Json]) -> Markup | None:
    """Draw milestones with two days each; nothing where there are not at least two of them."""
    shown = bars(milestones)
    if len(shown) < _LEAST:
        return None
    text = tk._(
        "Bars from the earliest to the latest day of {n} milestones; the table above has all of them."
    )
    plot = svg(shown, tk._("Milestones along time"), text.format(n=len(shown)), _says)
    return Markup(plot)  # noqa: S704 - every text in it is escaped


def _says(bar: Bar) -> str:
    day = tk.h.digitalms_short_day
    state: Any = tk.h.digitalms_label("milestone", bar.state)
    return f"{bar.title}: {day(bar.first)} – {day(bar.last)}, {state}"
