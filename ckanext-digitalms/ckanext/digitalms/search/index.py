"""Writing datasets to the search index, and mending it where it differs from the database.

CKAN writes to the index before it commits to the database, so a crash at the wrong moment leaves the two
apart; :func:`repair` finds what differs and writes it again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

import ckan.plugins.toolkit as tk
import pysolr
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.plugins import get_permission_labels
from ckan.lib.search.common import make_connection
from ckan.logic import NotFound, index_update_package

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.vocabularies import SOURCE_TYPE

from . import deferred_indexing, entry_index
from .entry_fields import LABELS

log = logging.getLogger(__name__)

PAGE = 1_000


@dataclass(frozen=True)
class Difference:
    """Ids of datasets that are missing in the index, told differently there, or there for no reason."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Count the datasets that differ."""
        return len(self.missing) + len(self.stale) + len(self.surplus)


def reindex(package_ids: Iterable[str]) -> None:
    """Bring datasets in the index up to what the database says; one commit for all of them.

    A dataset that is gone from the database is taken out of the index. Called after the commit: if search is
    away, the index follows.
    """
    ids = list(dict.fromkeys(package_ids))
    try:
        write(ids)
    except (pysolr.SolrError, search.SearchIndexError):
        log.exception("The index was not written")
        deferred_indexing.index(ids)


def write(package_ids: Iterable[str]) -> None:
    """Do so; raises what Solr says."""
    ids = list(package_ids)
    if not ids:
        return
    there = _known(ids)
    with entry_index.at_once():
        for package_id in ids:
            if package_id not in there or not _written(package_id):
                _remove(package_id)
    search.commit()


def _written(package_id: str) -> bool:
    """Write a dataset, and return whether it was still there: somebody may have purged it meanwhile."""
    try:
        index_update_package({"ignore_auth": True}, package_id, defer_commit=True)
    except NotFound:
        return False
    return True


def rebuild_entries() -> int:
    """Write the entries of all datasets to the index again; return of how many. Those of others go."""
    told = _found(_in_database())
    with entry_index.at_once():
        for package_id in told:
            shown = {"ignore_auth": True, "user": "", "use_cache": False}
            try:
                entry_index.stored_now(tk.get_action("package_show")(shown, {"id": package_id}))
            except NotFound:
                entry_index.gone(package_id)  # purged meanwhile
        for package_id in entry_index.stored_marks().keys() - told.keys():
            entry_index.gone(package_id)
    search.commit()
    return len(told)


def forget_replaced() -> None:
    """Let the index write its files anew, so that nothing is left in them of documents that were replaced."""
    make_connection().optimize(maxSegments=1)


def _known(ids: list[str]) -> set[str]:
    query = model.Session.query(model.Package.id).filter(model.Package.id.in_(ids))
    if tk.config["ckan.search.remove_deleted_packages"]:
        query = query.filter(model.Package.state != model.State.DELETED)
    return {package_id for (package_id,) in query}


def _remove(package_id: str) -> None:
    # CKAN's own delete commits every time
    site_id = tk.config["ckan.site_id"]
    make_connection().delete(q=f'+id:"{package_id}" +site_id:"{site_id}"', commit=False)
    entry_index.gone(package_id)


def compare() -> Difference:
    """Compare all datasets in database and index by id, time of their last change, and who sees them.

    A dataset stands in the index twice: as CKAN writes it, and as the search of the catalogue finds it.
    """
    told = _in_database()
    both = [_compared(told, dict(_in_index())), _compared(_found(told), entry_index.stored_marks())]
    missing, stale, surplus = ({*chain(*kind)} for kind in zip(*both, strict=True))
    return Difference(sorted(missing), sorted(stale - missing), sorted(surplus))


def _compared(told: Mapping[str, str], found: Mapping[str, str]) -> tuple[set[str], set[str], set[str]]:
    differing = {one for one in told.keys() & found.keys() if told[one] != found[one]}
    return told.keys() - found.keys(), differing, found.keys() - told.keys()


def _found(told: Mapping[str, str]) -> dict[str, str]:
    """Leave out what the search of the catalogue does not find: sources, and what is deleted."""
    query = sa.select(model.Package.id).where(
        model.Package.type != SOURCE_TYPE, model.Package.state != model.State.DELETED
    )
    return {one: told[one] for one in model.Session.scalars(query) if one in told}


def repair() -> Difference:
    """Write again what differs, and return what did."""
    difference = compare()
    if difference.count:
        log.warning(
            "The search index differed: %s missing, %s stale, %s surplus",
            len(difference.missing),
            len(difference.stale),
            len(difference.surplus),
        )
        with deferred_indexing.strict():
            write([*difference.missing, *difference.stale, *difference.surplus])
    return difference


def follow() -> None:
    """Write what was left out while search was away, as a job; come again as long as it is."""
    ids = deferred_indexing.taken_up()
    if not search.is_available():
        deferred_indexing.come_again()
        return
    with deferred_indexing.strict():
        write(ids)
        repair()
    deferred_indexing.done(ids)


def _in_database() -> dict[str, str]:
    query = model.Session.query(model.Package)
    if tk.config["ckan.search.remove_deleted_packages"]:
        query = query.filter(model.Package.state != model.State.DELETED)
    labels_of = get_permission_labels().get_dataset_labels
    return {
        one.id: entry_index.mark_of(one.metadata_modified, one.state, one.private, labels_of(one))
        for one in query.yield_per(PAGE)
    }


def _in_index() -> Iterator[tuple[str, str]]:
    labels = _labels_in_index()
    for doc in _documents("id metadata_modified state capacity"):
        modified, is_private = datetime.fromisoformat(doc["metadata_modified"]), doc["capacity"] == "private"
        yield doc["id"], entry_index.mark_of(modified, doc["state"], is_private, labels.get(doc["id"], ()))


def _labels_in_index() -> dict[str, list[str]]:
    """Return the labels of each dataset: CKAN's schema has them to search by, and does not give them back."""
    told: dict[str, list[str]] = {}
    every = {"facet": "true", "facet.field": LABELS, "facet.limit": -1, "facet.mincount": 1, "rows": 0}
    found: pysolr.Results = make_connection().search("*:*", fq=_of_ckan(), **every)
    for label in found.facets["facet_fields"][LABELS][::2]:
        for doc in _documents("id", f"{{!term f={LABELS} cache=false}}{label}"):
            told.setdefault(doc["id"], []).append(label)
    return told


def _documents(fields: str, *only: str) -> Iterator[Json]:
    """Go through the documents of datasets, as CKAN writes them.

    Args:
        fields: of each.
        only: filters.
    """
    connection = make_connection(decode_dates=False)
    asked = {"fq": [*_of_ckan(), *only], "fl": fields, "sort": "index_id asc", "rows": PAGE}
    mark, count = "*", PAGE
    while count == PAGE:
        answer: pysolr.Results = connection.search("*:*", cursorMark=mark, **asked)
        yield from answer.docs
        mark, count = answer.nextCursorMark, len(answer.docs)


def _of_ckan() -> list[str]:
    return [f'+site_id:"{tk.config["ckan.site_id"]}"', "+entity_type:package"]
