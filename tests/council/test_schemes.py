"""Numbers of every scheme are found, and nothing else is, in the texts that councils write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.council import schemes
from ckanext.digitalms.council.reference import (
    ReferenceRefusedError,
    parse_reference,
    parse_reference_field,
    parse_references,
    reference_of,
    search_patterns,
    typed_references,
)
from ckanext.digitalms.council.schemes import PRESETS, SchemeError, schemes_of
from ckanext.digitalms.council.unrecognised import unrecognised

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = schemes.in_use()
    yield
    schemes.use(before)


def use(*presets: str, **more: Any) -> None:
    schemes.use(schemes_of([{"preset": name, **more} for name in presets]))


def found(text: str) -> list[str]:
    return [str(one.reference) for one in parse_references(text)]


class TestEachPreset:
    @pytest.mark.parametrize(
        ("preset", "text", "expected"),
        [
            ("0123/20", "Vorlage 0123/20 und 0124/20", ["0123/20", "0124/20"]),
            ("0123/20", "(Vorlagen Nr. 0123/20, 0456/19 sowie 0007/21)", ["0123/20", "0456/19", "0007/21"]),
            ("0988/19/1", "Beschlussvorlage 0988/19/1 zur Vorlage 0988/19", ["0988/19/1", "0988/19"]),
            ("0988/19/1", "Vorlage 0988/19/1. Ergänzung", ["0988/19/1"]),
            ("0123/20", "Vorlagen 0123/20/0124/20", ["0123/20", "0124/20"]),
            ("17/2020", "Antrag 17/2020 der Fraktion", ["17/2020"]),
            ("17/2020", "Drucksache Nr. 1204/2020", ["1204/2020"]),
            ("1234-5/2020", "Vorlage 1234-5/2020 und Vorlage 0012/2019", ["1234-5/2020", "0012/2019"]),
            ("BV/0456/2021", "BV/0456/2021, IV/0022/2022", ["BV/0456/2021", "IV/0022/2022"]),
            ("BV/0456/2021", "BV/0456/2021/BV/0456/2021/1", ["BV/0456/2021", "BV/0456/2021/1"]),
            ("BV-335/25", "gemäß BV-335/25 und BV-1/26", ["BV-335/25", "BV-1/26"]),
            ("SV-10-0729", "Sitzungsvorlage SV-10-0729 und SV-10-0730/1", ["SV-10-0729", "SV-10-0730/1"]),
            ("A 0012/20", "der Antrag A 0012/20 und AF 0013/20", ["A-0012/20", "AF-0013/20"]),
            ("Drs. 21/1234", "Drs. 21/1234 und Drucksache 21/99", ["Drs.21/1234", "Drs.21/99"]),
            ("V/0989/2017", "V/0989/2017/V/0989/2017/1", ["V/0989/2017", "V/0989/2017/1"]),
        ],
    )  # fmt: skip
    def test_is_found(self, preset: str, text: str, expected: list[str]) -> None:
        use(preset)
        assert found(text) == expected

    @pytest.mark.parametrize("preset", PRESETS)
    def test_normal_form_is_read_back(self, preset: str) -> None:
        use(preset)
        text = str(parse_reference_field(preset).reference)
        assert " " not in text
        again = parse_reference(text)
        assert again is not None
        assert str(again) == text

    @given(st.sampled_from(sorted(PRESETS)), st.integers(1, 9999), st.integers(1990, 2059), st.integers(0, 9))
    def test_round_trip(self, preset: str, number: int, year: int, supplement: int) -> None:
        use(preset)
        scheme = PRESETS[preset]
        made = schemes.CouncilReference(
            year if "{year" in scheme.written else None, number, scheme.kinds[0] if scheme.kinds else "",
            supplement or None if scheme.supplemented else None, "",
            10 if "{term}" in scheme.written else None,
            scheme.written, scheme.supplemented,
        )  # fmt: skip
        if made.year and number <= made.year and number >= 1990:
            return
        assert parse_reference(str(made)) == made
        assert found(f"wie in Vorlage {made} steht") == [str(made)]
        (pattern,) = search_patterns(str(made))
        assert pattern.matches(made)


TRAPS = [
    "für die Jahre 2019/2020", "im Schuljahr 19/20", "IV/2022", "IV. Quartal 2022", "Az. 4 K 1234/19",
    "Az.: 0123/20", "Aktenzeichen 61/2020", "KW 12/2020", "in KW 12/20", "Quartal 3/2020", "Stand 12/2020",
    "Stand: 06/20", "Tel. 0251/4921", "Telefon 0251/492-1800", "Fax 0251/20", "Flur 12/20",
    "Flurstück 0123/20",
    "Gemarkung Münster, Flur 5, Flurstück 1234/20", "Verordnung (EU) 2016/679", "(EU) Nr. 910/2014",
    "Richtlinie 2014/24/EU", "§ 12/20", "DIN 0123/20", "ISO/IEC 27001/2020", "S. 12/20", "24/7",
    "1/20 der Kosten",
    "am 12/2020", "bis 06/2020", "14.03.2019", "3/4", "0123/20 %", "12/20 Uhr", "GV. NRW. 2018/90",
    "Doppelhaushalt 2019/20", "Wintersemester 19/20", "Saison 2019/2020", "Rechnung Nr. 0123/20",
    "Kassenzeichen 0123/20", "Hausnr. 12/20", "Maßstab 1/2000", "Verhältnis 17/2020", "Los 3/2020",
    "10.0123/20", "A0123/2045x", "X0123/20", "0123/20a", "0123/20/45/1", "Beschluss vom 12/2020",
    "ABV/0456/20211", "EBV-335/25", "BV-335/2512", "Version 17/2020", "Ausgabe 17/2020",
]  # fmt: skip


@pytest.mark.parametrize("text", TRAPS)
def test_a_trap_is_no_number(text: str) -> None:
    """With every scheme in use at once."""
    schemes.use(schemes_of([{"preset": name} for name in PRESETS if name != "0988/19/1"]))
    assert found(text) == []
    assert found(f"Wir berichten, dass {text} gilt.") == []


class TestSideBySide:
    def test_each_council_has_its_numbers(self) -> None:
        schemes.use(
            schemes_of(
                [
                    {"preset": "V/0989/2017"},
                    {"preset": "BV-335/25", "body": "Rat der Stadt Hamm"},
                    {"preset": "SV-10-0729", "body": "Kreistag Coesfeld"},
                ]
            )
        )
        text = "V/0103/2019, BV-335/25 (Hamm) und SV-10-0729"
        told = [
            (str(one.reference), one.reference.body)
            for one in parse_references(text, "Rat der Stadt Münster")
        ]
        assert told == [
            ("V/0103/2019", "Rat der Stadt Münster"),
            ("BV-335/25", "Rat der Stadt Hamm"),
            ("SV-10-0729", "Kreistag Coesfeld"),
        ]
        read = reference_of("SV-10-0729", "Kreistag Coesfeld")
        assert read is not None
        assert (read.term, read.number, read.year) == (10, 729, None)

    def test_a_number_of_two_councils_is_the_one_that_is_said(self) -> None:
        schemes.use(schemes_of([{"preset": "17/2020", "body": "A"}, {"preset": "17/2020", "body": "B"}]))
        assert parse_reference_field("17/2020", "B").reference.body == "B"
        assert parse_reference_field("17/2020", "A").reference.body == "A"


class TestTyped:
    @pytest.mark.parametrize("text", ["V0103/2019", "V/0103/19", "v 0103/2019", "V-0103-19", "V/103/19"])
    def test_munster_in_a_hurry(self, text: str) -> None:
        (pattern,) = search_patterns(text)
        reference = parse_reference("V/0103/2019")
        assert reference is not None
        assert pattern.matches(reference)
        assert str(parse_reference_field(text).reference) == "V/0103/2019"

    @pytest.mark.parametrize("text", ["IV/0103/19", "V2", "5G", "LTE 4", "30 Mbit/s", "V/2019"])
    def test_other_words_are_none(self, text: str) -> None:
        assert typed_references(text) == []

    @pytest.mark.parametrize(
        ("preset", "text", "expected"),
        [
            ("BV-335/25", "bv335/25", "BV-335/25"), ("BV-335/25", "BV 335/2025", "BV-335/25"),
            ("SV-10-0729", "sv 10/729", "SV-10-0729"), ("0123/20", "123/2020", "0123/20"),
            ("17/2020", "0017-20", "17/2020"), ("BV/0456/2021", "BV-456-21", "BV/0456/2021"),
        ],
    )  # fmt: skip
    def test_other_schemes_in_a_hurry(self, preset: str, text: str, expected: str) -> None:
        use(preset)
        assert str(parse_reference_field(text).reference) == expected
        assert [str(one.reference) for one in typed_references(text)] == [expected]

    @pytest.mark.parametrize(
        "text", ["BV/0456/2021", "Drs. 21/1234", "A 12/20 neu", "4711/2020-XY", "20-0815"]
    )
    def test_a_number_without_a_scheme_is_kept_and_warns(self, text: str) -> None:
        read = parse_reference_field(text, "Rat")
        assert str(read.reference) == "-".join(text.split())
        assert read.original == text
        assert "no known number scheme" in str(read.warnings[0])
        kept = reference_of(str(read.reference), "Rat")
        assert kept == read.reference
        assert kept is not None
        assert not kept.is_of_a_scheme
        assert kept.tokens

    @pytest.mark.parametrize(
        "text", ["V/99", "V/09891/2017", "2019/2020", "0000/2017", "Unsinn", "12", "{0}/1", "x" * 60]
    )
    def test_a_slip_is_refused(self, text: str) -> None:
        with pytest.raises(ReferenceRefusedError):
            parse_reference_field(text)

    def test_what_is_allowed_is_told_by_examples(self) -> None:
        use("BV-335/25", "17/2020")
        with pytest.raises(ReferenceRefusedError, match="BV-335/25, 17/2020"):
            parse_reference_field("Unsinn")


class TestDeclared:
    def refused(self, *declared: Any) -> str:
        with pytest.raises(SchemeError) as error:
            schemes_of(list(declared))
        return str(error.value)

    def test_a_scheme_of_ones_own(self) -> None:
        schemes.use(schemes_of([{"written": "{kind}-{year}-{number:03}", "kinds": ["DS"], "body": "Rat X"}]))
        assert found("siehe DS-2024-017 und DS-2024-018/1") == ["DS-2024-017", "DS-2024-018/1"]

    def test_a_pattern_of_ones_own(self) -> None:
        own = {
            "written": "{number}-{year2}",
            "pattern": r"TOP-(?P<number>\d{1,3})-(?P<year>\d{2})",
            "example": "TOP-12-20",
        }
        assert "1234-21" in self.refused(own)
        own |= {"written": "TOP-{number:03}-{year2}", "pattern": r"TOP-(?P<number>\d{1,5})-(?P<year>\d{2})"}
        schemes.use(schemes_of([own]))
        assert found("wie TOP-12-20") == ["TOP-012-20"]

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({"written": "{number}", "pattern": "(?P<number>x^)"}, "does not find"),
            ({"written": "{number}", "pattern": "$^(?P<number>1)"}, "does not find"),
            ({"written": "{number}"}, "too wide"),
            ({"written": "{number}", "pattern": r"(?P<number>\d*)"}, "too wide"),
            ({"written": "{number}", "pattern": r".*(?P<number>\d+).*"}, "too wide"),
            ({"written": "{number}", "pattern": r"(?P<number>(?:\d+)+)"}, "too wide"),
            ({"written": "V{number}", "pattern": r"(?P<number>\d+)(?=x)"}, "RE2 cannot read"),
            ({"written": "V{number}", "pattern": r"V\d+"}, "no group"),
            ({"written": "V{number}", "pattern": "V(?P<number>" + "1" * 150 + ")"}, "does not find"),
            ({"written": "V{number", "pattern": ""}, "does not close"),
            ({"written": "V{number.__class__}"}, "must be written"),
            ({"written": "V {number}"}, "without spaces"),
            ({"written": "V{year}"}, "must be written"),
            ({"written": "{kind}-{number}"}, "kinds"),
            ({"written": "V{number}", "kinds": "V"}, "kinds"),
            ({"written": "V{number:99999}"}, "must be written"),
            ({"preset": "Köln"}, "no preset"),
            ({"body": "Rat"}, "neither"),
            ({"written": "V{number}", "farbe": "rot"}, "farbe"),
        ],
    )
    def test_what_finds_nothing_or_everything_is_refused(self, told: dict[str, Any], said: str) -> None:
        message = self.refused(told)
        assert said in message
        assert len(message) < 400

    def test_no_list_and_twice_the_same(self) -> None:
        with pytest.raises(SchemeError):
            schemes_of({"preset": "17/2020"})
        assert "same" in self.refused({"preset": "17/2020"}, {"preset": "17/2020"})

    def test_nothing_is_munsters(self) -> None:
        assert schemes_of(None) == (schemes.MUENSTER,)

    def test_presets_can_be_declared_as_json(self) -> None:
        told = json.loads(json.dumps([{"preset": name, "body": name} for name in PRESETS]))
        assert len(schemes_of(told)) == len(PRESETS)


@given(st.text(max_size=200))
def test_never_raises_and_spans_are_true(text: str) -> None:
    schemes.use(schemes_of([{"preset": name, "body": name} for name in PRESETS]))
    for one in (*parse_references(text), *typed_references(text)):
        assert text[one.start : one.end] == one.original
    search_patterns(text)


class TestUnrecognised:
    def test_what_looks_like_a_number_and_is_none_known(self) -> None:
        texts = [
            "Vorlage V/0103/2019, BV/0456/2021 und Vorlage 17/2020; BV/0456/2021 noch einmal",
            "Drs. 21/1234",
        ]
        assert unrecognised(texts) == ["BV/0456/2021", "17/2020", "21/1234"]
        use("BV/0456/2021", "17/2020", "Drs. 21/1234")
        assert unrecognised(texts) == ["V/0103/2019"]

    @pytest.mark.parametrize("text", TRAPS)
    def test_a_trap_looks_like_none(self, text: str) -> None:
        assert unrecognised([text]) in ([], ["ABV/0456/20211"], ["EBV-335/25"], ["BV-335/2512"])

    def test_in_a_field_of_numbers_digits_need_no_cue(self) -> None:
        use("17/2020")
        assert [one.original for one in parse_references("17/2020, 18/2020", has_cue=True)] == [
            "17/2020",
            "18/2020",
        ]
