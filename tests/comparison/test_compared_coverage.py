"""Shares of coverage of two days, and the mark where their series breaks."""

from __future__ import annotations

import pytest
from two_days import FIRST, LAST, measure, told

from ckanext.digitalms.comparison.compare import compare

pytestmark = pytest.mark.pure

_ROW = {
    "area_code": "05515000",
    "area_name": "Münster",
    "technology": "ftthb",
    "speed_mbit_s": 1000,
    "customer": "private",
    "base": "households",
    "direction": "download",
    "value_state": "measured",
    "source": "Breitbandatlas",
    "survey": "before_2022",
}


def _found(*shares, **changed):
    """Compare with figures of editions: a share by month, and what is different in the last."""
    series = [{**_ROW, "edition": edition, "share_percent": share} for edition, share in shares]
    series[-1] |= changed
    one = measure()
    links = {"portal": [{"link": {"id": "v", "area_code": "05515000"}, "series": series}]}
    return compare(told(FIRST, one), told(LAST, one), series=links)


class TestCoverage:
    def test_from_and_to(self, german):
        """The newest edition up to each of the days is told, with its month."""
        [change] = _found(("2018-06", 10), ("2018-12", 12.5), ("2019-06", 20), ("2019-12", 31.25))
        assert (change.before["edition"], change.after["edition"], change.breaks) == (
            "2018-12",
            "2019-12",
            False,
        )
        assert german(change.sentence) == (
            "Münster, Glasfaser bis ins Gebäude ab 1000 Mbit/s, private Haushalte, Anteil der Haushalte: "
            "31,25 Prozent (2019-12), vorher 12,5 Prozent (2018-12)."
        )

    @pytest.mark.parametrize("changed", [{"survey": "since_2022"}, {"source": "Stadtwerke"}])
    def test_a_break(self, german, changed):
        """Figures of another method or source are marked."""
        [change] = _found(("2018-12", 12), ("2019-12", 31), **changed)
        assert change.breaks
        assert german(change.sentence).endswith(
            "; dazwischen bricht die Reihe, der Unterschied kann daher kommen."
        )

    def test_the_same_edition(self):
        """Nothing is told where no edition came in between."""
        assert _found(("2018-06", 10), ("2018-12", 12.5)) == []

    def test_a_figure_that_is_missing(self, german):
        """An edition without a figure is passed over; a first figure is told as such."""
        assert _found(("2018-12", 12), ("2019-12", None)) == []
        [change] = _found(("2019-06", None), ("2019-12", 31))
        assert change.before is None
        assert german(change.sentence).endswith("31 Prozent (2019-12), erstmals genannt.")

    def test_other_series(self):
        """Of a link that leaves the speed open each series is told for itself."""
        rows = [
            {**_ROW, "edition": edition, "share_percent": 10, "speed_mbit_s": speed}
            for speed in (100, 1000)
            for edition in ("2018-12", "2019-12")
        ]
        links = {"portal": [{"link": {"id": "v"}, "series": rows}]}
        found = compare(told(FIRST, measure()), told(LAST, measure()), series=links)
        assert [change.after["speed_mbit_s"] for change in found] == [100, 1000]
