"""Withdrawing a measure or a table of one's own, and making it public: what will happen is said first."""

from __future__ import annotations

from typing import NamedTuple

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.publishing.custom_tables import MARKER
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .confirmation import asked
from .errors import flash_refusal, handle_errors
from .pages import Page, reader, redirect

digitalms_visibility = Blueprint(
    "digitalms_visibility", __name__, url_prefix="/digitalisierung/sichtbarkeit/<id>"
)
handle_errors(digitalms_visibility)


class Work(NamedTuple):
    """What is done: its title and button, what will happen to each kind, what is said then."""

    title: str
    button: str
    measure: str
    table: str
    done: str


_WORK = {
    "zurueckziehen": Work(
        N_("Withdraw “{title}”"),
        N_("Withdraw"),
        N_(
            "It leaves all pages, tables and the search, also those of earlier days; only its office and the "
            "coordinators see it then. Dated releases keep it. Made public again, it is back with its "
            "history."
        ),
        N_(
            "Its page, its files and all of its versions are then reached by nobody but its office and the "
            "coordinators, cited addresses too. Made public again, all of them are back."
        ),
        N_("“{title}” is withdrawn."),
    ),
    "veroeffentlichen": Work(
        N_("Make “{title}” public"),
        N_("Make public"),
        N_(
            "Everybody sees it then: on all pages, in the search, and with the next release in the open "
            "tables. It can be withdrawn again."
        ),
        N_("Everybody reaches its page, its files and all of its versions then. It can be withdrawn again."),
        N_("“{title}” is public."),
    ),
}
_WORKS = f"/<any({', '.join(_WORK)}):work>"


@digitalms_visibility.get(_WORKS)
def ask(id: str, work: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Say what will happen."""
    dataset, told = _dataset(id), _WORK[work]
    tk.check_access("package_update", reader(), {"id": dataset["id"]})
    title = tk._(told.title).format(title=dataset["title"])
    sentence = told.measure if dataset["type"] == MEASURE_TYPE else told.table
    back = str(tk.url_for(_page(dataset), id=dataset["name"]))
    return asked(title, tk._(sentence), tk._(told.button), back=back)


@digitalms_visibility.post(_WORKS)
def do(id: str, work: str) -> Page:  # noqa: A002 - as above
    """Do it."""
    dataset = _dataset(id)
    try:
        tk.get_action("package_patch")(reader(), {"id": dataset["id"], "private": work == "zurueckziehen"})
    except tk.ValidationError as refused:
        flash_refusal(refused)
    else:
        tk.h.flash_success(tk._(_WORK[work].done).format(title=dataset["title"]))
    return redirect(_page(dataset), id=dataset["name"])


def _dataset(key: str) -> Json:
    dataset: Json = tk.get_action("package_show")(reader(), {"id": key})
    if dataset["type"] != MEASURE_TYPE and not dataset.get(MARKER):
        message = tk._("Only measures and tables of one's own are withdrawn here.")
        raise tk.ObjectNotFound(message)
    return dataset


def _page(dataset: Json) -> str:
    return "digitalms_measure.read" if dataset["type"] == MEASURE_TYPE else "dataset.read"
