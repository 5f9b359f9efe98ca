"""The page of the city's template: take ours as a beginning, upload one, go back to an earlier version."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, send_file

from . import form_numbers
from .errors import handle_errors
from .pages import Page, part, reader, redirect, rendered

digitalms_report_template = Blueprint(
    "digitalms_report_template", __name__, url_prefix="/digitalisierung/berichtsvorlage"
)
handle_errors(digitalms_report_template)

SHOWN = 50
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@digitalms_report_template.get("/")
def index() -> Page:
    """Show which template is used, and the form for another one."""
    return _index({})


def _index(errors: dict[str, Any]) -> Page:
    shown = part(SHOWN)
    found = tk.get_action("digitalms_report_template_list")(reader(), shown.asked)
    return rendered("digitalms/reports/template.html", {"templates": found, "part": shown, "errors": errors})


@digitalms_report_template.post("/")
def create() -> Page:
    """Check an uploaded template and use it, or only check it; what is wrong is said above the form."""
    asked = {"upload": tk.request.files.get("upload"), "dry_run": "only_check" in tk.request.form}
    try:
        made = tk.get_action("digitalms_report_template_create")(reader(), asked)
    except tk.ValidationError as error:
        return _index(error.error_dict)
    if made["version"] is None:
        tk.h.flash_success(tk._("The template is good. It is not used yet: upload it without “only check”."))
    else:
        tk.h.flash_success(tk._("The template is used from now on. Frozen reports stay as they are."))
    return redirect("digitalms_report_template.index")


@digitalms_report_template.post("/gilt")
def use() -> Page:
    """Use another version, or the one that comes with the program."""
    asked = {"version": tk.request.form.get("version", "")}
    try:
        tk.get_action("digitalms_report_template_use")(form_numbers.typing(), asked)
    except tk.ValidationError as error:
        return _index(error.error_dict)
    tk.h.flash_success(tk._("This template is used from now on. Frozen reports stay as they are."))
    return redirect("digitalms_report_template.index")


@digitalms_report_template.get("/<int:version>.docx")
def file(version: int) -> Page:
    """Give the file of a version; 0 is the one that comes with the program."""
    found = tk.get_action("digitalms_report_template_file")(reader(), {"version": version})
    answer: Response = send_file(
        io.BytesIO(b64decode(found["content"])),
        mimetype=_DOCX,
        as_attachment=True,
        download_name=found["filename"],
    )
    return answer
