"""Many measures in one transaction: CKAN's actions commit nothing; one commit, then the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ckan import model
from ckan.types import Context

from ckanext.digitalms.search import index

__all__ = ["commit", "deferred", "is_said", "said"]

_SAID = "digitalms_stand_is_said"
_KEPT = ("user", "auth_user_obj", "ignore_auth", _SAID)


def deferred(context: Context) -> Any:
    """Return a context with which CKAN's actions write into the open transaction, and return only an id."""
    kept = {name: value for name, value in context.items() if name in _KEPT}
    return {**kept, "defer_commit": True, "return_id_only": True}


def said(context: Context) -> Any:
    """Return a context in which the Stand of a record was said: it holds also where nothing is new."""
    return {**context, _SAID: True}


def is_said(context: Context) -> bool:
    """Return whether the Stand was said by whoever changes a measure, or only came with the record."""
    return bool(context.get(_SAID))


def commit(package_ids: Sequence[str]) -> None:
    """Commit, then bring the index up to the datasets that were written."""
    model.repo.commit()
    index.reindex(package_ids)
