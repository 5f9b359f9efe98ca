"""JSON: a list of objects, one in which there is such a list, features with a place, or an object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ckanext.digitalms.figures import number_of
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import Dialect, decode
from .findings import Finding, short
from .reading_csv import TABLE_FORMS, too_many_columns, too_many_rows
from .table import MAX_COLUMNS, Limits, RawRow, RawTable, UnreadableError, Unusable

FORM = "json"
# what a list of rows is called in an answer, if there are other lists beside it
_LISTS = frozenset({"data", "features", "items", "records", "results", "rows"})
_INSIDE = 2  # objects around a list
_SHOWN_DEPTH = 5
_SHOWN_ENTRIES = 20
KINDS: dict[type, str] = {
    dict: N_("an object"),
    list: N_("a list"),
    str: N_("a text"),
    int: N_("a number"),
    Decimal: N_("a number"),
    bool: N_("true or false"),
    type(None): N_("null"),
}


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs, so that a name that occurs twice is seen."""


def read_json(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a list of objects; the row of the n-th object is n.

    Where the list stands inside an object (``{"data": […]}``, an answer of CKAN, GeoJSON), it is said which
    was read.

    Raises:
        UnreadableError: it is no JSON, or has no list of objects, or several that may be meant.
    """
    decoded = decode(data, dialect)
    if decoded.findings:
        raise UnreadableError(*decoded.findings, form=FORM)
    findings: list[Finding] = []
    entries = _entries(_listed(_parsed(decoded.text.removeprefix("\ufeff")), findings), limits)
    names = tuple(dict.fromkeys(name for entry in entries for name, _ in entry))
    if len(names) > MAX_COLUMNS:
        raise UnreadableError(too_many_columns(len(names), 1), form=FORM)
    rows = tuple(_row(number, entry, names, findings) for number, entry in enumerate(entries, start=1))
    return RawTable(FORM, names, rows, decoded.dialect, tuple(findings), header_row=1)


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=_number, parse_constant=_Constant, object_pairs_hook=_Pairs)


def _by_lines(text: str) -> list[Any] | None:
    """Return the objects of a text with one in each line (NDJSON), or ``None`` where it is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
        return None
    try:
        return [_loads(line) for line in lines]
    except (json.JSONDecodeError, RecursionError, ValueError):
        return None


def _parsed(text: str) -> Any:
    try:
        return _loads(text)
    except json.JSONDecodeError as error:
        if (objects := _by_lines(text)) is not None:
            return objects
        sentence = N_("The JSON breaks off in row {row}, character {place}: {reason}.")
        values: dict[str, object] = {"row": error.lineno, "place": error.colno, "reason": error.msg}
        lines = text.splitlines()
        found = short(lines[error.lineno - 1]) if error.lineno <= len(lines) else None
        finding = Finding(
            Cause.JSON_SYNTAX, Message(sentence, values), error.lineno, None, found, TABLE_FORMS
        )
        raise UnreadableError(finding, form=FORM) from error
    except (RecursionError, ValueError) as error:
        sentence = N_("The JSON is nested too deeply or has a number that is too long.")
        raise UnreadableError(
            Finding(Cause.JSON_SYNTAX, Message(sentence), allowed=TABLE_FORMS), form=FORM
        ) from error


def _listed(parsed: Any, findings: list[Finding]) -> Any:
    """Return the list of objects inside an object, and tell which it is; what is none stays as it is."""
    if not isinstance(parsed, _Pairs):
        return parsed
    found = dict(_lists(parsed, 0))
    if len(found) > 1:
        usual = {path: told for path, told in found.items() if path.rpartition(".")[2] in _LISTS}
        found = usual or found
    if len(found) != 1:
        return parsed
    ((path, entries),) = found.items()
    text = N_("The list “{name}” of the JSON was read, and nothing beside it.")
    if path == "features":
        text = N_("Of the features their properties were read, not where they lie.")
        entries = [_properties(entry) for entry in entries]
    findings.append(Finding(Cause.JSON_PART, Message(text, {"name": short(path)}), found=short(path)))
    return entries


def _lists(parsed: _Pairs, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Give the lists of objects in an object, each with its path."""
    for name, value in parsed:
        if isinstance(value, _Pairs):
            if depth < _INSIDE:
                yield from ((f"{name}.{path}", told) for path, told in _lists(value, depth + 1))
        elif _is_list_of_objects(value) and (value or name in _LISTS):
            yield name, value


def _is_list_of_objects(value: Any) -> bool:
    # an object is a list of pairs here
    return isinstance(value, list) and all(isinstance(entry, _Pairs) for entry in value)


def _properties(entry: _Pairs) -> _Pairs:
    properties = dict(entry).get("properties")
    return properties if isinstance(properties, _Pairs) else _Pairs()


class _Constant(str):
    """NaN or Infinity, which are no numbers of JSON; refused where a value is expected."""

    __slots__ = ()


def _number(text: str) -> Decimal | str:
    """Read a number; one out of all bounds stays a text, which no column of numbers takes."""
    number = number_of(text)
    return text if number is None else number


def _entries(parsed: Any, limits: Limits) -> list[_Pairs]:
    if isinstance(parsed, _Pairs) or not isinstance(parsed, list):
        inside = ", ".join(name for name, _ in parsed) if isinstance(parsed, _Pairs) else ""
        text = N_("The JSON is {found}, not a list of objects.")
        if inside:
            text = N_("The JSON is one object with {names}, not a list of objects.")
        values: dict[str, object] = {"found": Message(_kind(parsed)), "names": short(inside)}
        finding = Finding(
            Cause.NOT_A_TABLE, Message(text, values), found=short(inside) or None, allowed=TABLE_FORMS
        )
        raise UnreadableError(finding, form=FORM)
    if len(parsed) > limits.max_rows:
        raise UnreadableError(too_many_rows(limits), form=FORM)
    wrong = [
        Finding(
            Cause.NOT_A_TABLE,
            Message(
                N_("Entry {row} of the list is {found}, not an object."),
                {"row": row, "found": Message(_kind(e))},
            ),
            row,
            found=short(e),
            allowed=TABLE_FORMS,
        )
        for row, e in enumerate(parsed, start=1)
        if not isinstance(e, _Pairs)
    ]
    if wrong:
        raise UnreadableError(*wrong, form=FORM)
    return parsed


def _row(number: int, entry: _Pairs, names: tuple[str, ...], findings: list[Finding]) -> RawRow:
    values: dict[str, object] = {}
    for name, value in entry:
        if name in values:
            text = N_("Entry {row} has “{name}” twice.")
            message = Message(text, {"row": number, "name": short(name)})
            findings.append(Finding(Cause.DUPLICATE_LABEL, message, number, short(name), short(value)))
        values[name] = _cell(value)
    absent = frozenset(place for place, name in enumerate(names) if name not in values)
    return RawRow(number, tuple(values.get(name) for name in names), absent)


def _cell(value: Any) -> object:
    if isinstance(value, list):
        return Unusable(_inside(value))
    if isinstance(value, _Constant):
        return Unusable(str(value))
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _inside(value: Any, depth: int = 0) -> str:
    """Show what is nested in a cell, as far down as a person would look."""
    if depth == _SHOWN_DEPTH and isinstance(value, list):
        return "…"
    if isinstance(value, _Pairs):
        told = (f"{json.dumps(name)}: {_inside(inner, depth + 1)}" for name, inner in value[:_SHOWN_ENTRIES])
        return f"{{{', '.join(told)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_inside(inner, depth + 1) for inner in value[:_SHOWN_ENTRIES])}]"
    return json.dumps(value, ensure_ascii=False, default=str)


def _kind(value: Any) -> str:
    return KINDS[dict] if isinstance(value, _Pairs) else KINDS.get(type(value), N_("something else"))
