"""The page of a measure, today and on a cut-off date."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

digitalms_measure = Blueprint("digitalms_measure", __name__)


@digitalms_measure.route("/digitalisierungsmassnahme/<id>")
def read(id: str) -> str:  # noqa: A002 - CKAN's links to a dataset name it so
    """Show a measure."""
    measure = tk.get_action("digitalms_measure_show")({}, {"id": id})
    return tk.render("digitalms/measure/read.html", {"measure": measure})
