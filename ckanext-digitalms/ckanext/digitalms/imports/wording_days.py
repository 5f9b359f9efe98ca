"""Days of milestones from wordings, in tables as in the form: read, told, asked where not understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ckanext.digitalms.measures.record import Milestone
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import Finding, short
from ckanext.digitalms.wordings.questions import Question, question
from ckanext.digitalms.wordings.reading import find_dates

from .difference import ADDED, Edit, as_text

_WORDING = "date_text"
_DAYS = ("earliest", "latest")


def with_days(
    edit: Edit, known: Mapping[str, Any] | None, day: date, columns: Collection[str]
) -> tuple[Edit, list[Finding]]:
    """Return an edit of a milestone with the days that its new wording means.

    Days that the table itself says win, also over a wording that means others, which is told.

    Args:
        known: the row of today, if there is one.
        day: the Stand, from which a wording without a year counts.
        columns: that the file has.
    """
    wording = edit.after(_WORDING)
    if not wording:
        return edit, []
    said = {name: _said(edit, name, known, columns) for name in (*_DAYS, "met_on")}
    days = {name: date.fromisoformat(text) if text else None for name, text in said.items()}
    earliest, latest, met_on = days.values()
    milestone = Milestone(date_text=wording, earliest=earliest, latest=latest, met_on=met_on)
    found = question(milestone, day)
    if found is None:
        return edit, []
    if found.is_proposal:
        edit = _filled(edit, found, known)
    return edit, list(_told(edit.row, wording, found, has_days=any(days[name] for name in _DAYS), day=day))


def _said(edit: Edit, name: str, known: Mapping[str, Any] | None, columns: Collection[str]) -> str | None:
    """Return what the table says: a cell that is as before is said, too."""
    if name in edit.fields:
        return edit.after(name)
    return as_text(known[name]) if known is not None and (name in columns or name == "met_on") else None


def _filled(edit: Edit, found: Question, known: Mapping[str, Any] | None) -> Edit:
    meant = {"earliest": as_text(found.earliest), "latest": as_text(found.latest)}
    before = {name: as_text(known[name]) if known is not None else None for name in _DAYS}
    fields = {name: (before[name], meant[name]) for name in _DAYS if meant[name] != before[name]}
    kept = {name: told for name, told in edit.fields.items() if name not in _DAYS}
    return replace(edit, fields={**kept, **fields} if edit.change != ADDED else {**kept, **_new(fields)})


def _new(fields: Mapping[str, tuple[str | None, str | None]]) -> dict[str, tuple[str | None, str | None]]:
    return {name: told for name, told in fields.items() if told[1] is not None}


def _told(row: int, wording: str, found: Question, *, has_days: bool, day: date) -> Iterator[Finding]:
    values: dict[str, object] = {
        "row": row,
        "wording": short(wording),
        "earliest": found.earliest,
        "latest": found.latest,
    }
    if found.is_proposal:
        cause, text = Cause.DATE_READ, _meaning(found)
        values |= {name: found.message.values[name] for name in ("rule", "precision")}
    elif has_days:
        cause, text = Cause.DATE_DIFFERS, _other(found)
    else:
        cause = Cause.DATE_UNCLEAR
        text = N_("Row {row}: “{wording}” names no day that is understood.")
        if len(find_dates(wording, day)) > 1:
            text = N_("Row {row}: “{wording}” names several dates.")
    yield Finding(cause, Message(text, values), row, _WORDING, short(wording))
    for doubt in found.doubts:
        message = Message(N_("Row {row}: {doubt}"), {"row": row, "doubt": doubt})
        yield Finding(cause, message, row, _WORDING, short(wording))


def _meaning(found: Question) -> str:
    if found.earliest is None:
        return N_("Row {row}: “{wording}” is read as by {latest} ({rule}; {precision}).")
    if found.latest is None:
        return N_("Row {row}: “{wording}” is read as from {earliest} ({rule}; {precision}).")
    return N_("Row {row}: “{wording}” is read as {earliest} to {latest} ({rule}; {precision}).")


def _other(found: Question) -> str:
    if found.latest is not None:
        return N_("Row {row}: “{wording}” means by {latest}, the table says other days; these count.")
    return N_("Row {row}: “{wording}” means from {earliest}, the table says other days; these count.")
