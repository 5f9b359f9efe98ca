"""What one table says of another one holds, whatever the catalogue; and every such column says so."""

from __future__ import annotations

from typing import Any

import pytest
from catalogues import catalogues
from hypothesis import HealthCheck, given, settings
from suite_settings import examples

from ckanext.digitalms.tables.open_tables import TABLES, Source, all_rows

# the column of a list cannot be one, and these name what is no table
_NO_REFERENCE = {("goal_reviews", "successor_ids"), ("coverage_links", "coverage_link_id")}


def declared() -> list[tuple[str, dict[str, Any]]]:
    return [(name, key) for name, table in TABLES.items() for key in table.schema.get("foreignKeys", ())]


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(source=catalogues())
def test_every_foreign_key_holds(source: Source) -> None:
    rows = all_rows(source)
    for name, key in declared():
        other = rows[key["reference"]["resource"] or name]
        known = {tuple(row[column] for column in key["reference"]["fields"]) for row in other}
        told = [tuple(row[column] for column in key["fields"]) for row in rows[name]]
        assert {one for one in told if None not in one} <= known, (name, key)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(source=catalogues())
def test_a_key_is_told_once_and_what_is_required_is_there(source: Source) -> None:
    for name, rows in all_rows(source).items():
        key = TABLES[name].schema["primaryKey"]
        assert len({tuple(row[column] for column in key) for row in rows}) == len(rows)
        required = [f["name"] for f in TABLES[name].fields if f.get("constraints", {}).get("required")]
        assert all(row[column] not in (None, "") for row in rows for column in required), name


@pytest.mark.parametrize("name", TABLES)
def test_every_column_that_names_something_of_another_table_is_declared(name: str) -> None:
    table = TABLES[name]
    own = table.schema["primaryKey"][-1:] if name != "milestone_shifts" else []
    named = {f["name"] for f in table.fields if f["name"].endswith("_id")} - set(own)
    named -= {column for of, column in _NO_REFERENCE if of == name}
    if name == "measures":
        named = {"parent_id"}
    if name == "indicators":
        named = {"measure_id"}
    told = {column for key in table.schema.get("foreignKeys", ()) for column in key["fields"]}
    assert named <= told
