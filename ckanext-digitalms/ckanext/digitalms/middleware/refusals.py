"""How a request is refused before any view sees it: a page, or JSON for the API."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import make_response

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_

__all__ = ["is_api", "json_refusal", "refuse", "refuse_too_often", "unfit", "wants_json"]

_DATA = "/digitalisierung/daten/"

_LONGEST = 200  # of what a part says of a value
_UNFIT = N_("A value does not fit where it was used: {detail}")


def is_api() -> bool:
    """Return whether the request speaks to the API, whose answers are JSON."""
    return bool(tk.request.blueprint == "api")


def wants_json() -> bool:
    """Return whether a program asks: at the API, or for the data and not as a browser asks for a page."""
    request = tk.request
    if is_api() or request.path.startswith("/api/"):
        return True
    if not request.path.startswith(_DATA):
        return False
    accepted = request.accept_mimetypes
    is_file = "." in request.path.rpartition("/")[2]
    # who opens a file by a link gets a page, who takes everything alike (curl, fetch) does not read pages
    if is_file:
        return "text/html" not in dict(accepted)
    return bool(accepted["application/json"] > accepted["text/html"])


def json_refusal(code: int, name: str, sentence: str, **more: Any) -> Response:
    """Say in JSON why nothing came of a request, in words that a person can read in it."""
    told = {"success": False, "error": {"__type": name, "message": sentence, **more}}
    answer = make_response(json.dumps(told, ensure_ascii=False) + "\n", code)
    answer.mimetype = "application/json"
    answer.cache_control.no_store = True
    return answer


def unfit(detail: object) -> str:
    """Word that a part of the catalogue refused a value, with what it said."""
    return str(tk._(_UNFIT).format(detail=str(detail)[:_LONGEST]))


def refuse(code: int, name: str, sentence: str, **more: Any) -> Response:
    """Say why nothing was done; ``more`` is what the answer of the API has beside the sentence."""
    if wants_json():
        return json_refusal(code, name, sentence, **more)
    content = {"code": code, "heading": name, "content": sentence}
    answer: Response = make_response(tk.render("error_document_template.html", content), code)
    answer.cache_control.no_store = True
    return answer


def refuse_too_often(sentence: str, until: float) -> Response:
    """Say that somebody has to wait, and until when."""
    end = datetime.fromtimestamp(until, config.time_zone()) + timedelta(minutes=1)
    when = tk._("Try again after {clock}.").format(clock=f"{end:%H:%M}")
    answer = refuse(429, tk._("Too often"), f"{sentence} {when}")
    answer.headers["Retry-After"] = str(max(1, round(until - time.time()) + 1))
    return answer
