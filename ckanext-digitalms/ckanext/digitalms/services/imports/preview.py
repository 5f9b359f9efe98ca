"""Tables of ours that come back: previewed, and kept with what they would change.

An import is a delivery of the kind ``table``. Its report holds the changes as they will be written, each
with the statement that was the measure's last one when it was previewed: where another one has come since,
the preview no longer holds and is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.imports import interpretation
from ckanext.digitalms.imports.difference import (
    ADDED,
    CHANGED,
    DELETED,
    compare,
    edits_json,
)
from ckanext.digitalms.imports.interpretation import Asked, Change
from ckanext.digitalms.imports.mapping import TableMapping
from ckanext.digitalms.imports.reading import ReadTable, read_table
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services import locks, organisations, sittings
from ckanext.digitalms.services.access import internal
from ckanext.digitalms.services.deliveries import delivery_finish
from ckanext.digitalms.services.measures import announce, statements
from ckanext.digitalms.services.measures.locked import lock_measures
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.findings import Report
from ckanext.digitalms.validation.table import Limits, UnreadableError
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .writer import UNCHANGED, Writer, Written


@dataclass(frozen=True)
class Prepared:
    """What a file says: the report on it and the changes it means."""

    report: Report
    shape: TableMapping | None = None
    changes: tuple[Change, ...] = ()
    columns: frozenset[str] = frozenset()


def preview(context: Context, delivery: Delivery) -> None:
    """Say what an import would change, by changing it and rolling back; the caller commits the delivery."""
    delivery_id = delivery.id
    prepared = _prepared(delivery, context.get("user"))
    report, changes = prepared.report, []
    if prepared.shape and prepared.changes:
        with locks.trial(), announce.trial():
            known = last_statements(prepared.changes)
            writer = Writer(context, prepared.shape, prepared.columns, is_trial=True)
            writer.write(prepared.changes)
            model.Session.rollback()
        report = report.with_findings(writer.findings)
        changes = [
            _change_json(change, writer.written.get(change.edit.row), known) for change in prepared.changes
        ]
        delivery = model.Session.get(Delivery, delivery_id)
    new = [each for each in changes if each["stand"] != UNCHANGED]
    unchanged = report.unchanged + len(changes) - len(new)
    report = replace(report, changes=tuple(new), unchanged=unchanged)
    columns = sorted(prepared.columns)
    table = prepared.shape.name if prepared.shape else (delivery.of_import.get("table") or "")
    delivery.of_import = {**delivery.of_import, "table": table, "columns": columns}
    if not report.is_accepted:
        delivery_finish(delivery, "refused", report_json(report))
    elif not new:
        delivery_finish(delivery, "unchanged", report_json(report))
    else:
        delivery.report = report_json(report)


def _prepared(delivery: Delivery, user: str | None) -> Prepared:
    about = delivery.of_import
    report = Report(about.get("table") or "", delivery.filename, delivery.size, dialect=delivery.dialect)
    limits = Limits(config.max_upload_bytes(), config.max_rows())
    dialect = Dialect.declared(delivery.dialect or {})
    try:
        figure = about.get("indicator")
        read = read_table(delivery.content, dialect, limits, about.get("table"), delivery.filename, figure)
    except UnreadableError as error:
        return Prepared(replace(report, form=error.form).with_findings(error.findings))
    read = _with_todays_names(read)
    source = internal.source(user)
    rows = read.shape.table.rows(source)
    aliases = interpretation.aliases(source) if read.shape.name == "milestone_shifts" else {}
    found = compare(read, rows, {"body": config.council_body()}, aliases)
    columns = frozenset(name for name in read.columns if name)
    as_of = about.get("as_of")
    day = date.fromisoformat(as_of) if as_of else config.today()
    asked = Asked(day, bool(about.get("correction")), columns)
    with sittings.used():
        meant = interpretation.interpret(read.shape, found.edits, source, rows, asked)
    report = replace(
        report,
        table=read.shape.name,
        form=read.raw.form,
        dialect=read.dialect.to_json(),
        rows=len(read.rows),
        unchanged=found.unchanged + meant.known,
    )
    report = report.with_findings([*found.findings, *meant.findings])
    return Prepared(report, read.shape, meant.changes, columns)


def _with_todays_names(read: ReadTable) -> ReadTable:
    """Name organisations as they are called today, where a file has the name of before."""
    column = "organisation"
    told = {str(row.cells[column]) for row in read.rows if row.cells.get(column)}
    names = {name: organisations.name_of(name) for name in told}
    renamed = {name: new for name, new in names.items() if new != name}
    if not renamed:
        return read
    rows = [
        replace(row, cells={**row.cells, column: renamed[str(row.cells[column])]})
        if str(row.cells.get(column)) in renamed
        else row
        for row in read.rows
    ]
    return replace(read, rows=tuple(rows))


def _change_json(change: Change, written: Written | None, known: Mapping[str, int | None]) -> Json:
    as_of = written.as_of if written else change.as_of
    return {
        **edits_json(change.edit),
        "measure_id": change.measure_id,
        "as_of": as_of.isoformat() if as_of else None,
        "stand": written.change if written else None,
        "known": known.get(change.measure_id),
    }


def report_json(report: Report) -> Json:
    """Return a report with its counts, as it is kept and shown."""
    return {**report.to_json(), "counts": counts(report)}


def counts(report: Report) -> dict[str, int]:
    """Count rows: added, changed, deleted, unchanged, warned, refused."""
    by_change = Counter(change["change"] for change in report.changes)
    return {
        **{name: by_change[name] for name in (ADDED, CHANGED, DELETED)},
        "unchanged": report.unchanged,
        "warned": len({f.row for f in report.warnings if f.row}),
        "refused": len({f.row for f in report.errors if f.row}),
    }


def _packages(measure_ids: Iterable[str]) -> dict[str, str]:
    query = sa.select(model.Package.name, model.Package.id).where(
        model.Package.name.in_(list(set(measure_ids))), model.Package.type == MEASURE_TYPE
    )
    return dict(model.Session.execute(query).tuples().all())


def last_statements(changes: Sequence[Change]) -> dict[str, int | None]:
    """Lock the measures against other changes and return the last statement of each."""
    packages = _packages(change.measure_id for change in changes)
    lock_measures(packages.values())
    told = statements.histories(list(packages.values()))
    return {
        name: last.statement_id if (last := told[package_id].last) else None
        for name, package_id in packages.items()
    }
