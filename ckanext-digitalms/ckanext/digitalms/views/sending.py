"""Sending files of releases."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from ckan.types import Response
from flask import send_file

from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import releases

_JSON = "application/json"


def send_from(release: Release, name: str, media_type: str, caching: str) -> Response:
    """Send a file of a release, with ranges, length and ETag."""
    fact: dict[str, Any] = release.manifest["files"][name]
    response: Response = send_file(
        (releases.all_folders().path(release.manifest) / name).absolute(),
        mimetype=media_type,
        as_attachment=media_type != _JSON,
        download_name=name,
        etag=fact["sha256"],
        last_modified=release.created_at.astimezone(UTC),
        conditional=True,
    )
    response.headers["Cache-Control"] = caching
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
