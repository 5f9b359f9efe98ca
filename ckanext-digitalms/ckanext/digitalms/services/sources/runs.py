"""The runs of sources: how each ended, and how many errors it had; a few queries for all sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectError

from ckanext.digitalms.model import Delivery, HarvestFinding

from .errors import TOLD_BY_REPORT


@dataclass(frozen=True)
class SourceRun:
    """One run that has ended.

    Args:
        errors: how many there are, those in the report on a delivered table counted one by one.
        taken_over: how many records were written, removed: how many deleted.
    """

    id: str
    source_id: str
    begun: datetime
    finished: datetime | None
    errors: int = 0
    taken_over: int = 0
    removed: int = 0


def last_runs(source_ids: Iterable[str], count: int) -> dict[str, list[SourceRun]]:
    """Return the newest ended runs of sources, the oldest of these first."""
    place = sa.func.row_number().over(
        partition_by=HarvestJob.source_id, order_by=(HarvestJob.created.desc(), HarvestJob.id)
    )
    ended = (
        sa.select(HarvestJob, place.label("place"))
        .where(HarvestJob.status == "Finished", HarvestJob.source_id.in_(list(source_ids)))
        .subquery()
    )
    job = sa.orm.aliased(HarvestJob, ended)
    jobs = list(model.Session.scalars(sa.select(job).where(ended.c.place <= count).order_by(job.created)))
    ids = [each.id for each in jobs]
    errors, objects = (_errors(ids), _objects(ids)) if ids else ({}, {})
    found: dict[str, list[SourceRun]] = {}
    for each in jobs:
        run = SourceRun(
            id=each.id,
            source_id=each.source_id,
            begun=each.created.replace(tzinfo=UTC),
            finished=each.finished.replace(tzinfo=UTC) if each.finished else None,
            errors=errors.get(each.id, 0),
            taken_over=objects.get(each.id, (0, 0))[0],
            removed=objects.get(each.id, (0, 0))[1],
        )
        found.setdefault(each.source_id, []).append(run)
    return found


def _errors(job_ids: list[str]) -> dict[str, int]:
    """Count like :func:`.errors.errors_of_run`, without reading the reports."""
    reported = _counts(
        sa.select(Delivery.job_id, sa.func.sum(Delivery.report["errors"].as_integer()))
        .where(Delivery.job_id.in_(job_ids), Delivery.state.in_(TOLD_BY_REPORT))
        .group_by(Delivery.job_id)
    )
    own = HarvestFinding.cause.not_in(TOLD_BY_REPORT)
    found = _counts(
        sa.select(HarvestFinding.job_id, sa.func.count(), sa.func.count().filter(own))
        .where(HarvestFinding.job_id.in_(job_ids))
        .group_by(HarvestFinding.job_id)
    )
    others = _of_ckanext_harvest(job_ids)
    counts: dict[str, int] = {}
    for job_id in job_ids:
        every, single = found.get(job_id, (0, 0))
        (told,) = reported.get(job_id, (0,))
        own_count = single if told else every
        counts[job_id] = (told or 0) + (own_count if every else others.get(job_id, 0))
    return counts


def _of_ckanext_harvest(job_ids: list[str]) -> dict[str, int]:
    gathered = sa.select(HarvestGatherError.harvest_job_id.label("job_id")).where(
        HarvestGatherError.harvest_job_id.in_(job_ids)
    )
    single = (
        sa.select(HarvestObject.harvest_job_id)
        .join(HarvestObjectError, HarvestObjectError.harvest_object_id == HarvestObject.id)
        .where(HarvestObject.harvest_job_id.in_(job_ids))
    )
    both = sa.union_all(gathered, single).subquery()
    query = sa.select(both.c.job_id, sa.func.count()).group_by(both.c.job_id)
    return {job_id: count for job_id, (count,) in _counts(query).items()}


def _objects(job_ids: list[str]) -> dict[str, tuple[int, int]]:
    """Count the records that were written and those that were deleted."""
    written = HarvestObject.report_status.in_(("added", "updated"))
    query = (
        sa.select(
            HarvestObject.harvest_job_id,
            sa.func.count().filter(written),
            sa.func.count().filter(HarvestObject.report_status == "deleted"),
        )
        .where(HarvestObject.harvest_job_id.in_(job_ids))
        .group_by(HarvestObject.harvest_job_id)
    )
    return {job_id: (written, removed) for job_id, (written, removed) in _counts(query).items()}


def _counts(query: Any) -> dict[str, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in model.Session.execute(query)}
