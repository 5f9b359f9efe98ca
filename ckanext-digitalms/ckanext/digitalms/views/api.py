"""The API, described for people and machines, and a form to try it."""

from __future__ import annotations

import hashlib
import json

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms.logic.schema import SCHEMAS
from ckanext.digitalms.publishing import snapshot
from ckanext.digitalms.tables.open_tables import ALL_TABLES

from .api_words import ANSWERS, WAYS
from .errors import handle_errors
from .openapi import document, reads
from .pages import Page, rendered

digitalms_api = Blueprint("digitalms_api", __name__, url_prefix="/digitalisierung/api")
handle_errors(digitalms_api)

_TOLD = (400, 403, 404, 409, 429)


@digitalms_api.get("")
def index() -> Page:
    """Describe the API for people."""
    public = reads()
    others = sorted(set(SCHEMAS) - {read.name for read in public})
    told = {
        "reads": public,
        "others": others,
        "tables": list(ALL_TABLES.values()),
        "ways": WAYS,
        "answers": {code: ANSWERS[code] for code in _TOLD},
        "site": snapshot.site_url(),
        "token_header": tk.config["apitoken_header_name"],
    }
    return rendered("digitalms/api/index.html", told)


@digitalms_api.get("/openapi.json")
def openapi() -> Page:
    """Describe the API for machines."""
    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    answer: Response = make_response(text)
    answer.mimetype = "application/json"
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest())
    answer.make_conditional(tk.request)
    return answer
