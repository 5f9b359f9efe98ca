"""Wordings as council papers have them, with their days, how exact they are and which rule read them.

All are read as of a paper of 14.03.2019, of a city in North Rhine-Westphalia; a row without days is one
that is asked. A second table has papers of other days, and which year is told. What the rules are stands in
docs/dates.md.
"""

from __future__ import annotations

import csv
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.council.sittings import Sitting
from ckanext.digitalms.wordings import calendars, unit_rules
from ckanext.digitalms.wordings.reading import DateWording, find_dates, read_wording
from ckanext.digitalms.wordings.school import NAMES, STATES, school_holidays
from ckanext.digitalms.wordings.vocabulary import Bound, Precision, Rule

pytestmark = pytest.mark.pure

DAY = date(2019, 3, 14)
DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = rows("date_wordings.csv")
BY_DAY = rows("date_wordings_by_day.csv")


def told(found: DateWording | None) -> dict[str, str]:
    """Say what was read as the table has it."""
    if found is None:
        return dict.fromkeys(
            ("earliest", "latest", "precision", "bound", "rule", "is_expected", "doubts"), ""
        )
    return {
        "earliest": str(found.earliest or ""),
        "latest": str(found.latest or ""),
        "precision": str(found.precision),
        "bound": str(found.bound),
        "rule": str(found.rule),
        "is_expected": "yes" if found.is_expected else "",
        "doubts": str(len(found.doubts) or ""),
    }


class TestTable:
    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["wording"])
    def test_days_and_precision(self, row: dict[str, str]) -> None:
        assert {"wording": row["wording"], **told(read_wording(row["wording"], DAY))} == row

    def test_there_are_enough_of_every_kind(self) -> None:
        """Each rule, each precision and each direction is in the table."""
        assert len({row["wording"] for row in ROWS}) == len(ROWS) >= 350
        assert {row["rule"] for row in ROWS} - {""} == set(Rule) - {Rule.SITTINGS} | {"sittings"}
        assert {row["precision"] for row in ROWS} - {""} == set(Precision)
        assert {row["bound"] for row in ROWS} - {""} == set(Bound)
        assert sum(row["earliest"] == row["latest"] == "" for row in ROWS) > 30

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["wording"])
    def test_in_a_sentence(self, row: dict[str, str]) -> None:
        """What is found in a sentence is what is read alone, or a part of it is left to whoever reads it."""
        for found in find_dates(f"Der Start ist {row['wording']}, so der Plan.", DAY):
            if found.wording == row["wording"]:
                days = (str(found.earliest or ""), str(found.latest or ""))
                assert days == (row["earliest"], row["latest"])

    def test_most_are_found_in_sentences(self) -> None:
        """A bare "2019" or "Mai" is none there, "im Mai" and "Mai 2019" are."""
        understood = [row["wording"] for row in ROWS if row["earliest"] or row["latest"]]
        found = [text for text in understood if find_dates(f"Der Start ist {text}, so der Plan.", DAY)]
        assert len(found) > 0.8 * len(understood)


def year_told(found: DateWording) -> str:
    """Return the year that a doubt names, "-" where the only doubt names none."""
    told = {str(doubt.values.get("year", "-")) for doubt in found.doubts}
    assert len(told) < 2
    return "".join(told)


class TestDayOfThePaper:
    """What names no year, or one of two, is read by the day of the paper, and the year is told."""

    @pytest.mark.parametrize("wording", dict.fromkeys(row["wording"] for row in BY_DAY))
    def test_days_and_year(self, wording: str) -> None:
        expected = [row for row in BY_DAY if row["wording"] == wording]
        read = []
        for row in expected:
            found = read_wording(wording, date.fromisoformat(row["day"]))
            assert found is not None
            days = {"earliest": str(found.earliest or ""), "latest": str(found.latest or "")}
            read.append({**row, **days, "year": year_told(found)})
        assert read == expected

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (
                "im nächsten Schuljahr",
                "names no year: 2020/2021 is read, since 2019/2020 is running on the Stand of 2019-08-15.",
            ),
            (
                "im letzten Schuljahr",
                "names no year: 2018/2019 is read, since 2019/2020 is running on the Stand of 2019-08-15.",
            ),
            (
                "im laufenden Schuljahr",
                "names no year: 2019/2020 is the next that fits, counted from the Stand of 2019-08-15.",
            ),
            (
                "im letzten Winter",
                "names no year: 2018/2019 is the last that fits, counted from the Stand of 2019-08-15.",
            ),
            ("bis Ende des Schuljahres 2019", "names one year of two: 2019/2020 is read."),
        ],
    )
    def test_the_year_is_told_in_words(self, text: str, sentence: str) -> None:
        """Whoever means the other one sees it."""
        found = read_wording(text, date(2019, 8, 15))
        assert found is not None
        assert [str(doubt) for doubt in found.doubts] == [f"“{text}” {sentence}"]

    @pytest.mark.parametrize(
        "text",
        [
            "im zweiten Halbjahr des laufenden Schuljahres",
            "in der ersten Hälfte der Sommerferien",
            "zweite Hälfte des Winters",
        ],
    )
    def test_half_of_something_else_is_no_half_year(self, text: str) -> None:
        """It is asked."""
        assert read_wording(text, DAY) is None
        assert not find_dates(f"Der Start ist {text}, so der Plan.", DAY)

    def test_two_years_fit_only_what_crosses_the_new_year(self) -> None:
        """A summer term lies in one."""
        found = read_wording("Sommersemester 2019/20", DAY)
        assert found is not None
        assert (found.earliest, found.latest, len(found.doubts)) == (None, None, 1)

    def test_at_the_edge_of_the_tables(self) -> None:
        """The year before is looked at for Christmas holidays: it need not be known, the one meant must."""
        found = read_wording("nach den Sommerferien", date(2000, 3, 1))
        assert found is not None
        assert found.earliest == date(2000, 8, 13)
        for text in ("in den Weihnachtsferien", "seit den Weihnachtsferien"):
            beyond = read_wording(text, date(2030, 1, 3))
            assert beyond is not None
            assert (beyond.earliest, beyond.latest) == (None, None)
            assert "in no table" in str(beyond.doubts[0])

    @given(
        st.sampled_from(["Schuljahr", "Wintersemester", "Winterhalbjahr", "Winter", "Sommer", "Mai"]),
        st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    )
    def test_last_this_and_next_follow_each_other(self, name: str, day: date) -> None:
        """On any day the last has ended and the next has not begun; what is running lies between them."""
        last, this, following = (
            read_wording(f"im {which}{name}", day) for which in ("letzten ", "", "nächsten ")
        )
        assert last is not None
        assert this is not None
        assert following is not None
        assert last.latest is not None
        assert this.earliest is not None
        assert this.latest is not None
        assert following.earliest is not None
        assert last.latest < day <= this.latest
        assert day < following.earliest
        if this.earliest <= day:
            assert last.latest < this.earliest
            assert this.latest < following.earliest
        else:
            assert this.earliest == following.earliest


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            "nach V/0989/2017 und 12/2019",
            "Version 1.2.3, Punkt 3.1. der Anlage",
            "im Jahr der Digitalisierung",
            "Halle H1 und Raum Q1",
            "Raum 2019 und Telefon 2020 12",
            "die Mai-Kundgebung, der Sommer und die Ferien",
            "im Rahmen der Beratung am Marktplatz",
            "Die Jahre 2019/2020",
            "die Abschnitte 3.1. bis 3.4. der Anlage",
        ],
    )
    def test_what_is_no_date(self, text: str) -> None:
        assert find_dates(text, DAY) == []

    def test_a_range_is_one(self) -> None:
        (found,) = find_dates("Der Test läuft vom 1. Mai bis zum 31. August 2019 in zwei Ämtern.", DAY)
        assert (found.wording, found.earliest, found.latest) == (
            "vom 1. Mai bis zum 31. August 2019",
            date(2019, 5, 1),
            date(2019, 8, 31),
        )

    def test_two_dates_stay_two(self) -> None:
        found = find_dates("im Mai 2019 oder im Juni 2019; am 1.7.2019 und am 1.8.2019", DAY)
        assert len(found) == 4

    def test_a_part_that_was_left_out_is_told(self) -> None:
        """Nothing of a wording is dropped without a word."""
        found = read_wording("Juni bzw. Juli 2019", DAY)
        assert found is not None
        assert [str(doubt) for doubt in found.doubts] == [
            "Only “Juli 2019” was read of “Juni bzw. Juli 2019”."
        ]

    def test_relative_ones_need_the_day(self) -> None:
        for text in (
            "nächstes Jahr",
            "im Sommer",
            "innerhalb von 6 Monaten",
            "ab sofort",
            "im kommenden Quartal",
        ):
            found = read_wording(text, None)
            assert found is not None
            assert (found.earliest, found.latest) == (None, None)
            assert len(found.doubts) == 1


class TestSchoolHolidays:
    def test_all_states_and_years(self) -> None:
        """2000 to 2029 are in the library, the summer of 2030 is ours; what lies beyond is unknown."""
        for state in STATES:
            assert all(school_holidays(state, "Sommerferien", year) for year in range(2000, 2030))
        known = school_holidays("NW", "Sommerferien", 2030)
        assert known is not None
        assert (known.first, known.last) == (date(2030, 6, 24), date(2030, 8, 6))
        assert school_holidays("NW", "Sommerferien", 2031) is None
        assert school_holidays("NW", "Weihnachtsferien", 2029) is None

    def test_those_at_the_turn_of_the_year_are_whole(self) -> None:
        found = school_holidays("NW", NAMES["weihnachts"], 2019)
        assert found is not None
        assert (found.first, found.last) == (date(2019, 12, 23), date(2020, 1, 6))

    def test_another_state(self) -> None:
        """Bavaria's summer holidays begin later."""
        with_state = calendars.in_use().state
        calendars.set_state("BY")
        try:
            found = read_wording("vor den Sommerferien 2019", DAY)
        finally:
            calendars.set_state(with_state)
        assert found is not None
        assert found.latest == date(2019, 7, 28)

    def test_outside_the_tables_it_warns(self) -> None:
        found = read_wording("nach den Sommerferien 2031", DAY)
        assert found is not None
        assert (found.earliest, found.latest) == (None, None)
        assert "2031" in str(found.doubts[0])


SITTINGS = tuple(
    Sitting(date.fromisoformat(day), body, body == "Rat")
    for day, body in (
        ("2019-05-14", "Hauptausschuss"),
        ("2019-05-15", "Rat"),
        ("2019-06-18", "Ausschuss für Personal"),
        ("2019-07-02", "Hauptausschuss"),
        ("2019-07-03", "Rat"),
        ("2019-09-03", "Hauptausschuss"),
        ("2019-09-11", "Rat"),
    )
)


class TestSittings:
    @pytest.mark.parametrize(
        ("text", "earliest", "latest"),
        [
            ("letzte Gremienkette vor den Sommerferien", "2019-06-18", "2019-07-03"),
            ("in der letzten Gremienkette vor den Sommerferien 2019", "2019-06-18", "2019-07-03"),
            ("erste Gremienkette nach den Sommerferien 2019", "2019-09-03", "2019-09-11"),
            ("letzte Ratssitzung vor der Sommerpause", "2019-07-03", "2019-07-03"),
            ("nächste Ratssitzung", "2019-05-15", "2019-05-15"),
            ("erste Sitzung des Rates im September 2019", "2019-09-11", "2019-09-11"),
        ],
    )
    def test_a_sitting_is_chosen(self, text: str, earliest: str, latest: str) -> None:
        with calendars.using(SITTINGS):
            found = read_wording(text, DAY)
        assert found is not None
        assert (str(found.earliest), str(found.latest), found.rule) == (earliest, latest, Rule.SITTINGS)
        assert found.wording == text

    def test_the_last_one_may_be_of_the_year_before(self) -> None:
        """Also where the paper is of a later day."""
        known = (*SITTINGS, Sitting(date(2019, 12, 11), "Rat", True), Sitting(date(2020, 3, 4), "Rat", True))
        with calendars.using(known):
            found = read_wording("letzte Ratssitzung vor Karneval 2020", date(2020, 6, 1))
        assert found is not None
        assert (found.earliest, found.doubts) == (date(2019, 12, 11), ())

    def test_without_sittings_of_that_time_it_is_told(self) -> None:
        """The time that the sitting is told by still counts."""
        found = read_wording("letzte Gremienkette vor den Sommerferien 2019", DAY)
        assert found is not None
        assert found.latest == date(2019, 7, 14)
        assert "no sittings of that time" in str(found.doubts[-1])
        with calendars.using(SITTINGS):
            later = read_wording("letzte Gremienkette vor den Sommerferien 2020", DAY)
        assert later is not None
        assert later.doubts

    def test_a_calendar_that_ends_early_is_told(self) -> None:
        with calendars.using(SITTINGS[:3]):
            found = read_wording("letzte Ratssitzung vor den Sommerferien 2019", DAY)
        assert found is not None
        assert found.latest == date(2019, 5, 15)
        assert "ends on" in str(found.doubts[-1])

    def test_which_sittings_are_known_ends_with_the_block(self) -> None:
        with calendars.using(SITTINGS):
            assert calendars.in_use().sittings == SITTINGS
        assert calendars.in_use().sittings == ()


PIECES = sorted({word for row in ROWS for word in row["wording"].split()})
TEXTS = st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
DAYS = st.none() | st.dates(date(1, 1, 1), date(9998, 12, 31))


class TestAnyText:
    @given(TEXTS, DAYS)
    def test_never_raises_and_days_are_in_order(self, text: str, day: date | None) -> None:
        read = read_wording(text, day)
        for found in [*find_dates(text, day), *([read] if read else [])]:
            assert text[found.start : found.end] == found.wording
            assert not (found.earliest and found.latest) or found.earliest <= found.latest

    @given(TEXTS, DAYS)
    def test_reading_again_says_the_same(self, text: str, day: date | None) -> None:
        """A wording that was found is read as the same days when it stands alone."""
        assert find_dates(text, day) == find_dates(text, day)
        for found in find_dates(text, day):
            alone = read_wording(found.wording, day)
            assert alone is not None
            assert (alone.earliest, alone.latest) == (found.earliest, found.latest)

    @pytest.mark.parametrize(
        "piece",
        [
            "bis ",
            "vom 1. bis ",
            " ",
            "2019/",
            "1.",
            "I/",
            "29.11.2019 . . ",
            "nächsten ",
            "( : ",
            "Mai bis ",
            "a",
        ],
    )
    def test_ten_thousand_letters(self, piece: str) -> None:
        """In a time that a text of that length may take; doubled, it takes about twice as long."""
        begun = time.process_time()
        for text in ((piece * 10_000)[:10_000], "29.11.2019" + (piece * 10_000)[:10_000]):
            find_dates(text, DAY)
            read_wording(text, DAY)
        assert time.process_time() - begun < 5


def test_one_pattern_fits_where_any_rule_does() -> None:
    """At most places of a text there is no time, which is then found by one look."""
    text = (Path(__file__).parents[1] / "data" / "date_wordings.csv").read_text("utf-8")
    places = range(len(text))
    fitting = [place for place in places if any(one.match(text, place) for one, _ in unit_rules._RULES)]
    assert [place for place in places if unit_rules._any_rule().match(text, place)] == fitting
    assert 1000 < len(fitting) < len(text) / 4
