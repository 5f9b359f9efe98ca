"""Statements on many measures at once: all or nothing, one transaction, one commit, then the index.

This is the way of "What is new?", of progress feeds and of report imports. It touches only what it is
told: status, progress, steps and the words of the Stand; title, contact, notes and all else stay.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.measures.history import Statement, same_content
from ckanext.digitalms.measures.news import begun, is_upkeep, settled
from ckanext.digitalms.measures.record import Measure, Step, plain
from ckanext.digitalms.measures.rules import problems
from ckanext.digitalms.messages import translate
from ckanext.digitalms.services import locks
from ckanext.digitalms.vocabularies import Status

from . import announce, statements, transaction
from .hooks import author_of, measure_of
from .locked import lock_measures_called


class Unchanged(Enum):
    """A field that a statement leaves as it is."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED
NEEDS_REASON = frozenset({Status.PAUSED, Status.CANCELLED})


@dataclass(frozen=True)
class StatementInput:
    """What is said about a measure; fields that are ``UNCHANGED`` stay as they were on that day.

    The words of a Stand (``statement``, ``source``) are its own: a new one does not inherit them.

    Args:
        measure_id: the measure's key.
        as_of: the Stand; ``None`` means today, or the present one where nothing new is said.
        update_due: when the next update is due; no news by itself.
        met: the days on which milestones were met, by their ids.
        steps: the whole list of steps; a step without id is matched to a known one by its text.
    """

    measure_id: str
    as_of: date | None = None
    status: str | Unchanged = UNCHANGED
    status_reason: str | Unchanged | None = UNCHANGED
    progress_percent: Decimal | Unchanged | None = UNCHANGED
    statement: str | Unchanged | None = UNCHANGED
    source: str | Unchanged | None = UNCHANGED
    steps: Sequence[Step] | Unchanged = UNCHANGED
    update_due: date | Unchanged | None = UNCHANGED
    met: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of an input: ``new_stand``, ``correction``, ``backdated``, ``upkeep`` or ``unchanged``."""

    measure_id: str
    change: str
    statement_id: int | None = None


_CHANGES = {"stand": "new_stand"}  # the others are called as the statement is
_PROJECTED = (
    "status",
    "status_reason",
    "progress_percent",
    "statement",
    "statement_source",
    "as_of",
    "update_due",
)


def apply_statements(
    context: Context,
    inputs: Sequence[StatementInput],
    *,
    dry_run: bool = False,
    note: Callable[[Sequence[Outcome]], None] | None = None,
) -> list[Outcome]:
    """Apply all statements, or none.

    The caller has authorised the user for each measure.

    Args:
        context: of the acting user.
        inputs: what is said.
        dry_run: only say what would become of them.
        note: is told the outcomes in the same transaction, to keep them for an undo.

    Raises:
        tk.ValidationError: ``{measure_id: {field: [sentence]}}`` for all that is wrong; nothing changed.
    """
    with locks.trial() if dry_run else nullcontext():
        packages = _packages([i.measure_id for i in inputs])
    told = statements.histories([package.id for package in packages.values()])
    plans, errors = _planned(inputs, packages, told)
    if errors:
        raise tk.ValidationError(errors)
    if dry_run:
        return [Outcome(plan.package.name, plan.change) for plan in plans]
    author = author_of(context)
    outcomes = [plan.carry_out(author, told[plan.package.id]) for plan in plans]
    touched = {plan.package.id: plan.package for plan in plans if plan.changes and not plan.backdates}
    announce.updated(context, touched.values())
    if note:
        note(outcomes)
    transaction.commit(list(touched))
    return outcomes


def _planned(
    inputs: Sequence[StatementInput],
    packages: Mapping[str, model.Package],
    told: Mapping[str, statements.Told],
) -> tuple[list[_Plan], dict[str, Any]]:
    """Say for each input what it would do, and by measure what is wrong."""
    plans: list[_Plan] = []
    planned: dict[str, list[Measure]] = {}
    errors: dict[str, Any] = {}
    for one in inputs:
        package = packages.get(one.measure_id)
        if package is None:
            message = tk._("There is no measure “{found}”.").format(found=one.measure_id[:60])
            errors[one.measure_id] = {"measure_id": [message]}
            continue
        before = planned.setdefault(package.id, [])
        plan = _plan(package, one, told[package.id].newest, before)
        before.append(plan.measure)
        wrong = _unknown_milestones(plan.measure, one) or (_errors(plan.measure) if plan.changes else {})
        if wrong:
            errors[one.measure_id] = wrong
        plans.append(plan)
    return plans, errors


@dataclass
class _Plan:
    package: model.Package
    measure: Measure
    changes: bool
    backdates: bool
    stood: _Standing | None

    @property
    def change(self) -> str:
        if not self.changes:
            return "unchanged"
        if self.stood and self.stood.measure.as_of == self.measure.as_of:
            is_kept = not self.backdates and is_upkeep(self.stood.content or {}, self.measure.content())
            return "upkeep" if is_kept else "correction"
        return "backdated" if self.backdates else "new_stand"

    def carry_out(self, author_id: str | None, told: statements.Told) -> Outcome:
        if not self.changes:
            return Outcome(self.package.name, "unchanged")
        if self.backdates:
            corrects = self.change == "correction"
            statement: Statement | None = statements.backdate(
                self.package, self.measure, author_id, corrects=corrects
            )
        else:
            _project(self.package, self.measure)
            statement = statements.record(self.package, self.measure, author_id, told)
        if statement is None:
            return Outcome(self.package.name, "unchanged")
        change = _CHANGES.get(statement.kind, statement.kind)
        return Outcome(self.package.name, change, statement.statement_id)


def _packages(measure_ids: Sequence[str]) -> dict[str, model.Package]:
    """Lock measures and return them by their keys, without deleted ones."""
    found = lock_measures_called(measure_ids)
    return {package.name: package for package in found if package.state != model.State.DELETED}


def _plan(
    package: model.Package, one: StatementInput, known: Statement | None, before: Sequence[Measure]
) -> _Plan:
    """Plan one input; ``before`` is what earlier inputs of the same call say of the same measure."""
    day = one.as_of or config.today()
    days = [known.as_of] if known else []
    newest = max([*days, *(measure.as_of for measure in before if measure.as_of)], default=None)
    backdates = newest is not None and day < newest
    standing = _standing(package, day, known, before)
    base = standing.measure if standing else statements.base_of(package.id, None) or measure_of(package)
    measure = replace(_changed(begun(base, day), one), as_of=day)
    if one.as_of is None and standing is not None:
        measure = settled(standing.measure, measure)
    unchanged = standing is not None and same_content(standing.content, measure.content())
    return _Plan(package, measure, not unchanged, backdates, standing)


@dataclass(frozen=True)
class _Standing:
    measure: Measure
    content: Mapping[str, Any] | None


def _standing(
    package: model.Package, day: date, known: Statement | None, before: Sequence[Measure]
) -> _Standing | None:
    told = statements.standing_on(package.id, day) if known and day < known.as_of else known
    ours = max(
        (m for m in reversed(before) if m.as_of and m.as_of <= day), key=lambda m: str(m.as_of), default=None
    )
    if ours is not None and (told is None or str(ours.as_of) >= told.as_of.isoformat()):
        return _Standing(ours, ours.content())
    return _Standing(told.measure, told.content) if told else None


def _changed(base: Measure, one: StatementInput) -> Measure:
    told: dict[str, Any] = {
        "status": one.status,
        "status_reason": one.status_reason,
        "progress_percent": one.progress_percent,
        "statement": one.statement,
        "statement_source": one.source,
        "update_due": one.update_due,
    }
    if (
        base.status in NEEDS_REASON
        and one.status not in {UNCHANGED, base.status}
        and one.status_reason is UNCHANGED
    ):
        told["status_reason"] = None  # the reason for the rest or the end goes with it
    changed = replace(base, **{name: value for name, value in told.items() if value is not UNCHANGED})
    if one.met:
        met = tuple(replace(m, met_on=one.met.get(m.id or "", m.met_on)) for m in base.milestones)
        changed = replace(changed, milestones=met)
    if isinstance(one.steps, Unchanged):
        return changed
    return replace(changed, steps=tuple(_with_ids(one.steps, base.steps)))


def _with_ids(steps: Sequence[Step], known: Sequence[Step]) -> list[Step]:
    id_of = {step.text: step.id for step in known}
    return [replace(step, id=step.id or id_of.get(step.text) or str(uuid.uuid4())) for step in steps]


def _unknown_milestones(measure: Measure, one: StatementInput) -> dict[str, Any]:
    unknown = one.met.keys() - {milestone.id for milestone in measure.milestones}
    message = tk._("The measure has no milestone “{found}” on that day.")
    return {"milestones_met": [message.format(found=each) for each in sorted(unknown)]} if unknown else {}


def _errors(measure: Measure) -> dict[str, Any]:
    # parents are not touched by a statement, so their tree needs no second check
    found: dict[str, Any] = {}
    for problem in problems(replace(measure, parent_id=None), config.today(), {}):
        found.setdefault(str(problem.path[0]), []).append(translate(problem.message, tk._))
    return found


def _project(package: model.Package, measure: Measure) -> None:
    values = {name: plain(getattr(measure, name)) for name in _PROJECTED}
    rows = [kind for kind in ("steps", "milestones") if getattr(measure, kind) or kind in package.extras]
    for kind in rows:
        values[kind] = json.dumps(plain(getattr(measure, kind)), ensure_ascii=False)
    told = {name: str(value) for name, value in values.items() if value is not None}
    kept = {name: value for name, value in package.extras.items() if name not in values}
    package.extras = {**kept, **told}
    package.metadata_modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    model.Session.add(package)
