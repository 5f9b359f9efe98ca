"""Writing measures to the search index."""

from __future__ import annotations

from collections.abc import Iterable

from ckan.lib import search
from ckan.logic import package_show_default_and_custom_schemas


def reindex(package_ids: Iterable[str]) -> None:
    """Bring datasets in the index up to what the database says; one commit for all of them."""
    ids = list(package_ids)
    if not ids:
        return
    package_index = search.index_for("Package")
    for package_id in ids:
        default, custom = package_show_default_and_custom_schemas({}, package_id)
        package_index.update_dict({**default, "with_custom_schema": custom}, defer_commit=True)
    search.commit()
