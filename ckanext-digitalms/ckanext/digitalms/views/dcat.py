"""The catalogue and its datasets for other portals and programs: Turtle, RDF/XML and JSON-LD.

The addresses are those that harvesters of DCAT know. What they give is public and the same for everybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms.dcat import catalogue
from ckanext.digitalms.dcat.catalogue import Paging
from ckanext.digitalms.dcat.describing import Node
from ckanext.digitalms.dcat.writing import FORMS
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .errors import handle_errors
from .pages import Page, conditional, reader

digitalms_dcat = Blueprint("digitalms_dcat", __name__)
handle_errors(digitalms_dcat)

_ENDINGS = f"any({', '.join(FORMS)})"
# what a feed may be asked for: the names that ckanext-dcat has, and ours
_HOW = ("profile", "licenses")
_ASKED = ("q", "fq", "modified_since", *_HOW)


@digitalms_dcat.get(f"/catalog.<{_ENDINGS}:ending>")
def catalog(ending: str) -> Page:
    """Give a page of the catalogue; what leads to the others stands in it."""
    asked = {name: told for name in _ASKED if (told := tk.request.args.get(name, "").strip())}
    page = {"page": tk.request.args["page"]} if "page" in tk.request.args else {}
    found = tk.get_action("digitalms_dcat_list")(reader(), {**asked, **page})
    paging = Paging(found["page"], found["count"])
    near = {1, paging.number - 1, paging.number, paging.number + 1, paging.last}
    addresses = {number: _address(ending, asked, number) for number in near}
    answer = _written(ending, [catalogue.view(paging, addresses), *found["results"]])
    for relation, number in (("next", paging.number + 1), ("prev", paging.number - 1)):
        if 1 <= number <= paging.last:
            answer.headers.add("Link", f'<{addresses[number]}>; rel="{relation}"')
    return answer


def _address(ending: str, asked: Mapping[str, str], number: int) -> str:
    return f"{site_url()}/catalog.{ending}?{urlencode({**asked, 'page': number})}"


@digitalms_dcat.get(f"/dataset/<id>.<{_ENDINGS}:ending>")
def dataset(id: str, ending: str) -> Page:  # noqa: A002 - as CKAN names it
    """Give one dataset."""
    return _one(id, ending, is_measure=False)


@digitalms_dcat.get(f"/{MEASURE_TYPE}/<id>.<{_ENDINGS}:ending>")
def measure(id: str, ending: str) -> Page:  # noqa: A002 - as above
    """Give one measure as a dataset."""
    return _one(id, ending, is_measure=True)


@digitalms_dcat.get("/dataset/<id>.croissant.json")
def croissant(id: str) -> Page:  # noqa: A002 - as above
    """Give one dataset with a table as Croissant."""
    told = tk.get_action("digitalms_croissant_show")(reader(), {"id": id})
    answer: Response = make_response(json.dumps(told, ensure_ascii=False, indent=2))
    answer.headers["Content-Type"] = "application/ld+json; charset=utf-8"
    answer.headers["Cache-Control"] = "public, no-cache"
    return conditional(answer)


def _one(name: str, ending: str, *, is_measure: bool) -> Page:
    asked = {key: told for key in _HOW if (told := tk.request.args.get(key, "").strip())}
    found = tk.get_action("digitalms_dcat_show")(reader(), {**asked, "id": name})
    if (found["type"] == MEASURE_TYPE) != is_measure:
        endpoint = "digitalms_dcat.dataset" if is_measure else "digitalms_dcat.measure"
        moved: Response = tk.redirect_to(endpoint, id=found["name"], ending=ending, **asked)
        return moved
    return _written(ending, found["results"])


def _written(ending: str, nodes: Iterable[Node]) -> Response:
    media_type, write = FORMS[ending]
    answer: Response = make_response(write(nodes))
    answer.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    # everybody may keep it, and asks whether it is still true
    answer.headers["Cache-Control"] = "public, no-cache"
    return conditional(answer)
