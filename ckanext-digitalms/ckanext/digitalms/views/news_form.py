"""The short form of a measure: what is new, in a minute, or what was wrong about an earlier day.

It shows what stood on the day that it speaks of. Where another day is chosen, the form comes back with that
day's Stand and with what was typed before anything is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import Status, StepState

from . import form_fields, form_numbers, mending
from .errors import handle_errors
from .measure_form import stored_measure, typed_fields
from .pages import Page, reader, rendered

digitalms_news = Blueprint("digitalms_news", __name__)
handle_errors(digitalms_news)

# what the form asks; an action refuses what it does not know
FIELDS = ("as_of", "status", "status_reason", "progress_percent", "statement", "source", "update_due")
_OF_RECORD = {"source": "statement_source"}
OUTCOMES = {
    "new_stand": N_("The new Stand is saved."),
    "correction": N_("The Stand is corrected; the former wording stays in the history."),
    "backdated": N_("The earlier Stand was added to the history; the page stays as it is."),
    "upkeep": N_("The day of the next update is saved; the Stand stays as it is."),
    "unchanged": N_("Nothing was changed: this is what the measure already says."),
}


@digitalms_news.route("/digitalisierungsmassnahme/<id>/neues", methods=["GET", "POST"])
def news(id: str) -> Page:  # noqa: A002 - CKAN's links to a dataset name it so
    """Ask what is new."""
    stored = stored_measure(id)
    if tk.request.method == "GET":
        day = tk.request.args.get("stand") or config.today().isoformat()
        return _render(stored, _begun(stored, day) or _begun(stored, config.today().isoformat()) or {}, {})
    typed = typed_fields(drop_blank=False)
    before = _begun(stored, typed.get("shown")) or {}
    now = _begun(stored, typed.get("as_of"))
    is_other = now and any(now[name] != before.get(name) for name in ("begun", "is_correction"))
    if now and ("load" in tk.request.form or is_other):
        return _render(stored, {**_with_typed(now, before, typed), "is_loaded": True}, {})
    return _save(stored, typed, before)


def _save(stored: Json, typed: Json, before: Json) -> Page:
    steps = _steps(typed, before)
    told = {name: typed[name] for name in (*FIELDS, "seen") if name in typed}
    if not before.get("is_newest") or not _is_due_moved(typed, before):
        told.pop("update_due", None)  # the day that was only shown lapses where the new Stand has reached it
    if _only_due(typed, before):
        told = {name: told[name] for name in ("update_due", "seen") if name in told}
    asked = {**told, "id": stored["name"], **({"steps": steps} if steps is not None else {})}
    if met := _met(typed):
        asked["milestones_met"] = [{"id": one, "met_on": day} for one, day in met.items()]
    try:
        outcome = tk.get_action("digitalms_statement_create")(form_numbers.typing(), asked)
    except tk.ValidationError as refused:
        shown = {**before, **typed, "steps": steps or before.get("steps") or []}
        shown["milestones"] = _with_met(before.get("milestones") or [], typed)
        return _render(stored_measure(stored["name"]), shown, refused.error_dict)
    sentence = OUTCOMES[outcome["change"]]
    tk.h.flash_success(" ".join(filter(None, [tk._(sentence), form_numbers.read_as(typed)])))
    return mending.back_to(stored["name"])


def _begun(stored: Json, day: Any) -> Json | None:
    """Return what the form begins with for a day, or nothing where that is none; words are of one Stand."""
    asked = {"id": stored["name"], "unpublished": True, "cut_off_date": day}
    try:
        stood = tk.get_action("digitalms_measure_show")(reader(), asked)
    except tk.ValidationError:
        return None
    told = {name: _text(stood.get(_OF_RECORD.get(name, name))) for name in FIELDS}
    due = stored.get("update_due") or ""
    told["update_due"] = due if due > stood["judged_on"] else ""
    is_correction = stood["as_of"] == stood["judged_on"]
    if not is_correction:
        told |= dict.fromkeys(("statement", "source"), "")
    return {
        **told,
        "as_of": stood["judged_on"],
        "shown": stood["judged_on"],
        "begun": stood["as_of"],
        "is_correction": is_correction,
        "steps": stood["steps"],
        "milestones": [milestone for milestone in stood["milestones"] if not milestone["met_on"]],
        "is_newest": stood["as_of"] == stored["as_of"],
    }


def _text(value: Any) -> str:
    if isinstance(value, int | float):
        return form_numbers.written(value)
    return str(value or "")


def _with_typed(now: Json, before: Json, typed: Json) -> Json:
    """Put what was typed over what a day begins with; what was only shown gives way."""
    changed = {n: typed[n] for n in FIELDS if n in typed and typed[n] != before.get(n, "")}
    shown, chosen = _states(before.get("steps")), _states(typed.get("steps"))
    own = {step: state for step, state in chosen.items() if shown.get(step) != state}
    steps = [{**step, "state": own.get(step["id"], step["state"])} for step in now["steps"]]
    return {**now, **changed, "steps": steps, "milestones": _with_met(now["milestones"], typed)}


def _states(steps: Any) -> Mapping[Any, Any]:
    return {step.get("id"): step.get("state") for step in steps} if isinstance(steps, list) else {}


def _steps(typed: Json, before: Json) -> list[Json] | None:
    """Return the steps that were shown with the states that were chosen; ``None`` where the form has none."""
    if not isinstance(typed.get("steps"), list):
        return None
    chosen = _states(typed["steps"])
    return [{**step, "state": chosen.get(step["id"], step["state"])} for step in before.get("steps") or ()]


def _met(typed: Json) -> dict[str, str]:
    """Return the days that were typed for milestones, by their ids."""
    rows = typed.get("milestones")
    told = rows if isinstance(rows, list) else []
    return {str(row.get("id")): day for row in told if (day := str(row.get("met_on") or "").strip())}


def _with_met(milestones: list[Json], typed: Json) -> list[Json]:
    met = _met(typed)
    return [{**milestone, "met_on": met.get(milestone["id"], "")} for milestone in milestones]


def _only_due(typed: Json, before: Json) -> bool:
    """Return whether nothing but the day of the next update was changed: that is no news."""
    said = [name for name in FIELDS if name not in {"as_of", "update_due"}]
    same = all(typed.get(name, "").strip() == before.get(name, "") for name in said)
    return (
        same
        and _is_due_moved(typed, before)
        and not _met(typed)
        and _states(typed.get("steps")) == _states(before.get("steps"))
    )


def _is_due_moved(typed: Json, before: Json) -> bool:
    return bool(typed.get("update_due", "").strip() != before.get("update_due", ""))


def _render(stored: Json, data: Json, errors: Json) -> Page:
    told = {
        "stored": stored,
        "data": data,
        "errors": errors,
        "came_from": mending.came_from(),
        "statuses": form_fields.terms(Status),
        "states": form_fields.terms(StepState),
    }
    return rendered("digitalms/form/news.html", told)
