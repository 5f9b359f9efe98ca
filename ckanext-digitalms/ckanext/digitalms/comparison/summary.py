"""What many changes come to: "3 Schritte umgesetzt, ein Termin um 92 Tage verschoben, weil …"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import GoalOutcome, GoalState

from .change import Change
from .goals import NEW
from .kinds import ChangeKind
from .words import because, counted, number

Sentences = tuple[str, str]

_GOALS: Mapping[str, Sentences] = {
    NEW: (N_("one new goal"), N_("{n} new goals")),
    GoalState.REACHED: (N_("one goal reached"), N_("{n} goals reached")),
    GoalState.MISSED: (N_("one goal missed"), N_("{n} goals missed")),
    GoalOutcome.KEPT: (N_("one goal kept"), N_("{n} goals kept")),
    GoalOutcome.CHANGED: (N_("one goal changed"), N_("{n} goals changed")),
    GoalOutcome.REPLACED: (N_("one goal replaced"), N_("{n} goals replaced")),
    GoalOutcome.DROPPED: (N_("one goal dropped"), N_("{n} goals dropped")),
}
_COUNTED: Sequence[tuple[Callable[[Change], bool], Sentences]] = (
    (lambda one: one.kind is ChangeKind.NEW, (N_("one new measure"), N_("{n} new measures"))),
    (
        lambda one: one.kind is ChangeKind.FINISHED,
        (N_("one measure finished"), N_("{n} measures finished")),
    ),
    (
        lambda one: one.kind is ChangeKind.REACHED and _is_of(one, "steps"),
        (N_("one step implemented"), N_("{n} steps implemented")),
    ),
    (
        lambda one: one.kind is ChangeKind.REACHED and _is_of(one, "milestones"),
        (N_("one milestone met"), N_("{n} milestones met")),
    ),
    (lambda one: one.kind is ChangeKind.LATE, (N_("one milestone late"), N_("{n} milestones late"))),
    (
        lambda one: one.kind is ChangeKind.STATUS and one.field == "status",
        (N_("one measure with another status"), N_("{n} measures with another status")),
    ),
)
_COUNTED_LATER: Sequence[tuple[Callable[[Change], bool], Sentences]] = (
    (
        lambda one: one.kind is ChangeKind.INDICATOR,
        (N_("one figure with another value"), N_("{n} figures with another value")),
    ),
    (
        lambda one: one.kind is ChangeKind.COVERAGE,
        (N_("one new figure on coverage"), N_("{n} new figures on coverage")),
    ),
    (lambda one: one.kind is ChangeKind.ADDED, (N_("one entry came along"), N_("{n} entries came along"))),
    (
        lambda one: one.kind is ChangeKind.GONE and bool(one.field),
        (N_("one entry gone"), N_("{n} entries gone")),
    ),
    (
        lambda one: one.kind is ChangeKind.GONE and not one.field,
        (N_("one measure gone"), N_("{n} measures gone")),
    ),
    (lambda one: one.kind is ChangeKind.WORDING, (N_("one text changed"), N_("{n} texts changed"))),
    (lambda one: _is_rest(one), (N_("one other detail changed"), N_("{n} other details changed"))),
)


def _is_of(one: Change, rows: str) -> bool:
    return one.field.partition(".")[0] == rows


def _is_rest(one: Change) -> bool:
    """Return whether nothing else counts a change."""
    if one.kind is ChangeKind.MOVED:
        return not one.days
    if one.kind is ChangeKind.GOAL:
        return one.outcome not in _GOALS
    return one.kind is ChangeKind.OTHER or (one.kind is ChangeKind.STATUS and one.field != "status")


def summary(changes: Sequence[Change]) -> Message | None:
    """Return what changes come to, without a full stop; nothing where there are none.

    Dates that moved come last, with the reason if it is one.
    """
    parts = list(_parts(changes))
    if not parts:
        return None
    return reduce(lambda one, other: Message("{first}, {rest}", {"first": one, "rest": other}), parts)


def since_last_report(changes: Sequence[Change]) -> Message:
    """Return what changed since the last report, as a sentence."""
    told = summary(changes)
    if told is None:
        return Message(N_("Nothing has changed since the last report."))
    return Message(N_("Since the last report: {told}."), {"told": told})


def between(first: date, last: date, changes: Sequence[Change]) -> Message:
    """Return what changed between two days, as a sentence."""
    told = summary(changes)
    days: dict[str, object] = {"first": first, "last": last}
    if told is None:
        return Message(N_("Nothing changed from {first} to {last}."), days)
    return Message(N_("From {first} to {last}: {told}."), {**days, "told": told})


def _parts(changes: Sequence[Change]) -> Iterator[Message]:
    yield from _counts(changes, _COUNTED)
    yield from _goals(changes)
    yield from _counts(changes, _COUNTED_LATER)
    moved = [one for one in changes if one.kind is ChangeKind.MOVED and one.days]
    yield from _moved([one for one in moved if (one.days or 0) < 0], *_FORWARD)
    yield from _moved([one for one in moved if (one.days or 0) > 0], *_OFF)


def _counts(
    changes: Sequence[Change], rules: Sequence[tuple[Callable[[Change], bool], Sentences]]
) -> Iterator[Message]:
    for matches, sentences in rules:
        count = sum(1 for one in changes if matches(one))
        if count:
            yield counted(count, *sentences)


def _goals(changes: Sequence[Change]) -> Iterator[Message]:
    """Count goals, each once for each outcome: a goal with another text and target changed once."""
    told: dict[str, set[tuple[str, object]]] = {outcome: set() for outcome in _GOALS}
    for one in changes:
        if one.kind is ChangeKind.GOAL and one.outcome in told:
            goal = one.after["goal_id"] if one.field == "goal_reviews" and one.after else one.row
            told[one.outcome].add((one.measure_id, goal))
    return (counted(len(goals), *_GOALS[outcome]) for outcome, goals in told.items() if goals)


_OFF = (
    (N_("one date put off by one day"), N_("one date put off by {n} days")),
    (N_("{dates} dates put off by one day each"), N_("{dates} dates put off by {n} days each")),
    N_("{dates} dates put off by {least} to {n} days"),
)
_FORWARD = (
    (N_("one date brought forward by one day"), N_("one date brought forward by {n} days")),
    (
        N_("{dates} dates brought forward by one day each"),
        N_("{dates} dates brought forward by {n} days each"),
    ),
    N_("{dates} dates brought forward by {least} to {n} days"),
)


def _moved(moved: Sequence[Change], one: Sentences, alike: Sentences, several: str) -> Iterator[Message]:
    if not moved:
        return
    days = sorted(abs(change.days or 0) for change in moved)
    if len(moved) == 1:
        sentence = counted(days[0], *one)
    elif days[0] == days[-1]:
        sentence = counted(days[0], *alike, dates=len(moved))
    else:
        told = {"dates": len(moved), "least": number(days[0]), "n": number(days[-1])}
        sentence = Message(several, told)
    reasons = list(dict.fromkeys(change.reason for change in moved if change.reason))
    yield because(sentence, "; ".join(reasons))
