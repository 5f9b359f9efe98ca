"""What is news of a measure, and what is only kept beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ckanext.digitalms.measures.news import NO_NEWS, begun, is_upkeep, settled
from ckanext.digitalms.measures.record import (
    CouncilReferenceRow,
    Goal,
    GoalReview,
    Indicator,
    Link,
    Measure,
    Milestone,
)

pytestmark = pytest.mark.pure

KNOWN = Measure(
    "dms",
    "DMS",
    status="planned",
    as_of=date(2019, 3, 14),
    statement="Alt",
    statement_source="Bericht",
    update_due=date(2019, 6, 1),
)
LATER = date(2019, 7, 1)


class TestSettled:
    @pytest.mark.parametrize("words", ["Alt", None])
    def test_no_news_keeps_the_stand(self, words):
        """A later day that came along is not the Stand of a keyword or a link."""
        links = (Link("1", "Portal", "https://example.org"),)
        sent = replace(KNOWN, as_of=LATER, keywords=("Akten",), links=links, statement=words)
        assert settled(KNOWN, sent) == replace(KNOWN, keywords=("Akten",), links=links)

    @pytest.mark.parametrize(
        "news", [{"status": "done"}, {"title": "Akten"}, {"statement": "Neu"}, {"statement_source": "Mail"}]
    )
    def test_news_makes_one(self, news):
        """A status, a title, words or a source."""
        sent = replace(KNOWN, as_of=LATER, **news)
        assert settled(KNOWN, sent) == sent

    def test_an_earlier_day_is_not_touched(self):
        """What is refused stays as it was sent."""
        sent = replace(KNOWN, as_of=date(2019, 1, 1))
        assert settled(KNOWN, sent) == sent


class TestUpkeep:
    def test_only_what_is_no_news(self):
        """Upkeep is a change of keywords, links, organisation, place and rhythm, of nothing else."""
        before = KNOWN.content()
        assert is_upkeep(
            before, replace(KNOWN, keywords=("a",), organisation="x", update_interval=6).content()
        )
        assert not is_upkeep(before, replace(KNOWN, statement="Neu").content())
        assert not is_upkeep(before, replace(KNOWN, keywords=("a",), status="done").content())

    def test_each_field_is_one_of_the_record(self):
        """A field that was renamed would be news in silence."""
        assert set(KNOWN.content()) >= NO_NEWS


class TestBegun:
    def test_another_day_has_no_words_yet(self):
        """A Stand does not inherit words, nor a due day that it has reached."""
        assert begun(KNOWN, LATER) == replace(
            KNOWN, as_of=LATER, statement=None, statement_source=None, update_due=None
        )
        assert begun(KNOWN, date(2019, 5, 1)).update_due == KNOWN.update_due

    def test_a_day_before_knows_nothing_of_later(self):
        """Whoever adds an earlier Stand begins with the first one, without what happened only after."""
        later, day = date(2019, 3, 1), date(2018, 1, 1)
        told = replace(
            KNOWN,
            milestones=(Milestone("1", "Start", met_on=later),),
            indicators=(Indicator("2", "Plätze", day=later), Indicator("3", "Akten", day=day)),
            goals=(Goal("4", text="Mehr", indicator_id="2"),),
            goal_reviews=(GoalReview("5", "4", later, "kept"),),
            council_references=(CouncilReferenceRow("6", "V/1/2018", decided_on=later, result="ja"),),
        )
        before = begun(told, day)
        assert before.milestones == (Milestone("1", "Start"),)
        assert [each.id for each in before.indicators] == ["3"]
        assert (before.goals[0].indicator_id, before.goal_reviews) == (None, ())
        assert before.council_references == (CouncilReferenceRow("6", "V/1/2018"),)

    def test_the_same_day_is_corrected(self):
        """A correction begins with what was said."""
        assert begun(KNOWN, date(2019, 3, 14)) == KNOWN
