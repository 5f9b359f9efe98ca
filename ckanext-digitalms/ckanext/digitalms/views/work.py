"""What a page shows of a job: what it does and how far it is, until its result stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import make_response

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_

from .pages import Page

SECONDS = 3
TITLES = {
    "check": N_("The table is being checked"),
    "take_over": N_("The table is being taken over"),
    "examine": N_("The table is being examined"),
    "publish": N_("It is being published"),
    "undo": N_("It is being taken back"),
    "read": N_("The report is being read"),
    "freeze": N_("The report is being frozen"),
}


def is_busy(work: Json | None) -> bool:
    """Return whether a job is at work."""
    return work is not None and not work["failed"]


def title_of(work: Json) -> str:
    """Return what a job does, in words."""
    title = TITLES[work["what"]]
    return str(tk._(title))


def errors_of(work: Json | None) -> Json:
    """Return why a job was refused, by field."""
    errors: Json = (work or {}).get("errors") or {}
    return errors


def sentences(errors: Mapping[str, Any]) -> list[str]:
    """Return what is said of all fields."""
    return [str(one) for each in errors.values() for one in each]


def until_done(page: Page, work: Json | None) -> Page:
    """Let a page load itself again until the job is done, without scripts as well."""
    if not is_busy(work):
        return page
    answer = make_response(page)
    answer.headers["Refresh"] = str(SECONDS)
    return answer
