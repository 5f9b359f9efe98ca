"""“This page as PDF”: a measure, and the overview of a day."""

from __future__ import annotations

import io
from base64 import b64decode

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, send_file

from ckanext.digitalms.jsontypes import Json

from .errors import handle_errors, page
from .pages import Page, reader
from .point_in_time import requested_point_in_time

digitalms_page_pdf = Blueprint("digitalms_page_pdf", __name__)
handle_errors(digitalms_page_pdf)


@digitalms_page_pdf.get("/digitalisierung/uebersicht.pdf")
def overview() -> Page:
    """Give the overview as PDF."""
    return _sent({})


@digitalms_page_pdf.get("/digitalisierungsmassnahme/<id>.pdf")
def measure(id: str) -> Page:  # noqa: A002 - as the page of a measure names it
    """Give a measure as PDF."""
    return _sent({"id": id})


def _sent(asked: Json) -> Page:
    moment = requested_point_in_time()
    if moment.errors:
        return page(400, tk._("This file cannot be made"), " ".join(moment.errors.values()))
    try:
        found = tk.get_action("digitalms_page_pdf")(reader(), {**asked, **moment.told})
    except tk.ValidationError as error:
        return page(422, tk._("This file cannot be made"), " ".join(error.error_dict["id"]))
    answer: Response = send_file(
        io.BytesIO(b64decode(found["content"])),
        mimetype=found["media_type"],
        as_attachment=True,
        download_name=found["filename"],
    )
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer
