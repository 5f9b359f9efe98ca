"""The record: dataset in, content out, and back."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.measures.record import (
    ROW_TYPES,
    Measure,
    content_hash,
    measure_from_content,
    measure_from_dataset,
    measure_from_validated,
)

pytestmark = pytest.mark.pure

texts = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
numbers = st.decimals(0, 100, places=2)
by_type = {
    "str | None": st.none() | texts,
    "str": texts,
    "int | None": st.none() | st.integers(0, 9999),
    "Decimal | None": st.none() | numbers,
    "date | None": st.none() | days,
}


def rows(kind):
    declared = {f.name: by_type[f.type] for f in fields(ROW_TYPES[kind])}
    return st.lists(st.builds(ROW_TYPES[kind], **{**declared, "id": st.uuids().map(str)}), max_size=4).map(
        tuple
    )


@st.composite
def measures(draw):
    values = {}
    for declared in fields(Measure):
        if declared.name in ROW_TYPES:
            values[declared.name] = draw(rows(declared.name))
        elif declared.name == "keywords":
            values[declared.name] = tuple(sorted(draw(st.sets(texts, max_size=3))))
        else:
            values[declared.name] = draw(by_type[declared.type])
    return Measure(**values)


class TestContent:
    @given(measures())
    def test_content_and_back_is_the_same(self, measure):
        """Nothing is lost between record, JSON and record."""
        stored = json.loads(json.dumps(measure.content()))
        assert measure_from_content(stored) == measure

    @given(measures())
    def test_the_storage_form_says_the_same(self, measure):
        """What validation hands to the hook is read as what package_show gives."""
        shown = measure.content()
        organisation = shown.pop("organisation")
        keywords = shown.pop("keywords")
        core = {"title": shown.pop("title"), "notes": shown.pop("notes"), "name": shown.pop("measure_id")}
        extras = [
            {"key": k, "value": json.dumps(v) if isinstance(v, list) else str(v)}
            for k, v in shown.items()
            if v not in (None, [])
        ]
        data = {**core, "extras": extras, "tags": [{"name": word} for word in keywords]}
        assert measure_from_validated(data, organisation) == measure

    def test_the_hash_knows_no_order(self):
        """Equal content has an equal hash, whatever the order of its keys."""
        assert content_hash({"a": 1, "b": [1, 2]}) == content_hash({"b": [1, 2], "a": 1})
        assert content_hash({"b": [1, 2]}) != content_hash({"b": [2, 1]})

    def test_contact_and_notes_stay_out(self):
        """The contact is a field of the dataset, not of the content."""
        measure = measure_from_dataset({"name": "dms", "title": "DMS", "contact_email": "a@example.org"})
        assert "a@example.org" not in json.dumps(measure.content())


class TestReading:
    def test_strings_become_values(self):
        """Numbers, days and rows of strings are read."""
        measure = measure_from_dataset(
            {
                "name": "dms",
                "title": " DMS ",
                "progress_percent": "12.50",
                "as_of": "2019-03-14",
                "position": "3",
                "organization": {"name": "citeq"},
                "tags": [{"name": "b"}, {"name": "a"}],
                "milestones": [{"title": "Beginn", "latest": "2019-09-30", "met_on": ""}],
            }
        )
        assert (measure.title, measure.progress_percent, measure.as_of) == (
            "DMS",
            Decimal("12.5"),
            date(2019, 3, 14),
        )
        assert (measure.position, measure.organisation, measure.keywords) == (3, "citeq", ("a", "b"))
        assert measure.milestones[0].latest == date(2019, 9, 30)
        assert measure.milestones[0].met_on is None
