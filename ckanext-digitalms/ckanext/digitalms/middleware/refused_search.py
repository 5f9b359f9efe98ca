"""A question that Solr refuses: a sentence, never an error of the page.

CKAN's pages catch it and show themselves without hits; those of groups and organisations then miss their
facets.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchQueryError
from ckan.types import CKANApp

from .refusals import refuse, unfit

__all__ = ["install"]


def install(app: CKANApp) -> None:
    """Return every template the facets of no hits, and answer where a page does not catch it."""
    app.context_processor(_no_facets)
    app.register_error_handler(SearchQueryError, _not_searched)


def _no_facets() -> dict[str, Any]:
    return {"search_facets": {}}


def _not_searched(error: SearchQueryError) -> Any:
    return refuse(400, tk._("This does not fit"), unfit(error))
