"""A Table Schema as SQL: for each cell what is surely wrong with it, and what only frictionless can tell.

The rules are frictionless's own (``frictionless.fields`` and ``Field.create_cell_reader``), put so that they
are never stricter or laxer: a cell has its value for sure, or an error of a certain cause for sure, or it is
*unsure* (a number such as ``1e5`` or ``1_0``, a day such as ``2024-1-5``, other than ASCII where patterns
differ) and its row is judged by frictionless. What SQL cannot say at all is :class:`NotExpressibleError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from frictionless import Field, Schema
from frictionless.fields import BooleanField, IntegerField, NumberField

from ckanext.digitalms.duck import literal
from ckanext.digitalms.messages import N_, Message

# a cause as frictionless names it: the error's type, and the constraint where it is one
CauseName = str
TYPE = "type-error"
CONSTRAINT = "constraint-error"

_ASCII = "[ -~]*"
# up to 15 digits on each side are exact in DECIMAL(31, 15)
_PLAIN_NUMBER = r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?"
_ANY_NUMBER = r"(?i)[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|s?nan[0-9]*)"
_EXACT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DAYS = {
    "default": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{4}-[ 0-9]{1,2}-[ 0-9]{1,2}", "{0}"),
    "%d.%m.%Y": (
        r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}",
        r"[ 0-9]{1,2}\.[ 0-9]{1,2}\.[0-9]{4}",
        "{0}[7:10] || '-' || {0}[4:5] || '-' || {0}[1:2]",
    ),
}
_DAYS["%Y-%m-%d"] = _DAYS["default"]
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONE = "(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_MOMENTS = {
    "default": (rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}(?:\.[0-9]{{1,6}})?{_ZONE}", "{0}[1:10]"),
    "%d.%m.%Y %H:%M:%S": (
        rf"[0-9]{{2}}\.[0-9]{{2}}\.[0-9]{{4}} {_TIME}",
        "{0}[7:10] || '-' || {0}[4:5] || '-' || {0}[1:2]",
    ),
}
# syntax that RE2 and Python read alike; \d, \w and \s differ for text that is not ASCII
_ALIKE = re.compile(
    r"(?:[^\\\[(?]|\\[dDwWsS.\-+*?()\[\]{}|^$/]|\((?!\?)|\(\?:|\?|\[\^?\]?(?:[^\\\]\[]|\\[dwsDWS.\-\]\[\\/])*\])*"
)
_CLASSES = re.compile(r"\\[dDwWsSbB]")
_NEGATIVE = re.compile(r"\\[DWS]|\[\^")


class NotExpressibleError(Exception):
    """Something in a schema that the query cannot say; carries what."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class CellRule:
    """What SQL says of a column's cells; every expression is over the column's name.

    Args:
        missing: whether the cell counts as empty.
        clean: whether nothing is wrong with it for sure; the only expression that every row goes through.
        unsure: whether only frictionless can judge it.
        wrong: by cause, whether the cell is surely wrong in this way.
        value: the typed value, ``NULL`` where there is none; equal where Python's values are equal.
        is_value_sure: whether ``unsure`` is never about the value.
    """

    missing: str
    clean: str
    unsure: str
    wrong: Mapping[CauseName, str]
    value: str
    is_value_sure: bool = False


@dataclass(frozen=True)
class _Kind:
    """A type: when a text surely has it, surely has not, and its value then."""

    good: str
    bad: str
    value: str
    bound: Callable[[Any], str]
    is_sure: bool = False


def compiled(field: Field, schema: Schema, column: str) -> CellRule:
    """Put a field's rules as SQL.

    Args:
        field: of the schema.
        schema: whose missing values hold where the field has none.
        column: the SQL name of its cells, text or ``NULL`` for a cell that is not there.

    Raises:
        NotExpressibleError: the query cannot say it.
    """
    if field.type not in _KINDS:
        raise NotExpressibleError(Message(N_("the type “{type}”"), {"type": field.type}))
    kind = _KINDS[field.type](field, column)
    values = field.missing_values if field.has_defined("missing_values") else schema.missing_values
    missing = f"({column} IS NULL{_or_in(column, values)})"
    wrong = {TYPE: f"(NOT {missing} AND ({kind.bad}))"}
    unsure = [] if kind.is_sure else [f"NOT ({kind.good}) AND NOT ({kind.bad})"]
    kept = [kind.good]
    for name, constraint in field.constraints.items():
        if name == "unique" or constraint is None or constraint is False:
            continue
        if name == "required":
            wrong[f"{CONSTRAINT}/required"] = missing
            continue
        rule = _constraint(name, constraint, field, column, kind)
        wrong[f"{CONSTRAINT}/{name}"] = f"(NOT {missing} AND ({kind.good}) AND ({rule.broken}))"
        kept.append(rule.kept or f"NOT ({rule.broken})")
        if rule.doubtful:
            unsure.append(rule.doubtful)
    is_good = " AND ".join(f"({one})" for one in kept if one != "true") or "true"
    clean = f"(NOT {missing} AND {is_good})" if field.required else f"({missing} OR {is_good})"
    return CellRule(
        missing,
        "true" if is_good == "true" and not field.required else clean,
        f"(NOT {missing} AND ({' OR '.join(unsure)}))" if unsure else "false",
        wrong,
        f"CASE WHEN NOT {missing} AND ({kind.good}) THEN {kind.value} END",
        kind.is_sure,
    )


def _or_in(column: str, values: list[str]) -> str:
    return f" OR {column} IN ({', '.join(map(literal, values))})" if values else ""


def _full(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"


def _string(field: Field, column: str) -> _Kind:
    if field.format != "default":
        raise NotExpressibleError(Message(N_("text of the format “{format}”"), {"format": field.format}))
    return _Kind("true", "false", column, lambda value: literal(str(value)), is_sure=True)


def _any(field: Field, column: str) -> _Kind:
    if field.constraints.get("enum"):
        raise NotExpressibleError(Message(N_("the type “{type}”"), {"type": field.type}))
    return _Kind("true", "false", column, str, is_sure=True)


def _integer(field: Field, column: str) -> _Kind:
    assert isinstance(field, IntegerField)  # noqa: S101 - tells the type checker what the table of kinds says
    if not field.bare_number:
        raise NotExpressibleError(Message(N_("numbers with other signs around them")))
    bad = f"{_full(column, _ASCII)} AND NOT {_full(column, ' *[+-]?[0-9]+(?:_[0-9]+)* *')}"
    return _Kind(
        _full(column, "[+-]?[0-9]{1,15}"), bad, f"TRY_CAST({column} AS BIGINT)", lambda value: str(int(value))
    )


def _number(field: Field, column: str) -> _Kind:
    assert isinstance(field, NumberField)  # noqa: S101 - as above
    if not field.bare_number or field.float_number:
        raise NotExpressibleError(Message(N_("numbers with other signs around them")))
    text, pointed = f"trim({column})", "false"
    if {"group_char", "decimal_char"}.intersection(field.list_defined()):
        text = f"replace({text}, {literal(field.group_char)}, '')" if field.group_char else text
        if field.decimal_char != ".":
            pointed = f"contains({text}, '.')"
            text = f"replace({text}, {literal(field.decimal_char)}, '.')"
    ungrouped = f"trim(replace({text}, '_', ''))"
    shapeless = f"NOT {_full(ungrouped, _ANY_NUMBER)}"
    bad = f"{_full(column, _ASCII)} AND ({pointed} OR {shapeless})"
    good = f"NOT {pointed} AND {_full(text, _PLAIN_NUMBER)}"
    return _Kind(good, bad, f"TRY_CAST({text} AS DECIMAL(31, 15))", _exact)


def _exact(value: Decimal) -> str:
    text = f"{Decimal(value):f}"
    if not _EXACT.fullmatch(text):
        raise NotExpressibleError(Message(N_("a bound of more than 15 digits")))
    return f"CAST({text} AS DECIMAL(31, 15))"


def _boolean(field: Field, column: str) -> _Kind:
    assert isinstance(field, BooleanField)  # noqa: S101 - as above
    true, false = (", ".join(map(literal, values)) for values in (field.true_values, field.false_values))
    if not true or not false or set(field.true_values) & set(field.false_values):
        raise NotExpressibleError(Message(N_("truth values without words of their own")))
    good = f"{column} IN ({true}, {false})"
    return _Kind(good, f"NOT {good}", f"{column} IN ({true})", lambda value: str(value).lower(), is_sure=True)


def _date(field: Field, column: str) -> _Kind:
    if field.format not in _DAYS:
        raise NotExpressibleError(Message(N_("days of the form “{format}”"), {"format": field.format}))
    strict, lenient, form = _DAYS[field.format]
    iso = form.format(column)
    # the calendar of Python begins with the year 1
    real = f"TRY_CAST({iso} AS DATE) IS NOT NULL AND NOT starts_with({iso}, '0000')"
    good = f"{_full(column, strict)} AND {real}"
    bad = (
        f"{_full(column, _ASCII)} AND NOT {_full(column, lenient)} "
        f"OR {_full(column, strict)} AND NOT ({real})"
    )
    return _Kind(good, bad, f"TRY_CAST({iso} AS DATE)", _day)


def _day(value: date) -> str:
    return f"DATE {literal(value.isoformat())}"


def _datetime(field: Field, column: str) -> _Kind:
    if field.format not in _MOMENTS or field.constraints.keys() - {"required"}:
        raise NotExpressibleError(Message(N_("moments of the form “{format}”"), {"format": field.format}))
    strict, form = _MOMENTS[field.format]
    iso = form.format(column)
    real = f"TRY_CAST({iso} AS DATE) IS NOT NULL AND NOT starts_with({iso}, '0000')"
    good = f"{_full(column, strict)} AND {real}"
    bad = f"NOT regexp_matches({column}, '[0-9]') AND {_full(column, _ASCII)}"
    return _Kind(good, bad, column, str)


def _year(field: Field, column: str) -> _Kind:
    del field
    bad = f"length({column}) <> 4 OR {_full(column, _ASCII)} AND NOT {_full(column, '[ +_0-9-]{4}')}"
    return _Kind(
        _full(column, "[0-9]{4}"), bad, f"TRY_CAST({column} AS BIGINT)", lambda value: str(int(value))
    )


_KINDS: dict[str, Callable[[Field, str], _Kind]] = {
    "string": _string,
    "any": _any,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "year": _year,
}
_BOUNDS = {"minimum": "<", "maximum": ">", "exclusiveMinimum": "<=", "exclusiveMaximum": ">="}


@dataclass(frozen=True)
class _Rule:
    """A constraint of a good cell: when it is surely broken, in doubt (or never), and surely kept."""

    broken: str
    doubtful: str = ""
    kept: str = ""


def _constraint(name: str, constraint: Any, field: Field, column: str, kind: _Kind) -> _Rule:
    if name == "pattern":
        return _pattern(str(constraint), column)
    if name in {"minLength", "maxLength"}:
        return _Rule(f"length({column}) {'<' if name == 'minLength' else '>'} {int(constraint)}")
    read = field.create_value_reader()
    if name in _BOUNDS:
        return _Rule(f"{kind.value} {_BOUNDS[name]} {kind.bound(_read(read, constraint))}")
    if name == "enum":
        allowed = ", ".join(kind.bound(_read(read, value)) for value in constraint)
        return _Rule(f"{kind.value} NOT IN ({allowed})" if allowed else "true")
    raise NotExpressibleError(Message(N_("the rule “{rule}”"), {"rule": name}))


def _read(read: Callable[[Any], Any], value: Any) -> Any:
    found = read(value)
    if found is None or found != found:  # only NaN is not itself
        raise NotExpressibleError(Message(N_("the bound “{bound}”"), {"bound": str(value)[:60]}))
    return found


def _pattern(pattern: str, column: str) -> _Rule:
    if not _ALIKE.fullmatch(pattern) or "{," in pattern:
        raise NotExpressibleError(Message(N_("the pattern “{pattern}”"), {"pattern": pattern[:60]}))
    # frictionless puts ^ and $ around it without brackets, and begins at the first sign
    whole = literal(rf"\A(?:^{pattern}$)")
    broken = f"NOT regexp_matches({column}, {whole})"
    alike = _ASCII if _CLASSES.search(pattern) else r"[^\n\r\x{0}]*"
    sure = _full(column, alike)
    # what RE2 takes for a digit, a letter or a space is one for Python too, but not the other way round
    is_kept = f"NOT ({broken})" if not _NEGATIVE.search(pattern) else f"{sure} AND NOT ({broken})"
    return _Rule(f"{sure} AND {broken}", f"NOT {sure}", is_kept)
