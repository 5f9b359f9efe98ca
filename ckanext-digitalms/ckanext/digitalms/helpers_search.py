"""Template helpers of the search."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from .search.entries import KIND_WORDS

__all__ = ["digitalms_search_kinds"]


def digitalms_search_kinds(*, one: bool = False) -> dict[str, str]:
    """Return the word for each kind of thing that the search finds: of one, or of all of them."""
    return {kind: tk._(words[0 if one else 1]) for kind, words in KIND_WORDS.items()}
