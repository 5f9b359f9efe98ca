"""The page of a measure, today and on a cut-off date."""

from __future__ import annotations

from contextlib import suppress

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.vocabularies import MEASURE_TYPE, StepState

from . import goals, indicators, milestone_bars
from .confirmation import asked
from .errors import flash_refusal, handle_errors
from .linked_coverage import figures
from .pages import Page, moved, part, reader, redirect, rendered
from .point_in_time import PointInTime, kept_measures, requested_point_in_time

SHOWN_STATEMENTS = 100
WHOLE = {"include_coverage": True, "include_dataset": True}

digitalms_measure = Blueprint("digitalms_measure", __name__)
handle_errors(digitalms_measure)


@digitalms_measure.route("/digitalisierungsmassnahme/<id>")
def read(id: str) -> Page:  # noqa: A002 - CKAN's links to a dataset name it so
    """Show a measure."""
    moment = requested_point_in_time()
    try:
        measure = tk.get_action("digitalms_measure_show")(reader(), {"id": id, **WHOLE, **moment.told})
    except tk.ObjectNotFound:
        return _not_public(id, moment)
    wanted = {"id": id, **moment.told, **part(SHOWN_STATEMENTS).asked}
    return _render(measure, moment, tk.get_action("digitalms_measure_history")(reader(), wanted))


def _not_public(measure_id: str, moment: PointInTime) -> Page:
    try:
        dataset = tk.get_action("package_show")(reader(), {"id": measure_id})
    except (tk.ObjectNotFound, tk.NotAuthorized) as nothing:
        # nobody is told which of the two
        message = tk._("There is no measure “{found}” that you may see.")
        if tk.current_user.is_anonymous:
            message = tk._("There is no public measure “{found}”. If you keep it and it is internal, log in.")
        raise tk.ObjectNotFound(message.format(found=measure_id[:60])) from nothing
    if dataset["type"] != MEASURE_TYPE:
        return moved("dataset.read", id=dataset["name"])
    if dataset["name"] != measure_id:
        return moved("digitalms_measure.read", id=dataset["name"])
    if moment.is_past or dataset["state"] == "deleted":
        message = tk._("There is no public measure “{found}” at that time.")
        raise tk.ObjectNotFound(message.format(found=measure_id[:60]))
    wanted = {"id": measure_id, "unpublished": True, **WHOLE}
    measure = tk.get_action("digitalms_measure_show")(reader(), wanted)
    return _render(measure, moment, {"count": 0, "results": [], "promises": [], "goals": []})


def _render(measure: Json, moment: PointInTime, history: Json) -> Page:
    key = measure["measure_id"]
    may_edit = tk.h.check_access("digitalms_statement_create", {"id": key})
    notes = tk.get_action("digitalms_internal_note_list")(reader(), {"id": key}) if may_edit else None
    data = {
        "measure": measure,
        "moment": moment,
        "history": history,
        "promises": {one["milestone_id"]: one for one in history["promises"]},
        "goals": (judged := goals.of_measure(measure, history)),
        "goal_plot": goals.plot(judged),
        "indicators": indicators.of_measure(measure, moment),
        "enter": _entry(key) if may_edit and not moment.is_past else "",
        "bars": milestone_bars.drawn(measure["milestones"]),
        "part": part(SHOWN_STATEMENTS),
        "kept": measure["dataset"],
        "parent": _parent(measure, moment),
        "children": kept_measures(moment, parent=key),
        "coverage": figures(measure["coverage"]),
        "step_states": list(StepState),
        "may_edit": may_edit,
        "notes": notes,
        "errors": moment.errors,
    }
    return rendered("digitalms/measure/read.html", data)


def _entry(key: str) -> str:
    return str(tk.url_for("digitalms_figure_entry.form", id=key))


@digitalms_measure.get("/digitalisierungsmassnahme/<id>/loeschen")
def ask_to_delete(id: str) -> Page:  # noqa: A002 - as above
    """Say what will happen, before a measure is deleted."""
    dataset = _dataset(id)
    tk.check_access("package_delete", reader(), {"id": dataset["id"]})
    sentence = tk._(
        "It leaves all pages, tables and the search, also those of earlier days; dated releases keep it. Its "
        "key stays taken, and “Changed lately” brings it back with its history."
    )
    back = str(tk.url_for("digitalms_measure.read", id=dataset["name"]))
    title = tk._("Delete “{title}”").format(title=dataset["title"])
    return asked(title, sentence, tk._("Delete the measure"), back=back)


@digitalms_measure.post("/digitalisierungsmassnahme/<id>/loeschen")
def delete(id: str) -> Page:  # noqa: A002 - as above
    """Delete a measure."""
    dataset = _dataset(id)
    tk.get_action("package_delete")(reader(), {"id": dataset["id"]})
    tk.h.flash_success(tk._("The measure “{title}” is deleted.").format(title=dataset["title"]))
    return redirect("digitalms_recent.index")


@digitalms_measure.get("/digitalisierungsmassnahme/<id>/zuruecknehmen")
def ask_to_take_back(id: str) -> Page:  # noqa: A002 - as above
    """Say what was said last of a measure and what counts without it, before it is taken back."""
    dataset = _dataset(id)
    try:
        last = tk.get_action("digitalms_statement_undo")(reader(), {"id": dataset["id"], "dry_run": True})
    except tk.ValidationError as refused:
        return _told_why(refused, dataset)
    text = tk._(
        "{who}, entered on {moment}: “{statement}”. It counts no longer then, and pages and tables of today "
        "and of every day say what they said before: the Stand of {then}. “As known on” still shows it."
    )
    words = tk.h.digitalms_label("kind", last["change"])
    day = tk.h.digitalms_day(last["as_of"])
    sentences = [
        text.format(
            who=tk._("{kind} of {day}").format(kind=words[:1].upper() + words[1:], day=day),
            moment=tk.h.digitalms_moment(last["recorded_at"]),
            statement=last["statement"] or tk._("without words"),
            then=tk.h.digitalms_day(last["then_as_of"]),
        )
    ]
    if last["came_with"]:
        whole = tk._("It came with “{name}”, which can no longer be taken back as a whole afterwards.")
        sentences.append(whole.format(name=last["came_with"]))
    title = tk._("Take back what was said last of “{title}”").format(title=dataset["title"])
    back = str(tk.url_for("digitalms_measure.read", id=dataset["name"]))
    told = {"statement_id": last["statement_id"]}
    return asked(title, " ".join(sentences), tk._("Take back"), back=back, told=told)


@digitalms_measure.post("/digitalisierungsmassnahme/<id>/zuruecknehmen")
def take_back(id: str) -> Page:  # noqa: A002 - as above
    """Take back what was said last of a measure."""
    dataset = _dataset(id)
    told = {"id": dataset["id"], "statement_id": tk.request.form.get("statement_id", "")}
    try:
        done = tk.get_action("digitalms_statement_undo")(reader(), told)
    except tk.ValidationError as refused:
        return _told_why(refused, dataset)
    sentence = tk._("Taken back: the measure says again what it said before, Stand {day}.")
    tk.h.flash_success(sentence.format(day=tk.h.digitalms_day(done["then_as_of"])))
    return redirect("digitalms_measure.read", id=dataset["name"])


def _told_why(refused: tk.ValidationError, dataset: Json) -> Page:
    flash_refusal(refused)
    return redirect("digitalms_measure.read", id=dataset["name"])


def _dataset(measure_id: str) -> Json:
    dataset: Json = tk.get_action("package_show")(reader(), {"id": measure_id})
    if dataset["type"] != MEASURE_TYPE:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=measure_id[:60]))
    return dataset


def _parent(measure: Json, moment: PointInTime) -> Json | None:
    """Return the measure above, if the reader sees it as it is told at the moment."""
    if not measure["parent_id"]:
        return None
    with suppress(tk.ObjectNotFound, tk.NotAuthorized):
        shown: Json = tk.get_action("digitalms_measure_show")(
            reader(), {"id": measure["parent_id"], **moment.told}
        )
        return shown
    return None
