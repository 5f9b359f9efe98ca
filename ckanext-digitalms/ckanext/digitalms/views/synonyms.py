"""The synonyms of the search: a table that everybody may read and take away, and coordinators change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms.publishing import synonym_rows
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.tables.open_tables import SEARCH_SYNONYMS

from .errors import flash_outcome, handle_errors
from .pages import Page, every, part, reader, redirect, rendered

digitalms_synonyms = Blueprint("digitalms_synonyms", __name__, url_prefix="/digitalisierung/suche/woerter")
handle_errors(digitalms_synonyms)

SHOWN = 200
_FIELDS = ("word", "meaning", "direction", "note")


@digitalms_synonyms.get("/")
def index() -> Page:
    """List the synonyms; for coordinators with forms that change them."""
    return _page({}, {})


@digitalms_synonyms.get(f"/{SEARCH_SYNONYMS}.<ending>")
def table(ending: str) -> Response:
    """Return the table as a file: as it is now, so that what is read in again was the newest."""
    if ending not in FORMATS:
        message = tk._("There is no such file. There are: {known}.")
        raise tk.ObjectNotFound(message.format(known=", ".join(FORMATS)))
    with TemporaryDirectory(prefix="digitalms-synonyms-") as folder:
        content = synonym_rows.written(Path(folder), ending, every("digitalms_synonym_list", {}))
    response: Response = make_response(content)
    response.mimetype = FORMATS[ending].media_type.partition(";")[0]
    response.headers["Content-Disposition"] = f'attachment; filename="{SEARCH_SYNONYMS}.{ending}"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(tk.request)
    return response


@digitalms_synonyms.post("/")
def add() -> Page:
    """Add or change a synonym, or show what was typed with what is wrong."""
    typed = {name: tk.request.form.get(name, "") for name in _FIELDS}
    try:
        one = tk.get_action("digitalms_synonym_create")(reader(), dict(typed))
    except tk.ValidationError as refused:
        return _page(typed, refused.error_dict)
    tk.h.flash_success(tk._("Kept: “{word}” also finds “{meaning}”.").format(**one))
    return redirect("digitalms_synonyms.index")


@digitalms_synonyms.post("/einlesen")
def upload() -> Page:
    """Read the table with changes."""
    file = tk.request.files.get("upload")
    try:
        done = tk.get_action("digitalms_synonym_upload")(reader(), {"upload": file} if file else {})
    except tk.ValidationError as refused:
        return _page({}, refused.error_dict)
    sentence = tk._("The table is read: {added} rows are new, {changed} changed, {removed} went.")
    tk.h.flash_success(sentence.format(**done))
    return redirect("digitalms_synonyms.index")


@digitalms_synonyms.post("/entfernen")
def remove() -> Page:
    """Remove a synonym."""
    told = {name: tk.request.form.get(name, "") for name in ("word", "meaning")}
    flash_outcome("digitalms_synonym_delete", told, tk._("Removed. “Take back” brings it back."))
    return redirect("digitalms_synonyms.index")


@digitalms_synonyms.post("/zuruecknehmen")
def take_back() -> Page:
    """Take the last change back."""
    told = {"version": tk.request.form.get("version", "")}
    flash_outcome("digitalms_synonym_undo", told, tk._("Taken back: the list is as it was before."))
    return redirect("digitalms_synonyms.index")


def _page(typed: Mapping[str, Any], errors: Mapping[str, Any]) -> Page:
    shown = part(SHOWN)
    found = tk.get_action("digitalms_synonym_list")(reader(), shown.asked)
    values = {
        "synonyms": found,
        "part": shown,
        "told": typed,
        "errors": errors,
        "open_table": SEARCH_SYNONYMS,
        "files": [
            (tk._(form.label), tk.url_for("digitalms_synonyms.table", ending=ending))
            for ending, form in FORMATS.items()
        ],
        "may_change": tk.h.check_access("digitalms_synonym_create"),
    }
    return rendered("digitalms/search/synonyms.html", values)
