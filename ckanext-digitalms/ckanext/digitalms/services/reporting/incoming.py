"""A report that was read in becomes a frozen report of its day, with the paper itself."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Iterable

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.keys import words_of
from ckanext.digitalms.messages import N_
from ckanext.digitalms.model import CouncilReport, ReportImport, ReportVersion
from ckanext.digitalms.reporting.consultations import consultations_in
from ckanext.digitalms.reporting.settings import Settings
from ckanext.digitalms.reports.proposal import ProposedReport
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.language import in_german
from ckanext.digitalms.services.reports.drafts import APPLIED, draft_of, report_of

from . import drafts, freezing

__all__ = ["is_due", "keep", "name_of", "withdraw"]

log = logging.getLogger(__name__)

_TYPE = "council"
_READ_IN = N_(
    "This report was written elsewhere and read in from “{filename}”; the paper itself is beside it."
)
_TAKEN_BACK = N_("The import of this report was taken back.")


def name_of(draft: ReportImport) -> str | None:
    """Return the name of the report that an import was frozen as, also where that was withdrawn."""
    found: str | None = model.Session.scalar(
        sa.select(CouncilReport.name)
        .join(ReportVersion, ReportVersion.report_name == CouncilReport.name)
        .where(_is_of(draft))
        .limit(1)
    )
    return found


def _is_of(draft: ReportImport) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = CouncilReport.settings["import_id"].astext == draft.id
    return found


def is_due(draft: ReportImport) -> bool:
    """Return whether a report was published and is not frozen yet: what did so was ended in between."""
    return draft.state == APPLIED and name_of(draft) is None


def keep(draft_id: str, user_id: str | None) -> str | None:
    """Freeze a report that was published, once, and commit; return its name.

    It tells the measures of the paper in its order, on its day and as they are known now. Whoever comes
    second waits, and finds it frozen; of an import that was taken back meanwhile nothing is frozen.

    Raises:
        tk.ValidationError: keyed ``report``: it could not be frozen; the measures stay published.
    """
    draft = draft_of(draft_id, locked=True)
    try:
        if is_due(draft):
            locks.reports()
            _freeze(draft, user_id)
    except tk.ValidationError as refused:
        raise _unfrozen(str(one) for one in refused.error_summary.values()) from refused
    except (sa.exc.DBAPIError, OSError) as failure:
        model.Session.rollback()
        log.exception("The report of the import %s is not frozen", draft_id)
        raise _unfrozen(()) from failure
    model.Session.rollback()
    return name_of(draft)


def _unfrozen(reasons: Iterable[str]) -> tk.ValidationError:
    sentence = tk._("The measures are published, but the report is not frozen yet: try that once more.")
    return tk.ValidationError({"report": [sentence, *reasons]})


def _freeze(draft: ReportImport, user_id: str | None) -> None:
    name = model.Session.scalar(sa.select(CouncilReport.name).where(_is_of(draft)))
    if name is None:
        report = report_of(draft)
        name = drafts.add(_values(report), _settings(draft, report), user_id).name
    media_type = mimetypes.guess_type(draft.filename)[0] or "application/octet-stream"
    freezing.freeze(name, None, user_id, (draft.filename, media_type, bytes(draft.content)))


def _values(report: ProposedReport) -> dict[str, object]:
    day = report.report_date or config.today()
    start = f"{words_of(report.title)[:70].strip('-') or 'bericht'}-{day.isoformat()}"
    return {"name": drafts.free_name(start), "title": report.title, "type": _TYPE, "as_of": day}


def _settings(draft: ReportImport, report: ProposedReport) -> Settings:
    outside = [piece.text for piece in (*report.fragments, *report.outside)]
    return Settings(
        subject=report.title,
        measures=tuple(outcome["measure_id"] for outcome in draft.proposal.get("outcomes") or ()),
        introduction=in_german(_READ_IN).format(filename=draft.filename),
        consultations=consultations_in(["\n".join(outside)]),
        import_id=draft.id,
    )


def withdraw(draft: ReportImport) -> None:
    """Withdraw the report of an import that is taken back, if it was frozen; the caller commits."""
    locks.reports()
    name = name_of(draft)
    newest = drafts.newest(name) if name else None
    if name and newest is not None and newest.state == "frozen":
        freezing.mark_withdrawn(name, None, in_german(_TAKEN_BACK))
