"""Fixtures of the search tests: documents straight into the index, found through CKAN's own search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search.common import make_connection

from ckanext.digitalms.search import deferred_indexing


@pytest.fixture
def put(with_plugins: Any, clean_index: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Put documents into the index, one commit."""

    def put(docs: list[dict[str, Any]]) -> None:
        make_connection().add(docs, commit=True)

    return put


@pytest.fixture
def find(with_plugins: Any) -> Callable[..., list[str]]:
    """Search as an anonymous visitor; names in the order of their rank."""

    def find(q: str, **params: Any) -> list[str]:
        asked = {"q": q, "rows": 1000, "fl": ["name"], "sort": "score desc, name asc", **params}
        found = tk.get_action("package_search")({"user": "", "auth_user_obj": None}, asked)
        return [row["name"] for row in found["results"]]

    return find


@pytest.fixture
def solr_away(ckan_config: Any) -> Callable[[], AbstractContextManager[None]]:
    """Nobody listens where Solr should be: ``with solr_away(): ...``."""

    @contextmanager
    def away() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(ckan_config, "solr_url", "http://127.0.0.1:9/solr/ckan")
            yield
        deferred_indexing._asked_again["at"] = 0.0

    return away
