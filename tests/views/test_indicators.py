"""Figures of measures: their series with target, and the block that each of them opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.measures.indicator_facts import is_reached
from ckanext.digitalms.measures.series_plot import Value, Words, svg

PAGE = "/digitalisierungsmassnahme/dms"


@pytest.fixture
def stated(
    with_plugins: None, catalogue: Any, personas: dict[str, str], make_measure: Callable[..., Any]
) -> dict[str, Any]:
    """A figure with two values and a goal that names it."""
    figure = {
        "title": "Arbeitsplätze <b>",
        "value": "30",
        "unit": "%",
        "target": "70",
        "day": "2019-03-01",
        "definition": "Anteil mit elektronischer Akte",
        "source": "citeq",
        "direction": "more",
        "interval": "12",
    }
    made = make_measure(indicators=[figure])
    context = {"user": personas["sysadmin"]}
    row = {**made["indicators"][0], "value": "45.5", "day": "2019-12-31"}
    goal = {"year": "2022", "text": "Alle Ämter führen die Akte", "indicator_id": row["id"]}
    told = {"id": "dms", "as_of": "2020-01-15", "indicators": [row], "goals": [goal]}
    return dict(tk.get_action("package_patch")(context, told))


class TestList:
    def test_anonymous(self, stated: dict[str, Any], make_measure: Callable[..., Any]) -> None:
        """With the series and the goals; nothing of what is not public."""
        make_measure(
            name="geheim",
            title="Geheim",
            private=True,
            indicators=[{"title": "x", "value": "1", "day": "2019-01-01"}],
        )
        (found,) = call_action("digitalms_indicator_list")["results"]
        assert found["series"] == [
            {"date": "2019-03-01", "value": 30},
            {"date": "2019-12-31", "value": 45.5},
        ]
        assert [goal["text"] for goal in found["goals"]] == ["Alle Ämter führen die Akte"]
        assert (found["is_reached"], found["next_due"], found["is_due"]) == (False, "2020-12-31", True)
        assert call_action("digitalms_indicator_list", measure="geheim")["count"] == 0

    def test_a_day_before(self, stated: dict[str, Any]) -> None:
        (found,) = call_action("digitalms_indicator_list", cut_off_date="2019-06-01")["results"]
        assert [one["value"] for one in found["series"]] == [30]
        assert found["goals"] == []
        assert (found["next_due"], found["is_due"]) == ("2020-03-01", False)

    @pytest.mark.parametrize("asked", [{"limit": -1}, {"cut_off_date": "x"}, {"jahr": 1}])
    def test_bad_input(self, stated: dict[str, Any], asked: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError):
            tk.get_action("digitalms_indicator_list")({"user": ""}, asked)


class TestPage:
    def test_block_and_plot(self, app: Any, stated: dict[str, Any]) -> None:
        """What is measured, why, the target, where it stands, the source; names are escaped."""
        body = app.get(PAGE).body
        for words in ("Was gemessen wird", "Anteil mit elektronischer Akte", "Alle Ämter führen die Akte"):
            assert words in body
        assert 'id="dm-figure-0-title"' in body
        assert "45,5 %" in body
        assert "mehr ist besser: noch nicht erreicht" in body
        assert "fällig am 31. Dezember 2020" in body
        assert "Arbeitsplätze <b>" not in body
        assert "01.03.2019: 30" in body

    def test_of_a_day_with_one_value(self, app: Any, stated: dict[str, Any]) -> None:
        """One value is no plot."""
        body = app.get(f"{PAGE}?stichtag=2019-06-01").body
        assert "Was gemessen wird" in body
        assert 'id="dm-figure-0-title"' not in body


@pytest.mark.parametrize(
    ("value", "target", "direction", "reached"),
    [
        ("70", "70", "more", True),
        ("69.9", "70", "more", False),
        ("5", "10", "less", True),
        ("11", "10", "less", False),
        ("11", "10", None, None),
        ("11", None, "more", None),
    ],
)
def test_a_target_is_reached_by_its_direction(
    value: str, target: str | None, direction: str | None, reached: bool | None
) -> None:
    meant = Decimal(target) if target else None
    assert is_reached(Decimal(value), meant, direction) is reached


@pytest.mark.pure
@given(
    st.lists(st.tuples(st.dates(), st.decimals(-1_000_000, 1_000_000, places=3)), min_size=1, max_size=30),
    st.none() | st.decimals(-1_000_000, 1_000_000, places=2),
)
def test_any_values_are_drawn(pairs: list[tuple[date, Decimal]], target: Decimal | None) -> None:
    values = [Value(*pair) for pair in sorted(pairs)]
    drawn = svg("x", values, target, Words("<Titel>", "Text", "Ziel", str, str))
    assert "<Titel>" not in drawn
    assert "nan" not in drawn
    assert drawn.count("<circle") == len(values)
