"""The tree of measures and the progress of parents."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.measures.record import Measure
from ckanext.digitalms.measures.tree import Progress, arrange

pytestmark = pytest.mark.pure


def leaf(key, parent=None, progress=None, weight=None, position=None):
    return Measure(
        key, key.upper(), parent_id=parent, progress_percent=progress, weight=weight, position=position
    )


class TestArrange:
    def test_order_and_depth(self):
        """Parents stand before their children, in the order of the positions, then of the titles."""
        places = arrange([leaf("b", "a", position=2), leaf("c", "a", position=1), leaf("a"), leaf("d", "c")])
        assert [(p.measure.measure_id, p.depth) for p in places] == [("a", 0), ("c", 1), ("d", 2), ("b", 1)]

    def test_a_missing_parent_puts_it_at_the_top(self):
        """A measure whose parent is private or not yet known is not lost."""
        assert [(p.measure.measure_id, p.depth) for p in arrange([leaf("a", "privat")])] == [("a", 0)]

    @given(st.lists(st.tuples(st.integers(0, 8), st.none() | st.integers(0, 8)), unique_by=lambda t: t[0]))
    def test_every_measure_once(self, edges):
        """Whatever the parents, cycles too: every measure stands in the tree exactly once."""
        measures = [leaf(f"m{key}", None if parent is None else f"m{parent}") for key, parent in edges]
        placed = [place.measure.measure_id for place in arrange(measures)]
        assert sorted(placed) == sorted(m.measure_id for m in measures)


class TestProgress:
    def test_weighted_mean_of_the_children(self):
        """60 with weight 2 and 30 with weight 1 are 50."""
        tree = [leaf("a"), leaf("b", "a", Decimal(60), Decimal(2)), leaf("c", "a", Decimal(30))]
        assert arrange(tree)[0].progress == Progress(Decimal("50.0"), 2, 2)

    def test_not_all_are_known(self):
        """Without one that counts nobody knows how far the whole is; what weighs nothing is not needed."""
        tree = [leaf("a"), leaf("b", "a", Decimal(60)), leaf("c", "a")]
        assert arrange(tree)[0].progress == Progress(None, 2, 1)
        tree = [leaf("a"), leaf("b", "a", Decimal(60)), leaf("c", "a", weight=Decimal(0))]
        assert arrange(tree)[0].progress == Progress(Decimal("60.0"), 1, 1)

    def test_nothing_known(self):
        """Without any progress below there is none above."""
        assert arrange([leaf("a", progress=Decimal(10)), leaf("b", "a")])[0].progress.percent is None

    def test_weights_of_zero(self):
        """Children that weigh nothing give no progress."""
        assert arrange([leaf("a"), leaf("b", "a", Decimal(60), Decimal(0))])[0].progress == Progress(None)
