"""What words of the search mean besides themselves: a table that coordinators keep."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.search.synonym import Synonym
from ckanext.digitalms.services import synonym_files, synonyms, uploads

__all__ = [
    "digitalms_synonym_create",
    "digitalms_synonym_delete",
    "digitalms_synonym_list",
    "digitalms_synonym_undo",
    "digitalms_synonym_upload",
]


@tk.side_effect_free
def digitalms_synonym_list(context: Context, data_dict: Json) -> Json:
    """List the synonyms of the search in the order of the table.

    Args:
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results, version}``; each result has word, meaning, direction (``one_way``: who types the
        word finds the meaning; ``both``: and the other way round) and note (where it is taken from). The
        version counts the changes; 0: the list as it comes with the catalogue.
    """
    tk.check_access("digitalms_synonym_list", context, data_dict)
    told = schema.asked("digitalms_synonym_list", context, data_dict)
    rows = [one.to_json() for one in synonyms.current()]
    return {**schema.paged(rows, told), "version": synonyms.version()}


def digitalms_synonym_create(context: Context, data_dict: Json) -> Json:
    """Add a synonym, or change direction and note of one that is there (coordinators). It holds at once.

    Args:
        word: what somebody types, one to five words.
        meaning: what is looked for, too.
        direction: ``one_way`` (default) or ``both``.
        note: where it is taken from.

    Returns:
        the synonym.
    """
    tk.check_access("digitalms_synonym_create", context, data_dict)
    told = schema.asked("digitalms_synonym_create", context, data_dict)
    one = Synonym.of_json(told)
    wrong = synonym_files.unfit(one)
    if wrong:
        raise tk.ValidationError(wrong)
    synonyms.change([one])
    return one.to_json()


def digitalms_synonym_delete(context: Context, data_dict: Json) -> Json:
    """Remove a synonym (coordinators).

    Args:
        word: of the synonym.
        meaning: of the synonym.

    Returns:
        the synonym that was removed.

    Raises:
        ObjectNotFound: there is no such synonym.
    """
    tk.check_access("digitalms_synonym_delete", context, data_dict)
    told = schema.asked("digitalms_synonym_delete", context, data_dict)
    wanted = Synonym(told["word"], told["meaning"]).key
    found = next((one for one in synonyms.current() if one.key == wanted), None)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such synonym."))
    synonyms.change([], [found])
    return found.to_json()


def digitalms_synonym_upload(context: Context, data_dict: Json) -> Json:
    """Read the table with changes (coordinators): rows add or change, ``action`` = ``delete`` removes.

    Args:
        upload: the file as CSV, CSV for Excel, XLSX or JSON (multipart), or
        content: its text.
        filename: what it is called (optional).

    Returns:
        ``{added, changed, removed}``: how many rows. What is not in the file stays.

    Raises:
        ValidationError: keyed ``upload``, with row and sentence for each fault; nothing is changed then.
    """
    tk.check_access("digitalms_synonym_upload", context, data_dict)
    told = schema.asked("digitalms_synonym_upload", context, data_dict)
    _, content = uploads.uploaded({**told, "kind": "search_synonyms.csv"})
    rows = synonym_files.read_rows(content)
    kept = [row.synonym for row in rows if not row.is_deleted]
    added, changed, removed = synonyms.change(kept, [row.synonym for row in rows if row.is_deleted])
    return {"added": added, "changed": changed, "removed": removed}


def digitalms_synonym_undo(context: Context, data_dict: Json) -> Json:
    """Take the last change of the synonyms back (coordinators); taken back again, it holds.

    Args:
        version: that is taken back; where it is not the present one, nothing is written.

    Returns:
        ``{version}`` of the list as it is now.
    """
    tk.check_access("digitalms_synonym_undo", context, data_dict)
    told = schema.asked("digitalms_synonym_undo", context, data_dict)
    synonyms.take_back(told["version"])
    return {"version": synonyms.version()}
