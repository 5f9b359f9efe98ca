"""The page of a council paper: its supplements, and the measures that cite it and as what."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.vocabularies import ReferenceRole, Status

from .errors import handle_errors
from .pages import Page, moved, part, reader, redirect, rendered
from .point_in_time import PointInTime, requested_point_in_time

digitalms_council = Blueprint("digitalms_council", __name__, url_prefix="/digitalisierung/ratsbezug")
handle_errors(digitalms_council)

SHOWN = 200  # papers, or measures that cite one, on a page
_LABELS = {term.value: term.label for term in (*ReferenceRole, *Status)}


@digitalms_council.route("/")
def index() -> Page:
    """List the cited papers, or go to the one that was typed into the box."""
    asked = tk.request.args.get("nummer", "").strip()
    if asked:
        return redirect("digitalms_council.read", reference=asked)
    return rendered("digitalms/council/index.html", _known(requested_point_in_time()))


def _known(moment: PointInTime) -> dict[str, Any]:
    asked = {**moment.told, **part(SHOWN).asked}
    papers = tk.get_action("digitalms_council_reference_list")(reader(), asked)
    return {"papers": papers["results"], "count": papers["count"], "part": part(SHOWN), "moment": moment}


@digitalms_council.route("/<path:reference>")
def read(reference: str) -> Page:
    """Show a paper; an odd spelling leads to the normalised address."""
    moment = requested_point_in_time()
    asked = {"reference": reference.strip("/"), **moment.told, **part(SHOWN).asked}
    try:
        paper = tk.get_action("digitalms_council_reference_show")(reader(), asked)
    except tk.ObjectNotFound as err:
        return _unknown(moment, str(err.message))
    except tk.ValidationError as err:
        if "reference" not in err.error_dict:
            raise
        return _unknown(moment, " ".join(err.error_dict["reference"]))
    if paper["reference"] != reference:
        return moved("digitalms_council.read", reference=paper["reference"])
    labels = {value: tk._(label) for value, label in _LABELS.items()}
    longest = max(one["measure_count"] for one in (paper, *paper["supplements"]))
    told = {"paper": paper, "labels": labels, "moment": moment, "part": part(SHOWN), "count": longest}
    return rendered("digitalms/council/read.html", told)


def _unknown(moment: PointInTime, sentence: str) -> Page:
    return rendered("digitalms/council/index.html", {**_known(moment), "sentence": sentence}), 404
