"""The address of the pages' stylesheet of colours and typeface."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms import theme

digitalms_theme = Blueprint("digitalms_theme", __name__)


@digitalms_theme.route("/digitalisierung/aussehen/<mark>.css")
def read(mark: str) -> Response:
    """Return the stylesheet of now; at the address of a former one it is not kept."""
    content = theme.stylesheet()
    answer: Response = make_response(content)
    answer.mimetype = "text/css"
    is_current = mark == theme.mark(content)
    answer.headers["Cache-Control"] = theme.FOR_GOOD if is_current else "no-cache"
    answer.add_etag()
    answer.make_conditional(tk.request)
    return answer
