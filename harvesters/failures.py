"""How what went wrong in a run is kept: as ckanext-harvest's errors, and as findings of our own.

ckanext-harvest keeps a sentence, which its pages show; a finding keeps cause, record, field and value apart,
in no language yet, so that the report can be grouped and be read in German and English.
"""

from __future__ import annotations

from ckan import model
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectError

from ckanext.digitalms.shared import finding_keep, in_default_language, question_ask

from .exceptions import FailItem, WaitItem


def gather_failed(job: HarvestJob, end: FailItem) -> None:
    """Keep why a run, or one record in it, could not be gathered."""
    if isinstance(end, WaitItem):
        question_ask(job.source_id, job.id, end.vanishing, end.kept)
    finding_keep(
        job.source_id,
        job.id,
        end.cause,
        end.message,
        identifier=end.identifier,
        record=end.record,
        field=end.field,
        found=end.found,
        remedy=end.remedy,
    )
    model.Session.add(HarvestGatherError(message=in_default_language(end.message), job=job))
    model.repo.commit()


def object_failed(harvest_object: HarvestObject, stage: str, end: FailItem) -> None:
    """Keep why an item could not be fetched or imported."""
    finding_keep(
        harvest_object.harvest_source_id,
        harvest_object.harvest_job_id,
        end.cause,
        end.message,
        identifier=harvest_object.guid,
        record=end.record,
        field=end.field,
        found=end.found,
        remedy=end.remedy,
    )
    sentence = in_default_language(end.message)
    model.Session.add(HarvestObjectError(message=sentence, object=harvest_object, stage=stage))
    model.repo.commit()
