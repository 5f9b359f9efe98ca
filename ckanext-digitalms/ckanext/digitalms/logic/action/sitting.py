"""The sitting calendar of the council and its committees, and wordings of dates that are read by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.council.sitting_files import SittingFileError, read_sittings
from ckanext.digitalms.council.sittings import Sitting, is_council
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import SittingCalendar
from ckanext.digitalms.services import sittings, uploads
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.wordings.reading import find_dates, read_wording

__all__ = [
    "digitalms_date_read",
    "digitalms_sitting_create",
    "digitalms_sitting_delete",
    "digitalms_sitting_list",
    "digitalms_sitting_undo",
    "digitalms_sitting_upload",
]


@tk.side_effect_free
def digitalms_sitting_list(context: Context, data_dict: Json) -> Json:
    """List the sittings of the council and its committees, in the order of their days.

    Args:
        since: from this day on (optional).
        until: to this day (optional).
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results, version, written_at, change}``: each sitting has day, body and is_council; the
        version counts the changes, and change says what the last one was (kind, name, count).
    """
    tk.check_access("digitalms_sitting_list", context, data_dict)
    told = schema.asked("digitalms_sitting_list", context, data_dict)
    since, until = told.get("since") or "", told.get("until") or "9999"
    version = sittings.current()
    rows = [row for row in (version.sittings if version else ()) if since <= row["day"] <= until]
    return {**schema.paged(rows, told), **_version(version)}


def digitalms_sitting_create(context: Context, data_dict: Json) -> Json:
    """Add a sitting (coordinators); one that is there already stays as it is.

    Args:
        day: on which the body sits.
        body: its name; the council is called as configured, or "Rat".

    Returns:
        the sitting: day, body, is_council.
    """
    tk.check_access("digitalms_sitting_create", context, data_dict)
    told = schema.asked("digitalms_sitting_create", context, data_dict)
    sitting = _sitting(told)
    now = sittings.current()
    known = sittings.sittings_of(now)
    if sitting not in known:
        change = {"kind": "create", "name": sitting.body, "count": 1}
        sittings.write(now, [*known, sitting], change, author_of(context))
    return _told(sitting)


def digitalms_sitting_delete(context: Context, data_dict: Json) -> Json:
    """Remove a sitting (coordinators).

    Args:
        day: of the sitting.
        body: that would have sat.

    Returns:
        the sitting that was removed.

    Raises:
        ObjectNotFound: there is no such sitting.
    """
    tk.check_access("digitalms_sitting_delete", context, data_dict)
    told = schema.asked("digitalms_sitting_delete", context, data_dict)
    now = sittings.current()
    known = sittings.sittings_of(now)
    gone = [one for one in known if (one.day.isoformat(), one.body) == (told["day"], told["body"])]
    if not gone:
        raise tk.ObjectNotFound(tk._("There is no such sitting."))
    change = {"kind": "delete", "name": told["body"], "count": len(gone)}
    sittings.write(now, [one for one in known if one not in gone], change, author_of(context))
    return _told(gone[0])


def digitalms_sitting_upload(context: Context, data_dict: Json) -> Json:
    """Take the sittings of an iCalendar file over (coordinators).

    Args:
        upload: the file (multipart), or
        content: its text.
        filename: what it is called (optional).
        replace: true: the known sittings from the file's first day to its last go first, so that one which
            was moved does not stay.

    Returns:
        ``{count, added, removed, left_out}``: how many sittings the file has, how many of them are new, how
        many went, and sentences on what was not taken over.

    Raises:
        ValidationError: keyed ``upload``, with what was found in the file and what to do.
    """
    tk.check_access("digitalms_sitting_upload", context, data_dict)
    told = schema.asked("digitalms_sitting_upload", context, data_dict)
    name, content = uploads.uploaded({**told, "kind": "sittings.ics"})
    try:
        read = read_sittings(content, config.council_body(), config.time_zone(), config.today())
    except SittingFileError as err:
        raise tk.ValidationError({"upload": [translate(err.message, tk._)]}) from err
    now = sittings.current()
    known = set(sittings.sittings_of(now))
    first, last = read.sittings[0].day, read.sittings[-1].day
    found = set(read.sittings)
    gone = {one for one in known - found if told["replace"] and first <= one.day <= last}
    added = found - known
    if added or gone:
        change = {"kind": "upload", "name": name, "count": len(added)}
        sittings.write(now, (known - gone) | found, change, author_of(context))
    left_out = [translate(one, tk._) for one in read.left_out]
    return {"count": len(found), "added": len(added), "removed": len(gone), "left_out": left_out}


def digitalms_sitting_undo(context: Context, data_dict: Json) -> Json:
    """Take the last change of the sitting calendar back (coordinators); taken back again, it holds.

    Args:
        version: that is taken back; where it is not the present one, nothing is written.

    Returns:
        version, written_at and change of the calendar as it is now.
    """
    tk.check_access("digitalms_sitting_undo", context, data_dict)
    told = schema.asked("digitalms_sitting_undo", context, data_dict)
    return _version(sittings.take_back(told["version"], author_of(context)))


@tk.side_effect_free
def digitalms_date_read(context: Context, data_dict: Json) -> Json:
    """Read a wording of a date, such as "nach den Sommerferien 2019", by the rules of docs/dates.md.

    Args:
        text: the wording.
        as_of: the day from which a wording without a year, or a relative one, counts (optional).

    Returns:
        wording (the part that was read), earliest, latest, precision, bound, rule, is_expected and doubts
        (sentences); where nothing was understood, or several dates, only is_understood (false) and dates,
        how many were found.
    """
    tk.check_access("digitalms_date_read", context, data_dict)
    told = schema.asked("digitalms_date_read", context, data_dict)
    day = date.fromisoformat(told["as_of"]) if told.get("as_of") else None
    with sittings.used():
        found = read_wording(told["text"], day)
        if found is None:
            return {"is_understood": False, "dates": len(find_dates(told["text"], day))}
    return {
        "is_understood": True,
        "wording": found.wording,
        "earliest": found.earliest.isoformat() if found.earliest else None,
        "latest": found.latest.isoformat() if found.latest else None,
        "precision": str(found.precision),
        "bound": str(found.bound),
        "rule": str(found.rule),
        "is_expected": found.is_expected,
        "doubts": [translate(doubt, tk._) for doubt in found.doubts],
    }


def _sitting(told: Json) -> Sitting:
    body: str = told["body"]
    return Sitting(date.fromisoformat(told["day"]), body, is_council(body, config.council_body()))


def _told(sitting: Sitting) -> Json:
    return {"day": sitting.day.isoformat(), "body": sitting.body, "is_council": sitting.is_council}


def _version(version: SittingCalendar | None) -> dict[str, Any]:
    if version is None:
        return {"version": 0, "written_at": None, "change": None}
    moment = version.written_at.isoformat() if version.written_at else None
    return {"version": version.version, "written_at": moment, "change": version.change}
