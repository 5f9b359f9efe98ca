"""What those who keep a source do with it: run it, end a run, clear it, delete it; asked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckan.types import Response
from ckanext.harvest.logic import HarvestJobExists, HarvestSourceInactiveError
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_

from .confirmation import asked
from .errors import handle_errors
from .pages import Page, reader
from .source import source_of

digitalms_source_work = Blueprint(
    "digitalms_source_work", __name__, url_prefix="/digitalisierung/datenqualitaet/quelle"
)
handle_errors(digitalms_source_work)


@dataclass(frozen=True)
class SourceAction:
    """One thing to do with a source: its words, and the action that does it."""

    title: str
    sentence: str
    done: str
    do: Callable[[str], None]
    is_final: bool = False


def _run(source_id: str) -> None:
    tk.get_action("harvest_job_create")(reader(), {"source_id": source_id, "run": True})


def _end(source_id: str) -> None:
    tk.get_action("harvest_job_abort")(reader(), {"source_id": source_id})


def _clear(source_id: str) -> None:
    tk.get_action("harvest_source_clear")(reader(), {"id": source_id})


def _delete(source_id: str) -> None:
    tk.get_action("harvest_source_delete")(reader(), {"id": source_id})


SOURCE_ACTIONS = {
    "ausfuehren": SourceAction(
        N_("Run the source now"),
        N_("What has changed at the source is taken over. That may take some minutes."),
        N_("The run begins; this page shows how it goes."),
        _run,
    ),
    "abbrechen": SourceAction(
        N_("End the run"),
        N_("What the run has taken over stays; the rest comes with the next one."),
        N_("The run is ended."),
        _end,
    ),
    "leeren": SourceAction(
        N_("Clear the source"),
        N_("This deletes for good all datasets that came from the source, and its runs. Measures stay."),
        N_("The source is cleared."),
        _clear,
        is_final=True,
    ),
    "loeschen": SourceAction(
        N_("Delete the source"),
        N_(
            "The source is not fetched any more; what came from it stays. “Changed lately” brings it back "
            "under its address."
        ),
        N_("The source is deleted."),
        _delete,
    ),
}


def _found(source: str, work: str) -> tuple[Json, SourceAction]:
    found = source_of(source)
    tk.check_access("package_update", reader(), {"id": found["id"]})
    return found, SOURCE_ACTIONS[work]


@digitalms_source_work.get(f"/<id>/<any({','.join(SOURCE_ACTIONS)}):work>")
def ask(id: str, work: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Ask whether it is meant; nothing is done yet."""
    source, told = _found(id, work)
    title = f"{tk._(told.title)}: {source['title']}"
    back = str(tk.url_for("digitalms_source.read", id=source["name"]))
    return asked(title, tk._(told.sentence), tk._(told.title), back=back, is_final=told.is_final)


@digitalms_source_work.post(f"/<id>/<any({','.join(SOURCE_ACTIONS)}):work>")
def do(id: str, work: str) -> Page:  # noqa: A002 - as above
    """Do it."""
    source, told = _found(id, work)
    try:
        told.do(source["id"])
    except HarvestJobExists:
        tk.h.flash_notice(tk._("A run of this source has begun already."))
    except HarvestSourceInactiveError:
        tk.h.flash_error(tk._("The source is not active: it was deleted."))
    else:
        tk.h.flash_success(tk._(told.done))
    answer: Response = (
        tk.redirect_to("digitalms_sources.index")
        if work == "loeschen"
        else tk.redirect_to("digitalms_source.read", id=source["name"])
    )
    return answer
