"""What was changed lately, with the way back of each."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.messages import N_

from .errors import flash_refusal, handle_errors
from .pages import Page, part, reader, redirect, rendered

digitalms_recent = Blueprint("digitalms_recent", __name__, url_prefix="/digitalisierung/zuletzt-geaendert")
handle_errors(digitalms_recent)

SHOWN = 50
# what takes each kind back, and what is said then
_WAYS_BACK = {
    "table": ("digitalms_table_import_undo", N_("Taken back: the measures say again what they said before.")),
    "delivery": ("digitalms_delivery_undo", N_("Taken back: the measures say again what they said before.")),
    "report": (
        "digitalms_report_import_undo",
        N_("Taken back: the measures say again what they said before, and those that it made are deleted."),
    ),
    "coverage": (
        "digitalms_delivery_undo",
        N_("Taken back: these figures count no longer; if they took the place of others, those count again."),
    ),
    "version": (
        "digitalms_dataset_version_restore",
        N_("The version before is the present one again; the other one stays at its address."),
    ),
    "deleted_measure": ("digitalms_measure_restore", N_("The measure is back under its address.")),
    "deleted_table": ("digitalms_dataset_restore", N_("The table is back under its addresses.")),
    "deleted_dataset": ("digitalms_dataset_restore", N_("The dataset is back under its address.")),
    "deleted_source": (
        "digitalms_dataset_restore",
        N_("The source is back; it is fetched again by its schedule."),
    ),
}
# what a job does where many measures were changed
_LONG = frozenset({"digitalms_table_import_undo", "digitalms_report_import_undo"})


@digitalms_recent.get("/")
def index() -> Page:
    """List what can be taken back."""
    shown = part(SHOWN)
    changes = tk.get_action("digitalms_change_list")(reader(), shown.asked)
    return rendered("digitalms/recent_changes/index.html", {"changes": changes, "part": shown})


@digitalms_recent.post("/<kind>/<id>/zuruecknehmen")
def take_back(kind: str, id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Take one change back."""
    if kind not in _WAYS_BACK:
        raise tk.ObjectNotFound(tk._("There is nothing of this kind to be taken back."))
    return _changed(id, *_WAYS_BACK[kind])


@digitalms_recent.post("/coverage/<id>/wieder-einsetzen")
def bring_back(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Let an edition of coverage count again."""
    return _changed(id, "digitalms_delivery_redo", N_("The edition counts again."))


def _changed(id: str, action: str, sentence: str) -> Page:  # noqa: A002 - as above
    # what was shown as the present version; of what else is taken back the id says all
    seen = {name: text for name in ("seen",) if (text := tk.request.form.get(name))}
    asked = {"id": id, **seen, **({"background": True} if action in _LONG else {})}
    try:
        done = tk.get_action(action)(reader(), asked)
    except tk.ValidationError as refused:
        flash_refusal(refused)
    else:
        if action in _LONG and done["work"]:
            tk.h.flash_notice(tk._("It is being taken back, which takes a while; you may close this page."))
        else:
            tk.h.flash_success(tk._(sentence))
    return redirect("digitalms_recent.index")
