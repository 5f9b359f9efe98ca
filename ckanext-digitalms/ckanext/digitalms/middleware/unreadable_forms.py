"""A form that a page of CKAN's cannot read is a wrong form (400), not a fault of the catalogue.

CKAN's pages take for granted that what is sent comes from their own form: a missing field, or a number that
is none, ends them. What is meant is only what breaks in the page's own code, over a key that was not sent or
a value that was; it is logged with where that was. Whatever else fails there, or deeper inside, stays an
error.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.navl.dictization_functions import DataError
from ckan.types import CKANApp, Response

from ckanext.digitalms.storable import is_storable

from .refusals import refuse

__all__ = ["install"]

log = logging.getLogger(__name__)

_PAGES = ("ckan.views.", "ckanext.harvest.views", "ckanext.datastore.blueprint", "ckanext.harvest.utils")
# what takes forms apart for them, and words what is wrong in them
_READERS = {"ckan.common", "ckan.logic", "ckan.lib.navl.dictization_functions"}
# ours, and sign-in, where it is a wrong name or password
_SAY_IT_THEMSELVES = ("digitalms_", "user.login")
_BROKEN = (DataError, KeyError, OverflowError, ValueError)


def install(app: CKANApp) -> None:
    """Answer for forms that cannot be read."""
    app.before_request(_refuse_unstorable)
    for kind in _BROKEN:
        app.register_error_handler(kind, _refuse)


def _refuse_unstorable() -> Response | None:
    """Refuse texts that no database takes in forms of CKAN's; ours say it at the field."""
    request = tk.request
    endpoint = str(request.endpoint)
    if request.method != "POST" or request.blueprint == "api" or endpoint.startswith(_SAY_IT_THEMSELVES):
        return None
    if all(is_storable(text) for pair in request.form.items(multi=True) for text in pair):
        return None
    sentence = tk._("The text has control characters that cannot be stored: remove them.")
    return refuse(400, tk._("This does not fit"), sentence)


def _refuse(error: Exception) -> Any:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    module = str(frames[-1].f_globals.get("__name__", "")) if frames else ""
    if tk.request.method != "POST" or not _is_of_the_form(error, module):
        raise error
    log.warning("A form sent to %s cannot be read", tk.request.path, exc_info=error)
    model.Session.rollback()
    sentence = tk._(
        "Fields are missing from what was sent, or hold what does not belong there, so nothing was changed. "
        "Open the page again and send its form."
    )
    return refuse(400, tk._("This does not fit"), sentence)


def _is_of_the_form(error: Exception, module: str) -> bool:
    """Return whether a page broke off in its own code for want of a field, or because of a value."""
    if not module.startswith(_PAGES) and module not in _READERS:
        return False
    if isinstance(error, KeyError):
        return error.args[0] not in tk.request.form
    if isinstance(error, ValueError) and module not in _READERS:
        return any(repr(value) in str(error) for _, value in tk.request.form.items(multi=True))
    return True
