"""What the words and numbers mean."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.measures import definitions

digitalms_definitions = Blueprint("digitalms_definitions", __name__)


@digitalms_definitions.route("/digitalisierung/definitionen")
def index() -> str:
    """Show all definitions."""
    return tk.render("digitalms/definitions/index.html", {"groups": list(definitions.groups())})
