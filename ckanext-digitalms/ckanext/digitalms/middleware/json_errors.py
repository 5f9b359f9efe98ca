"""What is wrong with a request is told to programs as JSON, also where CKAN or the router says it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp
from werkzeug.exceptions import HTTPException

from ckanext.digitalms.messages import N_

from .refusals import refuse, wants_json

__all__ = ["install"]

# what the router says in English only
_SENTENCES = {
    404: (N_("Not found"), N_("There is no such page.")),
    405: (N_("Not allowed"), N_("This address can only be read: use GET.")),
}


def install(app: CKANApp) -> None:
    """Stand around CKAN's page for errors."""
    for code, handlers in app.error_handler_spec[None].items():
        if code is None:
            continue
        for kind, former in handlers.items():
            handlers[kind] = functools.partial(_tell, former)


def _tell(former: Callable[[Any], Any], error: Exception) -> Any:
    if not isinstance(error, HTTPException) or error.response is not None or not wants_json():
        return former(error)
    code = error.code or 500
    name, sentence = _SENTENCES.get(code, (error.name, error.description or error.name))
    if error.description != type(error).description:  # somebody had something to say
        sentence = str(error.description)
    answer = refuse(code, tk._(name), tk._(sentence))
    if code == 405:
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ["GET"]))
    return answer
