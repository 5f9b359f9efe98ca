"""The list of a table's releases, and noting where one is cited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config

from .pages import part, reader

SHOWN = 100  # releases on a page


def listed(
    endpoint: str, table: Mapping[str, Any], releases: Sequence[Any], tell: Callable[[Any], Any], **more: Any
) -> str:
    """Return the page that lists releases.

    Args:
        endpoint: of the view that takes down where a release is cited.
        table: with name and title.
        releases: all of them, the newest first.
        tell: returns what is told of one.
        more: what else the page shows.
    """
    shown = part(SHOWN)
    first = shown.asked["offset"]
    told = {
        "table": table,
        "releases": [tell(one) for one in releases[first : first + SHOWN]],
        "count": len(releases),
        "part": shown,
        "may_cite": tk.h.check_access("digitalms_release_cite"),
        "cite_endpoint": endpoint,
        # the oldest of all has nothing before it
        "last": releases[-1].release_id if releases else "",
        "is_own": endpoint.startswith("digitalms_own"),
    }
    return str(
        tk.render("digitalms/data/releases.html", {**told, "keep_days": config.kept_releases()[0], **more})
    )


def note(release_id: str) -> None:
    """Keep what was typed, and say what that means for the release."""
    cited_in = tk.request.form.get("cited_in", "")
    asked = {"release_id": release_id, "cited_in": cited_in}
    told = tk.get_action("digitalms_release_cite")(reader(), asked)
    if told["cited_in"]:
        tk.h.flash_success(tk._("The release stays for good."))
    else:
        tk.h.flash_success(tk._("The release is not cited any more."))
