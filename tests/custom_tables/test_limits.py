"""What PostgreSQL, DuckDB or a workbook cannot take is renamed or refused in the draft, with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.custom_tables.names import OF_DATABASES, machine_name
from ckanext.digitalms.custom_tables.schema_check import SchemaError, check_schema
from ckanext.digitalms.publishing.workbook import _sheet_names
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

DATA = Path(__file__).parents[1] / "data"


def examined(data: bytes, schema: Any = None) -> Examined:
    return examine(data, "a.csv", Dialect.declared({}), Limits(10**7, 10**6), schema)


def said(found: Examined) -> list[str]:
    return [str(finding.message) for finding in found.report.findings]


def test_names_that_a_database_keeps_for_itself() -> None:
    found = examined((DATA / "a1_xmin_xmax.csv").read_bytes())
    assert found.is_valid
    assert found.schema
    assert [field["name"] for field in found.schema["fields"]] == [
        "name",
        "spalte_xmin",
        "ymin",
        "spalte_xmax",
        "ymax",
    ]
    assert [field["title"] for field in found.schema["fields"]] == ["Name", "xmin", "ymin", "xmax", "ymax"]
    assert "Column 2 is called “spalte_xmin”: databases keep the name “xmin”" in "\n".join(said(found))


def test_titles_that_become_the_same_name() -> None:
    found = examined("XMIN;xmin;spalte xmin;Länge;LAENGE;_id;_full_text\n1;2;3;4;5;6;7\n".encode())
    assert found.is_valid
    assert found.schema
    names = [field["name"] for field in found.schema["fields"]]
    assert len(set(names)) == len(names)
    assert not OF_DATABASES & set(names)
    assert all(name[0].isalpha() and len(name.encode()) <= 63 for name in names)


@pytest.mark.parametrize("name", sorted(OF_DATABASES))
def test_each_name(name: str) -> None:
    assert machine_name(name.upper(), 1) == f"spalte_{name}"
    for told in (name, name.upper()):
        with pytest.raises(SchemaError, match="databases keep this name"):
            check_schema({"fields": [{"name": told}]})


def test_names_that_not_every_database_tells_apart() -> None:
    with pytest.raises(SchemaError, match="more than once"):
        check_schema({"fields": [{"name": "Wert"}, {"name": "wert"}]})


def test_no_long_text_becomes_a_key() -> None:
    data = (DATA / "a2_long_text_becomes_key.csv").read_bytes()
    found = examined(data)
    assert found.is_valid
    assert found.schema
    assert "primaryKey" not in found.schema
    chosen = check_schema({**found.schema, "primaryKey": ["gremium", "wortlaut"]})
    refused = examined(data, chosen)
    assert not refused.is_valid
    assert said(refused)[0].startswith("Row 2: the key (gremium, wortlaut) has 65")


def test_a_key_of_short_texts_stays() -> None:
    found = examined(b"Name;Wert\nEins;1\nZwei;2\n")
    assert found.schema
    assert found.schema["primaryKey"] == ["name"]


def test_a_row_that_no_search_takes() -> None:
    words = " ".join(f"wort{number}" for number in range(3_000))
    header, row = (";".join(f"{text}{n}" for n in range(20)) for text in ("s", words))
    found = examined(f"{header}\n{row}\n".encode())
    assert not found.is_valid
    assert "at most 500000 can be searched in one row" in said(found)[0]


@pytest.mark.parametrize("table", ["spalten", "history", "Spalten"])
def test_sheets_that_are_there_already(table: str) -> None:
    assert _sheet_names(table, 1) == [f"{table} 1"]
