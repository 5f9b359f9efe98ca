"""What a page says when something is not there or not allowed; the same for every blueprint of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint
from werkzeug.exceptions import HTTPException

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.middleware.refusals import json_refusal, wants_json
from ckanext.digitalms.storable import is_storable

from .pages import reader

Answer: TypeAlias = tuple[str, int] | Response


def handle_errors(blueprint: Blueprint) -> None:
    """Turn CKAN's exceptions into pages with a sentence and the right code."""
    blueprint.before_request(_names_something)
    blueprint.register_error_handler(tk.ObjectNotFound, _not_found)
    blueprint.register_error_handler(tk.NotAuthorized, _not_authorized)
    blueprint.register_error_handler(tk.ValidationError, _not_valid)


digitalms_handled = Blueprint("digitalms_handled", __name__)


@digitalms_handled.app_errorhandler(tk.ObjectNotFound)
def not_found_anywhere(err: Exception) -> Answer:
    """Answer with a sentence where a page of CKAN's own takes for granted that something is there."""
    return _not_found(err)


@digitalms_handled.app_errorhandler(tk.NotAuthorized)
def not_authorized_anywhere(err: Exception) -> Answer | Response | HTTPException:
    """Answer with a sentence where a page of CKAN's own takes for granted that somebody may do something."""
    return _not_authorized(err)


@digitalms_handled.app_errorhandler(tk.ValidationError)
def not_valid_anywhere(err: Exception) -> Answer:
    """Answer with a sentence where a page of CKAN's own expects no refusal (bulk changes of datasets)."""
    return _not_valid(err)


def _names_something() -> None:
    """Refuse an address with what no database can store (NUL): nothing can have that name."""
    if not all(
        is_storable(value) for value in (tk.request.view_args or {}).values() if isinstance(value, str)
    ):
        raise tk.ObjectNotFound()


def page(code: int, name: str, sentence: str, **more: Any) -> Answer:
    """Render CKAN's error page, or JSON for a program; ``more`` is what that has beside the sentence."""
    if wants_json():
        return json_refusal(code, name, sentence, **more)
    shown: str = tk.render("error_document_template.html", {"code": code, "name": name, "content": sentence})
    return shown, code


def flash_outcome(action: str, asked: Mapping[str, Any], sentence: str) -> None:
    """Do something, and tell on the next page that it is done, or why it was refused."""
    try:
        tk.get_action(action)(reader(), dict(asked))
    except tk.ValidationError as refused:
        flash_refusal(refused)
    else:
        tk.h.flash_success(sentence)


def done_unless(action: str, asked: Mapping[str, Any], *fields: str) -> Json | None:
    """Do something; refused for one of some fields, it tells why on the next page and returns nothing.

    Raises:
        tk.ValidationError: it is refused for another field.
    """
    try:
        done: Json = tk.get_action(action)(reader(), dict(asked))
    except tk.ValidationError as refused:
        if refused.error_dict.keys().isdisjoint(fields):
            raise
        flash_refusal(refused)
        return None
    return done


def flash_refusal(refused: tk.ValidationError) -> None:
    """Tell on the next page why something was refused, a message for each field."""
    for sentences in refused.error_dict.values():
        tk.h.flash_error(" ".join(map(str, sentences)))


def _not_found(err: Exception) -> Answer:
    sentence = str(getattr(err, "message", None) or tk._("There is no such page."))
    return page(404, tk._("Not found"), sentence)


def _not_authorized(err: Exception) -> Answer | Response | HTTPException:
    if tk.current_user.is_anonymous and not wants_json():
        return tk.redirect_to(tk.h.digitalms_log_in_address())
    return page(403, tk._("Not allowed"), str(getattr(err, "message", None) or tk._("You may not do this.")))


def _not_valid(err: Exception) -> Answer:
    errors = getattr(err, "error_dict", {}) or {}
    sentences = [
        str(text) for texts in errors.values() for text in (texts if isinstance(texts, list) else [texts])
    ]
    return page(400, tk._("This does not fit"), " ".join(sentences) or str(err), **errors)
