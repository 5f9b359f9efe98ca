"""Sittings of iCalendar files: what is read, what is left out, and what would take for ever."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.digitalms.council.sitting_files import (
    MAX_BYTES,
    SittingFile,
    SittingFileError,
    body_of,
    read_sittings,
)
from ckanext.digitalms.council.sittings import Chain, Sitting, chains, is_council

pytestmark = pytest.mark.pure

BERLIN, TODAY = ZoneInfo("Europe/Berlin"), date(2026, 11, 29)


def event(day: str, title: str, *more: str, uid: str = "") -> str:
    start = f"DTSTART;VALUE=DATE:{day}" if len(day) == 8 else f"DTSTART:{day}"
    lines = ["BEGIN:VEVENT", f"UID:{uid or day + title}", start, f"SUMMARY:{title}", *more, "END:VEVENT"]
    return "\r\n".join(lines)


def calendar(*events: str) -> bytes:
    body = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *events, "END:VCALENDAR", ""])
    return body.encode()


def read(*events: str) -> SittingFile:
    return read_sittings(calendar(*events), "Rat der Stadt Beispiel", BERLIN, TODAY)


class TestRead:
    def test_days_bodies_and_the_council(self):
        found = read(
            event("20261216T160000Z", "12. Sitzung des Rates (öffentlich)"),
            event("20261209", "Hauptausschuss"),
            event("20261217T233000Z", "Ausschuss für Personal"),
        )
        assert found.sittings == (
            Sitting(date(2026, 12, 9), "Hauptausschuss"),
            Sitting(date(2026, 12, 16), "Rat", is_council=True),
            Sitting(date(2026, 12, 18), "Ausschuss für Personal"),  # in the city it is the next day
        )
        assert found.left_out == ()

    def test_what_is_repeated_and_what_moved_of_it(self):
        """Each month; one was moved, one does not take place."""
        rule = "RRULE:FREQ=MONTHLY;BYDAY=1WE;COUNT=4"
        found = read(
            event("20270106T160000", "Rat", rule, "EXDATE:20270303T160000", uid="rat"),
            event("20270210T160000", "Rat", "RECURRENCE-ID:20270203T160000", uid="rat"),
        )
        assert [one.day for one in found.sittings] == [date(2027, 1, 6), date(2027, 2, 10), date(2027, 4, 7)]

    def test_cancelled_ones_are_told(self):
        found = read(
            event("20261216", "Rat"),
            event("20261217", "Hauptausschuss", "STATUS:CANCELLED"),
            event("20261218", "Kulturausschuss - entfällt"),
            event("20261219", ""),
        )
        assert [one.body for one in found.sittings] == ["Rat"]
        assert len(found.left_out) == 3
        assert "does not take place" in str(found.left_out[0])

    def test_an_endless_repetition_ends_after_three_years(self):
        found = read(event("20200101", "Rat", "RRULE:FREQ=WEEKLY"))
        assert date(2024, 11, 1) < found.sittings[0].day < date(2024, 12, 31)
        assert date(2029, 11, 1) < found.sittings[-1].day < date(2029, 12, 31)

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=SECONDLY",
            "FREQ=MINUTELY;COUNT=100000000",
            "FREQ=DAILY",
            "FREQ=YEARLY;BYHOUR=0,1,2,3;BYMINUTE=0,1,2,3;BYSECOND=1,2,3",
            "FREQ=YEARLY;BYYEARDAY=1,2,3,4",
        ],
    )
    def test_what_no_sitting_does_is_left_out(self, rule: str):
        found = read(event("20261216", "Rat"), event("20261217", "Bombe", f"RRULE:{rule}"))
        assert [one.body for one in found.sittings] == ["Rat"]
        assert "more often than sittings" in str(found.left_out[0])

    def test_a_time_zone_of_the_file_is_not_followed(self):
        zone = ["BEGIN:VTIMEZONE", "TZID:Bombe", "BEGIN:STANDARD", "DTSTART:16010101T000000"]
        zone += ["RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE"]
        found = read("\r\n".join(zone), event("20261216", "Rat"))
        assert [one.body for one in found.sittings] == ["Rat"]


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "no calendar"),
            (b"Datum;Gremium\n16.12.2026;Rat\n", "no calendar"),
            (b"<html><body>Sitzungen</body></html>", "no calendar"),
            (b"\x00\xff\xfe" * 100, "no calendar"),
            (calendar(), "no sitting"),
            (calendar(event("16.12.26", "Rat")), "no sitting"),
            (calendar(*[event("20261216", f"A{n}") for n in range(5001)]), "5001 sittings"),
            (calendar(*[event("20261216", f"A{n}", "RRULE:FREQ=WEEKLY") for n in range(51)]), "repeated"),
            (b"BEGIN:VCALENDAR\n" + b"X-A:b\n" * (MAX_BYTES // 6), "2 MB"),
        ],
        ids=["empty", "table", "page", "bytes", "none", "day", "many", "repeated", "large"],
    )
    def test_with_a_sentence(self, content: bytes, said: str):
        with pytest.raises(SittingFileError) as refused:
            read_sittings(content, "Rat", BERLIN, TODAY)
        assert said in str(refused.value.message)

    @settings(deadline=None)
    @given(st.binary(max_size=300), st.text(max_size=60))
    def test_any_bytes(self, data: bytes, line: str):
        """A calendar or a sentence."""
        texts = (line, event("20261216", line), event(line, "Rat"), event("20261216", "Rat", line))
        for content in (data, *[text.encode("utf-8", "replace") for text in texts]):
            for whole in (content, b"BEGIN:VCALENDAR\r\n" + content + b"\r\nEND:VCALENDAR\r\n"):
                with suppress(SittingFileError):
                    assert read_sittings(whole, "Rat", BERLIN, TODAY).sittings

    @pytest.mark.parametrize(
        "piece",
        [
            "BEGIN:VTIMEZONE\n",
            "BEGIN:VEVENT\n",
            "BEGIN:VCALENDAR\n",
            " \n",
            "RRULE:FREQ=WEEKLY\n",
            "A;B=",
            "\\n",
        ],
    )
    def test_large_ones_end(self, piece: str):
        """Whatever is opened and never closed."""
        begun = time.process_time()
        content = b"BEGIN:VCALENDAR\n" + (piece * 200_000).encode()[: MAX_BYTES // 4]
        with pytest.raises(SittingFileError):
            read_sittings(content, "Rat", BERLIN, TODAY)
        assert time.process_time() - begun < 20


class TestBodies:
    @pytest.mark.parametrize(
        ("title", "body"),
        [
            ("Sitzung des Rates", "Rat"),
            ("12. öffentliche Sitzung des Rates der Stadt", "Rat der Stadt"),
            ("Sitzung: Hauptausschuss", "Hauptausschuss"),
            ("Hauptausschuss (nicht öffentlich)", "Hauptausschuss"),
            ("Integrationsrat", "Integrationsrat"),
        ],
    )
    def test_a_title_names_its_body(self, title: str, body: str):
        assert body_of(title) == body

    @pytest.mark.parametrize("body", ["Rat", "Rat der Stadt", "Stadtrat", "Kreistag", "die Versammlung"])
    def test_which_is_the_council(self, body: str):
        assert is_council(body, "Die Versammlung")

    @pytest.mark.parametrize("body", ["Integrationsrat", "Ratsausschuss", "Jugendrat", "Hauptausschuss", ""])
    def test_which_is_not(self, body: str):
        assert not is_council(body, "Die Versammlung")

    def test_chains_end_with_the_council(self):
        """A committee after the last council sitting belongs to no chain yet."""
        rows = [Sitting(date(2026, 1, 5), "A"), Sitting(date(2026, 1, 7), "Rat", is_council=True)]
        rows += [Sitting(date(2026, 2, 3), "B"), Sitting(date(2026, 2, 4), "Rat", is_council=True)]
        rows += [Sitting(date(2026, 3, 3), "B")]
        assert chains(reversed(rows)) == [
            Chain(date(2026, 1, 5), date(2026, 1, 7)),
            Chain(date(2026, 2, 3), date(2026, 2, 4)),
        ]
