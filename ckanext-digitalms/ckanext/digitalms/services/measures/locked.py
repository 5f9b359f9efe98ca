"""Measures that nobody else changes until the transaction ends, as they are from then on."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.services import locks
from ckanext.digitalms.vocabularies import MEASURE_TYPE

__all__ = ["lock_measures", "lock_measures_called"]


def lock_measures(package_ids: Iterable[str]) -> list[model.Package]:
    """Lock measures, then read them: who waited for a lock has read what somebody else changed since.

    What the session knows of them is read anew, so nothing of them may wait to be written. The caller has
    authorised the user; rows of datasets are locked after this, never before.

    Args:
        package_ids: their ids.

    Returns:
        those that are still there, deleted ones too.
    """
    ids = sorted(package_ids)
    locks.measures(ids)
    query = sa.select(model.Package).where(model.Package.id.in_(ids))
    return list(model.Session.scalars(query.execution_options(populate_existing=True)))


def lock_measures_called(measure_ids: Collection[str]) -> list[model.Package]:
    """Lock measures by their keys, all at once; the same as :func:`lock_measures`."""
    query = sa.select(model.Package.id).where(
        model.Package.name.in_(measure_ids), model.Package.type == MEASURE_TYPE
    )
    return lock_measures(model.Session.scalars(query))
