"""Random histories, compared with a naive oracle: what is told, applied to one day, gives the other."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from two_days import FIRST, LAST, measure, told

from ckanext.digitalms.comparison.compare import compare, content
from ckanext.digitalms.comparison.kinds import ChangeKind
from ckanext.digitalms.measures.delay import delay_on
from ckanext.digitalms.measures.news import NO_NEWS
from ckanext.digitalms.measures.record import ROW_TYPES, Measure
from ckanext.digitalms.vocabularies import GoalOutcome, GoalState, Status, StepState

pytestmark = pytest.mark.pure

_TEXT = st.sampled_from(["", "eins", "zwei", "{drei}", "vier.\n"])
_DAY = st.one_of(st.none(), st.dates(date(2018, 6, 1), date(2021, 1, 1)))
_PLAIN_DAY = _DAY.map(lambda day: day and day.isoformat())
_NUMBER = st.sampled_from([None, 0, 17, 17.5, 20000])


def _values(vocabulary):
    return st.sampled_from([each.value for each in vocabulary])


_ROWS: dict[str, dict[str, Any]] = {
    "steps": {"state": _values(StepState), "text": _TEXT},
    "milestones": {
        "title": _TEXT,
        "date_text": _TEXT,
        "earliest": _PLAIN_DAY,
        "latest": _PLAIN_DAY,
        "met_on": _PLAIN_DAY,
        "reason": _TEXT,
    },
    "obstacles": {"text": _TEXT, "since": _PLAIN_DAY, "until": _PLAIN_DAY},
    "goals": {
        "year": st.sampled_from([None, 2019, 2020]),
        "text": _TEXT,
        "target": _TEXT,
        "actual": _TEXT,
        "state": _values(GoalState),
    },
    "goal_reviews": {
        "goal_id": st.sampled_from(["0", "1", "2"]),
        "review_date": _PLAIN_DAY,
        "outcome": _values(GoalOutcome),
        "successor_ids": st.sampled_from(["", "1", "1 2"]),
        "reference": _TEXT,
    },
    "indicators": {
        "title": _TEXT,
        "value": _NUMBER,
        "unit": _TEXT,
        "target": _NUMBER,
        "day": _PLAIN_DAY,
        "definition": _TEXT,
    },
    "council_references": {"reference": _TEXT, "result": _TEXT, "decided_on": _PLAIN_DAY},
    "partners": {"name": _TEXT, "url": _TEXT},
}
_FIELDS = {
    "title": st.sampled_from(["A", "B"]),
    "status": _values(Status),
    "status_reason": _TEXT,
    "progress_percent": st.sampled_from([None, 0, 50, 100]),
    "statement": _TEXT,
    "statement_source": _TEXT,
    "vision": _TEXT,
    "vision_year": st.sampled_from([None, 2025, 2030]),
    "funding_state": st.sampled_from([None, "applied", "granted"]),
    "funding_amount": _NUMBER,
    "place": _TEXT,
    "weight": _NUMBER,
}


def _list_of(fields):
    rows = st.lists(st.fixed_dictionaries(fields), max_size=3)
    # the same few ids on both days, so that rows stay, come and go
    return st.tuples(rows, st.permutations(["0", "1", "2"])).map(
        lambda drawn: [{"id": row_id, **row} for row, row_id in zip(*drawn, strict=False)]
    )


@st.composite
def _records(draw, day: date) -> Measure:
    fields = {name: draw(values) for name, values in _FIELDS.items()}
    rows = {name: draw(_list_of(values)) for name, values in _ROWS.items()}
    return measure(as_of=day, **fields, **rows)


@st.composite
def _histories(draw) -> list[Measure]:
    days = draw(st.lists(st.dates(FIRST - timedelta(90), LAST), min_size=1, max_size=4, unique=True))
    return [draw(_records(day)) for day in sorted(days)]


def _applied(before, changes):
    """Do to a content what the changes say, one after the other."""
    made = deepcopy(before)
    for change in changes:
        name, _, part = change.field.partition(".")
        if change.kind is ChangeKind.LATE:
            continue
        if change.row is None:
            made[name] = change.after
        elif part:
            row = next(row for row in made[name] if row["id"] == change.row)
            assert row[part] == change.before
            row[part] = change.after
        elif change.after is None:
            made[name] = [row for row in made[name] if row["id"] != change.row]
        else:
            made[name].append(dict(change.after))
    return made


def _settled(made, after, changes):
    """Take over from the later day what is told along with something else."""
    told_of = {(change.field, change.row) for change in changes}
    whole = {name: value for name, value in made.items() if name not in NO_NEWS | {"as_of"}}
    if ("status", None) in told_of:
        whole["status_reason"] = after["status_reason"]
    if whole["statement"] != after["statement"]:
        assert not after["statement"], "words that are there are told"
        whole["statement"] = None
    if ("statement", None) in told_of or not after["statement"]:
        whole["statement_source"] = after["statement_source"]
    rows = {(name, row["id"]): row for name in ROW_TYPES for row in after[name]}
    for row in whole["milestones"]:
        if ("milestones.latest", row["id"]) in told_of:
            now = rows["milestones", row["id"]]
            row |= {name: now[name] for name in ("date_text", "earliest", "reason")}
    for row in whole["indicators"]:
        if ("indicators.value", row["id"]) in told_of:
            row["day"] = rows["indicators", row["id"]]["day"]
    whole["goal_reviews"] += _told_by_goals(whole["goal_reviews"], after["goal_reviews"], changes)
    return whole


def _told_by_goals(made, now, changes):
    """Return the reviews that are told as what became of their goal."""
    there = {row["id"] for row in made}
    outcomes = {(c.row, c.outcome) for c in changes if c.kind is ChangeKind.GOAL}
    return [row for row in now if row["id"] not in there and (row["goal_id"], row["outcome"]) in outcomes]


def _in_order(content):
    """Return a content whose rows are in the order of their ids: their places are no news."""
    return {
        name: sorted(value, key=lambda row: row["id"]) if name in ROW_TYPES else value
        for name, value in content.items()
        if name not in NO_NEWS | {"as_of"}
    }


def _standing(history, day):
    return next((one for one in reversed(history) if one.as_of <= day), None)


@given(_histories())
def test_changes_applied_give_the_later_day(history):
    """Whatever differs is told, nothing else is, and the values are those of the two days."""
    before, after = _standing(history, FIRST), _standing(history, LAST)
    earlier, later = (told(day, *filter(None, [one])) for day, one in ((FIRST, before), (LAST, after)))
    changes = compare(earlier, later)
    if before is None:
        assert [change.kind for change in changes] == [ChangeKind.NEW]
        return
    was, now = content(earlier[0]), content(later[0])
    made = _settled(_applied(was, changes), now, changes)
    assert _in_order(made) == _in_order(now)


@given(_histories())
def test_late_is_what_became_overdue(history):
    """Late is told of each milestone that the record has overdue on the later day and not on the earlier."""
    before, after = _standing(history, FIRST), _standing(history, LAST)
    if before is None:
        return
    was = {milestone.id for milestone in delay_on(before, FIRST).overdue}
    now = {milestone.id for milestone in delay_on(after, LAST).overdue}
    changes = compare(told(FIRST, before), told(LAST, after))
    assert {change.row for change in changes if change.kind is ChangeKind.LATE} == now - was


@given(st.lists(_records(FIRST), min_size=1, max_size=3), st.data())
def test_measures_do_not_mix(records, data):
    """What is told of a measure is what is told of it alone, whatever else is in the catalogue."""
    before = [replace(one, measure_id=f"m{place}") for place, one in enumerate(records)]
    after = [replace(data.draw(_records(FIRST)), measure_id=one.measure_id) for one in before]
    every = compare(told(FIRST, *before), told(LAST, *after))
    alone = [compare(told(FIRST, one), told(LAST, two)) for one, two in zip(before, after, strict=True)]
    key = lambda change: (change.measure_id, change.field, str(change.row))  # noqa: E731 - of one line
    assert sorted(every, key=key) == sorted((each for some in alone for each in some), key=key)
