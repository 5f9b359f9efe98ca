"""Where a measure stays that is public no more, and taking it out there."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from .errors import handle_errors
from .pages import Page, reader, redirect, rendered

digitalms_withdrawn = Blueprint("digitalms_withdrawn", __name__)
handle_errors(digitalms_withdrawn)

_LIST, _REMOVE = "digitalms_measure_release_list", "digitalms_release_remove_measure"
_SHOWN = 1000


@digitalms_withdrawn.get("/digitalisierungsmassnahme/<id>/veroeffentlichungen")
def releases(id: str) -> Page:  # noqa: A002 - as CKAN's links to a dataset name it
    """List the releases that a measure stays in, for those who keep it."""
    return _render(id, {}, {})


@digitalms_withdrawn.post("/digitalisierungsmassnahme/<id>/veroeffentlichungen")
def remove(id: str) -> Page:  # noqa: A002 - as above
    """Take the measure out of them."""
    tk.check_access(_REMOVE, {}, {"id": id})
    told = {"reason": tk.request.form.get("reason", "")}
    if not tk.request.form.get("confirm"):
        return _render(id, told, {"confirm": [tk._("Confirm that the rows are to be removed for good.")]})
    try:
        done = tk.get_action(_REMOVE)({}, {"id": id, **told})
    except tk.ValidationError as refused:
        return _render(id, told, refused.error_dict)
    count = len(done["releases"])
    sentence = tk.ungettext(
        "The measure was taken out of {n} release.", "The measure was taken out of {n} releases.", count
    )
    tk.h.flash_success(sentence.format(n=count))
    return redirect("digitalms_withdrawn.releases", id=id)


def tell(measure_id: str) -> None:
    """Say on the next page where a measure stays that was just made private."""
    count = tk.get_action(_LIST)(reader(), {"id": measure_id})["count"]
    if count:
        sentence = tk.ungettext(
            "It leaves all pages and the next release, and stays in {n} dated release (“Where it stays”).",
            "It leaves all pages and the next release, and stays in {n} dated releases (“Where it stays”).",
            count,
        )
        tk.h.flash_notice(sentence.format(n=count))


def _render(measure_id: str, told: dict[str, str], errors: dict[str, Any]) -> Page:
    stays = tk.get_action(_LIST)(reader(), {"id": measure_id, "limit": _SHOWN})
    values = {
        **stays,
        "measure_id": measure_id,
        "releases": stays["results"],
        "may_remove": tk.h.check_access(_REMOVE, {"id": measure_id}),
        "told": told,
        "errors": errors,
    }
    return rendered("digitalms/measure/releases.html", values)
