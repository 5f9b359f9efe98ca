"""What the words and numbers mean."""

from __future__ import annotations

from flask import Blueprint

from ckanext.digitalms.measures import definitions

from .pages import Page, rendered

digitalms_definitions = Blueprint("digitalms_definitions", __name__)


@digitalms_definitions.route("/digitalisierung/definitionen")
def index() -> Page:
    """Show all definitions."""
    return rendered("digitalms/definitions/index.html", {"groups": list(definitions.groups())})
