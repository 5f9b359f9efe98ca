"""From the catalogue of one day to that of another: what changed, measure by measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from ckanext.digitalms.measures import history
from ckanext.digitalms.measures.record import ROW_TYPES, Measure
from ckanext.digitalms.measures.revisions import Shift
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Status

from .change import Change, Pair, in_order
from .indicators import coverage
from .kinds import ChangeKind
from .rows import RULES, late
from .words import because, ended, label, label_of, number, says, short

Told = Mapping[str, Any]
Shifts = Mapping[str, Mapping[str, Sequence[Shift]]]
Series = Mapping[str, Sequence[Told]]

_FIELDS = tuple(each.name for each in fields(Measure))
# what is told together with another field of which it says more
_WITH: Mapping[str, str] = {"status_reason": "status", "statement_source": "statement"}
_TEXTS = frozenset({"title", "notes", "vision", "vision_year", "vision_source", "status_reason"})


def compare(
    before: Iterable[Told], after: Iterable[Told], shifts: Shifts | None = None, series: Series | None = None
) -> list[Change]:
    """Return what changed, in the order of the later catalogue; what is gone from it comes last.

    Args:
        before: the measures of the earlier day, as the catalogue tells them.
        after: those of the later day.
        shifts: the moves of milestones in between, by measure and milestone; without them a moved date
            counts as moved once.
        series: by measure its links to coverage with their figures up to the later day
            (``{link, series}``), as the list of measures gives them.
    """
    was = {measure["measure_id"]: measure for measure in before}
    found: list[Change] = []
    for measure in after:
        key = measure["measure_id"]
        former = was.pop(key, None)
        if former is None:
            found.append(_new(measure))
        else:
            found += of_pair(Pair(former, measure, (shifts or {}).get(key, {}), (series or {}).get(key, ())))
    return found + [_gone(measure) for measure in was.values()]


def of_pair(pair: Pair) -> list[Change]:
    """Return what changed of one measure, in the order in which kinds are told."""
    return in_order(_changes(pair))


def _new(measure: Told) -> Change:
    sentence = ended(Message(N_("The measure is new in the catalogue")))
    title = str(measure["title"])
    return Change(ChangeKind.NEW, measure["measure_id"], "", sentence, name=title, after=title)


def _gone(measure: Told) -> Change:
    sentence = ended(Message(N_("The measure is no longer in the catalogue")))
    title = str(measure["title"])
    return Change(ChangeKind.GONE, measure["measure_id"], "", sentence, name=title, before=title)


def _changes(pair: Pair) -> Iterator[Change]:
    before, after = content(pair.before), content(pair.after)
    found = history.changes(before, after)
    differing = {change.field for change in found}
    for change in found:
        if change.row is not None:
            rule = RULES.get(change.field)
            yield from rule(pair, change.before, change.after) if rule else ()
        elif _WITH.get(change.field) not in differing:
            yield from _field(pair, change.field, change.before, change.after)
    yield from late(pair, {row["id"]: row for row in pair.before["milestones"]})
    yield from coverage(pair)


def content(measure: Told) -> dict[str, Any]:
    """Return of a measure of the catalogue what a statement holds, without what is computed for a day."""
    told = {name: measure.get(name) for name in _FIELDS}
    milestones = [{**row} for row in measure.get("milestones") or ()]
    for row in milestones:
        row.pop("state", None)
    return {**told, "milestones": milestones}


def _field(pair: Pair, name: str, before: Any, after: Any) -> Iterator[Change]:
    if name in ROW_TYPES:
        return
    special = _SPECIAL.get(name)
    if special is not None:
        yield from special(pair, before, after)
        return
    kind = ChangeKind.WORDING if name in _TEXTS else ChangeKind.OTHER
    sentence = ended(says(label(name), name, before, after))
    yield pair.change(kind, name, sentence, before=before, after=after)


def _status(pair: Pair, before: Any, after: Any) -> Iterator[Change]:
    told = {"before": label_of(Status, before), "after": label_of(Status, after)}
    reason = str(pair.after.get("status_reason") or "")
    if after == Status.DONE:
        kind, sentence = ChangeKind.FINISHED, Message(N_("The measure is finished, before: {before}"), told)
    else:
        kind, sentence = ChangeKind.STATUS, Message(N_("Status: {after}, before: {before}"), told)
    more = {"before": before, "after": after, "reason": reason}
    yield pair.change(kind, "status", ended(because(sentence, reason)), **more)


def _progress(pair: Pair, before: Any, after: Any) -> Iterator[Change]:
    told: dict[str, object] = {"before": _percent(before), "after": _percent(after)}
    sentence = Message(N_("Progress: {after}, before {before}"), told)
    yield pair.change(ChangeKind.STATUS, "progress_percent", ended(sentence), before=before, after=after)


def _percent(value: Any) -> Message:
    return (
        Message(N_("without a figure")) if value is None else Message(N_("{n} percent"), {"n": number(value)})
    )


def _statement(pair: Pair, before: Any, after: Any) -> Iterator[Change]:
    """Tell what was said; that a later Stand was told without words is no change."""
    if after:
        day = pair.after.get("as_of")
        told = {"text": short(str(after)), "day": day and date.fromisoformat(day)}
        sentence = Message(N_("Said of {day}: “{text}”"), told)
        yield pair.change(ChangeKind.WORDING, "statement", sentence, before=before, after=after)


_SPECIAL: Mapping[str, Callable[[Pair, Any, Any], Iterator[Change]]] = {
    "status": _status,
    "progress_percent": _progress,
    "statement": _statement,
}
