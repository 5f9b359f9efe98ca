"""One search for all that the catalogue has: its page, and what is proposed while somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, jsonify

from ckanext.digitalms.jsontypes import Json

from .errors import handle_errors
from .pages import Page, part, reader, rendered, way

digitalms_search = Blueprint("digitalms_search", __name__, url_prefix="/digitalisierung/suche")
handle_errors(digitalms_search)

SHOWN = 20  # things on a page
FILTERS = ("kind", "status", "organisation", "topic", "format", "license", "year")
_MOST_VALUES = 20  # of a filter in an address


@dataclass(frozen=True)
class Choice:
    """A value of a filter: its label, how many have it, and the address with it or without it."""

    label: str
    count: int
    url: str
    is_chosen: bool


@digitalms_search.get("/")
def index() -> Page:
    """Search, and show what is found with what it may be narrowed by."""
    args = tk.request.args
    asked = {name: args.getlist(name)[:_MOST_VALUES] for name in FILTERS if args.get(name)}
    typed, sort = args.get("q", "").strip(), args.get("sort", "")
    words = {"q": typed, "include_internal": True, **({"sort": sort} if sort else {})}
    try:
        found, errors = _found({**words, **asked}), {}
    except tk.ValidationError as refused:
        errors = {name: _sentence(texts) for name, texts in refused.error_dict.items()}
        asked = {name: values for name, values in asked.items() if name not in errors}
        found = _found({"q": "" if "q" in errors else typed, "include_internal": True, **asked})
    if typed and not errors and not asked and part(SHOWN).number == 1:
        # for whoever counts searches: a filter or a further part is no other search
        tk.g.digitalms_searched = typed, found["count"]
    return rendered(
        "digitalms/search/index.html",
        {
            "found": found,
            "typed": typed,
            "sort": sort,
            "wanted": asked,
            "errors": errors,
            "way": way,
            "part": part(SHOWN),
            "filters": [(name, choices) for name in FILTERS if (choices := _choices(name, found, asked))],
            "chosen": [
                (name, one) for name in asked for one in _choices(name, found, asked) if one.is_chosen
            ],
            "plain_url": _address({}, typed, sort),
        },
    )


def _found(asked: Json) -> Json:
    found: Json = tk.get_action("digitalms_search")(reader(), {**asked, **part(SHOWN).asked})
    return found


def _sentence(texts: Iterable[Any]) -> str:
    return " ".join(dict.fromkeys(str(text) for text in texts))


def _choices(name: str, found: Json, asked: dict[str, list[str]]) -> list[Choice]:
    """Return the values of a filter that lead somewhere, and those that are chosen."""
    chosen = asked.get(name, [])
    told = {one["value"]: one for one in found["facets"][name]}
    missing = [{"value": one, "label": one, "count": 0} for one in chosen if one not in told]
    return [_choice(name, one, asked) for one in (*missing, *found["facets"][name])]


def _choice(name: str, one: Json, asked: dict[str, list[str]]) -> Choice:
    value, chosen = one["value"], asked.get(name, [])
    values = [other for other in chosen if other != value] if value in chosen else [*chosen, value]
    args = tk.request.args
    address = _address({**asked, name: values}, args.get("q", "").strip(), args.get("sort", ""))
    return Choice(one["label"], one["count"], address, value in chosen)


def _address(filters: dict[str, list[str]], typed: str, sort: str) -> str:
    named = {name: values for name, values in filters.items() if values}
    more = {name: text for name, text in (("q", typed), ("sort", sort)) if text}
    return str(tk.url_for("digitalms_search.index", **more, **named))


@digitalms_search.get("/vorschlaege")
def proposals() -> Response:
    """Return what may be meant by what is typed so far, for the list below the box."""
    told = tk.get_action("digitalms_search_propose")(reader(), {"q": tk.request.args.get("q", "")})
    kinds = tk.h.digitalms_search_kinds(one=True)
    results = [
        {"title": one["title"], "kind": kinds[one["kind"]], "url": way(one["url"])} for one in told["results"]
    ]
    count = len(results) + len(told["words"])
    sentence = tk.ungettext("One proposal", "{n} proposals", count).format(n=count)
    answer: Response = jsonify({"results": results, "words": told["words"], "told": sentence})
    return answer
