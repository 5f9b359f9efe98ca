"""What is told of the versions of a table of one's own, with addresses that stay."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Release
from ckanext.digitalms.tables.open_tables import json_value
from ckanext.digitalms.tables.spec import file_name

from . import custom_tables, releases
from .formats import FORMATS
from .frictionless_report import REPORT_ENDING
from .package import PACKAGE_FILE, SCHEMA_ENDING
from .snapshot import site_url


def version(release: Release) -> Json:
    """Tell of one version."""
    name = str(release.manifest["own_table"]["name"])
    base = f"{site_url()}/{custom_tables.ADDRESS}/{name}/{release.release_id}"
    return {
        "release_id": release.release_id,
        "published_at": json_value(release.created_at),
        "rows": release.manifest["rows"][name],
        "period": release.manifest["period"],
        "notes": release.manifest["notes"],
        "cited_in": release.manifest.get("cited", ""),
        "is_current": release.state == releases.CURRENT,
        "files": [_file(release, name, ending, base) for ending in FORMATS],
        "schema_url": f"{base}/{file_name(name, SCHEMA_ENDING)}",
        "report_url": f"{base}/{file_name(name, REPORT_ENDING)}",
        "package_url": f"{base}/{PACKAGE_FILE}",
    }


def _file(release: Release, name: str, ending: str, base: str) -> Json:
    form, file = FORMATS[ending], file_name(name, ending)
    told = {"name": file, "format": ending, "label": tk._(form.label), "media_type": form.media_type}
    return {**told, "url": f"{base}/{file}", **release.manifest["files"][file]}
