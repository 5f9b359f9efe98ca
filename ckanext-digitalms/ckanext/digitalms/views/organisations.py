"""The page on which coordinators let organisations in."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from .errors import handle_errors
from .pages import Page, part, reader, redirect, rendered

digitalms_organisations = Blueprint(
    "digitalms_organisations", __name__, url_prefix="/digitalisierung/organisationen"
)
handle_errors(digitalms_organisations)

SHOWN = 200  # organisations on a page


@digitalms_organisations.get("/")
def index() -> Page:
    """Show the organisations and which of them are let in."""
    found = tk.get_action("digitalms_organisation_list")(reader(), part(SHOWN).asked)
    told = {"organisations": found["results"], "count": found["count"], "part": part(SHOWN)}
    return rendered("digitalms/organisations/index.html", told)


@digitalms_organisations.post("/<id>")
def admit(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Let an organisation in, or no longer."""
    wanted = tk.request.form.get("zulassen") == "ja"
    tk.get_action("digitalms_organisation_admit")(reader(), {"id": id, "admitted": wanted})
    if wanted:
        tk.h.flash_success(tk._("The organisation is let in: its measures are public from now on."))
    else:
        tk.h.flash_success(tk._("The organisation is no longer let in: only its members see its measures."))
    return redirect("digitalms_organisations.index")
