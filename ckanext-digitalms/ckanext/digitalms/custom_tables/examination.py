"""An uploaded table from bytes to verdict: what it is, what is wrong with it, its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.digitalms import collecting
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.column_forms import same
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.findings import Finding, Report, short
from ckanext.digitalms.validation.table import Limits, RawTable, UnreadableError

from .canonical import published_schema
from .casting import CastTable, cast
from .column_reading import SHAPE, Question, Settled, column_of, decimal_of, settled
from .detection import cells_by_column, detect, filled
from .inference import Drafted, asked, by_others, infer, lost_zeros, noted
from .limits import beyond
from .names import unique_titles
from .places import places_of
from .proposals import missing_words
from .validation import validate

TABLE = "dataset"
_NUMBERS = {"number", "integer"}
# which part of the work is done when a file has been read, and when it has a schema
_READ, _DRAFTED = 0.5, 0.7


@dataclass(frozen=True)
class Examined:
    """What was found out about an uploaded table.

    Args:
        report: everything that is to be said of it.
        schema: the Table Schema of the file, with the form of each column; ``None`` where there is no table.
        raw: the table as it was read.
        converted: its values.
        given: the schema before anything of this file was added to it.
        questions: what cannot be told from the cells.
        missing: words that may stand for a missing value.
        choices: sheets, or files of an archive, of which one has to be named.
        by_others: forms that other columns have settled, by the titles of the columns.
    """

    report: Report
    schema: Mapping[str, Any] | None = None
    raw: RawTable | None = None
    converted: CastTable | None = None
    given: Mapping[str, Any] | None = None
    questions: tuple[Question, ...] = ()
    missing: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    by_others: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Return whether it has a schema and is as it says: a table without one is never valid."""
        return self.schema is not None and self.converted is not None and self.report.is_accepted


def examine(
    data: bytes,
    filename: str,
    dialect: Dialect,
    limits: Limits,
    schema: Mapping[str, Any] | None = None,
    *,
    is_judged: bool = False,
    amend: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    tick: Callable[[float], None] = lambda _part: None,
) -> Examined:
    """Read and judge a table; nothing of it is raised, all of it is in the report.

    Args:
        data: the file as uploaded.
        filename: as uploaded.
        dialect: what was declared of it.
        limits: of bytes and rows.
        schema: its Table Schema; by default one is drafted.
        is_judged: its values were found right by this schema before: only form and header are looked at.
        amend: what is changed of a schema that was drafted.
        tick: is told which part of the work is done, from 0 to 1.
    """
    report = Report(TABLE, short(filename), len(data), dialect=dialect.to_json())
    with collecting.paused():
        try:
            raw = detect(data, dialect, limits)
        except UnreadableError as error:
            report = replace(report, form=error.form).with_findings(error.findings)
            return Examined(report, schema, given=schema, choices=error.choices)
        tick(_READ)
        drafted, given = _schema_of(raw, dialect, schema, amend)
        tick(_DRAFTED)
        return _judged(raw, report, dialect, drafted, given, is_judged=is_judged)


def _judged(
    raw: RawTable,
    report: Report,
    dialect: Dialect,
    drafted: Drafted,
    given: Mapping[str, Any],
    *,
    is_judged: bool,
) -> Examined:
    schema = drafted.schema
    converted = cast(raw, schema)
    report = replace(report, form=raw.form, dialect=_found(raw, schema).to_json(), rows=len(converted.rows))
    findings = [*drafted.findings, *_unknown_columns(raw, schema, dialect), *converted.findings]
    if not is_judged:
        findings += [*validate(converted, published_schema(schema)), *beyond(converted, schema)]
    for one, values in zip(schema["fields"], zip(*converted.rows, strict=True), strict=False):
        findings += lost_zeros(one["name"], values, converted.numbers)
    report = report.with_findings(findings)
    told = (drafted.questions, drafted.missing, (), drafted.by_others)
    return Examined(report, schema, raw, converted, given, *told)


def _schema_of(
    raw: RawTable,
    dialect: Dialect,
    schema: Mapping[str, Any] | None,
    amend: Callable[[dict[str, Any]], dict[str, Any]] | None,
) -> tuple[Drafted, Mapping[str, Any]]:
    """Return the schema by which a file is read, and the one before anything of the file was added."""
    if schema is not None:
        return read_by(raw, schema, dialect), schema
    drafted = infer(raw, dialect)
    if amend is None:
        return drafted, drafted.schema
    given = amend(drafted.schema)
    return read_by(raw, given, dialect, drafted), given


def read_by(
    raw: RawTable, schema: Mapping[str, Any], dialect: Dialect, drafted: Drafted | None = None
) -> Drafted:
    """Return a schema with what this file says of the form of its columns, and what is asked of them.

    Args:
        raw: the table.
        schema: as it was given or drafted.
        dialect: what was declared.
        drafted: what was found when it was drafted from the file itself, of which nothing is told twice.
    """
    titles, rows = unique_titles(raw.header), filled(raw)
    fields = {one["name"]: one for one in schema["fields"]}
    places, cells = places_of(titles, schema["fields"]), cells_by_column(rows, len(titles))
    columns = {name: column_of(titles[place], name, place, cells[place]) for name, place in places.items()}
    decimal = decimal_of([one for one in columns.values() if _counts(fields[one.name])], dialect)
    told = {name: settled(fields[name], column, dialect, decimal) for name, column in columns.items()}
    made = [_with_shape(one, told.get(one["name"])) for one in schema["fields"]]
    known = [(columns[name], one) for name, one in told.items() if one]
    findings = drafted.findings if drafted else ()
    questions = drafted.questions if drafted else ()
    have = {question.column for question in questions}
    new = [(column, one) for column, one in known if column.title not in have]
    if new and not drafted:
        findings = (*findings, *noted([column for column, _ in new], [one for _, one in new]))
    if new:
        questions = (*questions, *asked([column for column, _ in new], [one for _, one in new], rows))
    missing = missing_words(list(columns.values()))
    others = by_others([column for column, _ in known], [one for _, one in known])
    before = drafted.by_others if drafted else {}
    return Drafted({**schema, "fields": made}, findings, questions, missing, {**before, **others})


def _counts(field: Mapping[str, Any]) -> bool:
    return field["type"] in {"number", "integer"}


def _with_shape(field: Mapping[str, Any], told: Settled | None) -> dict[str, Any]:
    """Return a field with the form of its cells; rules of another type do not hold for the new one."""
    if told is None:
        return dict(field)
    kept = {name: value for name, value in field.items() if name not in SHAPE} | told.shape
    if told.shape["type"] != field["type"] and not {told.shape["type"], field["type"]} <= _NUMBERS:
        rules = field.get("constraints", {})
        kept["constraints"] = {name: rules[name] for name in ("required", "unique") if name in rules}
    return kept


def _unknown_columns(raw: RawTable, schema: Mapping[str, Any], dialect: Dialect) -> Iterator[Finding]:
    """Tell of columns whose form was said and that the file does not have."""
    known = {same(title) for title in unique_titles(raw.header)}
    known |= {same(field["name"]) for field in schema["fields"]}
    for title in dialect.said_forms:
        if same(title) not in known:
            text = N_("The file has no column “{title}”; the form that was said of it changes nothing.")
            yield Finding(Cause.COLUMN_FORM, Message(text, {"title": short(title)}), field=short(title))


def _found(raw: RawTable, schema: Mapping[str, Any]) -> Dialect:
    """Return the dialect as it was found; decimals and days only where all columns agree."""
    told = raw.dialect
    decimals = {field["decimalChar"] for field in schema["fields"] if "decimalChar" in field}
    days = {field["format"] for field in schema["fields"] if field["type"] == "date" and "format" in field}
    if len(decimals) == 1:
        told = replace(told, decimal_char=decimals.pop())
    return replace(told, date_format=days.pop()) if len(days) == 1 else told
