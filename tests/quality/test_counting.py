"""What is counted of datasets, which words of a search may be counted, months, and the plots."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from ckanext.digitalms.quality import counting, months, plots
from ckanext.digitalms.quality.counting import ALL, NONE, Described, Figure, InTime, Kind
from ckanext.digitalms.quality.searched import Hidden, countable

pytestmark = pytest.mark.pure

DAY = date(2026, 11, 30)
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
ONE = Described(
    kind=Kind.OTHER,
    formats=frozenset({"CSV", "PDF"}),
    license_id="cc-by",
    topics=("ENVI", "TRAN"),
    office="amt",
    frequency=f"{FREQUENCY}MONTHLY",
    changed_on=DAY,
    lacks=frozenset(),
)


def counted(*told: Described) -> dict[tuple[Figure, str], tuple[int | None, int | None]]:
    return {(one.figure, one.key): (one.value, one.total) for one in counting.of_datasets(told, DAY)}


def test_each_once_in_each() -> None:
    bare = Described(Kind.HARVESTED, frozenset(), "", (), "", "", DAY, frozenset({"keyword"}))
    found = counted(ONE, ONE, bare)
    assert found[Figure.DATASETS, ALL] == (3, None)
    assert found[Figure.DATASETS, "harvested"] == (1, None)
    assert found[Figure.DATASETS, "open_tables"] == (0, None)
    assert found[Figure.FORMAT, "CSV"] == found[Figure.FORMAT, "PDF"] == (2, None)
    assert [
        found[figure, NONE] for figure in (Figure.FORMAT, Figure.LICENSE, Figure.TOPIC, Figure.OFFICE)
    ] == [(1, None)] * 4
    assert found[Figure.TOPIC, "ENVI"] == found[Figure.TOPIC, "TRAN"] == (2, None)
    assert found[Figure.COMPLETE, ALL] == (2, 3)


def test_empty_catalogue() -> None:
    found = counted()
    assert found[Figure.DATASETS, ALL] == (0, None)
    assert found[Figure.COMPLETE, ALL] == (0, 0)
    assert not any(figure is Figure.FORMAT for figure, _ in found)


@pytest.mark.parametrize(
    ("word", "changed", "state"),
    [
        ("MONTHLY", date(2026, 10, 27), InTime.ON_TIME),
        ("MONTHLY", date(2026, 10, 26), InTime.OVERDUE),
        ("DAILY", date(2026, 11, 28), InTime.ON_TIME),
        ("DAILY", date(2026, 11, 27), InTime.OVERDUE),
        ("ANNUAL", date(2025, 10, 24), InTime.ON_TIME),
        ("ANNUAL", date(2025, 10, 23), InTime.OVERDUE),
        ("IRREG", date(2001, 1, 1), InTime.NOT_JUDGED),
        ("", date(2001, 1, 1), InTime.NOT_JUDGED),
    ],
)
def test_age_against_rhythm(word: str, changed: date, state: InTime) -> None:
    told = replace(ONE, frequency=f"{FREQUENCY}{word}" if word else "", changed_on=changed)
    assert told.in_time(DAY) is state
    # an open table is compared every night, whenever it changed last
    assert replace(told, kind=Kind.OPEN_TABLE).in_time(DAY) is InTime.ON_TIME


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  Freibad   Öffnungszeiten ", "freibad öffnungszeiten"),
        ("FREIBAD", "freibad"),
        ("freibad?", "freibad"),
        ("„Freibad“", "freibad"),
        ("V/0989/2017", None),
        ("E-Akte", "e-akte"),
        ("Haushalt 2026", "haushalt 2026"),
        ("erika@example.org", None),
        ("erika (at) example org", None),
        ("https://x.example/a", None),
        ("www.x.example", None),
        ("x.example.org", None),
        ("0251 4920", None),
        ("+49 251 492-0", None),
        ("12.03.1964", None),
        ("ab", None),
        ("1234", None),
        ("", None),
        ("wo finde ich den antrag für mein haus", None),
        ("x" * 61, None),
        ("<script>alert</script>", "script alert /script"),
    ],
)
def test_which_words_are_counted(typed: str, words: str | None) -> None:
    assert countable(typed) == words


def test_names_that_no_list_shows() -> None:
    hidden = Hidden(["Projekt Phönix: Ablösung", "erika-musterfrau", "Erika Musterfrau", "", "–"])
    assert hidden.has("phönix")
    assert hidden.has("projekt phönix")
    assert hidden.has("frau erika musterfrau")
    assert not hidden.has("freibad")
    assert not hidden.has("projekt freibad")


def test_months() -> None:
    assert months.last_day("2024-02") == date(2024, 2, 29)
    assert months.after("2026-12") == "2027-01"
    assert months.before("2027-01", 13) == "2025-12"
    assert list(months.between("2026-11", "2027-02")) == ["2026-11", "2026-12", "2027-01"]
    assert list(months.between("2026-11", "2026-11")) == []


class TestBars:
    def bars(self, count: int) -> list[plots.Bar]:
        long = "Amt für Angelegenheiten, die einen sehr langen Namen haben & mehr, Nummer"
        return [plots.Bar(f"{long} {n}", count - n) for n in range(count)]

    def test_of_a_hundred_some_are_drawn(self) -> None:
        shown = plots.shown(self.bars(100), lambda n: f"{n} weitere")
        assert len(shown) == plots.MOST_BARS
        assert shown[-1].label == "89 weitere"
        assert sum(one.value for one in shown) == sum(range(1, 101))
        assert plots.shown(self.bars(12), str) == self.bars(12)

    def test_drawing(self) -> None:
        """Well formed, its whole words told; long ones stand in two lines, within its width."""
        drawn = plots.svg("b", self.bars(3), "Nach Amt", "Ein Satz", str)
        root = ET.fromstring(drawn)
        assert root.get("aria-labelledby") == "b-title b-text"
        space = "{http://www.w3.org/2000/svg}"
        groups = root.findall(f"{space}g")
        for group, bar in zip(groups, self.bars(3), strict=True):
            *lines, number = [one.text or "" for one in group.findall(f"{space}text")]
            assert len(lines) == 2
            assert max(map(len, lines)) <= 56
            assert bar.label.startswith(" ".join(lines).removesuffix(" …"))
            assert number == str(bar.value)
        places = [float(one.get("y", "")) for group in groups for one in group.findall(f"{space}text")]
        assert places == sorted(places)
        assert "& mehr, Nummer 0: 3" in (root.findall(f"{space}g/{space}title")[0].text or "")

    def test_nothing_to_draw(self) -> None:
        assert 'width="0.0"' in plots.svg("b", [plots.Bar("nichts", 0)], "", "", str)
