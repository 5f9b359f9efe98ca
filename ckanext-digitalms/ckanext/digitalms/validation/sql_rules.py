"""A Table Schema as SQL: which cells are surely right.

One direction only: what the query passes is right for frictionless too (``frictionless.fields`` and
``Field.create_cell_reader``). Of what it does not pass it says nothing: odd forms that frictionless takes
(``1e5``, ``1_0``, ``2024-1-5``) are not known here. What SQL cannot say is :class:`NotExpressibleError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from frictionless import Field, Schema
from frictionless.fields import BooleanField, IntegerField, NumberField

from ckanext.digitalms.duck import literal
from ckanext.digitalms.messages import N_, Message

from .patterns import as_frictionless_reads

# up to 15 digits on each side are exact in DECIMAL(31, 15)
_PLAIN_NUMBER = r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?"
_EXACT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_TURNED = "{0}[7:10] || '-' || {0}[4:5] || '-' || {0}[1:2]"
_DAYS = {
    "default": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "{0}"),
    "%Y-%m-%d": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "{0}"),
    "%d.%m.%Y": (r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", _TURNED),
}
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONE = "(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_MOMENTS = {
    "default": (rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}(?:\.[0-9]{{1,6}})?{_ZONE}", "{0}[1:10]"),
    "%d.%m.%Y %H:%M:%S": (rf"[0-9]{{2}}\.[0-9]{{2}}\.[0-9]{{4}} {_TIME}", _TURNED),
}


class NotExpressibleError(Exception):
    """Something in a table that the query cannot judge; carries what."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class CellRule:
    """What SQL says of a column's cells; every expression is over the column's name.

    Args:
        missing: whether the cell counts as empty.
        clean: whether nothing is wrong with it for sure.
        value: of a clean cell, ``NULL`` for an empty one; different where Python's values are.
    """

    missing: str
    clean: str
    value: str


@dataclass(frozen=True)
class _Kind:
    """A type: when a text surely has it, its value then, and how a bound of it is written."""

    good: str
    value: str
    bound: Callable[[Any], str]


def compiled(field: Field, schema: Schema, column: str) -> CellRule:
    """Put a field's rules as SQL.

    Args:
        field: of the schema.
        schema: whose missing values hold where the field has none.
        column: the SQL name of its cells, which are texts.

    Raises:
        NotExpressibleError: the query cannot say it.
    """
    if field.type not in _KINDS:
        raise NotExpressibleError(Message(N_("the type “{type}”"), {"type": field.type}))
    kind = _KINDS[field.type](field, column)
    values = field.missing_values if field.has_defined("missing_values") else schema.missing_values
    missing = f"({column} IN ({', '.join(map(literal, values))}))" if values else "false"
    good = " AND ".join([f"({kind.good})", *_kept(field, column, kind)])
    clean = f"(NOT {missing} AND {good})" if field.required else f"({missing} OR {good})"
    return CellRule(missing, clean, f"CASE WHEN NOT {missing} THEN {kind.value} END")


def _kept(field: Field, column: str, kind: _Kind) -> list[str]:
    return [
        f"({_constraint(name, constraint, field, column, kind)})"
        for name, constraint in field.constraints.items()
        if name not in {"unique", "required"} and constraint is not None and constraint is not False
    ]


def _full(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"


def _string(field: Field, column: str) -> _Kind:
    if field.format != "default":
        raise NotExpressibleError(Message(N_("text of the format “{format}”"), {"format": field.format}))
    return _Kind("true", column, lambda value: literal(str(value)))


def _any(field: Field, column: str) -> _Kind:
    if field.constraints.get("enum"):
        raise NotExpressibleError(Message(N_("the type “{type}”"), {"type": field.type}))
    return _Kind("true", column, str)


def _integer(field: Field, column: str) -> _Kind:
    assert isinstance(field, IntegerField)  # noqa: S101 - tells the type checker what the table of kinds says
    if not field.bare_number:
        raise NotExpressibleError(Message(N_("numbers with other signs around them")))
    good = _full(column, "[+-]?[0-9]{1,15}")
    return _Kind(good, f"TRY_CAST({column} AS BIGINT)", lambda value: str(int(value)))


def _number(field: Field, column: str) -> _Kind:
    assert isinstance(field, NumberField)  # noqa: S101 - as above
    if not field.bare_number or field.float_number:
        raise NotExpressibleError(Message(N_("numbers with other signs around them")))
    text, pointless = column, "true"
    if {"group_char", "decimal_char"}.intersection(field.list_defined()):
        text = f"replace({text}, {literal(field.group_char)}, '')" if field.group_char else text
        if field.decimal_char != ".":
            pointless = f"NOT contains({text}, '.')"
            text = f"replace({text}, {literal(field.decimal_char)}, '.')"
    good = f"{pointless} AND {_full(text, _PLAIN_NUMBER)}"
    return _Kind(good, f"TRY_CAST({text} AS DECIMAL(31, 15))", _exact)


def _exact(value: Decimal) -> str:
    text = str(Decimal(value))
    if not _EXACT.fullmatch(text):
        raise NotExpressibleError(Message(N_("a bound of more than 15 digits")))
    return f"CAST({text} AS DECIMAL(31, 15))"


def _boolean(field: Field, column: str) -> _Kind:
    assert isinstance(field, BooleanField)  # noqa: S101 - as above
    true, false = (", ".join(map(literal, values)) for values in (field.true_values, field.false_values))
    if not true or not false or set(field.true_values) & set(field.false_values):
        raise NotExpressibleError(Message(N_("truth values without words of their own")))
    good = f"{column} IN ({true}, {false})"
    return _Kind(good, f"{column} IN ({true})", lambda value: str(value).lower())


def _date(field: Field, column: str) -> _Kind:
    if field.format not in _DAYS:
        raise NotExpressibleError(Message(N_("days of the form “{format}”"), {"format": field.format}))
    strict, form = _DAYS[field.format]
    iso = form.format(column)
    good = f"{_full(column, strict)} AND {_real(iso)}"
    return _Kind(good, f"TRY_CAST({iso} AS DATE)", _day)


def _real(iso: str) -> str:
    # the calendar of Python begins with the year 1
    return f"TRY_CAST({iso} AS DATE) IS NOT NULL AND NOT starts_with({iso}, '0000')"


def _day(value: date) -> str:
    return f"DATE {literal(value.isoformat())}"


def _datetime(field: Field, column: str) -> _Kind:
    if field.format not in _MOMENTS or field.constraints.keys() - {"required"}:
        raise NotExpressibleError(Message(N_("moments of the form “{format}”"), {"format": field.format}))
    strict, form = _MOMENTS[field.format]
    return _Kind(f"{_full(column, strict)} AND {_real(form.format(column))}", column, str)


def _year(field: Field, column: str) -> _Kind:
    del field
    return _Kind(_full(column, "[0-9]{4}"), f"TRY_CAST({column} AS BIGINT)", lambda value: str(int(value)))


def _yearmonth(field: Field, column: str) -> _Kind:
    del field
    good = _full(column, "[0-9]{4}-(?:0[1-9]|1[0-2])")
    return _Kind(good, column, lambda value: literal(f"{value.year:04}-{value.month:02}"))


_KINDS: dict[str, Callable[[Field, str], _Kind]] = {
    "string": _string,
    "any": _any,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "year": _year,
    "yearmonth": _yearmonth,
}
_BOUNDS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def _constraint(name: str, constraint: Any, field: Field, column: str, kind: _Kind) -> str:
    if name == "pattern":
        # the engine of the query is the one that frictionless is given
        return f"regexp_matches({column}, {literal(as_frictionless_reads(str(constraint)))})"
    if name in {"minLength", "maxLength"}:
        return f"length({column}) {'>=' if name == 'minLength' else '<='} {int(constraint)}"
    read = field.create_value_reader()
    if name in _BOUNDS:
        return f"{kind.value} {_BOUNDS[name]} {kind.bound(_read(read, constraint))}"
    if name == "enum":
        allowed = ", ".join(kind.bound(_read(read, value)) for value in constraint)
        return f"{kind.value} IN ({allowed})" if allowed else "false"
    raise NotExpressibleError(Message(N_("the rule “{rule}”"), {"rule": name}))


def _read(read: Callable[[Any], Any], value: Any) -> Any:
    found = read(value)
    if found is None or found != found:  # only NaN is not itself
        raise NotExpressibleError(Message(N_("the bound “{bound}”"), {"bound": str(value)[:60]}))
    return found
