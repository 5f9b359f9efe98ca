"""What the API says to who may not: in one language, and with the reason where a token is none (any more)."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response
from flask import jsonify

__all__ = ["install"]

_FORBIDDEN = 403
_FOR_ACCOUNTS = re.compile(r"Action \w+ requires an authenticated user")
_TYPE = "Authorization Error"  # CKAN's, which programs look at


def install(app: CKANApp) -> None:
    """Look at what CKAN's API has refused."""
    app.after_request(_say_why)


def _say_why(answer: Response) -> Response:
    if tk.request.endpoint != "api.action" or answer.status_code != _FORBIDDEN or not answer.is_json:
        return answer
    told = answer.get_json()
    if told.get("error", {}).get("__type") == _TYPE:
        told["error"]["message"] = _sentence(str(told["error"]["message"]))
        answer.set_data(jsonify(told).get_data())
    return answer


def _sentence(message: str) -> str:
    """Translate what CKAN says in English only, and say what a token was taken for."""
    reason = _FOR_ACCOUNTS.sub(tk._("This is for accounts only: send an API token."), message)
    if not tk.current_user.is_authenticated and _has_token():
        invalid = tk._("The API token of this request is not valid, so it was read as that of a stranger.")
        return f"{invalid} {reason}"
    return reason


def _has_token() -> bool:
    return bool(tk.request.headers.get(str(tk.config["apitoken_header_name"])))
