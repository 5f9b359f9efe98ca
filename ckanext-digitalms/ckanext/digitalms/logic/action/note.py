"""Internal notes: for those who keep a measure, in no page, search, feed or release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.model import InternalNote
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures.hooks import author_of, is_measure
from ckanext.digitalms.storable import plain_id

__all__ = [
    "digitalms_internal_note_create",
    "digitalms_internal_note_delete",
    "digitalms_internal_note_list",
    "digitalms_internal_note_update",
]


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
        ``{count, results}``; each result has id, text, created_at, user_id and author (the name of who wrote
        it), changed_at and changed_by (a name), both empty where it was not changed.
    """
    tk.check_access("digitalms_internal_note_list", context, data_dict)
    told = schema.asked("digitalms_internal_note_list", context, data_dict)
    package = measure_package(told["id"])
    newest = InternalNote.created_at.desc()
    query = sa.select(InternalNote).where(InternalNote.package_id == package.id).order_by(newest)
    notes = schema.paged(list(model.Session.scalars(query)), told)
    return {**notes, "results": _told(notes["results"])}


def digitalms_internal_note_create(context: Context, data_dict: Json) -> Json:
    """Add an internal note to a measure.

    Args:
        id: the measure's key.
        text: the note.

    Returns:
        the note, as in the list.
    """
    tk.check_access("digitalms_internal_note_create", context, data_dict)
    told = schema.asked("digitalms_internal_note_create", context, data_dict)
    package = measure_package(told["id"])
    note = InternalNote(package_id=package.id, text=told["text"], user_id=author_of(context))
    model.Session.add(note)
    model.repo.commit()
    return _told([note])[0]


def digitalms_internal_note_update(context: Context, data_dict: Json) -> Json:
    """Change the text of an internal note; who wrote it first stays with it.

    Args:
        id: the measure's key.
        note_id: the note's id.
        text: the note.
        seen: changed_at, or created_at, as it was read (optional): where somebody changed it since, nothing
            is written.

    Returns:
        the note, as in the list.

    Raises:
        ObjectNotFound: there is no such note on this measure.
        ValidationError: keyed ``seen``: somebody changed it since.
    """
    tk.check_access("digitalms_internal_note_update", context, data_dict)
    told = schema.asked("digitalms_internal_note_update", context, data_dict)
    note = _note_of(told)
    message = tk._("Somebody changed this note meanwhile: look at it and write again what is missing.")
    _refuse_overtaken(note, told.get("seen"), message)
    if note.text != told["text"]:
        note.text, note.changed_at, note.changed_by = told["text"], datetime.now(UTC), author_of(context)
    model.repo.commit()
    return _told([note])[0]


def digitalms_internal_note_delete(context: Context, data_dict: Json) -> Json:
    """Delete an internal note.

    Args:
        id: the measure's key.
        note_id: the note's id.
        seen: as for :func:`digitalms_internal_note_update`: where somebody changed it since, it stays.

    Returns:
        the note that was deleted.

    Raises:
        ObjectNotFound: there is no such note on this measure.
        ValidationError: keyed ``seen``: somebody changed it since.
    """
    tk.check_access("digitalms_internal_note_delete", context, data_dict)
    told = schema.asked("digitalms_internal_note_delete", context, data_dict)
    note = _note_of(told)
    message = tk._("Somebody changed this note meanwhile: look at it before you remove it.")
    _refuse_overtaken(note, told.get("seen"), message)
    (answer,) = _told([note])
    model.Session.delete(note)
    model.repo.commit()
    return answer


def _note_of(told: Json) -> InternalNote:
    """Return a note of a measure, locked; raises ``ObjectNotFound``."""
    package = measure_package(told["id"])
    key = plain_id(told["note_id"])
    note: InternalNote | None = model.Session.get(
        InternalNote, key, with_for_update=True, populate_existing=True
    )
    if note is None or note.package_id != package.id:
        raise tk.ObjectNotFound(tk._("There is no such note on this measure."))
    return note


def _refuse_overtaken(note: InternalNote, seen: str | None, message: str) -> None:
    """Refuse to write over, or to remove, what somebody wrote meanwhile; nothing seen is not asked."""
    if seen and seen != (note.changed_at or note.created_at).isoformat():
        model.Session.rollback()
        raise tk.ValidationError({"seen": [message]})


def _told(notes: Sequence[InternalNote]) -> list[Json]:
    """Return notes as the API tells them, with the names of who wrote and changed them."""
    ids = {one for note in notes for one in (note.user_id, note.changed_by) if one}
    query = sa.select(model.User.id, model.User.fullname, model.User.name).where(model.User.id.in_(ids))
    names = {row.id: row.fullname or row.name for row in model.Session.execute(query)} if ids else {}
    return [
        {
            "id": note.id,
            "text": note.text,
            "user_id": note.user_id,
            "author": names.get(note.user_id),
            "created_at": note.created_at.isoformat(),
            "changed_at": note.changed_at.isoformat() if note.changed_at else None,
            "changed_by": names.get(note.changed_by),
        }
        for note in notes
    ]
