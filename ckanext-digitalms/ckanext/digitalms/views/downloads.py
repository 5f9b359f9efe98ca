"""Sending files of releases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import send_file

from ckanext.digitalms.publishing import releases
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.publishing.writing import PACKED

from .errors import Answer, page

_JSON = "application/json"


def gone(release_id: str) -> Answer | None:
    """Say that a release was left out by the rule for old ones, if it was."""
    manifest = release_retention.removed(release_id)
    if manifest is None:
        return None
    sentence = tk._(
        "This release was removed on {day}: of old releases only some are kept. "
        "The page of the table lists those that are there."
    )
    day = tk.h.digitalms_day(manifest["thinned_at"])
    return page(410, tk._("Not there any more"), sentence.format(day=day))


def _changed(release: Release) -> datetime:
    """Return when the files of a release were written: anew where something was blanked in it."""
    moments = [datetime.fromisoformat(note["at"]) for note in release.manifest["notes"]]
    return max([release.created_at, *moments]).astimezone(UTC)


def send_from(release: Release, name: str, media_type: str, caching: str) -> Response:
    """Send a file of a release, with ranges, length and ETag; packed where that is asked for."""
    files: dict[str, Any] = release.manifest["files"]
    packed = f"{name}{PACKED}"
    # a range is of the plain file: what a reader goes on with must be what it began
    is_packed = packed in files and tk.request.accept_encodings["gzip"] > 0 and not tk.request.range
    shown = packed if is_packed else name
    response: Response = send_file(
        (releases.all_folders().path(release.manifest) / shown).absolute(),
        mimetype=media_type,
        as_attachment=media_type != _JSON,
        download_name=name,
        etag=files[shown]["sha256"],
        last_modified=_changed(release),
        conditional=not is_packed,
    )
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
        response.make_conditional(tk.request)
    if packed in files:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = caching
    return response
