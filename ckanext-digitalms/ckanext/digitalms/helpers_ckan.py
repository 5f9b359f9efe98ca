"""Helpers that change what CKAN's own pages show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from markupsafe import Markup, escape

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.services.accounts import privacy

__all__ = [
    "check_access",
    "digitalms_log_in_address",
    "digitalms_organisations",
    "digitalms_own_language",
    "digitalms_own_styles",
    "digitalms_type_words",
    "digitalms_with_heading",
    "license_options",
    "render_datetime",
    "render_markdown",
]

Choices = list[tuple[str, str]]
# styles for pages of these extensions alone, which put them on every page
_STYLES_OF_OTHERS = ("/ckanext-harvest/", "/ckanext-scheming/")
# what PostgreSQL calls kinds of values, and what people do
_TYPES: Mapping[tuple[str, ...], str] = {
    ("int2", "int4", "int8", "int", "integer", "bigint", "smallint"): N_("whole number"),
    ("numeric", "float4", "float8", "double precision", "money"): N_("decimal number"),
    ("text", "varchar", "bpchar", "name"): N_("text"),
    ("bool", "boolean"): N_("yes or no"),
    ("date",): N_("day"),
    ("timestamp", "timestamptz"): N_("moment"),
    ("json", "jsonb"): N_("list or object (JSON)"),
    ("_text", "_int4", "_numeric"): N_("list"),
}
_HEADING = re.compile(r"<h1\b(.*?)</h1>", re.DOTALL)
# CKAN's lists load again at each arrow key in the choice of their order, whose button they hide
_BUTTON = '<button class="btn btn-secondary{}" type="submit">'
_REPAIRS = {
    ' hx-trigger="change, submit"': ' hx-trigger="submit"',
    _BUTTON.format(" js-hide"): _BUTTON.format(""),
}
_ARROWS = {
    '<i class="fa-solid fa-chevron-left"></i>': N_("Previous page"),
    '<i class="fa-solid fa-chevron-right"></i>': N_("Next page"),
}
# CKAN hangs what its lists choose on to addresses that have a day already
_SECOND_QUERY = re.compile(r"(\?(?:(?:&(?:amp;)?)?(?:stichtag|bekannt_am)=[^\"?&#]*)+)\?")
_HIDDEN = 'class="hide-heading"'
# nobody wants to come back to the pages of signing in
_NO_WAYS = re.compile(r"/(user/|$)")
_LONGEST_WAY = 2000
_MAIN = re.compile(r'role="main"[^>]*>|<main[^>]*>')


def digitalms_log_in_address() -> str:
    """Return where to sign in, and with it the page that is open, its day and language: the way back.

    After signing in on the start page one comes to the desk.
    """
    here = str(tk.h.current_url())
    is_way = tk.request.method in {"GET", "HEAD"} and len(here) <= _LONGEST_WAY and not _NO_WAYS.match(here)
    return str(tk.h.url_for("user.login", came_from=tk.h.url_for(here) if is_way else None))


def digitalms_own_language() -> Markup:
    """Return the attribute that names the language of what stands in the catalogue, if a page has another.

    Who hears an English page hears German titles and statements as German then.
    """
    language = str(tk.config["ckan.locale_default"])
    return Markup("") if language == tk.h.lang() else Markup(' lang="{}"').format(language)


def digitalms_with_heading(content: str, title: str) -> Markup:
    """Return a page one main heading: its title, at the start of its main part, where there is none.

    Where there are several, the first that is seen is the main one.
    """
    content = _repaired(content)
    found = list(_HEADING.finditer(content))
    if found:
        main = next((one for one in found if _HIDDEN not in one[1]), found[0]).start()
        return Markup(  # noqa: S704 - a page as templates made it
            _HEADING.sub(lambda one: one[0] if one.start() == main else f"<h2{one[1]}</h2>", content)
        )
    heading = Markup('<h1 class="dm-hidden-heading">{}</h1>').format(Markup(title).striptags())  # noqa: S704 - as above
    return Markup(_MAIN.sub(lambda start: start[0] + str(heading), content, count=1))  # noqa: S704 - as above


def _repaired(content: str) -> str:
    """Name links that show an arrow only, let no list load again while somebody reads it, keep the day."""
    content = _SECOND_QUERY.sub(r"\1&amp;", str(content))  # not Markup, which would escape what is put in
    for theirs, ours in _REPAIRS.items():
        content = content.replace(theirs, ours)
    for arrow, words in _ARROWS.items():
        name = f'<span class="visually-hidden">{escape(tk._(words))}</span>'
        content = content.replace(arrow, f"{arrow}{name}")
    return content


def digitalms_own_styles() -> Markup:
    """Name the styles of a page of ours, without those that none of them needs."""
    tags: list[str] = tk.h.render_assets("style").splitlines()
    kept = [tag for tag in tags if not any(name in tag for name in _STYLES_OF_OTHERS)]
    return Markup("\n".join(kept))  # noqa: S704 - as CKAN made them


def digitalms_type_words(name: str) -> str:
    """Say what a column of the DataStore holds, in place of PostgreSQL's name for it."""
    words = {kind: sentence for kinds, sentence in _TYPES.items() for kind in kinds}
    return str(tk._(words[name])) if name in words else name


@tk.chained_helper
def check_access(original: Callable[..., bool], action: str, data_dict: Json | None = None) -> bool:
    """Return whether the reader may do something, without looking up the account for each question."""
    if not tk.current_user.is_authenticated:
        return original(action, data_dict)
    context: Context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        return bool(tk.check_access(action, context, data_dict or {}))
    except tk.NotAuthorized:
        return False


@tk.chained_helper
def render_datetime(original: Callable[..., str], value: Any, *args: Any, **told: Any) -> str:
    """Write a moment with its hours as our pages do: CKAN knows only the order of English."""
    words = original(value, *args, **told)
    if not words or args or set(told) != {"with_hours"}:
        return words
    moment = tk.h.date_str_to_datetime(value) if isinstance(value, str) else value
    return str(tk.h.digitalms_moment(moment))


@tk.chained_helper
def render_markdown(original: Callable[..., str], data: str, *args: Any, **told: Any) -> Markup | str:
    """Render texts as CKAN does, without pictures of other sites."""
    html = original(data, *args, **told)
    return Markup(privacy.without_remote_pictures(str(html))) if html else html  # noqa: S704 - cleaned by CKAN


@tk.chained_helper
def license_options(original: Callable[..., Choices], existing: Any = None) -> Choices:
    """Offer each licence once: CKAN's list has some under two ids, of which the one that is set stays."""
    offered: dict[str, str] = {}
    for key, title in original(existing):
        if title not in offered or key == existing:
            offered[title] = key
    return [(key, title) for title, key in offered.items()]


def digitalms_organisations() -> list[dict[str, Any]]:
    """Return the organisations whose datasets the user edits by title: all for a coordinator."""
    if tk.h.check_access("digitalms_dataset_draft_create"):
        found = tk.get_action("organization_list")({}, {"all_fields": True, "limit": 1000})
    else:
        found = tk.get_action("organization_list_for_user")({}, {"permission": "update_dataset"})
    return sorted(found, key=lambda each: str(each["title"] or each["name"]).casefold())
