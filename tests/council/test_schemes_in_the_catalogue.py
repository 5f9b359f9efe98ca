"""Pages, filters, search and tables know every scheme, and a number that follows none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search import rebuild

from ckanext.digitalms.council import schemes
from ckanext.digitalms.council.doubts import doubt
from ckanext.digitalms.council.schemes import schemes_of
from ckanext.digitalms.services import council_schemes
from ckanext.digitalms.tables.open_tables import ALL_TABLES

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

START = "/digitalisierung/ratsbezug/"
DECLARED = [
    {"preset": "V/0989/2017"},
    {"preset": "BV-335/25", "body": "Rat der Stadt Hamm"},
    {"preset": "SV-10-0729", "body": "Kreistag Coesfeld"},
]


@pytest.fixture
def several() -> Iterator[None]:
    before = schemes.in_use()
    schemes.use(schemes_of(DECLARED))
    yield
    schemes.use(before)


@pytest.fixture
def cited(several: None, make_measure: Callable[..., Any]) -> None:
    """One measure that cites papers of three councils and one of none that is known."""
    rows = [
        {"reference": "V0103/2019", "role": "basis"},
        {"reference": "BV 335/25", "body": "Rat der Stadt Hamm", "role": "basis"},
        {"reference": "SV-10-0729/1", "body": "Kreistag Coesfeld", "role": "goal"},
        {"reference": "LWL 14/0815 a", "body": "Landschaftsversammlung", "role": "mention"},
    ]
    make_measure(name="region", title="Digitale Region", council_references=rows)


@pytest.mark.usefixtures("cited")
class TestInTheCatalogue:
    def test_numbers_are_kept_as_their_council_writes_them(self) -> None:
        shown = tk.get_action("digitalms_measure_show")({"user": ""}, {"id": "region"})
        assert [(row["reference"], row["body"]) for row in shown["council_references"]] == [
            ("V/0103/2019", "Rat der Stadt Münster"),
            ("BV-335/25", "Rat der Stadt Hamm"),
            ("SV-10-0729/1", "Kreistag Coesfeld"),
            ("LWL-14/0815-a", "Landschaftsversammlung"),
        ]
        assert shown["council_references"][3]["original"] == "LWL 14/0815 a"

    @pytest.mark.parametrize(
        "typed",
        [
            "V/0103/2019",
            "V0103/2019",
            "V/0103/19",
            "0103/2019",
            "BV-335/25",
            "bv335/2025",
            "SV 10/729/1",
            "LWL 14/0815 a",
        ],
    )
    def test_every_spelling_finds(self, typed: str, app: Any) -> None:
        typed = typed.replace("_", " ")
        listed = tk.get_action("digitalms_measure_list")({"user": ""}, {"reference": typed})
        assert [one["measure_id"] for one in listed["results"]] == ["region"]
        rebuild(force=True)
        found = tk.get_action("package_search")({"user": ""}, {"q": typed})
        assert [one["name"] for one in found["results"]] == ["region"]
        page = app.get(START, query_string={"nummer": typed}, follow_redirects=True)
        assert page.status_code == 200
        assert "Digitale Region" in page.body

    def test_other_numbers_do_not_find(self) -> None:
        for typed in ("V/0104/2019", "BV-336/25", "SV-11-0729/1", "LWL 14/0816 a"):
            listed = tk.get_action("digitalms_measure_list")({"user": ""}, {"reference": typed})
            assert listed["count"] == 0, typed

    def test_the_list_of_papers(self, app: Any) -> None:
        told = tk.get_action("digitalms_council_reference_list")({"user": ""}, {})
        assert {(row["reference"], row["year"], row["term"]) for row in told["results"]} == {
            ("V/0103/2019", 2019, None),
            ("BV-335/25", 2025, None),
            ("SV-10-0729/1", None, 10),
            ("LWL-14/0815-a", None, None),
        }
        assert "LWL-14/0815-a" in app.get(START).body

    def test_a_number_without_a_scheme_is_a_gap(self) -> None:
        told = doubt("LWL-14/0815-a", "LWL 14/0815 a", None, tk.h.digitalms_today())
        assert told is not None
        assert "no number of a scheme" in str(told)


def test_the_table_takes_every_number() -> None:
    fields = {field["name"]: field for field in ALL_TABLES["council_references"].fields}
    assert "enum" not in fields["kind"]["constraints"]


class TestConfiguration:
    @pytest.fixture(autouse=True)
    def _as_before(self) -> Iterator[None]:
        before = schemes.in_use()
        yield
        schemes.use(before)

    def test_is_taken_at_the_start(self) -> None:
        council_schemes.take({council_schemes.OPTION: '[{"preset": "17/2020", "body": "Rat X"}]'})  # type: ignore[arg-type]
        assert [scheme.body for scheme in schemes.in_use()] == ["Rat X"]

    @pytest.mark.parametrize(
        ("told", "said"),
        [("[{", "no JSON"), ('[{"written": "{number}"}]', "too wide"), ('[{"preset": "x"}]', "no preset")],
    )
    def test_is_refused_with_a_sentence(self, told: str, said: str) -> None:
        with pytest.raises(ValueError, match=said) as refused:
            council_schemes.take({council_schemes.OPTION: told})  # type: ignore[arg-type]
        assert council_schemes.OPTION in str(refused.value)
