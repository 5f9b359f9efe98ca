"""The history: one writer, nothing twice, nothing lost."""

from __future__ import annotations

import pytest

from ckanext.digitalms.model import StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins")


def history(measure):
    return [(s.kind, s.visibility, str(s.as_of)) for s in StatementRow.of_package(measure["id"])]


class TestRecord:
    def test_the_first_statement(self, make_measure):
        """Creating a measure writes one statement with its record."""
        measure = make_measure()
        assert history(measure) == [("stand", "public", "2019-03-14")]
        content = StatementRow.of_package(measure["id"])[0].content
        assert content["status"] == "in_preparation"
        assert [s["text"] for s in content["steps"]] == ["Rechte und Rollen", "Stellen besetzen"]
        assert content["council_references"][0]["reference"] == "V/0954/2018"
