"""The addresses of the pages' typeface and of CKAN's icons."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.digitalms import theme, typeface

digitalms_typeface = Blueprint("digitalms_typeface", __name__)


@digitalms_typeface.route("/digitalisierung/schrift/source-sans-3-<style>.woff2")
def read(style: str) -> Response:
    """Return the typeface; at an address without its mark a browser has to ask again."""
    if style not in typeface.STYLES:
        tk.abort(404)
    return _letters(typeface.woff2(style))


@digitalms_typeface.route("/digitalisierung/schrift/symbole.woff2")
def icons() -> Response:
    """Return the icons of CKAN's pages."""
    return _letters(typeface.icons())


def _letters(content: bytes) -> Response:
    answer = Response(content, mimetype="font/woff2")
    is_current = tk.request.args.get("v") == typeface.mark()
    answer.headers["Cache-Control"] = theme.FOR_GOOD if is_current else "no-cache"
    answer.add_etag()
    answer.make_conditional(tk.request)
    return answer
