"""A report's file is read into its draft: at once, or by a job where it is long."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import ReportImport
from ckanext.digitalms.reports.document import ReportUnreadableError
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.matching import recognise
from ckanext.digitalms.reports.pdf import count_pages
from ckanext.digitalms.reports.proposal import ProposedReport, to_json
from ckanext.digitalms.services import delivery_work, sittings
from ckanext.digitalms.services.measures.new_keys import TakenKeys

from . import drafts

# the state of a report that a job reads
READING = "reading"
# bytes of a text that take as long to read as a page of a PDF
OF_A_PAGE = 130_000
# a document is read as quickly as a table of a quarter of its size: most of it are pictures
_QUICKNESS = 4
_PDF = b"%PDF"
UNREAD = {"report": to_json(ProposedReport("", None, ())), "organisation": ""}


def is_long(draft: ReportImport) -> bool:
    """Return whether one does not wait for a report to be read; raises as :func:`read`."""
    if not draft.content.startswith(_PDF):
        return delivery_work.is_large(draft, _QUICKNESS)
    try:
        return count_pages(draft.content) * OF_A_PAGE > config.job_bytes()
    except ReportUnreadableError as err:
        raise _refusal(err) from err


def read(draft: ReportImport) -> None:
    """Read a report into its draft; the caller commits.

    Raises:
        ValidationError: keyed ``upload``, with what was found in the file and what to do.
    """
    try:
        with sittings.used():
            report = read_report(draft.content, draft.filename, config.council_body())
    except ReportUnreadableError as err:
        raise _refusal(err) from err
    known = recognise(report, drafts.known_measures(), TakenKeys())
    draft.proposal = {
        **draft.proposal,
        "report": to_json(drafts.with_organisations(known)),
        "organisation": drafts.usual_organisation(),
    }
    draft.state = "draft"
    model.Session.add(draft)


def _refusal(err: ReportUnreadableError) -> tk.ValidationError:
    return tk.ValidationError({"upload": [translate(err.message, tk._)]})
