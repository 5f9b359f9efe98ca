"""``/mcp``: programs ask the catalogue by the Model Context Protocol, reading only.

JSON-RPC 2.0 by POST, one message a request and one JSON answer, which the protocol's transport *Streamable
HTTP* allows; there is no session and nothing is sent unasked. Switched on by ``ckanext.digitalms.mcp``. Where
a request comes from is checked as for every POST (`middleware/csrf.py`), and it counts as a search
(`middleware/budgets.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response
from werkzeug.exceptions import MethodNotAllowed

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json

from .errors import handle_errors
from .mcp_tools import TOOLS
from .pages import Page

digitalms_mcp = Blueprint("digitalms_mcp", __name__)
handle_errors(digitalms_mcp)

# of the protocol, the newest first; programs that know none of them are offered the newest
VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
_PARSE, _REQUEST, _METHOD, _PARAMS = -32700, -32600, -32601, -32602


class _RefusedError(Exception):
    """A message cannot be answered; told by the code of JSON-RPC and a sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@digitalms_mcp.route("/mcp", methods=["GET", "POST", "DELETE"])
def call() -> Page:
    """Answer one message; one that wants no answer gets none (202)."""
    if not config.mcp():
        raise tk.ObjectNotFound(tk._("The interface for language models is not switched on."))
    if tk.request.method != "POST":
        raise MethodNotAllowed(["POST"])
    message_id = None
    try:
        message = _message()
        if "id" not in message:
            return make_response("", 202)
        message_id = message["id"]
        result = _answered(str(message["method"]), message.get("params") or {})
    except _RefusedError as refused:
        error = {"code": refused.code, "message": str(refused)}
        status = 400 if refused.code in {_PARSE, _REQUEST} else 200
        return _sent({"jsonrpc": "2.0", "id": message_id, "error": error}, status)
    return _sent({"jsonrpc": "2.0", "id": message_id, "result": result})


def _message() -> Json:
    try:
        message = tk.request.json_module.loads(tk.request.get_data())
    except ValueError as wrong:
        raise _RefusedError(_PARSE, tk._("This is no JSON.")) from wrong
    is_one = isinstance(message, dict) and message.get("jsonrpc") == "2.0"
    if not is_one or not isinstance(message.get("method"), str):
        raise _RefusedError(_REQUEST, tk._("This is no request of JSON-RPC 2.0."))
    if not isinstance(message.get("id", 0), str | int) or not isinstance(message.get("params", {}), dict):
        raise _RefusedError(_REQUEST, tk._("This is no request of JSON-RPC 2.0."))
    told: Json = message
    return told


def _answered(method: str, params: Json) -> Json:
    answer = _METHODS.get(method)
    if answer is None:
        raise _RefusedError(_METHOD, tk._("There is no method “{name}”.").format(name=method[:100]))
    return answer(params)


def _initialized(params: Json) -> Json:
    wanted = params.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "ckanext-digitalms", "title": tk.config["ckan.site_title"], "version": "1"},
        "instructions": str(
            tk._(
                "How far a city's digitalisation measures have come, with council papers, history and open "
                "tables. Begin with describe_catalogue. Name source, day and licence of what you pass on."
            )
        ),
    }


def _listed(_params: Json) -> Json:
    return {"tools": [tool.described() for tool in TOOLS.values()]}


def _called(params: Json) -> Json:
    tool, arguments = TOOLS.get(str(params.get("name"))), params.get("arguments") or {}
    if tool is None or not isinstance(arguments, dict):
        raise _RefusedError(_PARAMS, tk._("There is no such tool; tools/list tells those that there are."))
    try:
        told = tool.ask(arguments)
    except tk.ValidationError as refused:
        return _text(_sentences(refused.error_dict), is_error=True)
    except (tk.ObjectNotFound, tk.NotAuthorized) as missing:
        return _text(str(missing) or str(tk._("There is nothing of this name.")), is_error=True)
    return {**_text(json.dumps(told, ensure_ascii=False, default=str)), "structuredContent": told}


def _sentences(errors: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {' '.join(map(str, told))}" for name, told in errors.items())


def _text(text: str, *, is_error: bool = False) -> Json:
    return {"content": [{"type": "text", "text": text}], "isError": is_error}


def _sent(message: Json, status: int = 200) -> Response:
    # in ASCII, since what was sent and is told back may hold half a character
    answer: Response = make_response(json.dumps(message, default=str), status)
    answer.mimetype = "application/json"
    answer.headers["Cache-Control"] = "no-store"
    return answer


_METHODS: Mapping[str, Callable[[Json], Json]] = {
    "initialize": _initialized,
    "ping": lambda _params: {},
    "tools/list": _listed,
    "tools/call": _called,
}
