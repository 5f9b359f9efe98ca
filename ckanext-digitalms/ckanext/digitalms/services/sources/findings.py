"""What went wrong in the runs of sources, as it is kept: complete, and in no language yet."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.messages import Message
from ckanext.digitalms.model import HarvestFinding
from ckanext.digitalms.validation.findings import short


def finding_keep(
    source_id: str,
    job_id: str,
    cause: str,
    message: Message,
    *,
    identifier: str | None = None,
    record: str | None = None,
    field: str | None = None,
    found: str | None = None,
    remedy: Message | None = None,
) -> None:
    """Keep what went wrong; the same of the same run only once (a run goes on after a crash). No commit."""
    told = {
        "job_id": job_id,
        "cause": cause,
        "identifier": identifier,
        "record": None if record is None else short(record),
        "field": None if field is None else short(field),
        "found": None if found is None else short(found),
        "message": message.to_json(),
    }
    same = sa.select(HarvestFinding.id).filter_by(**told).limit(1)
    if model.Session.scalar(same) is None:
        advice = remedy.to_json() if remedy else None
        model.Session.add(HarvestFinding(source_id=source_id, remedy=advice, **told))
        model.Session.flush()


def findings_of(job_ids: Iterable[str]) -> list[HarvestFinding]:
    """Return all findings of runs, in the order they were found."""
    query = (
        sa.select(HarvestFinding)
        .where(HarvestFinding.job_id.in_(list(job_ids)))
        .order_by(HarvestFinding.created_at, HarvestFinding.id)
    )
    return list(model.Session.scalars(query))
