"""The page on which coordinators let organisations in."""

from __future__ import annotations

from typing import TypeAlias

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint
from werkzeug.exceptions import HTTPException

from .errors import handle_errors

digitalms_organisations = Blueprint(
    "digitalms_organisations", __name__, url_prefix="/digitalisierung/organisationen"
)
handle_errors(digitalms_organisations)

Page: TypeAlias = str | Response | HTTPException


@digitalms_organisations.get("/")
def index() -> Page:
    """Show the organisations and which of them are let in."""
    found = tk.get_action("digitalms_organisation_list")({}, {"limit": 1000})["results"]
    rendered: str = tk.render("digitalms/organisations/index.html", {"organisations": found})
    return rendered


@digitalms_organisations.post("/<id>")
def admit(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Let an organisation in, or no longer."""
    wanted = tk.request.form.get("zulassen") == "ja"
    tk.get_action("digitalms_organisation_admit")({}, {"id": id, "admitted": wanted})
    if wanted:
        tk.h.flash_success(tk._("The organisation is let in: its measures are public from now on."))
    else:
        tk.h.flash_success(tk._("The organisation is no longer let in: only its members see its measures."))
    answer: Response = tk.redirect_to("digitalms_organisations.index")
    return answer
