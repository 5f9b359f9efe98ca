"""A report as the API and the pages give it."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import CouncilReport, ReportVersion
from ckanext.digitalms.reporting import canonical
from ckanext.digitalms.reporting import settings as report_settings
from ckanext.digitalms.reporting.gaps import ReportGap
from ckanext.digitalms.services import delivery_work

from . import drafts, files
from .making import Made

__all__ = ["FROZEN", "WITHDRAWN", "gap", "head", "version", "whole"]

FROZEN, WITHDRAWN, DRAFT = "frozen", "withdrawn", "draft"


def head(row: CouncilReport, versions: list[ReportVersion], *, is_maker: bool) -> Json:
    """Return what a list says of a report; to the public of its frozen form only."""
    newest = versions[0] if versions else None
    state = newest.state if newest else DRAFT
    kind = drafts.known_types().get(row.type)
    told: Json = {
        "name": row.name,
        "title": newest.title if newest and not is_maker else row.title,
        "type": row.type,
        "type_title": kind.title if kind else row.type,
        "as_of": (newest.as_of if newest and not is_maker else row.as_of).isoformat(),
        "number": newest.number if newest and not is_maker else row.number,
        "state": state,
        "version": newest.version if newest else None,
        "frozen_at": newest.frozen_at.isoformat() if newest else None,
        "known_at": newest.known_at.isoformat() if newest else None,
    }
    if is_maker:
        told["changed_at"] = row.changed_at.isoformat()
    return told


def version(one: ReportVersion, *, is_maker: bool) -> Json:
    """Return what is said of a frozen version; the paper that came in is for those who make reports."""
    kept = {ending: told for ending, told in one.files.items() if is_maker or ending != files.ORIGINAL}
    return {
        "version": one.version,
        "state": one.state,
        "title": one.title,
        "number": one.number,
        "as_of": one.as_of.isoformat(),
        "known_at": one.known_at.isoformat(),
        "frozen_at": one.frozen_at.isoformat(),
        "sha256": one.sha256,
        "files": [{"ending": ending, **told} for ending, told in sorted(kept.items())],
        "releases": list(one.releases),
        "corrects": one.corrects,
        "reason": one.reason,
        "notes": list(one.notes),
        "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
        "withdrawn_because": one.withdrawn_because,
    }


def whole(row: CouncilReport, chosen: ReportVersion | None, made: Made | None, *, is_maker: bool) -> Json:
    """Return a report: a frozen version of it, or its draft.

    Args:
        row: the report.
        chosen: the version that is told; nothing for the draft.
        made: the draft, where that is told.
        is_maker: whether who reads may change it, and so sees what was typed.
    """
    versions = drafts.versions_of(row.name)
    told = head(row, versions, is_maker=is_maker)
    told["versions"] = [version(one, is_maker=is_maker) for one in versions]
    told["shown"] = chosen.version if chosen else None
    told["report"] = _content(chosen, made)
    told["formats"] = [each.ending for each in files.formats()]
    if chosen:
        of_version = next(one for one in told["versions"] if one["version"] == chosen.version)
        told["formats"] = [each["ending"] for each in of_version["files"]]
    if is_maker:
        settings: dict[str, Any] = report_settings.stored(drafts.settings_of(row))
        del settings["work"]
        told |= {
            "revision": row.revision,
            "previous": row.previous_name or (row.previous_day.isoformat() if row.previous_day else None),
            "settings": settings,
            "work": delivery_work.told(row),
        }
    return told


def _content(chosen: ReportVersion | None, made: Made | None) -> Json | None:
    if made is not None:
        return canonical.plain(made.report)
    if chosen is None or chosen.state == WITHDRAWN:
        return None
    told: Json = json.loads(chosen.content)
    return told


def gap(found: ReportGap, left: dict[str, Any]) -> Json:
    """Return a gap in the reader's language, with the address that mends it."""
    kept = left.get(found.key)
    return {
        "key": found.key,
        "kind": found.kind.value,
        "label": tk._(found.kind.label),
        "measure_id": found.measure_id,
        "title": found.title,
        "message": translate(found.message, tk._),
        "reason": kept.reason if kept else None,
    }
