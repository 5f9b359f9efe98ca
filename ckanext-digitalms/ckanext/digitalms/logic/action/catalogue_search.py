"""One search for all that the catalogue has."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services import catalogue_search

__all__ = ["digitalms_search", "digitalms_search_propose"]


@tk.side_effect_free
def digitalms_search(context: Context, data_dict: Json) -> Json:
    """Search measures, tables, datasets, council papers, reports and pages, the obvious one first.

    Args:
        q: words, as somebody types them; a phrase in quotes, a word with a minus that must not be there, the
            number of a paper or a day in any spelling, a state such as “verspätet”. Nothing else is syntax.
        kind: only of this kind, or of one of several: measure, table, dataset, paper, report, page.
        status: only measures with this status, or one of several; ``delayed``: those that are late.
        organisation: only of this organisation (its name), or of one of several.
        topic: only with this keyword, or one of several.
        format: only with files of this format, or of one of several.
        license: only under this licence (its id), or one of several.
        year: only about this year, or one of several.
        sort: relevance (default) or title.
        include_internal: also what you see and the public does not.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results, facets, q, corrections, has_only_some, is_cut, nearest}``. Each result has kind,
        name, title, url (a path), summary and visibility; measures have status, is_delayed, as_of and
        organisation, tables have table and rows: column, value and url of the rows that were asked for.
        ``facets`` has for each filter its values with label and count. ``corrections`` says which words were
        taken for others (typed, meant), which happens only where nothing else is found; ``has_only_some``:
        nothing has all of the words; ``is_cut``: the question was longer than what is read; ``nearest``:
        words that begin like those of which nothing was found.
    """
    tk.check_access("digitalms_search", context, data_dict)
    told = schema.asked("digitalms_search", context, data_dict)
    return catalogue_search.search(told, context.get("user"))


@tk.side_effect_free
def digitalms_search_propose(context: Context, data_dict: Json) -> Json:
    """Propose what somebody may be typing, from what they may see.

    Args:
        q: what is typed so far, two letters or more.

    Returns:
        ``{results, words}``: up to six things whose titles begin like it (kind, name, title, url and more, as
        ``digitalms_search`` gives them), and up to six questions that finish the last word.
    """
    tk.check_access("digitalms_search_propose", context, data_dict)
    told = schema.asked("digitalms_search_propose", context, data_dict)
    return catalogue_search.proposals(told.get("q") or "", context.get("user"))
