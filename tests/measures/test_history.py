"""Differences between statements."""

from __future__ import annotations

import pytest

from ckanext.digitalms.measures.history import changes, same_content

pytestmark = pytest.mark.pure


class TestChanges:
    def test_fields(self):
        """A changed field tells before and after; the Stand is no change of its own."""
        found = changes(
            {"status": "planned", "as_of": "2018-01-01"}, {"status": "done", "as_of": "2019-01-01"}
        )
        assert [(c.field, c.before, c.after) for c in found] == [("status", "planned", "done")]

    def test_rows_by_id(self):
        """The same id with other values is an edit; another id is a replacement."""
        old = {"steps": [{"id": "1", "text": "a"}, {"id": "2", "text": "b"}]}
        new = {"steps": [{"id": "1", "text": "A"}, {"id": "3", "text": "b"}]}
        found = {c.row: (c.before, c.after) for c in changes(old, new)}
        assert found == {
            "1": ({"id": "1", "text": "a"}, {"id": "1", "text": "A"}),
            "2": ({"id": "2", "text": "b"}, None),
            "3": (None, {"id": "3", "text": "b"}),
        }

    def test_the_same_rows_in_another_order(self):
        """A new order alone is no change of a row, but the content differs."""
        one, two = {"id": "1", "text": "a"}, {"id": "2", "text": "b"}
        assert changes({"steps": [one, two]}, {"steps": [two, one]}) == []
        assert not same_content({"steps": [one, two]}, {"steps": [two, one]})
