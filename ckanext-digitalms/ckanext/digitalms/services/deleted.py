"""Datasets, tables of one's own and sources that were deleted, and how they come back under their addresses.

Measures have a way back of their own, since their history knows of it. What a source deleted because its
record is gone is not listed: it comes back with the record.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from ckanext.harvest.model import HarvestSource

from ckanext.digitalms.model import HarvestIdentity
from ckanext.digitalms.publishing import custom_tables
from ckanext.digitalms.search import index
from ckanext.digitalms.services import locks, organisations
from ckanext.digitalms.services.access.rights import Account
from ckanext.digitalms.services.measures import announce
from ckanext.digitalms.vocabularies import SOURCE_TYPE

__all__ = ["DATASET", "SOURCE", "TABLE", "kind_of", "listed", "note", "restore"]

TABLE, DATASET, SOURCE = "deleted_table", "deleted_dataset", "deleted_source"


def kind_of(package: model.Package | None) -> str | None:
    """Return what a deleted dataset was: a table of one's own, another one, a source; nothing of measures."""
    if package is None or package.state != model.State.DELETED:
        return None
    if package.type == SOURCE_TYPE:
        return SOURCE
    if package.type != "dataset":
        return None
    return TABLE if package.extras.get(custom_tables.MARKER) else DATASET


def listed(user: Account) -> sa.Select[Any]:
    """Select what was deleted of what somebody keeps, with the columns of the changes.

    Coordinators keep all tables of one's own and all sources; other datasets are kept by their organisation.
    """
    marker = model.Package.extras[custom_tables.MARKER].astext
    kind = sa.case((model.Package.type == SOURCE_TYPE, SOURCE), (marker.is_not(None), TABLE), else_=DATASET)
    of_a_source = sa.exists().where(HarvestIdentity.package_id == model.Package.id)
    query = sa.select(
        kind,
        model.Package.name,
        model.Package.title,
        sa.literal("deleted"),
        sa.func.timezone("UTC", model.Package.metadata_modified),
        sa.cast(sa.null(), sa.Text),
        sa.literal(1),
        sa.cast(sa.null(), sa.Text),
    ).where(
        model.Package.state == model.State.DELETED,
        model.Package.type.in_(("dataset", SOURCE_TYPE)),
        ~of_a_source,
    )
    if user.is_sysadmin:
        return query
    ours = model.Package.owner_org.in_(sorted(user.edited))
    if user.is_coordinator:
        ours = ours | (kind != DATASET)
    return query.where(ours)


def note(package: model.Package) -> None:
    """Note when a dataset is deleted, which CKAN does not; the caller commits."""
    package.metadata_modified = datetime.now(UTC).replace(tzinfo=None)


def restore(context: Context, package: model.Package) -> None:
    """Bring back a deleted dataset as it was; commits.

    Raises:
        ValidationError: its organisation was deleted.
    """
    if package.owner_org:
        custom_tables.check_organisation(package.owner_org)
    with _lock(package, kind_of(package)):
        package.state = model.State.ACTIVE
        organisations.join_again(package)
        if package.type == SOURCE_TYPE and p.plugin_loaded("harvest"):
            source = model.Session.get(HarvestSource, package.id)
            source.active = True
        model.Session.flush()
        announce.updated(context, [package])
        package_id = package.id
        model.repo.commit()
        index.reindex([package_id])


def _lock(package: model.Package, kind: str | None) -> AbstractContextManager[None]:
    # not in the middle of a version being published
    return locks.publishing(custom_tables.group_of(package.id)) if kind == TABLE else nullcontext()
