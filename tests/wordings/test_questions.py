"""What the wording of a date means, beside the days that were typed with it."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.digitalms.measures.record import Milestone
from ckanext.digitalms.wordings.questions import question

pytestmark = pytest.mark.pure

STAND = date(2019, 3, 14)


def asked(text, earliest=None, latest=None):
    found = question(Milestone(date_text=text, earliest=earliest, latest=latest), STAND)
    return found and (found.is_proposal, found.earliest, found.latest)


class TestQuestion:
    def test_days_are_proposed(self):
        """Those that the import of a report reads as well."""
        assert asked("nach den Sommerferien 2019") == (True, date(2019, 8, 28), date(2019, 12, 31))
        assert asked("ab Mitte März") == (True, date(2019, 3, 11), None)

    def test_days_that_contradict_are_asked_about(self):
        """A latest day that is another one, a beginning that was given an end, another beginning."""
        assert asked("im Juni 2019", latest=date(2019, 7, 31)) == (False, date(2019, 6, 1), date(2019, 6, 30))
        assert asked("ab Mitte März", latest=date(2019, 3, 20)) == (False, date(2019, 3, 11), None)
        assert asked("ab Mitte März", earliest=date(2019, 4, 1)) == (False, date(2019, 3, 11), None)

    @pytest.mark.parametrize("text", [None, "", "  "])
    def test_no_wording_asks_nothing(self, text):
        assert asked(text) is None

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("bald", "understood"),
            ("im Mai 2019 oder im Juni 2019", "several dates"),
            ("31.11.2019", "no day or week"),
            ("nach den Sommerferien 2031", "in no table"),
        ],
    )
    def test_what_is_not_understood_is_asked(self, text, why):
        """Unless somebody has typed the days, or the day on which it was met."""
        found = question(Milestone(date_text=text), STAND)
        assert found is not None
        assert why in str(found.message)
        assert (found.is_proposal, found.earliest, found.latest) == (False, None, None)
        assert asked(text, latest=date(2019, 12, 31)) is None
        assert question(Milestone(date_text=text, met_on=STAND), STAND) is None

    def test_a_year_that_was_added_is_told(self):
        """With the days that are proposed."""
        found = question(Milestone(date_text="im Sommer"), STAND)
        assert found is not None
        assert found.is_proposal
        assert "names no year: 2019" in str(found.doubts[0])

    def test_what_agrees_asks_nothing(self):
        """Also where only one of the two days is typed."""
        assert asked("im Juni 2019", date(2019, 6, 1), date(2019, 6, 30)) is None
        assert asked("im Juni 2019", latest=date(2019, 6, 30)) is None
        assert asked("ab Mitte März", earliest=date(2019, 3, 11)) is None
