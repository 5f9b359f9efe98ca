"""How it is said what is wrong with rows and cells: the same of delivered tables and of own ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ckanext.digitalms import vocabularies
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .findings import SHOWN, Finding, short
from .table import RawRow

_CONSTRAINT = re.compile(r'constraint "(\w+)"')
_EARLIER = re.compile(r"position (\d+)")
_VOCABULARIES: tuple[type[vocabularies.Term], ...] = (
    vocabularies.Status,
    vocabularies.StepState,
    vocabularies.GoalState,
    vocabularies.GoalOutcome,
    vocabularies.IndicatorOrigin,
    vocabularies.ReferenceRole,
    vocabularies.FundingState,
)
PATTERNS = {"[a-z0-9-]{2,40}": N_("2 to 40 small letters, digits and hyphens")}
_SENTENCES: dict[Cause, str] = {
    Cause.TYPE: N_("“{found}” is not {allowed}"),
    Cause.REQUIRED: N_("the cell is empty"),
    Cause.ENUM: N_("“{found}” is none of {allowed}"),
    Cause.PATTERN: N_("“{found}” is not {allowed}"),
    Cause.MINIMUM: N_("{found} is not {allowed}"),
    Cause.MAXIMUM: N_("{found} is not {allowed}"),
    Cause.LENGTH: N_("the text is longer than allowed: {allowed}"),
    Cause.SHORT: N_("the text is shorter than allowed: {allowed}"),
}


def cause_of(error: Any) -> Cause:
    """Return the cause of an error of frictionless."""
    constraint = _CONSTRAINT.search(error.note) if error.type == "constraint-error" else None
    return Cause.of_frictionless(error.type, constraint[1] if constraint else None)


def earlier(error: Any) -> int | None:
    """Return the place, among the rows, of the one that is repeated; frictionless counts the header."""
    place = _EARLIER.search(error.note)
    return int(place[1]) - 2 if place else None


def no_rows(header_row: int) -> Finding:
    """Say that there is only a header."""
    return Finding(Cause.NO_ROWS, Message(N_("The table has a header and no rows.")), header_row + 1)


def empty_row(row: int) -> Finding:
    """Say that there is nothing in a row that has others below."""
    return Finding(Cause.BLANK_ROW, Message(N_("Row {row} is empty."), {"row": row}), row)


def wrong_length(row: RawRow, expected: int) -> Finding:
    """Say that a row has more or fewer cells than the header."""
    values: dict[str, object] = {"row": row.number, "found": len(row.cells), "expected": expected}
    text = N_("Row {row} has {found} cells; the header has {expected}.")
    cause = Cause.EXTRA_CELL if len(row.cells) > expected else Cause.MISSING_CELL
    allowed = Message(N_("{expected} cells"), values)
    return Finding(cause, Message(text, values), row.number, None, _told(row.cells[:SHOWN], " | "), allowed)


def repeated_key(
    row: int, key: Sequence[str], values: Iterable[object], first: int, remedy: Message | None = None
) -> Finding:
    """Say that a row has the key of an earlier one."""
    named, found = ", ".join(key), _told(values, ", ")
    text = N_("Row {row} has the same {key} as row {first}: {found}.")
    message = Message(text, {"row": row, "key": named, "first": first, "found": found})
    allowed = Message(N_("each {key} once"), {"key": named})
    return Finding(Cause.PRIMARY_KEY, message, row, named, found, allowed, remedy)


def of_cell(
    cause: Cause, row: int, field: str, cell: object, allowed: Message | None, why: Message | None = None
) -> Finding:
    """Say that a cell has no value, or not the right one."""
    found = _told([cell], "")
    sentence = _SENTENCES.get(cause, _SENTENCES[Cause.TYPE])
    what = why or Message(sentence, {"found": found, "allowed": allowed or ""})
    message = Message(N_("Row {row}, {field}: {what}."), {"row": row, "field": field, "what": what})
    return Finding(cause, message, row, field, found, allowed)


def allowed_by(cause: Cause, rules: Mapping[str, Any]) -> Message | None:
    """Say what a rule of the schema allows."""
    if cause is Cause.ENUM:
        return _in_words(rules["enum"]) or Message("{values}", {"values": _told(rules["enum"], ", ")})
    if cause is Cause.PATTERN:
        known, pattern = PATTERNS.get(rules["pattern"]), {"pattern": rules["pattern"]}
        return Message(known) if known else Message(N_("the form {pattern}"), {**pattern})
    if cause in {Cause.MINIMUM, Cause.MAXIMUM}:
        bounds: dict[str, object] = {name: rules.get(name, "…") for name in ("minimum", "maximum")}
        return Message(N_("from {minimum} to {maximum}"), bounds)
    if cause is Cause.LENGTH:
        return Message(N_("at most {limit} characters"), {"limit": rules["maxLength"]})
    if cause is Cause.SHORT:
        return Message(N_("at least {limit} characters"), {"limit": rules["minLength"]})
    return None


def _in_words(values: Sequence[object]) -> Message | None:
    """Return the codes of a vocabulary of ours behind their words, which people write."""
    told = next((each for each in _VOCABULARIES if [one.value for one in each] == list(values)), None)
    if told is None:
        return None
    words: dict[str, object] = {one.name: Message(one.label) for one in told}
    return Message(", ".join(f"{{{one.name}}} ({one.value})" for one in told), words)


def _told(values: Iterable[object], between: str) -> str:
    return short(between.join("" if value is None else str(value) for value in values))
