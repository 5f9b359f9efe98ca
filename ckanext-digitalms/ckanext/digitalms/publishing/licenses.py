"""Licences that German open data use; CKAN's own list does not know the Datenlizenz Deutschland."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from ckan.common import CKANConfig

_FILE = "licenses.json"


def offer(config: CKANConfig) -> None:
    """Offer our list of licences, unless the operator has a list of its own."""
    if not config.get("licenses_group_url"):
        config["licenses_group_url"] = f"file://{files(__package__ or '').joinpath(_FILE)}"


def known() -> dict[str, dict[str, Any]]:
    """Return the licences by id."""
    read = json.loads(files(__package__ or "").joinpath(_FILE).read_text("utf-8"))
    return {one["id"]: one for one in read}
