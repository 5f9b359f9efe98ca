"""A form that a page of CKAN's cannot read is a wrong form (400), not a fault of the catalogue.

CKAN's pages take for granted that what is sent comes from their own form: a missing field, or a number that
is none, ends them. What is meant is only what breaks in the page's own code while it reads, and for want of
a field that was not sent or because of a value that was; whatever else fails there, or deeper inside, stays
an error and is logged as one.
"""

from __future__ import annotations

import linecache
import logging
import re
import traceback
from collections.abc import Mapping
from types import FrameType
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.navl.dictization_functions import DataError
from ckan.types import CKANApp, Response

from ckanext.digitalms.logic.lookup import is_storable

from .refusals import refuse

__all__ = ["install"]

log = logging.getLogger(__name__)

_PAGES = ("ckan.views.", "ckanext.harvest.views", "ckanext.datastore.blueprint", "ckanext.harvest.utils")
# what takes forms apart for them, and words what is wrong in them
_READERS = {"ckan.common", "ckan.logic", "ckan.lib.navl.dictization_functions"}
# ours, and sign-in, where it is a wrong name or password
_SAY_IT_THEMSELVES = ("digitalms_", "user.login")
# what a line takes something out of, by its key or whatever comes
_LOOKED_UP = re.compile(r"(\w+)(?:\[|\.pop\()")
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
    frames = list(traceback.walk_tb(error.__traceback__))
    if tk.request.method != "POST" or not frames or not _is_of_the_form(error, *frames[-1]):
        raise error
    log.warning("A form sent to %s cannot be read", tk.request.path, exc_info=error)
    model.Session.rollback()
    sentence = tk._(
        "Fields are missing from what was sent, or hold what does not belong there, so nothing was changed. "
        "Open the page again and send its form."
    )
    return refuse(400, tk._("This does not fit"), sentence)


def _is_of_the_form(error: Exception, frame: FrameType, line: int) -> bool:
    """Whether a page broke off while it read what was sent, and because of that."""
    module = str(frame.f_globals.get("__name__", ""))
    if not module.startswith(_PAGES) and module not in _READERS:
        return False
    if isinstance(error, KeyError):
        return _is_missing(error, frame, line)
    return isinstance(error, DataError) or _is_unreadable(error, frame)


def _is_missing(error: KeyError, frame: FrameType, line: int) -> bool:
    """Whether what the line looked up is a field that was not sent, in what came of the form."""
    sent = set(tk.request.form)
    names = _LOOKED_UP.findall(linecache.getline(frame.f_code.co_filename, line))
    held = [frame.f_locals[name] for name in names if name in frame.f_locals]
    return error.args[0] not in sent and any(one == set() or _came_of(one, sent) for one in held)


def _came_of(one: Any, sent: set[str]) -> bool:
    """Whether something holds what was sent: fields of it, which a page may have sorted or left out."""
    return isinstance(one, Mapping) and (not sent or any(str(name) in sent for name in one))


def _is_unreadable(error: Exception, frame: FrameType) -> bool:
    """Whether it is a value that was sent which is none of its kind: the error says it, or it is at hand."""
    sent = [value for _, value in tk.request.form.items(multi=True)]
    if any(repr(value) in str(error) for value in sent):
        return True
    is_silent = isinstance(error, OverflowError) or frame.f_globals.get("__name__") in _READERS
    bare = {value.strip().casefold() for value in sent}
    held = [one.casefold() for one in frame.f_locals.values() if isinstance(one, str)]
    return is_silent and not bare.isdisjoint(held)
