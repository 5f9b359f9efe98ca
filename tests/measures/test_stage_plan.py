"""Plans of stages, and the bars of milestones along time."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.measures.milestone_bars import MOST_BARS, bars, svg
from ckanext.digitalms.measures.stage_plan import MOST_MONTHS, MOST_STAGES, stages
from ckanext.digitalms.wordings.reading import read_wording

pytestmark = pytest.mark.pure


class TestStages:
    def test_eighteen_months_from_the_third_quarter_of_2019(self):
        start = read_wording("drittes Quartal 2019", None)
        assert start is not None
        assert start.earliest is not None
        assert [(one.first, one.last, one.wording) for one in stages(start.earliest, 18, 3)] == [
            (date(2019, 7, 1), date(2019, 12, 31), "Juli bis Dezember 2019"),
            (date(2020, 1, 1), date(2020, 6, 30), "Januar bis Juni 2020"),
            (date(2020, 7, 1), date(2020, 12, 31), "Juli bis Dezember 2020"),
        ]

    @given(
        st.dates(date(2000, 1, 1), date(2060, 1, 1)),
        st.integers(1, MOST_MONTHS),
        st.integers(1, MOST_STAGES),
    )
    def test_they_follow_one_another_and_their_words_mean_their_days(self, first, months, count):
        count = min(count, months)
        found = stages(first, months, count)
        assert (found[0].first, len(found)) == (first, count)
        assert found[-1].last == first + relativedelta(months=months, days=-1)
        assert all((after.first - before.last).days == 1 for before, after in pairwise(found))
        for one in found:
            read = read_wording(one.wording, date(1990, 1, 1))
            assert read is not None
            assert (read.earliest, read.latest, read.doubts) == (one.first, one.last, ())

    @pytest.mark.parametrize(("months", "count"), [(0, 1), (3, 4), (12, 0), (MOST_MONTHS + 1, 1), (100, 25)])
    def test_what_is_no_plan(self, months, count):
        with pytest.raises(ValueError, match="stages"):
            stages(date(2019, 7, 1), months, count)


def row(title, earliest, latest, state="open", met_on=None):
    return {
        "title": title,
        "date_text": None,
        "earliest": earliest,
        "latest": latest,
        "state": state,
        "met_on": met_on,
    }


class TestBars:
    def test_in_the_order_of_their_days(self):
        rows = [row("b", "2020-01-01", "2020-06-30"), row("a", "2019-07-01", "2019-12-31")]
        rows += [row("ohne", None, "2019-12-31"), row("verkehrt", "2020-01-01", "2019-01-01")]
        assert [bar.title for bar in bars(rows)] == ["a", "b"]

    def test_drawn(self):
        """Titles are escaped; the day on which one was met has a stroke."""
        shown = bars(
            [
                row("<b>", "2019-07-01", "2019-07-01", "met", "2021-07-01"),
                row("x" * 200, "2019-07-02", "2020-01-01"),
            ]
        )
        drawn = svg(shown, "Titel", "Text", lambda bar: bar.title)
        assert "<b>" not in drawn
        assert "&lt;b&gt;" in drawn
        assert 'stroke-width="3"' in drawn
        assert "x" * 57 not in drawn.replace("x" * 200, "")

    @given(st.lists(st.tuples(st.dates(), st.dates()), min_size=1, max_size=60))
    def test_any_days(self, pairs):
        shown = bars([row("a", *sorted(day.isoformat() for day in pair)) for pair in pairs])
        assert 1 <= len(shown) <= MOST_BARS
        assert svg(shown, "Titel", "Text", lambda bar: bar.title)
