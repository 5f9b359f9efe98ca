"""Internal notes: for those who keep a measure, in no page, search, feed or release."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.model import InternalNote
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures.hooks import author_of, is_measure

__all__ = ["digitalms_internal_note_create", "digitalms_internal_note_delete", "digitalms_internal_note_list"]


def measure_package(measure_id: str) -> model.Package:
    """Return the dataset of a measure; raises ``ObjectNotFound``."""
    package = find_package(measure_id)
    if package is None or not is_measure(package) or package.state == model.State.DELETED:
        message = tk._("There is no measure “{found}”.")
        raise tk.ObjectNotFound(message.format(found=measure_id[:60]))
    return package


@tk.side_effect_free
def digitalms_internal_note_list(context: Context, data_dict: Json) -> Json:
    """List the internal notes on a measure, newest first.

    Args:
        id: the measure's key.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has id, text, user_id and created_at.
    """
    tk.check_access("digitalms_internal_note_list", context, data_dict)
    told = schema.asked("digitalms_internal_note_list", context, data_dict)
    package = measure_package(told["id"])
    newest = InternalNote.created_at.desc()
    query = sa.select(InternalNote).where(InternalNote.package_id == package.id).order_by(newest)
    notes = schema.paged(list(model.Session.scalars(query)), told)
    return {**notes, "results": [_note(note) for note in notes["results"]]}


def digitalms_internal_note_create(context: Context, data_dict: Json) -> Json:
    """Add an internal note to a measure.

    Args:
        id: the measure's key.
        text: the note.

    Returns:
        the note: id, text, user_id and created_at.
    """
    tk.check_access("digitalms_internal_note_create", context, data_dict)
    told = schema.asked("digitalms_internal_note_create", context, data_dict)
    package = measure_package(told["id"])
    note = InternalNote(package_id=package.id, text=told["text"], user_id=author_of(context))
    model.Session.add(note)
    model.repo.commit()
    return _note(note)


def digitalms_internal_note_delete(context: Context, data_dict: Json) -> Json:
    """Delete an internal note.

    Args:
        id: the measure's key.
        note_id: the note's id.

    Returns:
        the note that was deleted.
    """
    tk.check_access("digitalms_internal_note_delete", context, data_dict)
    told = schema.asked("digitalms_internal_note_delete", context, data_dict)
    package = measure_package(told["id"])
    note = model.Session.get(InternalNote, told["note_id"])
    if note is None or note.package_id != package.id:
        raise tk.ObjectNotFound(tk._("There is no such note on this measure."))
    answer = _note(note)
    model.Session.delete(note)
    model.repo.commit()
    return answer


def _note(note: InternalNote) -> Json:
    return {
        "id": note.id,
        "text": note.text,
        "user_id": note.user_id,
        "created_at": note.created_at.isoformat(),
    }
