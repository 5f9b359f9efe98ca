"""The plot of status over time: what it counts, and that its drawing is right and safe."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from ckanext.digitalms.measures import plot
from ckanext.digitalms.measures.history import Standing
from ckanext.digitalms.vocabularies import Status

pytestmark = pytest.mark.pure

START = date(2019, 3, 14)
SVG = "{http://www.w3.org/2000/svg}"


def told(measure, day, status):
    return Standing(day, measure, Status(status))


def draw(columns, title="Status", label=lambda status: status.value):
    return ET.fromstring(plot.svg(columns, title, "Beschreibung", label, lambda day: day.isoformat()))


class TestCounts:
    def test_each_day_that_changed_something(self):
        """A measure counts with its newest status by each day."""
        later = date(2019, 6, 1)
        statements = [
            told("a", START, "planned"),
            told("b", START, "planned"),
            told("a", later, "done"),
        ]
        found = plot.columns(statements, later)
        assert [(column.day, column.counts) for column in found] == [
            (START, {Status.PLANNED: 2}),
            (later, {Status.PLANNED: 1, Status.DONE: 1}),
        ]

    def test_a_correction_counts(self):
        """Of two for one day the later one holds."""
        found = plot.columns([told("a", START, "planned"), told("a", START, "in_progress")], START)
        assert found[0].counts == {Status.IN_PROGRESS: 1}

    def test_today_is_the_last_column(self):
        """What stands goes on until the last day."""
        found = plot.columns([told("a", START, "planned")], date(2020, 1, 1))
        assert [column.day for column in found] == [START, date(2020, 1, 1)]

    def test_many_days(self):
        """Not more columns than can be drawn, the first and the last day among them."""
        statements = [told(f"m{n}", START + timedelta(days=n), "planned") for n in range(1, 700)]
        last = START + timedelta(days=800)
        found = plot.columns(statements, last)
        assert len(found) <= plot.MOST_COLUMNS + 1
        assert found[-1].day == last
        assert found[-1].total == 699
        assert found[0].day == START + timedelta(days=1)

    def test_nothing(self):
        """Nothing told, nothing counted."""
        assert plot.columns([], START) == []


class TestDrawing:
    @pytest.mark.parametrize("days", [0, 1, 30, 400, 4000, 20_000])
    def test_everything_lies_within(self, days):
        """Bands and words lie inside the drawing, for a day and for decades."""
        last = START + timedelta(days=days)
        statements = [told("a", START, "planned"), told("b", last, "done")]
        drawn = draw(plot.columns(statements, last))
        bands = [band for band in drawn.iter(f"{SVG}rect") if band.get("y")]
        assert bands
        for band in bands:
            assert float(band.get("x")) >= plot.FRAME.left
            assert float(band.get("x")) + float(band.get("width")) <= plot.FRAME.width + 1
            assert 0 <= float(band.get("y")) < plot.FRAME.height - plot.FRAME.bottom
        for text in drawn.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x")) <= plot.FRAME.width
            assert float(text.get("y")) <= plot.FRAME.height

    def test_the_height_is_the_number(self):
        """A band is as high as its share of the most that there were."""
        statements = [told(f"m{n}", START, "done" if n < 4 else "planned") for n in range(1, 5)]
        drawn = draw(plot.columns(statements, START))
        heights = {
            band.get("fill"): float(band.get("height"))
            for band in drawn.iter(f"{SVG}rect")
            if "url" in str(band.get("fill"))
        }
        assert heights["url(#dm-done)"] == pytest.approx(3 * heights["url(#dm-planned)"], rel=0.01)

    def test_words_are_safe(self):
        """Names with angle brackets stay words."""
        drawn = draw(plot.columns([told("a", START, "planned")], START), "<script>&", lambda status: "<b>")
        assert drawn.find(f"{SVG}title").text == "<script>&"
        assert not list(drawn.iter(f"{SVG}script"))

    def test_each_status_has_its_pattern(self):
        """Colours and patterns differ, so that no status is told by colour alone."""
        assert len(set(plot.COLOURS.values())) == len(Status)
        assert len(set(plot.STRIPES.values())) == len(Status)
