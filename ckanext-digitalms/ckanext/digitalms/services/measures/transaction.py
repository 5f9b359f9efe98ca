"""Many measures in one transaction: CKAN's actions commit nothing; one commit, then the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ckan import model
from ckan.types import Context

from ckanext.digitalms.search import index

__all__ = ["commit", "deferred"]

_KEPT = ("user", "auth_user_obj", "ignore_auth")


def deferred(context: Context) -> Any:
    """Return a context with which CKAN's actions write into the open transaction, and return only an id."""
    kept = {
        name: value for name, value in context.items() if name in ("user", "auth_user_obj", "ignore_auth")
    }
    return {**kept, "defer_commit": True, "return_id_only": True}


def commit(package_ids: Sequence[str]) -> None:
    """Commit, then bring the index up to the datasets that were written."""
    model.repo.commit()
    index.reindex(package_ids)
