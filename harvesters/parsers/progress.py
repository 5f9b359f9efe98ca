"""The progress table: bytes and what the catalogue knows, to rows and findings. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from ckanext.digitalms.shared import (
    N_,
    Cause,
    Checked,
    Dialect,
    Finding,
    Limits,
    Message,
    Record,
    Report,
    Status,
    Surplus,
    TableSchema,
    UnreadableError,
    checked,
    matched,
    proposed,
    read,
    short,
    suggestions,
)

from .tidy_progress import tidied

TABLE = "progress"
AUTO = "auto"
DONE = Decimal(100)


@dataclass(frozen=True)
class ProgressRow:
    """What a row says of a measure on a day; ``None`` leaves the field as it is."""

    measure_id: str
    as_of: date
    status: str | None = None
    progress_percent: Decimal | None = None
    statement: str | None = None
    source: str | None = None

    @property
    def identifier(self) -> str:
        """Return what the row is called at its source, run after run."""
        return f"{self.measure_id}@{self.as_of.isoformat()}"

    @property
    def content_hash(self) -> str:
        """Return the hash of what the row says; 45 and 45.0 say the same."""
        said = asdict(self)
        if self.progress_percent is not None:
            said["progress_percent"] = f"{self.progress_percent.normalize():f}"
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Catalogue:
    """What is known when a table comes in.

    Args:
        known: the keys of all measures.
        writable: the keys that this delivery may write.
        today: the day in the city's time zone.
    """

    known: frozenset[str]
    writable: frozenset[str]
    today: date


@dataclass(frozen=True)
class ProgressTable:
    """A delivered table: the report, and the rows by their number when nothing refuses them."""

    report: Report
    rows: dict[int, ProgressRow]


def schema() -> TableSchema:
    """Return the Table Schema of ``progress``."""
    text = (files("ckanext.digitalms.schemas") / "table" / "progress.json").read_text(encoding="utf-8")
    return TableSchema(TABLE, json.loads(text))


def read_progress(
    data: bytes, filename: str, dialect: Dialect, limits: Limits, catalogue: Catalogue
) -> ProgressTable:
    """Read and judge a delivered progress table; what is wrong is in the report, nothing is raised."""
    table = schema()
    report = Report(TABLE, short(filename), len(data), dialect=dialect.to_json())
    try:
        raw = read(data, table, dialect, limits)
    except UnreadableError as error:
        return ProgressTable(replace(report, form=error.form).with_findings(error.findings), {})
    raw = tidied(raw, catalogue.today, finds_header=dialect.header == AUTO)
    surplus = [one for one in proposed(raw) if one.kind not in dialect.left_out]
    raw = replace(raw, findings=(*raw.findings, *suggestions(surplus, ())))
    told = checked(raw, table, replace(report, surplus=tuple(map(_plain, surplus))))
    found = [finding for record in told.records for finding in _contradictions(record, catalogue)]
    titles = {
        spec.name: title for title, spec in zip(raw.header, matched(raw.header, table), strict=True) if spec
    }
    worded = tuple(_in_their_words(finding, titles) for finding in told.report.findings)
    return ProgressTable(replace(told.report, findings=worded).with_findings(found), dict(_rows(told)))


def _plain(surplus: Surplus) -> dict[str, Any]:
    return {"kind": surplus.kind, "rows": list(surplus.rows), "text": short(surplus.text)}


def _in_their_words(finding: Finding, titles: Mapping[str, str]) -> Finding:
    """Call a column in a sentence as the file calls it."""
    values = finding.message.values
    title = titles.get(str(values.get("field")))
    if title is None:
        return finding
    return replace(finding, message=Message(finding.message.text, {**values, "field": title}))


def _rows(told: Checked) -> Iterator[tuple[int, ProgressRow]]:
    for record in told.records:
        yield record.row, ProgressRow(**record.values)


def _contradictions(record: Record, catalogue: Catalogue) -> Iterator[Finding]:
    row, values = record.row, record.values
    measure_id = str(values["measure_id"])
    if measure_id not in catalogue.known:
        text = N_("Row {row}: there is no measure “{found}”.")
        yield Finding(
            Cause.UNKNOWN_MEASURE,
            Message(text, {"row": row, "found": measure_id}),
            row,
            "measure_id",
            measure_id,
            Message(N_("the key of a measure of the catalogue")),
        )
    elif measure_id not in catalogue.writable:
        text = N_("Row {row}: the measure “{found}” belongs to another organisation than this delivery.")
        yield Finding(
            Cause.FOREIGN_MEASURE,
            Message(text, {"row": row, "found": measure_id}),
            row,
            "measure_id",
            measure_id,
            Message(N_("measures of the delivering organisation")),
        )
    if values["as_of"] > catalogue.today:
        text = N_("Row {row}: the Stand {found} lies in the future; today is {today}.")
        found = values["as_of"].isoformat()
        allowed = Message(N_("a day up to {today}"), {"today": catalogue.today})
        message = Message(text, {"row": row, "found": found, "today": catalogue.today})
        yield Finding(Cause.FUTURE, message, row, "as_of", found, allowed)
    yield from _done_means_all(record)


def _done_means_all(record: Record) -> Iterator[Finding]:
    status, progress = record.values.get("status"), record.values.get("progress_percent")
    if status is None or progress is None:
        return
    values: dict[str, object] = {"row": record.row, "status": status, "found": f"{progress:f}"}
    if status == Status.DONE and progress != DONE:
        text = N_("Row {row}: the status is “{status}”, but the progress is {found}.")
        allowed = Message(N_("100 with the status “done”"))
        yield Finding(
            Cause.RULE, Message(text, values), record.row, "progress_percent", f"{progress:f}", allowed
        )
    elif status != Status.DONE and progress == DONE:
        text = N_("Row {row}: the progress is 100, but the status is “{status}”.")
        allowed = Message(N_("“done” with a progress of 100"))
        yield Finding(Cause.RULE, Message(text, values), record.row, "status", str(status), allowed)
