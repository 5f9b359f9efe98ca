"""What nobody asks ``package_search`` for, since Solr would tell of datasets that who asks may not see.

Solr filters what it finds, not what it counts with: a facet lists every value of a field, those of hidden
datasets with the number 0, and some functions look at all documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchQueryError

__all__ = ["within"]

_LEAST = "facet.mincount"
_PARSERS = frozenset({"dismax", "edismax", "lucene"})
_FIELD = re.compile(r"[\w.*?-]+")
# what they tell of is all documents, whatever was found
_OF_THE_INDEX = re.compile(
    r"\b(docfreq|idf|joindf|maxdoc|numdocs|r?ord|scale|sttf|sumtotaltermfreq|totaltermfreq|ttf)\s*\(",
    re.IGNORECASE,
)
_COMPUTED = ("sort", "bf", "boost")


def within(params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of ``package_search`` without values that nothing found has.

    Raises:
        SearchQueryError: they ask for more than what is found.
    """
    for name in _fields(params):
        if not _FIELD.fullmatch(name):
            message = tk._("fl takes names of fields, no functions and no other names for them: “{found}”.")
            raise SearchQueryError(message.format(found=name[:60]))
    parser = str(params.get("defType") or "dismax")
    if parser not in _PARSERS:
        message = tk._("defType is one of {known}, not “{found}”.")
        raise SearchQueryError(message.format(known=", ".join(sorted(_PARSERS)), found=parser[:60]))
    for name in _COMPUTED:
        if function := _OF_THE_INDEX.search(str(params.get(name) or "")):
            message = tk._("{name} takes no function that looks at the whole index: leave out “{found}”.")
            raise SearchQueryError(message.format(name=name, found=function[1]))
    if params.get(_LEAST) is not None:
        params = {**params, _LEAST: max(1, int(params[_LEAST]))}
    return params


def _fields(params: Mapping[str, Any]) -> Iterator[str]:
    told = params.get("fl") or ()
    for text in [told] if isinstance(told, str) else told:
        yield from filter(None, re.split(r"[\s,]+", str(text)))
