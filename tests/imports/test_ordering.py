"""Parents are written before their children, and of each measure the days in their order."""

from __future__ import annotations

import random
from datetime import date

import pytest

from ckanext.digitalms.imports.difference import ADDED, CHANGED, Edit
from ckanext.digitalms.imports.interpretation import Change
from ckanext.digitalms.imports.ordering import grouped

pytestmark = pytest.mark.pure


def new(measure_id: str, parent: str | None, as_of: date | None = None) -> Change:
    return Change(Edit(1, ADDED, {}, {"parent_id": (None, parent)}), measure_id, as_of)


def order(*changes: Change) -> list[str]:
    return [group[0].measure_id for group in grouped(changes)]


def test_parents_come_first() -> None:
    assert order(new("c", "b"), new("b", "a"), new("d", None), new("a", "known")) == ["d", "a", "b", "c"]


def test_a_line_of_any_length() -> None:
    line = [new(str(number), str(number - 1) if number else None) for number in range(5_000)]
    mixed = random.Random(1).sample(line, len(line))
    assert order(*mixed) == [str(number) for number in range(5_000)]


def test_those_in_a_circle_are_written_once_each() -> None:
    assert sorted(order(new("a", "b"), new("b", "c"), new("c", "a"), new("d", "a"))) == ["a", "b", "c", "d"]


def test_days_of_a_measure_in_their_order() -> None:
    later, first = date(2020, 1, 1), date(2019, 1, 1)
    changes = [
        Change(Edit(1, CHANGED, {}), "a", later),
        Change(Edit(2, CHANGED, {}), "a", first),
        Change(Edit(3, CHANGED, {}), "a", later),
    ]
    assert [(g[0].as_of, len(g)) for g in grouped(changes)] == [(first, 1), (later, 2)]
