"""The goals of a measure: what its page shows of them, and their plot over the years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.goal_plot import svg, swatch
from ckanext.digitalms.vocabularies import GoalState

_LEAST = 2  # one year tells no more than its lines in the table
_STATES = {state.value: state for state in GoalState}


def of_measure(measure: Json, history: Json) -> list[Json]:
    """Return the goals with what became of them; those of a measure that is internal without a history."""
    known: list[Json] = history.get("goals") or []
    return known or [{**one, "removed_on": None, "reviews": []} for one in measure["goals"]]


def plot(goals: list[Json]) -> Mapping[str, Any] | None:
    """Draw the goals by year; nothing where they are not of at least two years."""
    years: dict[int, dict[GoalState, int]] = {}
    for (year, state), count in Counter((one["year"], one["state"]) for one in goals if one["year"]).items():
        years.setdefault(year, {})[_STATES.get(state, GoalState.OPEN)] = count
    if len(years) < _LEAST:
        return None
    text = tk._(
        "A column for each year from {first} to {last}: how many goals it has, and what became of them."
    )
    told = text.format(first=min(years), last=max(years))
    used = [state for state in GoalState if any(state in counts for counts in years.values())]
    drawn = svg(dict(sorted(years.items())), tk._("Goals by year"), told, lambda state: tk._(state.label))
    return {
        "svg": Markup(drawn),  # noqa: S704 - every text in it is escaped
        "states": [(Markup(swatch(state)), state) for state in used],  # noqa: S704 - no text in it
    }
