"""Progress feeds: a source is the address of a ``progress`` table, or of a delivery that was uploaded.

The bytes come in by the guarded fetch or from the stored delivery, are kept as a delivery with the
report on them, and what changed in them is applied by one call: all of it or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.harvesters.parsers.progress import TABLE, Catalogue, ProgressRow, read_progress
from ckanext.digitalms.shared import (
    N_,
    UNCHANGED,
    Cause,
    Delivery,
    Dialect,
    Finding,
    Limits,
    Message,
    Outcome,
    Report,
    StatementInput,
    Status,
    Tried,
    apply_statements,
    config,
    delivery_finish,
    identity_hashes,
    identity_keep,
    measure_ids,
    writable_measures,
)

from .absence import measure_of, note_absent
from .base import Item, Run, SkeletonHarvester
from .deliveries import (
    dialect_of,
    fetched_or_refused,
    file_of,
    for_a_person,
    kept,
    refusal,
    taken_over,
    tried,
)
from .exceptions import FailItem, RefusedDeliveryError, WaitItem

# what the table has no column for, and where it is said instead
IN_TABLE = {
    "status_reason": ("statement", Message(N_("Write the reason into the column “statement” (Sachstand)."))),
    "steps": ("status", Message(N_("Mark the open steps in the catalogue as implemented first."))),
}
OPTIONS = ("complete",)
NEEDS_SOURCE = frozenset({"new_stand", "backdated"})


@dataclass(frozen=True)
class Judged:
    """A delivery that was read: the report, the rows by number, and what is to be applied."""

    report: Report
    hashes: Mapping[str, str]
    inputs: Sequence[StatementInput] = ()


class ProgressHarvester(SkeletonHarvester):
    """Harvest progress tables of the offices."""

    harvester_name = "digitalms_progress"
    harvester_title = N_("Progress of measures")
    harvester_description = N_("A table (CSV, XLSX, JSON) in which an office says how its measures stand.")
    delivery_kind = TABLE

    def check_config(self, config: dict[str, Any]) -> None:
        """Take the dialect, and whether the table is complete: always names all measures it ever named."""
        dialect_of(config, OPTIONS)
        if not isinstance(config.get("complete", False), bool):
            text = N_("“{found}” in “complete” is neither true nor false.")
            raise FailItem(Message(text, {"found": str(config["complete"])[:40]}))

    def gather(self, run: Run) -> Iterator[Item]:
        """Fetch the table, keep it as a delivery, and yield it when it changes something."""
        filename, content = file_of(run, run.url)
        delivery = kept(run, TABLE, filename, content, dialect_of(run.config, OPTIONS))
        is_complete = bool(run.config.get("complete"))
        if delivery is None:
            if is_complete:
                note_absent(run, None)
            return
        judged = judge(delivery)
        if judged.report.is_accepted and is_complete:
            _watch(run, delivery, judged)
        if judged.report.is_accepted and judged.inputs:
            yield Item(TABLE, delivery.id)
            return
        _finish(delivery, judged)
        if not judged.report.is_accepted:
            raise RefusedDeliveryError(refusal(delivery, judged.report))

    def take_over(self, item: Item) -> None:
        """Apply a delivery; one that is finished already is left alone."""
        taken_over(item.content, self.process_delivery)

    def fetch_delivery(self, url: str) -> tuple[str, bytes]:
        """Return name and bytes of a table at an address; raises ``ValidationError`` with the reason."""
        return fetched_or_refused(url)

    def about_delivery(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return nothing: a progress table says all of it itself."""
        del told
        return {}

    def check_source(self, url: str, config: str, organisation: str | None, source_id: str | None) -> Tried:
        """Fetch and judge what a source would deliver; keeps nothing, raises ``ValidationError``."""
        with for_a_person():
            run = self.run_to_try(url, config, organisation, source_id)
            return tried(TABLE, run, dialect_of(run.config, OPTIONS), {}, self.judge_delivery)

    def judge_delivery(self, delivery: Delivery) -> Report:
        """Say what is wrong with a delivery and what it would change; changes nothing."""
        return judge(delivery).report

    def process_delivery(self, context: Context, delivery: Delivery) -> Report:
        """Take a delivery over, all of it or nothing, and commit what became of it."""
        judged = judge(delivery)
        if not judged.report.is_accepted or not judged.inputs:
            _finish(delivery, judged)
            return judged.report
        delivery_finish(delivery, "accepted", judged.report.to_json())
        _keep(delivery, judged)
        try:
            # commits the delivery and the identities with it
            apply_statements(context, judged.inputs, note=partial(_note, delivery))
        except tk.ValidationError as refused:
            # somebody changed a measure between judging and applying
            model.Session.rollback()
            findings = _row_findings(judged.inputs, {}, refused.error_dict)
            judged = replace(judged, report=replace(judged.report, changes=()).with_findings(findings))
            _finish(delivery, judged)
        return judged.report


def _note(delivery: Delivery, outcomes: Sequence[Outcome]) -> None:
    """Keep which statement each change became, so that the delivery can be undone."""
    report = dict(delivery.report or {})
    report["changes"] = [
        {**change, "statement_id": outcome.statement_id}
        for change, outcome in zip(report.get("changes", ()), outcomes, strict=True)
    ]
    delivery.report = report


def _watch(run: Run, delivery: Delivery, judged: Judged) -> None:
    try:
        note_absent(run, {measure_of(identifier) for identifier in judged.hashes})
    except WaitItem:
        delivery_finish(delivery, "waiting", replace(judged.report, changes=()).to_json())
        model.repo.commit()
        raise


def judge(delivery: Delivery) -> Judged:
    """Read a delivery, hold it against the catalogue, and say what it would change."""
    limits = Limits(config.max_upload_bytes(), config.max_rows())
    catalogue = Catalogue(frozenset(measure_ids()), writable_measures(delivery.organisation), config.today())
    dialect = Dialect.declared(delivery.dialect or {})
    table = read_progress(delivery.content, delivery.filename, dialect, limits, catalogue)
    hashes = {row.identifier: row.content_hash for row in table.rows.values()}
    if not table.report.is_accepted:
        return Judged(table.report, hashes)
    known = identity_hashes(delivery.source_id) if delivery.source_id else {}
    changed = {n: row for n, row in table.rows.items() if known.get(row.identifier) != hashes[row.identifier]}
    return _planned(table.report, hashes, dict(sorted(changed.items(), key=lambda entry: entry[1].as_of)))


def _planned(report: Report, hashes: Mapping[str, str], changed: Mapping[int, ProgressRow]) -> Judged:
    inputs = [_input(row) for row in changed.values()]
    try:
        outcomes = apply_statements({}, inputs, dry_run=True)
    except tk.ValidationError as refused:
        findings = _row_findings(inputs, changed, refused.error_dict)
        return Judged(report.with_findings(findings), hashes)
    changes, applied = [], []
    for (number, row), one, outcome in zip(changed.items(), inputs, outcomes, strict=True):
        if outcome.change == "unchanged":
            continue
        needs_source = outcome.change in NEEDS_SOURCE and one.source is UNCHANGED
        applied.append(replace(one, source=report.filename) if needs_source else one)
        changes.append(_change(number, row, outcome.change))
    unchanged = report.rows - len(changes)
    return Judged(replace(report, changes=tuple(changes), unchanged=unchanged), hashes, applied)


def _input(row: ProgressRow) -> StatementInput:
    # the table has no column for the reason of a rest or an end: what is said of the Stand is the reason
    is_reason = row.status in {Status.PAUSED, Status.CANCELLED} and row.statement is not None
    return StatementInput(
        status_reason=row.statement if is_reason else UNCHANGED,
        measure_id=row.measure_id,
        as_of=row.as_of,
        status=UNCHANGED if row.status is None else row.status,
        progress_percent=UNCHANGED if row.progress_percent is None else row.progress_percent,
        statement=UNCHANGED if row.statement is None else row.statement,
        source=UNCHANGED if row.source is None else row.source,
    )


def _change(number: int, row: ProgressRow, change: str) -> dict[str, Any]:
    progress = row.progress_percent
    return {
        "row": number,
        "measure_id": row.measure_id,
        "as_of": row.as_of.isoformat(),
        "change": change,
        "status": row.status,
        "progress_percent": None if progress is None else f"{progress.normalize():f}",
        "statement": row.statement,
        "source": row.source,
    }


def _row_findings(
    inputs: Sequence[StatementInput], rows: Mapping[int, ProgressRow], errors: Mapping[str, Any]
) -> Iterator[Finding]:
    """Turn the rules that a measure would break into findings at the row that breaks them."""
    numbers: list[int | None] = [*rows] or [None] * len(inputs)
    for measure_id, fields in errors.items():
        own = [(n, one) for n, one in zip(numbers, inputs, strict=True) if one.measure_id == measure_id]
        number, culprit = _culprit(own)
        for name, sentences in fields.items():
            found = getattr(culprit, name, UNCHANGED)
            text = N_("Row {row}, {measure_id}: {what}") if number else N_("{measure_id}: {what}")
            what = " ".join(_each_once(sentences))
            values: dict[str, object] = {"row": number, "measure_id": measure_id, "what": what}
            shown = None if found is UNCHANGED or found is None else str(found)[:200]
            column, remedy = IN_TABLE.get(name, (name, None))
            yield Finding(Cause.RULE, Message(text, values), number, column, shown, remedy=remedy)


def _each_once(sentences: Sequence[str]) -> Iterator[str]:
    """Say the same of several rows of a measure once, and of how many."""
    for sentence, times in Counter(sentences).items():
        yield sentence if times == 1 else f"{sentence} ({times} ×)"


def _culprit(own: Sequence[tuple[int | None, StatementInput]]) -> tuple[int | None, StatementInput]:
    """Return the first row of a measure with which its rules break."""
    for count, entry in enumerate(own, start=1):
        try:
            apply_statements({}, [one for _, one in own[:count]], dry_run=True)
        except tk.ValidationError:
            return entry
    return own[-1]


def _finish(delivery: Delivery, judged: Judged) -> None:
    state = "unchanged" if judged.report.is_accepted else "refused"
    delivery_finish(delivery, state, judged.report.to_json())
    if state == "unchanged":
        _keep(delivery, judged)
    model.repo.commit()


def _keep(delivery: Delivery, judged: Judged) -> None:
    if delivery.source_id:
        known = identity_hashes(delivery.source_id)
        new = {name: value for name, value in judged.hashes.items() if known.get(name) != value}
        identity_keep(delivery.source_id, new, {})
