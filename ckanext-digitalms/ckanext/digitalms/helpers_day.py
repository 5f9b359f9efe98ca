"""Helpers that keep the day of a page: in links, forms and downloads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from .middleware import kept_day
from .moments import IN_ACTIONS, NO_DAY
from .publishing import releases
from .services.read_once import read_once
from .tables.open_tables import GROUPS, group_of

__all__ = [
    "digitalms_here",
    "digitalms_is_of_today",
    "digitalms_kept_day",
    "digitalms_of_day",
    "digitalms_other_parameters",
    "digitalms_table_links",
]


def digitalms_kept_day() -> Mapping[str, str]:
    """Return the day of this page as addresses name it; nothing for today."""
    return kept_day.kept()


def digitalms_of_day(address: str) -> str:
    """Return an address that stands in the data, of the day of this page where it is one of the catalogue."""
    return kept_day.of_day(address)


def digitalms_is_of_today() -> bool:
    """Return whether the page was asked for a day and shows none: then it has to say so."""
    return kept_day.asked() and not tk.g.get("digitalms_shows_day")


def digitalms_other_parameters() -> list[tuple[str, str]]:
    """Return what the address of this page says beside the day, and which part of a list it shows."""
    left = {*IN_ACTIONS, "seite"}
    return [pair for pair in tk.request.args.items(multi=True) if pair[0] not in left]


def digitalms_here(*, is_today: bool = False) -> str:
    """Return the address of this page without parameters, or with all of them but the day."""
    request = tk.request
    address = str(tk.url_for(request.endpoint, **(request.view_args or {}), **NO_DAY))
    asked = urlencode(digitalms_other_parameters()) if is_today else ""
    return f"{address}?{asked}" if asked else address


def digitalms_table_links(table: str, **chosen: str) -> list[dict[str, str]]:
    """Return the addresses of a table's files, of the day of this page, once there are any.

    Args:
        table: its name.
        chosen: values by column, of which the rows are.
    """
    if group_of(table) not in read_once("releases", lambda: releases.current_of(GROUPS)):
        return []
    formats = (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"))
    page = partial(tk.url_for, "digitalms_data.current", locale="default", **chosen)
    return [{"label": label, "url": str(page(name=f"{table}.{ending}"))} for label, ending in formats]
