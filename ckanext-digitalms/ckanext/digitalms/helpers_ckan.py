"""Helpers that change what CKAN's own pages show."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.digitalms.services import privacy

__all__ = ["digitalms_with_heading", "render_datetime", "render_markdown"]

_MAIN = re.compile(r'role="main"[^>]*>|<main[^>]*>')


def digitalms_with_heading(content: str, title: str) -> Markup:
    """Give a page that has no main heading its title as one, at the start of its main part."""
    if "<h1" in content:
        return Markup(content)  # noqa: S704 - a page as templates made it
    heading = Markup('<h1 class="dm-hidden-heading">{}</h1>').format(Markup(title).striptags())  # noqa: S704 - as above
    return Markup(_MAIN.sub(lambda start: start[0] + str(heading), content, count=1))  # noqa: S704 - as above


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
