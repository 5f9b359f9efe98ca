"""Among many datasets those of tables are found by an index, and a free name without reading all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.publishing import custom_tables, datasets
from ckanext.digitalms.services.custom_tables.drafts import public_datasets

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

MANY = 20_000
_DATASETS = """
INSERT INTO package (id, name, title, type, state, private, extras)
SELECT 'id-' || n, 'daten-' || n, 'Daten ' || n, 'dataset', 'active', false, '{"frequency": "daily"}'
FROM generate_series(1, :many) AS n
"""
LOOK_UPS = {
    "an open table": lambda: datasets.find("measures"),
    "all open tables": datasets.find_all,
    "a table of one's own": lambda: custom_tables.find("schulen"),
    "the public ones": public_datasets,
    "a free name": lambda: datasets.free_name("daten-7"),
    "a free name of a table": lambda: custom_tables.free_name("daten-7"),
}


@contextmanager
def plans() -> Iterator[list[str]]:
    """Give how PostgreSQL does each statement on datasets that is sent meanwhile."""
    told: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "package" in statement:
            with connection.connection.cursor() as asking:
                asking.execute(f"EXPLAIN {statement}", parameters)
                told.append("\n".join(row[0] for row in asking.fetchall()))

    sa.event.listen(model.meta.engine, "before_cursor_execute", explain)
    try:
        yield told
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", explain)


def test_look_ups() -> None:
    """No look-up reads all datasets."""
    model.Session.execute(sa.text(_DATASETS), {"many": MANY})
    model.Session.commit()
    model.Session.execute(sa.text("ANALYZE package"))
    found = {}
    for name, look_up in LOOK_UPS.items():
        with plans() as told:
            look_up()
        assert told, name
        found[name] = [plan for plan in told if "Seq Scan on package" in plan]
    assert {name: bad for name, bad in found.items() if bad} == {}


def test_free_names() -> None:
    """The first number that neither a dataset nor a table has, also where many are taken."""
    model.Session.execute(sa.text(_DATASETS), {"many": 120})
    model.Session.execute(
        sa.text("UPDATE package SET extras = jsonb_build_object('digitalms_own_table', name || '-2')")
    )
    model.Session.commit()
    assert datasets.free_name("daten-7") == "daten-7-2"
    assert datasets.free_name("daten") == "daten"
    assert datasets.first_free("daten-1", "daten", datasets.taken_names) == "daten-121"
    assert custom_tables.free_name("daten-7") == "daten-7-3"
