"""A report that was read in becomes a frozen report of its day, with the paper itself."""

from __future__ import annotations

import mimetypes

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.keys import words_of
from ckanext.digitalms.messages import N_
from ckanext.digitalms.model import CouncilReport, ReportImport
from ckanext.digitalms.reporting.consultations import consultations_in
from ckanext.digitalms.reporting.settings import Settings
from ckanext.digitalms.reports.proposal import ProposedReport
from ckanext.digitalms.services.language import in_german
from ckanext.digitalms.services.reports.drafts import report_of

from . import drafts, freezing

__all__ = ["keep", "name_of", "taken_back"]

_TYPE = "council"
_READ_IN = N_(
    "This report was written elsewhere and read in from “{filename}”; the paper itself is beside it."
)
_TAKEN_BACK = N_("The import of this report was taken back.")


def name_of(draft: ReportImport) -> str | None:
    """Return the name of the report that an import was frozen as."""
    is_of = CouncilReport.settings["import_id"].astext == draft.id
    found: str | None = model.Session.scalar(sa.select(CouncilReport.name).where(is_of))
    return found


def keep(draft: ReportImport, user_id: str | None) -> str:
    """Freeze a report that was published, once, and commit; return its name.

    It tells the measures of the paper in its order, on its day and as they are known now.
    """
    name = name_of(draft)
    if name is None:
        report = report_of(draft)
        name = drafts.create(_values(report), _settings(draft, report), user_id).name
    if drafts.newest(name) is None:
        media_type = mimetypes.guess_type(draft.filename)[0] or "application/octet-stream"
        original = (draft.filename, media_type, bytes(draft.content))
        freezing.freeze(name, None, user_id, original)
    return name


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


def taken_back(draft: ReportImport) -> None:
    """Withdraw the report of an import that was taken back, if it was frozen; commit."""
    name = name_of(draft)
    newest = drafts.newest(name) if name else None
    if name and newest is not None and newest.state == "frozen":
        freezing.withdraw(name, None, in_german(_TAKEN_BACK))
