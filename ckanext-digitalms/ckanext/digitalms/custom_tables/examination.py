"""An uploaded table from bytes to verdict: what it is, what is wrong with it, its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.findings import Finding, Report, short
from ckanext.digitalms.validation.table import Limits, RawTable, UnreadableError

from .canonical import published_schema
from .casting import CastTable, cast
from .detection import detect
from .inference import infer, lost_zeros
from .limits import beyond
from .validation import validate

TABLE = "dataset"


@dataclass(frozen=True)
class Examined:
    """What was found out about an uploaded table.

    Args:
        report: everything that is to be said of it.
        schema: the Table Schema of the file; ``None`` where there is no table.
        raw: the table as it was read.
        converted: its values.
    """

    report: Report
    schema: Mapping[str, Any] | None = None
    raw: RawTable | None = None
    converted: CastTable | None = None

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
) -> Examined:
    """Read and judge a table; nothing of it is raised, all of it is in the report.

    Args:
        data: the file as uploaded.
        filename: as uploaded.
        dialect: what was declared of it.
        limits: of bytes and rows.
        schema: its Table Schema; by default one is drafted.
        is_judged: its values were found right by this schema before: only form and header are looked at.
    """
    report = Report(TABLE, short(filename), len(data), dialect=dialect.to_json())
    try:
        raw = detect(data, dialect, limits)
    except UnreadableError as error:
        return Examined(replace(report, form=error.form).with_findings(error.findings), schema)
    told: list[Finding] = []
    if schema is None:
        schema, told = infer(raw, dialect)
    converted = cast(raw, schema)
    report = replace(report, form=raw.form, dialect=_found(raw, schema).to_json(), rows=len(converted.rows))
    findings = [*told, *converted.findings]
    if not is_judged:
        findings += [*validate(converted, published_schema(schema)), *beyond(converted, schema)]
    for field, values in zip(schema["fields"], zip(*converted.rows, strict=True), strict=False):
        findings += lost_zeros(field["name"], values, converted.numbers)
    return Examined(report.with_findings(findings), schema, raw, converted)


def _found(raw: RawTable, schema: Mapping[str, Any]) -> Dialect:
    """Return the dialect as it was found; decimals and days only where all columns agree."""
    told = raw.dialect
    decimals = {field["decimalChar"] for field in schema["fields"] if "decimalChar" in field}
    days = {field["format"] for field in schema["fields"] if field["type"] == "date" and "format" in field}
    if len(decimals) == 1:
        told = replace(told, decimal_char=decimals.pop())
    return replace(told, date_format=days.pop()) if len(days) == 1 else told
