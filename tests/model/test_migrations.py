"""The models say what the migrations made: no table, column, type, index or key differs."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ckan import model
from ckan.model.meta import metadata


def is_ours(thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    table = name if kind == "table" else getattr(thing, "table", thing).name
    if table == "package":  # CKAN's, with indexes of ours
        return kind == "table" or str(name).startswith("digitalms_")
    return str(table).startswith("digitalms_") and table != "digitalms_alembic_version"


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_models_and_migrations_agree() -> None:
    options = {"compare_type": True, "compare_server_default": True, "include_object": is_ours}
    with model.meta.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
        tables = [name for name in metadata.tables if name.startswith("digitalms_")]
        found = connection.dialect.get_table_names(connection)
    ours = (name for name in found if is_ours(None, name, "table", True, None) and name != "package")
    assert sorted(tables) == sorted(ours)
    assert differences == []
