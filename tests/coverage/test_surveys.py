"""The break of the Breitbandatlas in 2022, as the plot shows it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from ckanext.digitalms.coverage import plot
from ckanext.digitalms.coverage.surveys import BEFORE, SINCE

pytestmark = pytest.mark.pure

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*surveys: str | None) -> ET.Element:
    editions = ("2019-06", "2021-06", "2023-06", "2025-06")
    points = [
        plot.Point(edition, Decimal(90), survey) for edition, survey in zip(editions, surveys, strict=False)
    ]
    return ET.fromstring(plot.svg("p", points, "Titel", "Text", str, "andere Erhebung <b>"))


def test_no_line_joins_what_cannot_be_compared_and_words_say_why():
    picture = drawn(BEFORE, BEFORE, SINCE, SINCE)
    joined = [one for one in picture.iter(f"{SVG}path") if one.get("stroke") == plot.COLOUR]
    assert len(joined) == 2
    (mark,) = picture.iter(f"{SVG}line")
    assert mark.get("class") == "dm-break"
    assert "andere Erhebung <b>" in [one.text for one in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("surveys", [(BEFORE, BEFORE), (SINCE, SINCE, SINCE), (None, None), (None, SINCE)])
def test_without_a_break_nothing_is_marked(surveys):
    picture = drawn(*surveys)
    assert list(picture.iter(f"{SVG}line")) == []
    assert (
        len([one for one in picture.iter(f"{SVG}path") if one.get("stroke") == plot.COLOUR])
        == len(surveys) - 1
    )


def test_the_break_lies_between_the_editions_of_two_kinds():
    picture = drawn(BEFORE, None, SINCE)
    assert len(list(picture.iter(f"{SVG}line"))) == 1
