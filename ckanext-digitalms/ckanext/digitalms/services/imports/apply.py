"""Applying what was previewed: all of it or nothing, one import at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.imports.difference import edit_from_json
from ckanext.digitalms.imports.interpretation import Change
from ckanext.digitalms.imports.mapping import MAPPINGS
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Delivery, StatementRow
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.deliveries import delivery_finish
from ckanext.digitalms.services.measures import transaction
from ckanext.digitalms.services.measures.locked import lock_measures
from ckanext.digitalms.validation.findings import Report

from .preview import last_statements, report_json
from .writer import Writer, Written


def apply(context: Context, delivery: Delivery) -> None:
    """Write what was previewed, all of it or nothing, and commit.

    Raises:
        tk.ValidationError: another import is being applied, or a measure was changed since the preview.
    """
    one_at_a_time()
    stored = [dict(change) for change in (delivery.report or {}).get("changes", ())]
    changes = [_change_of(each) for each in stored]
    _refuse_stale(stored, last_statements(changes))
    about = delivery.of_import
    writer = Writer(context, MAPPINGS[str(about["table"])], frozenset(about["columns"]))
    writer.write(changes)
    report = dict(delivery.report or {})
    if writer.findings:
        model.Session.rollback()
        whole = Report.from_json(report).with_findings(writer.findings)
        delivery_finish(delivery, "refused", report_json(replace(whole, changes=())))
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
        transaction.commit(package_ids)
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        raise tk.ValidationError({"import_id": [_stale_sentence([])]}) from error


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
    lock_measures(package_ids)
    return {one: told.statement_id for one, told in StatementRow.last_of(package_ids).items()}
