"""Tables of ours that come back: previewed, kept with what they would change, applied, and undone.

An import is a delivery of the kind ``table``. Its report holds the changes as they will be written, each
with the statement that was the measure's last one when it was previewed: where another one has come since,
the preview no longer holds and is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
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
    edit_from_json,
    edits_json,
)
from ckanext.digitalms.imports.interpretation import Asked, Change
from ckanext.digitalms.imports.mapping import MAPPINGS, TableMapping
from ckanext.digitalms.imports.reading import ReadTable, read_table
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Delivery, StatementRow
from ckanext.digitalms.search import index
from ckanext.digitalms.services import locks, organisations
from ckanext.digitalms.services.access import internal
from ckanext.digitalms.services.deliveries import delivery_finish
from ckanext.digitalms.services.measures import statements
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.findings import Report
from ckanext.digitalms.validation.table import Limits, UnreadableError
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .apply import UNCHANGED, Writer, Written

KIND = "table"


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
        with locks.trial():
            known = _last_statements(prepared.changes)
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
    table = prepared.shape.name if prepared.shape else (delivery.about.get("table") or "")
    delivery.about = {**delivery.about, "table": table, "columns": columns}
    if not report.is_accepted:
        delivery_finish(delivery, "refused", _report_json(report))
    elif not new:
        delivery_finish(delivery, "unchanged", _report_json(report))
    else:
        delivery.report = _report_json(report)


def _prepared(delivery: Delivery, user: str | None) -> Prepared:
    about = delivery.about
    report = Report(about.get("table") or "", delivery.filename, delivery.size, dialect=delivery.dialect)
    limits = Limits(config.max_upload_bytes(), config.max_rows())
    dialect = Dialect.declared(delivery.dialect or {})
    try:
        read = read_table(delivery.content, dialect, limits, about.get("table"))
    except UnreadableError as error:
        return Prepared(replace(report, form=error.form).with_findings(error.findings))
    read = _with_todays_names(read)
    source = internal.source(user)
    rows = read.shape.table.rows(source)
    aliases = interpretation.aliases(source) if read.shape.name == "milestone_shifts" else {}
    found = compare(read, rows, {"body": config.council_body()}, aliases)
    columns = frozenset(name for name in read.columns if name)
    day = date.fromisoformat(about["as_of"]) if about.get("as_of") else config.today()
    asked = Asked(day, bool(about.get("correction")), columns)
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


def _report_json(report: Report) -> Json:
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


def _last_statements(changes: Sequence[Change]) -> dict[str, int | None]:
    """Lock the measures against other changes and return the last statement of each."""
    packages = _packages(change.measure_id for change in changes)
    told = statements.told_so_far(list(packages.values()))
    return {
        name: last.statement_id if (last := told[package_id].last) else None
        for name, package_id in packages.items()
    }


def apply(context: Context, delivery: Delivery) -> None:
    """Write what was previewed, all of it or nothing, and commit.

    Raises:
        tk.ValidationError: another import is being applied, or a measure was changed since the preview.
    """
    one_at_a_time()
    stored = [dict(change) for change in (delivery.report or {}).get("changes", ())]
    changes = [_change_of(each) for each in stored]
    _refuse_stale(stored, _last_statements(changes))
    writer = Writer(context, MAPPINGS[delivery.about["table"]], frozenset(delivery.about["columns"]))
    writer.write(changes)
    report = dict(delivery.report or {})
    if writer.findings:
        model.Session.rollback()
        whole = Report.from_json(report).with_findings(writer.findings)
        delivery_finish(delivery, "refused", _report_json(replace(whole, changes=())))
        model.repo.commit()
        return
    report["changes"] = [
        {**each, **_written_json(writer.written[change.edit.row])}
        for each, change in zip(stored, changes, strict=True)
    ]
    delivery_finish(delivery, "accepted", report)
    finish(writer.package_ids())


def finish(package_ids: Sequence[str]) -> None:
    """Commit, then index; a measure that somebody made at the same moment is told of."""
    try:
        model.repo.commit()
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        raise tk.ValidationError({"import_id": [_stale_sentence([])]}) from error
    index.reindex(package_ids)


def one_at_a_time() -> None:
    """Let one import write at a time; raises ``ValidationError`` for the other."""
    if not locks.table_import():
        model.Session.rollback()
        sentence = tk._("Another import is being applied at this moment: try again when it has ended.")
        raise tk.ValidationError({"import_id": [sentence]})


def _refuse_stale(stored: Sequence[Json], last: Mapping[str, int | None]) -> None:
    changed = {each["measure_id"] for each in stored if last.get(each["measure_id"]) != each["known"]}
    if changed:
        model.Session.rollback()
        raise tk.ValidationError({"import_id": [_stale_sentence(sorted(changed))]})


def _stale_sentence(measure_ids: Sequence[str]) -> str:
    if not measure_ids:
        return str(tk._("A measure was made at the same moment by somebody else: hand in the table again."))
    sentence = tk._(
        "Changed by somebody since this preview: {measures}. Nothing was taken over; hand in the table again."
    )
    shown = ", ".join(measure_ids[:10]) + (" …" if len(measure_ids) > 10 else "")
    return str(sentence.format(measures=shown))


def _change_of(data: Mapping[str, Any]) -> Change:
    as_of = date.fromisoformat(data["as_of"]) if data["as_of"] else None
    return Change(edit_from_json(data), data["measure_id"], as_of)


def _written_json(written: Written) -> Json:
    return {
        "stand": written.change,
        "package_id": written.package_id,
        "statement_id": written.statement_id,
        "before": written.before,
    }


def last_of(package_ids: Sequence[str]) -> dict[str, int]:
    """Lock datasets and return the number of the last statement of each."""
    locks.measures(package_ids)
    return {one: told.statement_id for one, told in StatementRow.last_of(package_ids).items()}


def now() -> str:
    """Return the moment as ISO 8601, UTC."""
    return datetime.now(UTC).isoformat()
