"""What somebody uploaded is handed out to be saved, and never runs on our host.

A page, a drawing or a document in XML that a browser opens from here could act as whoever looks at it. So a
stored file is an attachment, in a sandbox, of a type that runs nowhere; anything else is just bytes.
"""

from __future__ import annotations

import re
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response
from flask import current_app
from werkzeug.security import safe_join

__all__ = ["install", "is_sealed"]

_PICTURES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_TYPES = _PICTURES | {
    "application/geo+json",
    "application/geopackage+sqlite3",
    "application/gzip",
    "application/json",
    "application/msword",
    "application/pdf",
    "application/vnd.apache.parquet",
    "application/vnd.ms-excel",
    "application/zip",
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    *(f"{_OFFICE}{kind}" for kind in ("presentationml.presentation", "spreadsheetml.sheet")),
    f"{_OFFICE}wordprocessingml.document",
    *(f"{_OPEN}{kind}" for kind in ("presentation", "spreadsheet", "text")),
}
_ANYTHING = "application/octet-stream"
# what comes from stores, or is kept as a source gave it
_STORED = re.compile(
    r"(.*_)?resource\.download|file\..*|harvester\.object_show|digitalms_own_tables\.original"
    r"|digitalms_reports\.(newest_)?file",
    re.DOTALL,
)
# pictures of organisations and people stand in pages; CKAN looks at their content when they are uploaded
_SHOWN = ("file.public_download", "static")
_OWN_FILES = ("webassets.", "digitalms_")
_POLICY = "default-src 'none'; sandbox"


def install(app: CKANApp) -> None:
    """Look at every answer, before the headers of pages are put on it."""
    app.after_request(seal)


def seal(response: Response) -> Response:
    """Make an attachment of a stored file."""
    endpoint = str(tk.request.endpoint or "")
    if response.status_code in {200, 206, 304} and _is_stored(endpoint, response):
        response.headers["Content-Security-Policy"] = _POLICY
        if response.mimetype not in _TYPES:
            response.headers["Content-Type"] = _ANYTHING
        if not (endpoint in _SHOWN and response.mimetype in _PICTURES):
            told = response.headers.get("Content-Disposition", "")
            response.headers["Content-Disposition"] = "attachment" + told[len(told.partition(";")[0]) :]
    return response


def is_sealed(response: Response) -> bool:
    """Return whether this is a stored file."""
    return bool(response.headers.get("Content-Security-Policy") == _POLICY)


def _is_stored(endpoint: str, response: Response) -> bool:
    if endpoint == "static":
        return not _is_shipped((tk.request.view_args or {})["filename"])
    is_file = response.direct_passthrough and not endpoint.startswith(_OWN_FILES)
    return is_file or _STORED.fullmatch(endpoint) is not None


def _is_shipped(name: str) -> bool:
    """Return whether a file comes with CKAN or an extension: uploads are in one folder among these."""
    storage = tk.config["ckan.storage_path"]
    uploads = Path(str(storage)) / "storage" if storage else None
    folders = [folder for folder in current_app.static_folder or () if Path(folder) != uploads]
    paths = (safe_join(folder, name) for folder in folders)
    return any(path is not None and Path(path).is_file() for path in paths)
