"""Documents straight for the index."""

from __future__ import annotations

import json
import uuid
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.search import documents


def document(name: str, title: str, **values: Any) -> dict[str, Any]:
    """Make a document as CKAN makes it, prepared as ours is."""
    package_id = str(uuid.uuid4())
    data = {"id": package_id, "name": name, "title": title, "type": "dataset"}
    return documents.prepare(
        {
            **data,
            "index_id": package_id,
            "site_id": tk.config["ckan.site_id"],
            "entity_type": "package",
            "dataset_type": "dataset",
            "state": "active",
            "capacity": "public",
            "permission_labels": ["public"],
            "metadata_modified": "2019-03-14T00:00:00Z",
            "validated_data_dict": json.dumps(data),
            **values,
        }
    )
