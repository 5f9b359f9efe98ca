"""frictionless judges the rows against the Table Schema; its errors become findings in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from frictionless import Resource, Schema

from ckanext.digitalms.messages import N_, Message

from . import wording
from .causes import Cause
from .column_forms import ColumnForm, form_of, same
from .columns import has_titles, header_findings, matched
from .dialect import AUTO, Dialect
from .findings import MAX_FINDINGS, Finding, Report, short
from .reading import read
from .table import FieldSpec, Limits, RawRow, RawTable, TableSchema, UnreadableError, Unusable
from .values import NUMBER_FORMS, day_words, proposed, value_of


@dataclass(frozen=True)
class Record:
    """A row that was read: its number in the file, and values by field (``None``: an empty cell)."""

    row: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """What a delivered table says, and the report on it.

    Args:
        report: with all findings.
        records: the rows without errors.
        fields: the names of the fields that have a column.
    """

    report: Report
    records: tuple[Record, ...] = ()
    fields: frozenset[str] = frozenset()


def check(data: bytes, filename: str, schema: TableSchema, dialect: Dialect, limits: Limits) -> Checked:
    """Read and judge a delivered file; nothing of it is raised, all of it is in the report."""
    report = Report(schema.name, short(filename), len(data), dialect=dialect.to_json())
    try:
        raw = read(data, schema, dialect, limits)
    except UnreadableError as error:
        return Checked(replace(report, form=error.form).with_findings(error.findings))
    return checked(raw, schema, report)


def checked(raw: RawTable, schema: TableSchema, report: Report) -> Checked:
    """Validate a table that was read; ``report`` is what is known of the file."""
    judge = _Checking(raw, schema)
    findings = list(judge.findings())
    report = replace(report, form=raw.form, dialect=judge.dialect.to_json(), rows=len(judge.rows))
    refused = {f.row for f in findings if f.severity == "error"}
    names = frozenset(spec.name for spec in judge.fields if spec)
    complete = all(spec.name in names for spec in schema.fields if spec.is_required)
    records = tuple(record for record in judge.records() if complete and record.row not in refused)
    return Checked(report.with_findings(findings), records, names)


class _Checking:
    def __init__(self, raw: RawTable, schema: TableSchema) -> None:
        self.raw, self.schema = raw, schema
        self.fields = _once(matched(raw.header, schema))
        self.restores = has_titles(raw.header, schema)
        self.rows = [
            row for row in raw.rows if any(cell not in (None, "") and str(cell).strip() for cell in row.cells)
        ]
        self.dialect = proposed(raw.dialect, self._cells({"date"}), self._cells({"number", "integer"}))
        self.said = [
            _said(title, spec, raw.dialect) for title, spec in zip(raw.header, self.fields, strict=True)
        ]
        self.odd: dict[tuple[int, str], Finding] = {}
        self.values = [self._values(row) for row in self.rows]

    def _cells(self, types: set[str]) -> Iterator[object]:
        places = [place for place, spec in enumerate(self.fields) if spec and spec.type in types]
        return (row.cells[place] for row in self.rows for place in places if place < len(row.cells))

    def _values(self, row: RawRow) -> list[object]:
        values: list[object] = []
        for place, cell in enumerate(row.cells):
            spec = self.fields[place] if place < len(self.fields) else None
            if spec is None:
                values.append(cell)
                continue
            value, oddity = value_of(cell, spec, self.dialect, restores=self.restores, said=self.said[place])
            if oddity and len(self.odd) <= MAX_FINDINGS:
                allowed, why = self._allowed(oddity.cause, spec), oddity.message
                told = wording.of_cell(oddity.cause, row.number, spec.name, cell, allowed, why)
                self.odd[row.number, spec.name] = told
            values.append(value)
        return values

    def records(self) -> Iterator[Record]:
        for row, values in zip(self.rows, self.values, strict=True):
            named = {spec.name: value for spec, value in zip(self.fields, values, strict=False) if spec}
            yield Record(row.number, named)

    def findings(self) -> Iterator[Finding]:
        yield from self.raw.findings
        yield from header_findings(self.raw.header, self.schema, self.raw.header_row)
        yield from self._blank_rows()
        if not self.rows:
            yield wording.no_rows(self.raw.header_row)
        yield from self.odd.values()
        yield from self._judged()

    def _blank_rows(self) -> Iterator[Finding]:
        last = max((row.number for row in self.rows), default=0)
        full = {row.number for row in self.rows}
        for row in self.raw.rows:
            if row.number < last and row.number not in full:
                yield wording.empty_row(row.number)

    def _judged(self) -> Iterator[Finding]:
        if not self.rows or not any(self.fields):
            return
        labels = [spec.name if spec else f"column {place}" for place, spec in enumerate(self.fields)]
        told: set[tuple[int, str | Cause]] = set()
        for wrong in self._lengths():
            told.add((wrong.row or 0, wrong.cause))
            yield wrong
        # frictionless tells of each cell too many, with the whole row: of 10,000 it would fill the memory
        values = [row[: len(labels)] for row in self.values]
        resource = Resource(data=[labels, *values], format="inline", schema=self._descriptor(labels))
        for task in resource.validate(limit_errors=MAX_FINDINGS + 1).tasks:
            for error in task.errors:
                finding = self._worded(error)
                place = (finding.row or 0, finding.field or finding.cause) if finding else None
                if finding and place and place not in told and place not in self.odd:
                    told.add(place)
                    yield finding

    def _descriptor(self, labels: Sequence[str]) -> Schema:
        """Return the schema in the file's own order of columns; those it lacks have been told already."""
        known = {spec["name"]: spec for spec in self.schema.descriptor["fields"]}
        fields = [known.get(label, {"name": label, "type": "any"}) for label in labels]
        key = [name for name in self.schema.key if name in labels]
        whole = len(key) == len(self.schema.key)
        missing = self.schema.descriptor.get("missingValues", [""])
        return Schema.from_descriptor(
            {"fields": fields, "missingValues": missing, **({"primaryKey": key} if key and whole else {})}
        )

    def _worded(self, error: Any) -> Finding | None:
        row, cause = self.rows[error.row_number - 2], wording.cause_of(error)
        if cause is Cause.PRIMARY_KEY:
            return self._repeated(error, row.number)
        if cause in {Cause.EXTRA_CELL, Cause.MISSING_CELL}:
            return wording.wrong_length(row, len(self.raw.header))
        # a row whose known cells are all empty has no field; what it has too much is told by itself
        name = getattr(error, "field_name", None)
        spec = next((s for s in self.fields if s and s.name == name), None)
        if spec is None or len(row.cells) <= self.fields.index(spec):
            return None
        cell = row.cells[self.fields.index(spec)]
        return wording.of_cell(cause, row.number, spec.name, cell, self._allowed(cause, spec))

    def _repeated(self, error: Any, row: int) -> Finding | None:
        earlier = wording.earlier(error)
        named = {s.name: v for s, v in zip(self.fields, self.values[error.row_number - 2], strict=False) if s}
        values = [named.get(name) for name in self.schema.key]
        if earlier is None or any(value is None or isinstance(value, Unusable) for value in values):
            return None  # a part of the key is told already
        return wording.repeated_key(row, self.schema.key, values, self.rows[earlier].number)

    def _lengths(self) -> Iterator[Finding]:
        for row in self.rows:
            if len(row.cells) != len(self.raw.header):
                yield wording.wrong_length(row, len(self.raw.header))

    def _allowed(self, cause: Cause, spec: FieldSpec) -> Message:
        return wording.allowed_by(cause, spec.constraints) or self._form(spec)

    def _form(self, spec: FieldSpec) -> Message:
        if spec.type == "date":
            return day_words(self.dialect.date_format)
        if spec.type in {"number", "integer"}:
            return Message(NUMBER_FORMS[self.dialect.decimal_char])
        if "enum" in spec.constraints:
            return wording.allowed_by(Cause.ENUM, spec.constraints) or Message(N_("text"))
        if spec.constraints.get("pattern") in wording.PATTERNS:
            return Message(wording.PATTERNS[spec.constraints["pattern"]])
        return Message(N_("text"))


def _said(title: str, spec: FieldSpec | None, dialect: Dialect) -> ColumnForm | None:
    """Return the form that was said of a column, by its title in the file or the name of its field."""
    forms = dialect.column_forms
    code = forms.get(same(title)) or (forms.get(same(spec.name)) if spec else None)
    return form_of(code) if code else None


def _once(fields: Sequence[FieldSpec | None]) -> list[FieldSpec | None]:
    """Keep the first column of each field; a repeated one has been told already."""
    seen: set[str] = set()
    kept: list[FieldSpec | None] = []
    for spec in fields:
        kept.append(None if spec is None or spec.name in seen else spec)
        seen |= {spec.name} if spec else set()
    return kept


__all__ = ["AUTO", "Checked", "Dialect", "Limits", "Record", "check", "checked"]
