"""What we publish comes back and changes nothing, in every format; an edit arrives as just that edit."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from catalogues import catalogues, compared, days, written
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.imports.difference import as_text
from ckanext.digitalms.imports.mapping import MAPPINGS
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.tables.open_tables import TABLES, Row, Source
from ckanext.digitalms.validation.table import FieldSpec

SLOW = settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_every_measure_table_comes_back() -> None:
    assert set(MAPPINGS) == set(TABLES)


@pytest.mark.parametrize("ending", FORMATS)
@SLOW
@given(source=catalogues())
def test_an_export_changes_nothing(ending: str, source: Source) -> None:
    for name, table in TABLES.items():
        rows = table.rows(source)
        found = compared(name, written(name, ending, rows), rows)
        assert found.findings == (), name
        assert found.edits == (), name
        assert found.unchanged == len(rows)


PLAIN = (
    st.text(
        st.characters(categories=("L", "N", "P", "Zs", "Sm"), max_codepoint=0x17F), min_size=1, max_size=15
    )
    .map(lambda text: unicodedata.normalize("NFC", text.strip()))
    .filter(lambda text: text and not text.startswith("#") and not re.search("Ã.|â€", text))
)


def new_values(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Return values that a column allows."""
    rules = spec.constraints
    if "enum" in rules:
        return st.sampled_from(rules["enum"])
    if rules.get("pattern") in ("[a-z0-9-]{2,40}", "[0-9]{2,8}"):
        return st.from_regex(rules["pattern"], fullmatch=True)
    if spec.type in {"integer", "number"}:
        least, most = int(rules.get("minimum", -1000)), int(rules.get("maximum", 1000))
        return st.integers(least, most) if spec.type == "integer" else st.decimals(least, most, places=3)
    return days if spec.type == "date" else PLAIN


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Row], list[Row], int, str, Any]:
    """Return a table, its rows, the same with one cell changed, and which."""
    source = draw(catalogues())
    rows_of = {name: table.rows(source) for name, table in TABLES.items()}
    name = draw(st.sampled_from([name for name, rows in rows_of.items() if rows] or [None]))
    assume(name is not None)
    shape, rows = MAPPINGS[name], rows_of[name]
    free = [
        c
        for c in shape.specs
        if c not in {*shape.key, *shape.fixed, *shape.computed, "council_references", "keywords"}
    ]
    place, column = draw(st.integers(0, len(rows) - 1)), draw(st.sampled_from(free))
    value = draw(new_values(shape.specs[column]))
    assume(as_text(value) != as_text(rows[place][column]))
    changed = [{**row, column: value} if n == place else row for n, row in enumerate(rows)]
    return name, rows, changed, place, column, value


@pytest.mark.parametrize("ending", FORMATS)
@SLOW
@given(case=edited())
def test_an_edit_arrives_as_just_that_edit(ending: str, case: Any) -> None:
    name, rows, changed, place, column, value = case
    found = compared(name, written(name, ending, changed), rows)
    assert found.findings == ()
    old = as_text(rows[place][column])
    assert [edit.fields for edit in found.edits] == [{column: (old, as_text(value))}]
    assert found.unchanged == len(rows) - 1
    key = {k: as_text(rows[place][k]) for k in MAPPINGS[name].key}
    assert {k: v for k, v in found.edits[0].key.items() if k in key} == {k: v for k, v in key.items() if v}
