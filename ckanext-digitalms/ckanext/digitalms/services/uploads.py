"""What comes in with a call of the API: a file, as upload or as text, and for whom it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.digitalms import config
from ckanext.digitalms.storable import plain_id


def uploaded(told: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return name and bytes of a file.

    Args:
        told: upload or content, filename and kind.

    Raises:
        ValidationError: there is no file, or it is larger than allowed.
    """
    upload, content = told.get("upload"), told.get("content")
    most = config.max_upload_bytes() + 1
    if isinstance(upload, FileStorage):
        name = told.get("filename") or upload.filename
        data = upload.read(most)
    elif isinstance(content, str | bytes):
        name, data = told.get("filename"), _bytes(content)
        data = data[:most]
    else:
        raise tk.ValidationError(
            {"upload": [tk._("There is no file: choose the table that you want to deliver.")]}
        )
    check_size("upload", data)
    return " ".join(str(name or told["kind"]).replace("\0", "").split())[:200], data


def _bytes(content: str | bytes) -> bytes:
    # half a character is told of by the reader
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content


def check_size(field: str, data: bytes) -> None:
    """Refuse what is larger than allowed; one byte more is enough to know it, no more was read.

    Raises:
        ValidationError: at the field.
    """
    limit = config.max_upload_bytes()
    if len(data) > limit:
        message = tk._("The file is larger than {limit} MB, the most that is read: split the table.")
        raise tk.ValidationError({field: [message.format(limit=f"{limit / 10**6:g}")]})


def read_file(path: Path) -> bytes:
    """Read a file of the disk, one byte more than is allowed at most."""
    with path.open("rb") as file:
        return file.read(config.max_upload_bytes() + 1)


def organisation_id(name: str | None) -> str | None:
    """Return the id of an organisation; raises ``ValidationError`` where there is none of that name."""
    group = model.Group.get(plain_id(name)) if name else None
    if name and (group is None or not group.is_organization):
        message = tk._("There is no organisation “{found}”: choose one from the list.")
        raise tk.ValidationError({"organisation": [message.format(found=name[:60])]})
    return group.id if group else None
