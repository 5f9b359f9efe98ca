"""Writing measures to the search index."""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins.toolkit as tk
from ckan.lib import search


def reindex(package_ids: Iterable[str]) -> None:
    """Bring datasets in the index up to what the database says; one commit for all of them."""
    ids = list(package_ids)
    if not ids:
        return
    package_index = search.index_for("Package")
    for package_id in ids:
        context = {"ignore_auth": True, "use_cache": False, "validate": False}
        package_index.update_dict(
            tk.get_action("package_show")(context, {"id": package_id}), defer_commit=True
        )
    search.commit()
