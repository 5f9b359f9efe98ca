"""What somebody is offered who writes a measure: a key of its title, and what it may be a part of."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services.access import private_parents
from ckanext.digitalms.services.measures import new_keys

__all__ = ["digitalms_measure_key_propose", "digitalms_measure_parent_list"]


@tk.side_effect_free
def digitalms_measure_key_propose(context: Context, data_dict: Json) -> Json:
    """Propose a key for a new measure; ``package_create`` takes the same where ``name`` is left out.

    Args:
        title: of the measure.

    Returns:
        ``{key}``: its words in small letters, umlauts written out, 2 to 40 characters; with a number where
        that key is taken or was. Until a measure has it, somebody else may take it.
    """
    tk.check_access("digitalms_measure_key_propose", context, data_dict)
    told = schema.asked("digitalms_measure_key_propose", context, data_dict)
    return {"key": new_keys.proposed(told["title"])}


@tk.side_effect_free
def digitalms_measure_parent_list(context: Context, data_dict: Json) -> Json:
    """List the measures that one may name as a parent, by title: public ones, and those that you edit.

    Args:
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results}``; each result is ``{measure_id, title}``.
    """
    tk.check_access("digitalms_measure_parent_list", context, data_dict)
    told = schema.asked("digitalms_measure_parent_list", context, data_dict)
    every = private_parents.possible(context.get("user"))
    found = every if context.get("for_view") else schema.page_of(every, told)
    return {"count": len(every), "results": [{"measure_id": name, "title": title} for name, title in found]}
