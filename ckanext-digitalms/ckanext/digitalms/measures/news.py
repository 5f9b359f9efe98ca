"""What is news of a measure, and what is only kept beside it.

Who is responsible, keywords, links, places in lists and the rhythm of updates are no news: they may change
while all that was said of the measure stays as it was, so they make no Stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from .record import Goal, Measure, completed

# kept beside what is said; a change of these alone is upkeep
NO_NEWS = frozenset(
    {
        "organisation",
        "keywords",
        "links",
        "coverage_links",
        "position",
        "update_due",
        "update_interval",
        "update_interval_max",
    }
)
# the words of one Stand, which the next one does not inherit
WORDS = ("statement", "statement_source")
_OF_STAND = frozenset({"as_of", "measure_id", *WORDS})


def is_news(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether one content says something that the other does not; Stand and its words aside."""
    return _said(before) != _said(after)


def is_upkeep(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether only what is no news differs, the words of the Stand being the same."""
    same_words = all((before.get(name) or None) == (after.get(name) or None) for name in WORDS)
    return same_words and not is_news(before, after)


def begun(base: Measure, day: date) -> Measure:
    """Return a record as another day begins with it: without the words of its own, or a due day gone by."""
    if base.as_of == day:
        return base
    if base.as_of and day < base.as_of:
        base = _before(base, day)
    return without_past_due(replace(base, as_of=day, statement=None, statement_source=None))


def _before(base: Measure, day: date) -> Measure:
    """Return a record for a day before it without what happened only after that day."""
    undecided = {"decided_on": None, "decided_by": None, "result": None}
    return replace(
        base,
        milestones=tuple(replace(m, met_on=None) if _is_after(m.met_on, day) else m for m in base.milestones),
        indicators=tuple(each for each in base.indicators if not _is_after(each.day, day)),
        goals=tuple(_measured_by(goal, base, day) for goal in base.goals),
        goal_reviews=tuple(each for each in base.goal_reviews if not _is_after(each.review_date, day)),
        council_references=tuple(
            replace(row, **undecided) if _is_after(row.decided_on, day) else row
            for row in base.council_references
        ),
    )


def _measured_by(goal: Goal, base: Measure, day: date) -> Goal:
    later = {each.id for each in base.indicators if _is_after(each.day, day)}
    return replace(goal, indicator_id=None) if goal.indicator_id in later else goal


def _is_after(one: date | None, day: date) -> bool:
    return one is not None and one > day


def without_past_due(measure: Measure) -> Measure:
    """Return a record whose typed due day has lapsed if its Stand has reached it."""
    due, day = measure.update_due, measure.as_of
    return replace(measure, update_due=None) if due and day and due <= day else measure


def settled(known: Measure, measure: Measure) -> Measure:
    """Return a record as it is to be stated, where it follows the newest one that is known.

    What says nothing new stays with the Stand and the words that are known, whatever day was sent with it.

    Args:
        known: the record of the newest Stand.
        measure: the record as it was sent.
    """
    if not (known.as_of and measure.as_of and measure.as_of > known.as_of):
        return measure
    before, after = known.content(), measure.content()
    if is_news(before, after) or any(after[name] and after[name] != before[name] for name in WORDS):
        return measure
    words = {name: getattr(known, name) for name in WORDS}
    return replace(measure, as_of=known.as_of, **words)


def _said(content: Mapping[str, Any]) -> dict[str, Any]:
    whole = completed(content)
    return {name: value for name, value in whole.items() if name not in NO_NEWS | _OF_STAND}
