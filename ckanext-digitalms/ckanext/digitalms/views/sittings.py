"""The sitting calendar: what coordinators enter, read from a file, remove and take back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from .errors import flash_outcome, handle_errors
from .pages import Page, part, reader, redirect, rendered

digitalms_sittings = Blueprint("digitalms_sittings", __name__, url_prefix="/digitalisierung/sitzungen")
handle_errors(digitalms_sittings)

SHOWN = 100


@digitalms_sittings.get("/")
def index() -> Page:
    """List the sittings from today on; all of them by `?alle=1`."""
    return _page({}, {})


@digitalms_sittings.post("/")
def add() -> Page:
    """Add a sitting, or show what was typed with what is wrong."""
    typed = {name: tk.request.form.get(name, "") for name in ("day", "body")}
    try:
        sitting = tk.get_action("digitalms_sitting_create")(reader(), dict(typed))
    except tk.ValidationError as refused:
        return _page(typed, refused.error_dict)
    tk.h.flash_success(
        tk._("Entered: {body} on {day}.").format(body=sitting["body"], day=tk.h.digitalms_day(sitting["day"]))
    )
    return redirect("digitalms_sittings.index")


@digitalms_sittings.post("/einlesen")
def upload() -> Page:
    """Take the sittings of a file over."""
    told = {"upload": tk.request.files.get("upload"), "replace": "replace" in tk.request.form}
    if not told["upload"]:
        told.pop("upload")
    try:
        done = tk.get_action("digitalms_sitting_upload")(reader(), told)
    except tk.ValidationError as refused:
        return _page({"replace": told["replace"]}, refused.error_dict)
    sentence = tk._("{count} sittings read: {added} are new, {removed} went.").format(**done)
    tk.h.flash_success(" ".join([sentence, *done["left_out"][:10]]))
    return redirect("digitalms_sittings.index")


@digitalms_sittings.post("/entfernen")
def remove() -> Page:
    """Remove a sitting."""
    told = {name: tk.request.form.get(name, "") for name in ("day", "body")}
    flash_outcome("digitalms_sitting_delete", told, tk._("Removed. “Take back” brings it back."))
    return redirect("digitalms_sittings.index")


@digitalms_sittings.post("/zuruecknehmen")
def take_back() -> Page:
    """Take the last change back."""
    told = {"version": tk.request.form.get("version", "")}
    flash_outcome("digitalms_sitting_undo", told, tk._("Taken back: the sittings are as they were before."))
    return redirect("digitalms_sittings.index")


def _page(typed: Mapping[str, Any], errors: Mapping[str, Any]) -> Page:
    tk.check_access("digitalms_sitting_create", reader(), {})
    shown, is_all = part(SHOWN), "alle" in tk.request.args
    since = {} if is_all else {"since": tk.h.digitalms_today().isoformat()}
    found = tk.get_action("digitalms_sitting_list")(reader(), {**shown.asked, **since})
    known = found["count"] or (0 if is_all else _count())
    values = {"calendar": found, "known": known, "part": shown, "is_all": is_all}
    values |= {"told": typed, "errors": errors}
    return rendered("digitalms/sittings/index.html", values)


def _count() -> int:
    """Count all sittings, the past ones among them."""
    return int(tk.get_action("digitalms_sitting_list")(reader(), {"limit": 1})["count"])
