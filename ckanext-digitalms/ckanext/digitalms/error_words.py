"""Heading and sentence of an error page, in words of ours."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.exceptions import default_exceptions

from .messages import N_

__all__ = ["digitalms_error_words"]

_ERRORS = {
    400: (
        N_("This does not fit"),
        N_("The server could not read what was sent: check the address or the form."),
    ),
    403: (N_("Not allowed"), N_("You may not do this.")),
    404: (N_("Not found"), N_("There is no such page.")),
    405: (N_("This does not fit"), N_("This address does not take what was sent.")),
    413: (N_("Too large"), N_("What was sent is too large: shorten the texts or send a smaller file.")),
    429: (N_("Too often"), N_("This was asked too often: wait a while and try again.")),
    500: (
        N_("Something went wrong"),
        N_("Something went wrong on our side. It was noted; please try again later."),
    ),
    503: (
        N_("Not possible just now"),
        N_("Something that this needs does not answer just now: wait a minute and try again."),
    ),
}


def digitalms_error_words(code: Any, content: str | None) -> tuple[str, str]:
    """Return heading and sentence of an error page; the web framework's own English ones are replaced."""
    number = code[0] if isinstance(code, list) else int(code or 500)
    heading, sentence = _ERRORS.get(number, _ERRORS[500] if number >= 500 else _ERRORS[400])
    standard = default_exceptions.get(number)
    # what is not found may say nothing, and CKAN translates that: gettext gives the head of its catalogue
    is_silent = str(content or "").strip() in {"", tk._("").strip()} or (number >= 500 and number != 503)
    if is_silent or content == getattr(standard, "description", None):
        return tk._(heading), tk._(sentence)
    return tk._(heading), tk._(content)
