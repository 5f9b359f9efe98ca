"""Saying what is new, and blanking what must not be told."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.figures import number_of
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.measures.record import Step
from ckanext.digitalms.services.imports import last_change
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures.batch import UNCHANGED, StatementInput, apply_statements
from ckanext.digitalms.services.measures.hooks import is_measure
from ckanext.digitalms.services.measures.overtaking import refuse_overtaken
from ckanext.digitalms.services.redaction import texts as redaction
from ckanext.digitalms.services.redaction import whole_rows

__all__ = ["digitalms_redact", "digitalms_statement_create", "digitalms_statement_undo"]


def digitalms_statement_create(context: Context, data_dict: Json) -> Json:
    """Say what is new about a measure; nothing else of it is touched.

    A day after the newest Stand is a new Stand, the day of a Stand corrects it, another earlier day is added
    to the history and leaves the measure's page as it is. What is left out stays as it was on that day, but
    for statement and source: those are of one Stand, and a new one has only what is given. What says nothing
    new adds nothing.

    Args:
        id: the measure's key.
        as_of: the day on which it was true (YYYY-MM-DD or DD.MM.YYYY); default today, or the present Stand
            where only update_due is given.
        status: one of the statuses.
        status_reason: needed for paused and cancelled.
        progress_percent: 0 to 100, or empty for unknown.
        steps: the whole list of steps: ``[{id, state, text}]``; a step without id is matched by its text.
        statement: what is new, in words.
        source: where it is known from.
        milestones_met: milestones that were met, and when: ``[{id, met_on}]``.
        update_due: when the next update is due, or empty: by the measure's rhythm. No news by itself.
        seen: ``metadata_modified`` of the measure as you read it: refused where somebody saved since.

    Returns:
        ``{measure_id, change, statement_id}`` with change ``new_stand``, ``correction``,
        ``backdated``, ``upkeep`` (only the due day changed, the Stand stays) or ``unchanged``.

    Raises:
        ValidationError: keyed by field; also where nothing is said.
    """
    tk.check_access("digitalms_statement_create", context, data_dict)
    told = schema.asked("digitalms_statement_create", context, data_dict)
    _refuse_empty(told)
    if told.get("seen"):
        refuse_overtaken(find_package(told["id"]), told["seen"])
    try:
        outcome = apply_statements(context, [_input(told, data_dict)])[0]
    except tk.ValidationError as refused:
        model.Session.rollback()
        raise tk.ValidationError(next(iter(refused.error_dict.values()))) from refused
    return asdict(outcome)


def digitalms_statement_undo(context: Context, data_dict: Json) -> Json:
    """Take back what was said last of a measure: Stand, due day, history and tables are as they were before.

    It counts no longer; whoever asks what was known in between still gets it. Called again, it takes back
    what was said before.

    Args:
        id: the measure's key.
        statement_id: what is to be taken back, as ``dry_run`` tells it; needed without it.
        dry_run: only say what that is and what counts then.

    Returns:
        ``{measure_id, statement_id, change, as_of, recorded_at, statement, then_as_of, came_with, dry_run}``:
        what kind of change it is, of which Stand, when it was entered and in which words; the Stand that
        counts then; and the file that it came with, which can no longer be taken back as a whole afterwards.

    Raises:
        ObjectNotFound: there is no such measure.
        ValidationError: nothing was said before, who may see it was changed last, or somebody said something
            since; nothing is taken back.
    """
    tk.check_access("digitalms_statement_undo", context, data_dict)
    told = schema.asked("digitalms_statement_undo", context, data_dict)
    package = find_package(told["id"])
    if package is None or not is_measure(package) or package.state != model.State.ACTIVE:
        message = tk._("There is no measure “{found}”.")
        raise tk.ObjectNotFound(message.format(found=told["id"][:60]))
    if told["dry_run"]:
        change = last_change.last_change(package)
    else:
        change = last_change.take_back_last(context, package, told.get("statement_id") or 0)
    last = change.statement
    return {
        "measure_id": package.name,
        "statement_id": last.statement_id,
        "change": last.kind,
        "as_of": last.as_of.isoformat(),
        "recorded_at": last.recorded_at.isoformat(),
        "statement": last.measure.statement,
        "then_as_of": change.then.as_of.isoformat(),
        "came_with": last_change.came_with(last.statement_id),
        "dry_run": told["dry_run"],
    }


# an empty progress says that it is unknown, an empty list that there are no steps any more
_SAID_EMPTY = frozenset({"progress_percent", "steps", "update_due"})
_SAID = (
    "status",
    "status_reason",
    "progress_percent",
    "steps",
    "statement",
    "source",
    "milestones_met",
    "update_due",
)


def _refuse_empty(told: Json) -> None:
    """Refuse what says nothing: it would be a Stand of the day without any news."""
    if not any(told.get(name) or (name in _SAID_EMPTY and name in told) for name in _SAID):
        message = tk._("Nothing is said here: give at least one of {fields}.")
        raise tk.ValidationError({"statement": [message.format(fields=", ".join(_SAID))]})


def _input(told: Json, given: Json) -> StatementInput:
    progress = told.get("progress_percent", UNCHANGED)
    return StatementInput(
        measure_id=told["id"],
        as_of=date.fromisoformat(told["as_of"]) if told.get("as_of") else None,
        status=told.get("status", UNCHANGED),
        status_reason=_text(told, "status_reason"),
        progress_percent=progress if progress is UNCHANGED else _decimal(progress),
        statement=_text(told, "statement"),
        source=_text(told, "source"),
        update_due=_day(told),
        met={one["id"]: date.fromisoformat(one["met_on"]) for one in told.get("milestones_met", ())},
        steps=[Step(**step) for step in told.get("steps", [])] if "steps" in given else UNCHANGED,
    )


def _day(told: Json) -> Any:
    if "update_due" not in told:
        return UNCHANGED
    return date.fromisoformat(told["update_due"]) if told["update_due"] else None


def _decimal(value: Any) -> Decimal | None:
    return number_of(str(value))


def _text(told: Json, name: str) -> Any:
    return (told[name] or None) if name in told else UNCHANGED


def digitalms_redact(context: Context, data_dict: Json) -> Json:
    """Blank a text wherever it stands, for good (sysadmin): for personal data that should not be there.

    It is blanked in every statement, dataset, release (all files, new hashes, a note), table of the
    DataStore, delivery, draft, preview, report, harvested record, finding, note, activity, and in the
    search index.

    Args:
        statement_id: a statement, with ``path``: the value there is blanked in all that is of its measure.
        path: the field, such as ``statement`` or ``steps.2.text``.
        text: or a wording, blanked also inside of longer texts, everywhere or as far as
        measure: is concerned (its key).
        table: or a table of one's own, with ``row``: the row with these cells goes from all versions, and
            the files that were uploaded for the table lose their bytes.
        row: columns and cells that tell the row, as the table's CSV has them, such as its key.
        reason: why; it is logged and shown.
        dry_run: only say where it stands.

    Returns:
        ``{redaction_id, dry_run, count, places, releases, left, unsearched, sources, search_follows}``:
        ``places`` are columns with how often it stood there, ``releases`` have how often by table
        (``tables``) and in what stands beside the tables (``files``: package and report), ``left`` are
        columns where it stays, since a machine reads them or they are an account's, ``unsearched`` those
        with files that cannot be looked into (a password, damage, a scan, packed as 7z) and how many,
        ``sources`` those that delivered it and may again; with ``statement_id`` and ``path`` where they were
        given.

    Raises:
        ObjectNotFound: there is no such statement or measure.
        ValidationError: there is no such field, it is none that can be blanked, or the text stands nowhere.
    """
    tk.check_access("digitalms_redact", context, data_dict)
    told = schema.asked("digitalms_redact", context, data_dict)
    if told.get("table"):
        return whole_rows.redact(context, told)
    asked = redaction.asked_of(context, told)
    named = {name: told[name] for name in ("statement_id", "path") if told.get(name)}
    return {**named, **redaction.redact(asked, dry_run=told["dry_run"])}
