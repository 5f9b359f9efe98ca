"""How a request is refused before any view sees it: a page, or JSON for the API."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import jsonify, make_response

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_

__all__ = ["is_api", "refuse", "refuse_too_often", "unfit"]

_LONGEST = 200  # of what a part says of a value
_UNFIT = N_("A value does not fit where it was used: {detail}")


def is_api() -> bool:
    """Return whether the request speaks to the API, whose answers are JSON."""
    return bool(tk.request.blueprint == "api")


def unfit(detail: object) -> str:
    """Word that a part of the catalogue refused a value, with what it said."""
    return str(tk._(_UNFIT).format(detail=str(detail)[:_LONGEST]))


def refuse(code: int, name: str, sentence: str, **more: Any) -> Response:
    """Say why nothing was done; ``more`` is what the answer of the API has beside the sentence."""
    if is_api():
        error = {"__type": name, "message": sentence, **more}
        return make_response(jsonify({"success": False, "error": error}), code)
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
