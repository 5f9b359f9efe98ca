"""Fixtures of the search tests: documents straight into the index, found through CKAN's own search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search.common import make_connection


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
