"""The search of the catalogue, as an action answers it: for somebody, in their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.plugins import get_permission_labels

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.search import asking
from ckanext.digitalms.search.entries import KIND_WORDS, KINDS, MEASURE
from ckanext.digitalms.search.entry_fields import FACETS
from ckanext.digitalms.search.finding import Answer, Wanted, beginning_like, find, propose
from ckanext.digitalms.search.spelling import plain
from ckanext.digitalms.search.states import DELAYED
from ckanext.digitalms.vocabularies import Status

from . import synonyms
from .organisations import titles_of

__all__ = ["labels_of", "measures_found", "proposals", "search"]

_PAGE = 1_000


def labels_of(user_name: str | None, *, with_internal: bool) -> list[str] | None:
    """Return the permission labels of somebody; nothing where all is seen.

    Args:
        user_name: empty: a stranger.
        with_internal: also what only its keepers see.
    """
    user = model.User.get(user_name) if user_name and with_internal else None
    if user is None or user.state != model.State.ACTIVE:
        return ["public"]
    if user.sysadmin:
        return None
    return list(get_permission_labels().get_user_dataset_labels(user))


def search(told: Json, user_name: str | None) -> Json:
    """Answer a question.

    Args:
        told: as the action's schema has checked it.
        user_name: who asks.
    """
    wanted = Wanted(
        question=asking.read(told.get("q") or "", synonyms.meanings),
        labels=labels_of(user_name, with_internal=bool(told.get("include_internal"))),
        today=config.today(),
        meanings=synonyms.meanings,
        filters={name: told[name] for name in FACETS if told.get(name)},
        limit=told["limit"],
        offset=told["offset"],
        sort=told.get("sort") or "relevance",
    )
    answer = find(wanted)
    return {
        "count": answer.count,
        "results": [_result(one) for one in answer.results],
        "facets": _facets(answer.facets),
        "q": answer.question.typed,
        "corrections": [{"typed": typed, "meant": meant} for typed, meant in answer.corrections.items()],
        "has_only_some": answer.is_any,
        "is_cut": answer.question.is_cut,
        "nearest": _nearest(answer, wanted) if not answer.count else [],
    }


def _nearest(answer: Answer, wanted: Wanted) -> list[str]:
    words = [word for group in answer.question.wanted for word in group.words]
    return beginning_like(words[:3], wanted.labels, wanted.today)


def proposals(typed: str, user_name: str | None) -> Json:
    """Propose what somebody may be typing: things, and words that finish what was typed."""
    labels = labels_of(user_name, with_internal=bool(user_name))
    results, words = propose(typed, labels, config.today())
    return {"results": [_result(one) for one in results], "words": words}


def measures_found(text: str, user_name: str | None, *, with_internal: bool) -> set[str]:
    """Return the keys of the measures that somebody finds by some words."""
    keys: set[str] = set()
    while True:
        asked = {"q": text, "kind": [MEASURE], "include_internal": with_internal, "limit": _PAGE}
        found = search({**asked, "offset": len(keys)}, user_name)
        keys |= {one["name"] for one in found["results"]}
        if len(keys) >= found["count"] or not found["results"]:
            return keys


def _result(told: Json) -> Json:
    told = dict(told)
    package_id, table, is_own = told.pop("package_id"), told.pop("table", ""), told.pop("is_own", False)
    del package_id
    if table:
        told["table"] = table
        told["rows"] = [_row(table, row, is_own=is_own) for row in told.get("rows", ())]
    return {"summary": "", "visibility": "public", **told}


def _row(table: str, row: Json, *, is_own: bool) -> Json:
    place = "datensatz/" if is_own else ""
    asked = urlencode({row["column"]: row["value"]})
    return {**row, "url": f"/digitalisierung/tabelle/{place}{table}?{asked}"}


def _facets(counted: Mapping[str, Mapping[str, int]]) -> Json:
    return {name: _facet(name, counts) for name, counts in counted.items()}


def _facet(name: str, counts: Mapping[str, int]) -> list[Json]:
    labels = _labels(name, list(counts))
    told = [
        {"value": value, "label": labels.get(value, value), "count": count} for value, count in counts.items()
    ]
    if name == "kind":
        return sorted(told, key=lambda one: KINDS.index(str(one["value"])))
    if name == "year":
        return sorted(told, key=lambda one: str(one["value"]), reverse=True)
    if name == "status":
        order = [DELAYED, *Status]
        return sorted(told, key=lambda one: order.index(one["value"]) if one["value"] in order else 99)
    return sorted(told, key=lambda one: plain(str(one["label"])))


def _labels(name: str, values: Sequence[str]) -> Mapping[str, str]:
    if name == "organisation":
        return titles_of(values)
    if name == "status":
        return {DELAYED: tk._("delayed"), **{str(one): tk._(one.label) for one in Status}}
    if name == "kind":
        return {kind: tk._(KIND_WORDS[kind][1]) for kind in KINDS}
    if name == "license":
        register = model.Package.get_license_register()
        return {value: tk._(register[value].title) for value in values if value in register}
    return {}
