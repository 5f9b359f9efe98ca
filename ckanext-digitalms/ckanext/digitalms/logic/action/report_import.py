"""Council reports come in: upload, look, correct, publish."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import ReportImport
from ckanext.digitalms.reports.arranging import ArrangementError
from ckanext.digitalms.reports.document import clean
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.services.reporting import incoming
from ckanext.digitalms.services.reports import drafts as report_drafts
from ckanext.digitalms.services.reports import overtaking, reading
from ckanext.digitalms.services.reports.apply import apply_draft, told_outcomes, undo_draft

__all__ = [
    "digitalms_report_import_apply",
    "digitalms_report_import_create",
    "digitalms_report_import_list",
    "digitalms_report_import_show",
    "digitalms_report_import_undo",
    "digitalms_report_import_update",
]


def digitalms_report_import_create(context: Context, data_dict: Json) -> Json:
    """Read a council report into a draft; nothing is published yet (coordinators).

    Args:
        upload: the file (multipart): DOCX, ODT, PDF with text, HTML or Markdown with a table of measures.
        background: do not wait where it is long: a job reads it, and ``work`` says how far it is.

    Returns:
        the draft, as ``digitalms_report_import_show`` gives it.

    Raises:
        ValidationError: keyed ``upload``, with what was found in the file and what to do.
    """
    tk.check_access("digitalms_report_import_create", context, data_dict)
    told = schema.asked("digitalms_report_import_create", context, data_dict)
    filename, content = _uploaded(told.get("upload"))
    draft = ReportImport(
        filename=filename,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        proposal=reading.UNREAD,
        state=reading.READING,
        user_id=author_of(context),
    )
    if delivery_work.may_wait(context, told) and reading.is_long(draft):
        model.Session.add(draft)
        model.Session.flush()
        _begin(context, draft, delivery_work.READ, "digitalms_report_import_update")
    else:
        reading.read(draft)
        model.repo.commit()
    return report_drafts.shown(draft)


def _begin(context: Context, draft: ReportImport, what: str, action: str) -> None:
    delivery_work.begin(draft, what, context["user"], delivery_work.Call(action, {"id": draft.id}))


def _uploaded(upload: Any) -> tuple[str, bytes]:
    if not hasattr(upload, "read") or not getattr(upload, "filename", ""):
        raise tk.ValidationError({"upload": [tk._("No file has come in: choose the file of the report.")]})
    limit = config.max_upload_bytes()
    content = upload.read(limit + 1)
    if len(content) > limit:
        message = tk._(
            "The file is larger than {limit} MB, the most that is read: upload it without pictures."
        )
        raise tk.ValidationError({"upload": [message.format(limit=limit // 10**6)]})
    return clean(str(upload.filename))[:200] or "report", content


@tk.side_effect_free
def digitalms_report_import_list(context: Context, data_dict: Json) -> Json:
    """List the imported reports, newest first (coordinators).

    Args:
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results}``; each result has id, filename, title, report_date, state, measure_count,
        created_at and applied_at.
    """
    tk.check_access("digitalms_report_import_list", context, data_dict)
    told = schema.asked("digitalms_report_import_list", context, data_dict)
    query = sa.select(ReportImport).order_by(ReportImport.created_at.desc(), ReportImport.id)
    drafts = model.Session.scalars(query.limit(told["limit"]).offset(told["offset"]))
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(ReportImport))
    return {"count": count, "results": [_summary(draft) for draft in drafts]}


def _summary(draft: ReportImport) -> Json:
    report = report_drafts.report_of(draft)
    return {
        "id": draft.id,
        "filename": draft.filename,
        "title": report.title,
        "report_date": report.report_date.isoformat() if report.report_date else None,
        "state": draft.state,
        "measure_count": len(report.measures),
        "created_at": draft.created_at.isoformat(),
        "applied_at": draft.applied_at.isoformat() if draft.applied_at else None,
    }


@tk.side_effect_free
def digitalms_report_import_show(context: Context, data_dict: Json) -> Json:
    """Show an imported report: what its cells say and what is proposed from them (coordinators).

    Args:
        id: the draft.

    Returns:
        id, filename, state (reading, draft, applied, undone), revision (how often it was corrected), arranged
        (the revision since which its rows have their positions), work (null, or what a job does with it:
        what, percent, failed; of what was refused errors by field), title, report_date, organisation,
        organisations and known (the choices, as value and text), warnings, measures (each
        with its source cells, fields, the reason of its status, what it is known as, and what was not
        taken over), not_taken_over (grouped by reason) and, once applied, outcomes and report: the name of
        the frozen report that it became.
    """
    tk.check_access("digitalms_report_import_show", context, data_dict)
    told = schema.asked("digitalms_report_import_show", context, data_dict)
    draft = report_drafts.draft_of(told["id"])
    name = incoming.name_of(draft)
    return {**report_drafts.shown(draft), **({"report": name} if name else {})}


def digitalms_report_import_update(context: Context, data_dict: Json) -> Json:
    """Correct a draft; what is left out stays as it is (coordinators). One that was not read yet is read.

    Args:
        id: the draft.
        background: do not wait where it has to be read and is long.
        seen: the revision that was read; where somebody else corrected one of the same rows or the same head
            since, or put the rows in order anew, nothing is written.
        title: the report's title.
        report_date: the Stand of all its statements.
        organisation: the name of the organisation that new measures belong to.
        measures: ``[{position, include, checked, key, known_as, organisation, title, status, status_reason,
            notes, vision, vision_year, vision_source, funding_state, funding_amount, funding_programme,
            contact_function, contact_email, council_references, goals, steps, milestones, partners}]``;
            position says which one is meant and must be there, a list replaces the former one; ``checked``:
            somebody has looked at it.
        arrange: after that, ``join`` (the row is added to the one before it), ``part`` (some of its entries
            become a row of their own), ``up`` or ``down``; rows are numbered anew.
        position: of the row to arrange.
        new_title: of the row that is parted off.
        rows: the entries that go there, such as ``steps-0 steps-2 goals-1``.

    Returns:
        the draft.

    Raises:
        ValidationError: keyed by field, ``measures`` as a list in the order given, ``seen`` where somebody
            else was faster; nothing is changed.
    """
    tk.check_access("digitalms_report_import_update", context, data_dict)
    _check_form(data_dict)
    told = schema.asked("digitalms_report_import_update", context, _without_known_keys(data_dict))
    draft = report_drafts.draft_of(told["id"], locked=True)
    _refuse_others(context, draft)
    if draft.state == reading.READING:
        if delivery_work.may_wait(context, told) and reading.is_long(draft):
            _begin(context, draft, delivery_work.READ, "digitalms_report_import_update")
            return report_drafts.shown(draft)
        reading.read(draft)
    _correct(draft, told)
    model.Session.add(draft)
    model.repo.commit()
    return report_drafts.shown(draft)


def _correct(draft: ReportImport, told: Json) -> None:
    overtaking.refuse_overtaken(draft, told.get("seen"), told)
    try:
        draft.proposal = report_drafts.corrected(draft, told)
    except ArrangementError as err:
        model.Session.rollback()
        raise tk.ValidationError({"arrange": [translate(err.message, tk._)]}) from err
    except tk.ValidationError:
        model.Session.rollback()
        raise


def _refuse_others(context: Context, draft: ReportImport) -> None:
    """Refuse to correct a report that a job works on or that is published."""
    delivery_work.refuse_busy(context, draft, "id")
    if draft.state == report_drafts.APPLIED:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("This report is published: correct the measures themselves.")]})


_LISTS = ("council_references", "goals", "steps", "milestones", "partners")


def _without_known_keys(data_dict: Json) -> Json:
    """Leave out the keys of measures that the catalogue has: they are taken, by those very measures."""
    if "measures" not in data_dict:
        return data_dict
    rows = [
        {name: value for name, value in row.items() if name != "key" or not row.get("known_as")}
        for row in data_dict["measures"]
    ]
    return {**data_dict, "measures": rows}


def _check_form(data_dict: Json) -> None:
    measures = data_dict.get("measures", [])
    lists = [measures]
    if isinstance(measures, list):
        lists += [row.get(name, []) for row in measures if isinstance(row, Mapping) for name in _LISTS]
    for rows in lists:
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise tk.ValidationError({"measures": [tk._("This must be a list of rows with named fields.")]})


def digitalms_report_import_apply(context: Context, data_dict: Json) -> Json:
    """Publish a draft: every chosen measure is created or stated, or none is (coordinators).

    A measure that is known gets a statement of the report's date; a report that is older than the
    newest Stand goes to the history only. Applied a second time, nothing changes; where the first time ended
    before the report was frozen, that is done now.

    Args:
        id: the draft.
        background: do not wait where it has many measures: a job publishes them.
        seen: the revision that was read; where somebody corrected anything since, nothing is published.

    Returns:
        ``{id, state, outcomes, report, work}``; each outcome has measure_id, title and change (created,
        new_stand, correction, backdated, unchanged). ``report`` is the name of the frozen report that it
        became, with the file itself, of the report's day. Where a job does it there are no outcomes yet, and
        ``work`` is not null: ``digitalms_report_import_show`` says how far it is.

    Raises:
        ValidationError: as ``digitalms_report_import_update``; nothing is changed. Keyed ``report``: the
            measures are published, but the report could not be frozen.
    """
    tk.check_access("digitalms_report_import_apply", context, data_dict)
    told = schema.asked("digitalms_report_import_apply", context, data_dict)
    draft = report_drafts.draft_of(told["id"], locked=True)
    delivery_work.refuse_busy(context, draft, "id")
    if draft.state == "draft":
        overtaking.refuse_overtaken(draft, told.get("seen"))
    is_due = draft.state == "draft" or incoming.is_due(draft)
    if is_due and delivery_work.may_wait(context, told) and _has_many(draft):
        _begin(context, draft, delivery_work.PUBLISH, "digitalms_report_import_apply")
        outcomes, name = [], None
    else:
        outcomes = _applied(context, draft)
        name = incoming.keep(draft.id, author_of(context))
    return {
        "id": draft.id,
        "state": draft.state,
        "outcomes": outcomes,
        "report": name,
        "work": delivery_work.told(draft),
    }


def _applied(context: Context, draft: ReportImport) -> list[Json]:
    if draft.state == "draft":
        return apply_draft(context, draft)
    return [{**outcome, "change": "unchanged"} for outcome in told_outcomes(draft)]


def _has_many(draft: ReportImport) -> bool:
    return delivery_work.are_many(len(draft.proposal["report"]["measures"]))


def digitalms_report_import_undo(context: Context, data_dict: Json) -> Json:
    """Take back what a published report changed (coordinators).

    Measures that it created are deleted, and every measure says again what it said before: Stand, history and
    tables are as they were. The frozen report that it became is withdrawn.

    Args:
        id: the draft.
        background: do not wait where it has many measures: a job takes them back.

    Returns:
        ``{id, state, outcomes, work}`` with the state ``undone``, unless a job does it.

    Raises:
        ValidationError: a measure was changed since, or the report is not published; nothing is taken back.
    """
    tk.check_access("digitalms_report_import_undo", context, data_dict)
    told = schema.asked("digitalms_report_import_undo", context, data_dict)
    draft = report_drafts.draft_of(told["id"], locked=True)
    if draft.state != report_drafts.APPLIED:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("This report is not published, or was taken back already.")]})
    delivery_work.refuse_busy(context, draft, "id")
    if delivery_work.may_wait(context, told) and _has_many(draft):
        _begin(context, draft, delivery_work.UNDO, "digitalms_report_import_undo")
    else:
        undo_draft(context, draft)
    work = delivery_work.told(draft)
    return {"id": draft.id, "state": draft.state, "outcomes": told_outcomes(draft), "work": work}
