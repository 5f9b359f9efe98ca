"""A link changes nothing: what is more than reading is asked for once more, and a form does it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json

from .pages import Page, rendered

digitalms_confirming = Blueprint("digitalms_confirming", __name__)


def asked(
    title: str, sentence: str, button: str, *, back: str, is_final: bool = False, told: Json | None = None
) -> Page:
    """Return the page that asks; its form posts to its own address.

    Args:
        back: the address for who does not want it.
        is_final: whether it cannot be undone.
        told: what the form sends, by name.
    """
    shown = {"title": title, "sentence": sentence, "button": button, "back": back, "is_final": is_final}
    return rendered("digitalms/confirm.html", {**shown, "told": told or {}})


@digitalms_confirming.before_app_request
def logout() -> Page | None:
    """Ask before somebody is logged out: CKAN does it by a link, which any page may hold as a picture."""
    if tk.request.endpoint != "user.logout" or tk.request.method == "POST":
        return None
    if tk.current_user.is_anonymous:
        return None
    return asked(
        tk._("Log out"),
        tk._("You are logged in as {name}.").format(name=tk.current_user.display_name),
        tk._("Log out"),
        back=str(tk.url_for("home.index")),
    )
