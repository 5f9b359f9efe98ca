"""Patterns of others: judged by RE2 whoever asks, in the words of frictionless, never by Python's re."""

from __future__ import annotations

import re
from typing import Any

import pytest
from frictionless import Schema
from frictionless.fields import StringField
from frictionless.resources import TableResource
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.custom_tables.examination import examine
from ckanext.digitalms.custom_tables.schema_check import check_schema
from ckanext.digitalms.validation import large_tables
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

# each takes Python's re longer than anybody waits
ENDLESS = ["(a|a)*b", "(a+)+b", "(a|aa)+b", "([a-z]*)*b", "(.*a){20}b", "(?:a?){40}a{40}b", "(a*)*b|c"]
LIMITS = Limits(10**7, 1000)


def schema(pattern: str) -> dict[str, Any]:
    return {"fields": [{"name": "x", "type": "string", "constraints": {"pattern": pattern}}]}


@pytest.fixture(autouse=True)
def no_pattern_for_re(monkeypatch):
    """Python's re is given none of these patterns."""
    compiled = re.compile

    def refuse(pattern: Any, flags: int = 0) -> Any:
        assert not any(one in str(pattern) for one in ENDLESS)
        return compiled(pattern, flags)

    monkeypatch.setattr(re, "compile", refuse)


@pytest.mark.parametrize("pattern", ENDLESS)
def test_ends(pattern, tmp_path):
    """In an own table and in a published one: told as frictionless tells it."""
    data = ("x\n" + "a" * 5000 + "\n").encode()
    found = examine(data, "t.csv", Dialect.declared({}), LIMITS, check_schema(schema(pattern)))
    assert [finding.cause.value for finding in found.report.findings] == ["constraint-pattern"]
    (tmp_path / "t.csv").write_bytes(data)
    told = {"name": "t", "type": "table", "path": "t.csv", "encoding": "utf-8", "schema": schema(pattern)}
    table = TableResource.from_descriptor(told, basepath=str(tmp_path))
    verdict = large_tables.validate(table)
    assert [error.note for error in verdict.errors] == [f'constraint "pattern" is "{pattern}"']


def test_what_re2_cannot_read_fits_nothing(tmp_path):
    """A schema that was taken in before RE2 judged: told with each row, and no error of ours."""
    told = schema("(?<=a)b")
    (tmp_path / "t.csv").write_text("x\nab\n")
    table = {"name": "t", "type": "table", "path": "t.csv", "encoding": "utf-8", "schema": told}
    verdict = large_tables.validate(TableResource.from_descriptor(table, basepath=str(tmp_path)))
    assert verdict.counts == {"constraint-error/pattern": 1}


@given(st.text("ab1-\n.ä", max_size=6), st.sampled_from(["a+", "a|b", "[^a]*", "a.b", "", "ab?|1"]))
def test_as_frictionless_itself(text: str, pattern: str) -> None:
    """The same value and notes, in the same order, for what both read alike (RE2's $ is the very end)."""
    told = {
        "name": "x",
        "type": "string",
        "constraints": {"required": True, "minLength": 2, "pattern": pattern, "enum": ["ab", "aab"]},
    }
    ours = Schema.from_descriptor({"fields": [told]}).fields[0].read_cell(text)
    alone = StringField(name="x", constraints=told["constraints"], schema=Schema()).read_cell(text)
    if not text.endswith("\n"):
        assert ours == alone
        assert list(ours[1] or {}) == list(alone[1] or {})
