"""A measure that is public no more: in which dated releases it stays, and how it is taken out of them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.access.admission import is_admitted
from ckanext.digitalms.services.measures.statements import told_so_far
from ckanext.digitalms.tables.open_tables import MEASURE_TABLES
from ckanext.digitalms.tables.spec import file_name

from . import release_rewriting
from .release_editors import Measure, MeasureRemoved, holds_one_of
from .release_rewriting import ROWS_REMOVED, Rewritten
from .scope import measure_of, package_id_of

REMOVE = "digitalms_release_remove_measure"


def releases_of(measure: str) -> list[dict[str, Any]]:
    """List the releases that name a measure, newest first, with where they are cited; reads little.

    Raises:
        tk.ObjectNotFound: no statement tells of such a measure.
    """
    known = measure_of(package_id_of(measure))
    return [
        {
            "release_id": release.release_id,
            "published_at": release.created_at.isoformat(),
            "is_current": release.state == releases.CURRENT,
            "cited_in": release_retention.cited(release),
        }
        for release in reversed(_of_measures())
        if _names(release, known)
    ]


def stays(package_id: str) -> dict[str, Any]:
    """Say where a measure stays that was just deleted or purged, and how it is taken out there."""
    try:
        found = [one["release_id"] for one in releases_of(package_id)]
    except tk.ObjectNotFound:  # a draft that nothing was ever told of
        found = []
    return {"stays_in": found, "remove_with": REMOVE}


def remove(measure: str, reason: str, *, dry_run: bool) -> dict[str, Any]:
    """Take a measure's rows out of every release, or only say out of which.

    Raises:
        tk.ObjectNotFound: no statement tells of such a measure.
        tk.ValidationError: it is public.
    """
    package_id = package_id_of(measure)
    known = measure_of(package_id)
    releases.recover()
    with locks.all_publishing():
        _refuse_public(package_id)
        done = [one for release in _of_measures() if (one := _rewritten(release, known, reason, dry_run))]
        if dry_run or not done:
            model.Session.rollback()
        else:
            model.repo.commit()
    if done and not dry_run:
        with locks.patiently():
            releases.recover()
    told = [one.told() for one in done]
    return {"measure_ids": sorted(known.names), "dry_run": dry_run, "releases": told}


def _rewritten(release: Release, known: Measure, reason: str, dry_run: bool) -> Rewritten | None:
    editor = MeasureRemoved(known)
    if dry_run:
        return release_rewriting.count(release, editor)
    return release_rewriting.rewrite(release, editor, ROWS_REMOVED, reason)


def _of_measures() -> list[Release]:
    return [one for one in release_rewriting.with_files() if one.group == MEASURE_TABLES]


def _names(release: Release, known: Measure) -> bool:
    path = releases.all_folders().path(release.manifest) / file_name("measures", "csv")
    return path.is_file() and holds_one_of(path, known.names)


def is_public(package_id: str) -> bool:
    """Return whether a measure is public by its history, and its organisation let in."""
    package = model.Package.get(package_id)
    is_let_in = package is not None and is_admitted(package.owner_org)
    return is_let_in and told_so_far([package_id])[package_id].is_public


def _refuse_public(package_id: str) -> None:
    if is_public(package_id):
        model.Session.rollback()
        sentence = tk._(
            "This measure is public: make it private or delete it first, else the next release has it again."
        )
        raise tk.ValidationError({"id": [sentence]})
