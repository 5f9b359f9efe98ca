"""Internal notes on a measure: written, changed and removed by those who keep it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json

from .errors import handle_errors
from .pages import Page, reader, redirect, rendered

digitalms_notes = Blueprint("digitalms_notes", __name__, url_prefix="/digitalisierungsmassnahme/<id>/notiz")
handle_errors(digitalms_notes)

# all notes of a measure are looked through for one
_ALL = 1000


@digitalms_notes.post("")
def add(id: str) -> Page:  # noqa: A002 - CKAN's links to a dataset name it so
    """Add a note; one that is refused comes back in a form."""
    told = {"id": id, "text": tk.request.form.get("text", "")}
    try:
        tk.get_action("digitalms_internal_note_create")(reader(), told)
    except tk.ValidationError as refused:
        return _form(id, None, told, refused.error_dict)
    return redirect("digitalms_measure.read", id=id, _anchor="notizen")


@digitalms_notes.get("/<note_id>")
def edit(id: str, note_id: str) -> Page:  # noqa: A002 - as above
    """Show a note to change or remove it."""
    return _form(id, _note(id, note_id), {}, {})


@digitalms_notes.post("/<note_id>")
def save(id: str, note_id: str) -> Page:  # noqa: A002 - as above
    """Save what was changed, or show what was typed with what is wrong."""
    typed = {name: tk.request.form[name] for name in ("text", "seen") if name in tk.request.form}
    try:
        tk.get_action("digitalms_internal_note_update")(reader(), {"id": id, "note_id": note_id, **typed})
    except tk.ValidationError as refused:
        return _form(id, _note(id, note_id), typed, refused.error_dict)
    tk.h.flash_success(tk._("The note is saved."))
    return redirect("digitalms_measure.read", id=id, _anchor="notizen")


@digitalms_notes.post("/<note_id>/entfernen")
def remove(id: str, note_id: str) -> Page:  # noqa: A002 - as above
    """Remove a note; what somebody changed meanwhile is shown before."""
    told = {"id": id, "note_id": note_id, "seen": tk.request.form.get("seen", "")}
    try:
        tk.get_action("digitalms_internal_note_delete")(reader(), told)
    except tk.ValidationError as refused:
        return _form(id, _note(id, note_id), {}, refused.error_dict)
    tk.h.flash_success(tk._("The note is removed."))
    return redirect("digitalms_measure.read", id=id, _anchor="notizen")


def _note(measure_id: str, note_id: str) -> Json:
    found = tk.get_action("digitalms_internal_note_list")(reader(), {"id": measure_id, "limit": _ALL})
    note: Json | None = next((one for one in found["results"] if one["id"] == note_id), None)
    if note is None:
        raise tk.ObjectNotFound(tk._("There is no such note on this measure."))
    return note


def _form(measure_id: str, note: Json | None, typed: Json, errors: Json) -> Page:
    """Show the form: what was typed, else the note, and of which state both its buttons speak."""
    data = typed
    if note is not None:
        data = {"text": note["text"], **typed, "seen": note["changed_at"] or note["created_at"]}
    measure = tk.get_action("package_show")(reader(), {"id": measure_id})
    told = {"measure": measure, "note": note, "data": data, "errors": errors}
    return rendered("digitalms/measure/note.html", told)
