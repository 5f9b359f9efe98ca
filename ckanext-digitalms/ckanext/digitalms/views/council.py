"""The page of a council paper: its supplements, and the measures that cite it and as what."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.vocabularies import ReferenceRole, Status

from .errors import handle_errors
from .pages import Page, part, reader, redirect, rendered

digitalms_council = Blueprint("digitalms_council", __name__, url_prefix="/digitalisierung/ratsbezug")
handle_errors(digitalms_council)

SHOWN = 200  # papers, or measures that cite one, on a page
_LABELS = {term.value: term.label for term in (*ReferenceRole, *Status)}


def _moment() -> dict[str, str]:
    names = {"stichtag": "cut_off_date", "bekannt_am": "known_at"}
    given = {action: tk.request.args.get(query, "").strip() for query, action in names.items()}
    return {name: value for name, value in given.items() if value}


def _address(reference: str) -> Page:
    return redirect("digitalms_council.read", reference=reference, **tk.request.args.to_dict())


@digitalms_council.route("/")
def index() -> Page:
    """List the cited papers, or go to the one that was typed into the box."""
    asked = tk.request.args.get("nummer", "").strip()
    if asked:
        return redirect("digitalms_council.read", reference=asked)
    return rendered("digitalms/council/index.html", _known())


def _known() -> dict[str, Any]:
    papers = tk.get_action("digitalms_council_reference_list")(reader(), {**_moment(), **part(SHOWN).asked})
    return {"papers": papers["results"], "count": papers["count"], "part": part(SHOWN), "moment": _moment()}


@digitalms_council.route("/<path:reference>")
def read(reference: str) -> Page:
    """Show a paper; an odd spelling leads to the normalised address."""
    asked = {"reference": reference.strip("/"), **_moment(), **part(SHOWN).asked}
    try:
        paper = tk.get_action("digitalms_council_reference_show")(reader(), asked)
    except tk.ObjectNotFound as err:
        return _unknown(str(err.message))
    except tk.ValidationError as err:
        if "reference" not in err.error_dict:
            raise
        return _unknown(" ".join(err.error_dict["reference"]))
    if paper["reference"] != reference:
        return _address(paper["reference"])
    labels = {value: tk._(label) for value, label in _LABELS.items()}
    longest = max(one["measure_count"] for one in (paper, *paper["supplements"]))
    told = {"paper": paper, "labels": labels, "moment": _moment(), "part": part(SHOWN), "count": longest}
    return rendered("digitalms/council/read.html", told)


def _unknown(sentence: str) -> Page:
    return rendered("digitalms/council/index.html", {**_known(), "sentence": sentence}), 404
