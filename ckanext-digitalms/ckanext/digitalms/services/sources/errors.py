"""The errors of a run, gathered from reports on deliveries, findings and ckanext-harvest's tables."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestGatherError, HarvestObject, HarvestObjectError

from ckanext.digitalms.messages import Message
from ckanext.digitalms.model import Delivery, HarvestFinding
from ckanext.digitalms.sources.causes import cause_of
from ckanext.digitalms.sources.errors import RunError
from ckanext.digitalms.validation.findings import Report

from .findings import findings_of

TOLD_BY_REPORT = ("refused", "waiting")


def errors_of_run(job_id: str, contact: str = "") -> list[RunError]:
    """Return all errors of a run, none left out.

    A delivered table that was refused gives the findings of its report in place of the one sentence that
    says so.
    """
    reported = list(_of_deliveries(job_id, contact))
    found = findings_of([job_id])
    own = [_of_finding(each, contact) for each in found if not (reported and each.cause in TOLD_BY_REPORT)]
    # a harvester of ours keeps a finding beside every sentence in ckanext-harvest's tables
    return [*reported, *own] if found else [*reported, *_of_ckanext_harvest(job_id, contact)]


def _of_deliveries(job_id: str, contact: str) -> Iterator[RunError]:
    query = sa.select(Delivery).where(Delivery.job_id == job_id, Delivery.state.in_(TOLD_BY_REPORT))
    for delivery in model.Session.scalars(query):
        for finding in Report.from_json(delivery.report).findings if delivery.report else ():
            if finding.severity != "warning":
                yield RunError(
                    cause=finding.cause.value,
                    label=finding.cause.label,
                    message=finding.message,
                    remedy=finding.advice,
                    record=delivery.filename,
                    row=finding.row,
                    field=finding.field or "",
                    found=finding.found or "",
                    contact=contact,
                )


def _of_finding(finding: HarvestFinding, contact: str) -> RunError:
    cause = cause_of(finding.cause)
    return RunError(
        cause=finding.cause,
        label=cause.label,
        message=Message(**finding.message),
        remedy=Message(**finding.remedy) if finding.remedy else Message(cause.remedy),
        record=finding.record or finding.identifier or "",
        field=finding.field or "",
        found=finding.found or "",
        contact=contact,
    )


def _of_ckanext_harvest(job_id: str, contact: str) -> Iterator[RunError]:
    """Return what ckanext-harvest itself or a harvester of another extension wrote."""
    gathered = sa.select(HarvestGatherError.message, sa.null()).where(
        HarvestGatherError.harvest_job_id == job_id
    )
    single = (
        sa.select(HarvestObjectError.message, HarvestObject.guid)
        .join(HarvestObject, HarvestObject.id == HarvestObjectError.harvest_object_id)
        .where(HarvestObject.harvest_job_id == job_id)
    )
    cause = cause_of("error")
    for sentence, guid in [*model.Session.execute(gathered), *model.Session.execute(single)]:
        if sentence:
            text = Message("{sentence}", {"sentence": sentence})
            yield RunError(
                "error", cause.label, text, Message(cause.remedy), record=guid or "", contact=contact
            )
