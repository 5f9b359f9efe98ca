"""Harvest sources as the pages and the harvesters see them: whose they are, and how fresh."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestSource

from ckanext.digitalms import config
from ckanext.digitalms.model import Delivery, HarvestQuestion
from ckanext.digitalms.services.access import coordinators
from ckanext.digitalms.storable import plain_id
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .runs import SourceRun, last_runs

PERIODS: Mapping[str, timedelta] = {
    "ALWAYS": timedelta(days=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
    "BIWEEKLY": timedelta(weeks=2),
    "MONTHLY": timedelta(days=31),
}
TREND = 10


@dataclass(frozen=True)
class SourceHealth:
    """A source and how it runs.

    Args:
        frequency: of ckanext-harvest, such as ``WEEKLY``; ``MANUAL`` has no due date.
        last_success: when the last run without any error ended (UTC).
        running_since: when the run began that has not ended yet.
        next_run: when the schedule starts it again.
        created: when the source was made; one that has never run is late some time after this.
        is_waiting: whether it asks a coordinator something.
        runs: the newest runs that ended, the oldest of these first.
    """

    id: str
    name: str
    title: str
    url: str
    type: str
    frequency: str
    organisation: str | None
    organisation_title: str = ""
    last_success: datetime | None = None
    running_since: datetime | None = None
    next_run: datetime | None = None
    created: datetime | None = None
    is_waiting: bool = False
    runs: tuple[SourceRun, ...] = ()

    @property
    def has_failed(self) -> bool:
        """Return whether the newest run had errors."""
        return bool(self.runs) and self.runs[-1].errors > 0

    def is_late(self, now: datetime) -> bool:
        """Return whether the last success is older than twice what the frequency promises."""
        period, since = PERIODS.get(self.frequency), self.last_success or self.created
        return period is not None and (since is None or now - since > 2 * period)

    def state(self, now: datetime) -> str:
        """Return the state in one word: running, waiting, failed, late, fresh or new."""
        states = (
            ("waiting", self.is_waiting),
            ("running", self.running_since is not None),
            ("late", self.is_late(now)),
            ("failed", self.has_failed),
            ("fresh", self.last_success is not None),
        )
        return next((name for name, applies in states if applies), "new")


def source_organisation(source_id: str) -> str | None:
    """Return the id of the organisation that a source belongs to."""
    package = model.Package.get(source_id)
    return package.owner_org if package else None


def is_coordinator_organisation(organisation_id: str | None) -> bool:
    """Return whether an organisation is the coordinators'."""
    return coordinators.is_theirs(organisation_id)


def writable_measures(organisation_id: str | None) -> frozenset[str]:
    """Return the keys of the measures that a delivery for an organisation may write.

    The coordinators' organisation, and a coordinator's delivery for no organisation, may write all.
    """
    query = sa.select(model.Package.name).where(
        model.Package.type == MEASURE_TYPE, model.Package.state != model.State.DELETED
    )
    if organisation_id is not None and not coordinators.is_theirs(organisation_id):
        query = query.where(model.Package.owner_org == organisation_id)
    return frozenset(model.Session.scalars(query))


def source_config(source_id: str) -> str:
    """Return the configuration of a source as it was typed; raises ``ObjectNotFound``."""
    source = model.Session.get(HarvestSource, plain_id(source_id)) if p.plugin_loaded("harvest") else None
    if source is None:
        raise tk.ObjectNotFound(tk._("There is no source “{found}”.").format(found=str(source_id)[:60]))
    return source.config or ""


def source_secret(source_id: str) -> str:
    """Return what lets a source in, as the header ``Authorization``; empty if nothing is kept."""
    package = model.Package.get(source_id)
    secret = config.harvest_secret(package.name) if package is not None else ""
    if not secret or secret.startswith(("Basic ", "Bearer ")):
        return secret
    return f"Basic {b64encode(secret.encode()).decode()}"


def sources() -> list[SourceHealth]:
    """Return all active sources with their runs, by title; a few queries whatever their number."""
    return _healths()


def source_health(source_id: str) -> SourceHealth:
    """Return one active source by its id or name; raises ``ObjectNotFound``."""
    key = plain_id(source_id)
    found = _healths(sa.or_(HarvestSource.id == key, model.Package.name == key))
    if not found:
        raise tk.ObjectNotFound(tk._("There is no source “{found}”.").format(found=str(source_id)[:60]))
    return found[0]


def _healths(*only: sa.ColumnElement[bool]) -> list[SourceHealth]:
    if not p.plugin_loaded("harvest"):
        return []
    rows = model.Session.execute(
        sa.select(HarvestSource, model.Package.name, model.Package.owner_org, model.Group.title)
        .join(model.Package, model.Package.id == HarvestSource.id)
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .where(HarvestSource.active, model.Package.state == model.State.ACTIVE, *only)
        .order_by(HarvestSource.title, model.Package.name)
    ).all()
    successes, running, waiting = _last_successes(), _running(), _waiting()
    runs = last_runs([source.id for source, *_ in rows], TREND)
    return [
        SourceHealth(
            id=source.id,
            name=name,
            title=source.title or name,
            url=source.url,
            type=source.type,
            frequency=source.frequency,
            organisation=organisation,
            organisation_title=organisation_title or "",
            last_success=_utc(successes.get(source.id)),
            running_since=_utc(running.get(source.id)),
            next_run=_utc(source.next_run),
            created=_utc(source.created),
            is_waiting=source.id in waiting,
            runs=tuple(runs.get(source.id, ())),
        )
        for source, name, organisation, organisation_title in rows
    ]


def _utc(moment: datetime | None) -> datetime | None:
    # ckanext-harvest keeps UTC without saying so
    return moment.replace(tzinfo=UTC) if moment else None


def failed() -> sa.ColumnElement[bool]:
    """Return the condition that a run had an error."""
    gathered = sa.exists().where(HarvestGatherError.harvest_job_id == HarvestJob.id)
    wrong = sa.or_(HarvestObject.state == "ERROR", HarvestObject.report_status == "errored")
    return sa.or_(gathered, sa.exists().where(HarvestObject.harvest_job_id == HarvestJob.id, wrong))


def _last_successes() -> dict[str, datetime]:
    query = (
        sa.select(HarvestJob.source_id, sa.func.max(HarvestJob.finished))
        .where(HarvestJob.status == "Finished", ~failed())
        .group_by(HarvestJob.source_id)
    )
    return {source_id: moment for source_id, moment in model.Session.execute(query) if moment}


def _running() -> dict[str, datetime]:
    query = (
        sa.select(HarvestJob.source_id, sa.func.min(HarvestJob.created))
        .where(HarvestJob.status.in_(["New", "Running"]))
        .group_by(HarvestJob.source_id)
    )
    return dict(model.Session.execute(query).tuples().all())


def _waiting() -> set[str]:
    asked = sa.select(HarvestQuestion.source_id).where(HarvestQuestion.state == "waiting")
    newest = (
        sa.select(Delivery.source_id, Delivery.state)
        .where(Delivery.source_id.is_not(None))
        .distinct(Delivery.source_id)
        .order_by(Delivery.source_id, Delivery.received_at.desc())
        .subquery()
    )
    delivered = sa.select(newest.c.source_id).where(newest.c.state == "waiting")
    return set(model.Session.scalars(sa.union(asked, delivered)))
