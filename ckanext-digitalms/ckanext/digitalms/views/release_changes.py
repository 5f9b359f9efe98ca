"""What changed in a table from one release to the next, as a page: open tables and those of offices alike."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.publishing import taking_along
from ckanext.digitalms.publishing.taking_along import OPEN, OWN

from .errors import handle_errors
from .pages import Page, part, reader, rendered

digitalms_release_changes = Blueprint(
    "digitalms_release_changes", __name__, url_prefix="/digitalisierung/daten"
)
handle_errors(digitalms_release_changes)

SHOWN = 100  # rows on a page
_FILES = {OPEN: "digitalms_data.history", OWN: "digitalms_own_tables.history"}


@digitalms_release_changes.get("/<table>/<release_id>/unterschied")
def open_table(table: str, release_id: str) -> Page:
    """Compare a release of an open table with another one, by default the one before it."""
    return _page(OPEN, table, release_id)


@digitalms_release_changes.get("/datensatz/<table>/<release_id>/unterschied")
def own_table(table: str, release_id: str) -> Page:
    """Compare a version of a table of an office with another one, by default the one before it."""
    return _page(OWN, table, release_id)


def _page(kind: str, table: str, release_id: str) -> Page:
    shown = part(SHOWN)
    asked = {"table": table, "after": release_id, "before": tk.request.args.get("vor", ""), **shown.asked}
    told = tk.get_action("digitalms_release_diff")(reader(), asked)
    taken = taking_along.find(kind, table)
    if taken is None:
        raise tk.ObjectNotFound(tk._("There is no table “{found}”.").format(found=table[:60]))
    values = {
        "told": told,
        "title": taken.title,
        "titles": {field["name"]: field.get("title") or field["name"] for field in taken.spec.fields},
        "history": tk.url_for(_FILES[kind], table=table),
        "part": shown,
        "words": {
            "added": tk._("added"),
            "changed": tk._("changed"),
            "removed": tk._("removed"),
            "unchanged": tk._("unchanged"),
        },
    }
    return rendered("digitalms/data/changes.html", values)
