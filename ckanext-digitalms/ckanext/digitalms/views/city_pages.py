"""The city's own pages: imprint, privacy, accessibility, contact, about; and how coordinators write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from flask import Blueprint
from markupsafe import escape

from ckanext.digitalms.city_pages.pages import LANGUAGES, PAGES
from ckanext.digitalms.city_pages.rendering import html

from .errors import handle_errors
from .pages import Page, reader, redirect, rendered

digitalms_city = Blueprint("digitalms_city", __name__, url_prefix="/digitalisierung")
handle_errors(digitalms_city)

_WAY = re.compile(r'href="/(?!/)[^"?#]*(?=["#])')
_NAMES = f"any({', '.join(PAGES)})"


@digitalms_city.get(f"/<{_NAMES}:page>")
def read(page: str) -> Page:
    """Show a page; what is missing in it is told to those who can write it."""
    language = tk.h.lang() if tk.h.lang() in LANGUAGES else LANGUAGES[0]
    told = tk.get_action("digitalms_city_text_show")(reader(), {"page": page, "language": language})
    values = {
        "page": told,
        "content": _with_day(html(told["text"])),
        "stored": _stored() if page == "datenschutz" else [],
    }
    return rendered("digitalms/city/read.html", values)


def _with_day(content: str) -> str:
    """Let the links to pages of this catalogue have the day that the reader comes from."""
    day = escape(urlencode(tk.h.digitalms_kept_day()))
    return _WAY.sub(lambda way: f"{way[0]}?{day}", content) if day else content


def _stored() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tk.get_action("digitalms_stored_data_list")(reader(), {})["results"]
    return found


@digitalms_city.get("/seiten/")
def index() -> Page:
    """List the pages and what is missing in them."""
    found = tk.get_action("digitalms_city_text_list")(reader(), {})
    return rendered("digitalms/city/index.html", {"pages": found["results"]})


@digitalms_city.get(f"/seiten/<{_NAMES}:page>/<any(de, en):language>")
def edit(page: str, language: str) -> Page:
    """Show the form, with the versions of before; `?fassung=` fills in one of these."""
    tk.check_access("digitalms_city_text_update", reader(), {"page": page})
    told = _kept(page, language)
    former = next(
        (one for one in told["versions"] if str(one["version"]) == tk.request.args.get("fassung")), None
    )
    text = told["kept"]["text"] if former is None else former["text"]
    return _form(told, language, {"text": text, "seen": told["kept"]["version"]}, {})


@digitalms_city.post(f"/seiten/<{_NAMES}:page>/<any(de, en):language>")
def save(page: str, language: str) -> Page:
    """Save the text, or show what was typed with what is wrong."""
    typed = {name: tk.request.form[name] for name in ("text", "seen") if name in tk.request.form}
    if "default" in tk.request.form:
        typed["text"] = ""
    data = {**typed, "page": page, "language": language}
    try:
        tk.get_action("digitalms_city_text_update")(reader(), data)
    except tk.ValidationError as refused:
        told = _kept(page, language)
        return _form(told, language, {**typed, "seen": told["kept"]["version"]}, refused.error_dict)
    tk.h.flash_success(tk._("The page is saved."))
    return redirect("digitalms_city.read", page=page, locale=language)


def _kept(page: str, language: str) -> dict[str, Any]:
    told: dict[str, Any] = tk.get_action("digitalms_city_text_show")(
        reader(), {"page": page, "language": language}
    )
    return told


def _form(page: Mapping[str, Any], language: str, told: Mapping[str, Any], errors: Mapping[str, Any]) -> Page:
    values = {"page": page, "language": language, "told": told, "errors": errors}
    return rendered("digitalms/city/edit.html", values)
