"""The demo as the search of the catalogue finds it, with its tables published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from stored_state import STATE

from ckanext.digitalms.demo import fill
from ckanext.digitalms.services import searched_pages


def _make() -> None:
    fill.organisations(None, None)
    fill.measures(fictional=False)
    fill.coverage()
    tk.get_action("digitalms_table_publish")({"ignore_auth": True, "user": ""}, {})
    searched_pages.refresh()


def fill_once(folder: Path) -> None:
    """Fill the catalogue and publish to a folder, for the first test only."""
    STATE.once("searched demo", _make, folder)


def ask(q: str = "", user: str = "", **more: Any) -> dict[str, Any]:
    """Ask the search of the catalogue."""
    return dict(tk.get_action("digitalms_search")({"user": user}, {"q": q, "limit": 1000, **more}))


def names(q: str = "", user: str = "", **more: Any) -> list[str]:
    """Return the names of what is found, in its order."""
    return [one["name"] for one in ask(q, user, **more)["results"]]
