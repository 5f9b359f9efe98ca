from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.council.reference import (
    CouncilReference,
    Kind,
    ReferencePattern,
    ReferenceRefusedError,
    UnspecifiedReference,
    distinct,
    find_unspecified,
    parse_reference,
    parse_reference_field,
    parse_references,
    search_patterns,
)

pytestmark = pytest.mark.pure

references = st.builds(
    CouncilReference,
    kind=st.sampled_from(Kind),
    number=st.integers(1, 9999),
    year=st.integers(1990, 2099),
    supplement=st.none() | st.integers(1, 99),
    body=st.sampled_from(["", "Rat der Stadt Hamm"]),
)
GERMAN = "abc xyzäöüß ÄÖÜ MSTL.,;:()„“–\n\t\u00a0€%&" + "Vorlage R V vr"
# a surrounding text that cannot itself be part of a reference: no digits, slashes or hyphens
surroundings = st.text(alphabet=GERMAN, max_size=40)
slashes = st.sampled_from(["/", "\u2044", " / ", "\u00a0/\u00a0", "/\u200b", "/\n"])
hyphens = st.sampled_from(["-", "\u2010", "\u2011", "\u2013", "\u2212", "\u00ad", " \u2013 "])


def found(text: str) -> list[str]:
    return [str(item.reference) for item in parse_references(text)]


class TestRunningText:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("V/0989/2017/V/0989/2017/1 und V/0144/2018", ["V/0989/2017", "V/0989/2017/1", "V/0144/2018"]),
            ("V/0989/2017V/0989/2017/1V/0144/2018", ["V/0989/2017", "V/0989/2017/1", "V/0144/2018"]),
            ("(V/0989/2017/1. Erg. vom 19.2.2018)", ["V/0989/2017/1"]),
            ("V/0989/2017, 2. Ergänzung", ["V/0989/2017/2"]),
            ("V/0989/2017 (1. Ergänzungsvorlage)", ["V/0989/2017/1"]),
            ("V/0989/2017/1. Danach ruhte es", ["V/0989/2017/1"]),
            ("V/0989/2017/1.Erg.", ["V/0989/2017/1"]),
            ("R/0045/2016 (Antrag)", ["R/0045/2016"]),
            ("Antrag A-R/0045/2016 der Fraktion", ["R/0045/2016"]),
            ("V-0989-2017", ["V/0989/2017"]),
            ("V-0989-2017-1", ["V/0989/2017/1"]),
            ("v/0989/2017", ["V/0989/2017"]),
            ("V/0989\u20132017", ["V/0989/2017"]),
            ("V\u00a0/\u00a00989\u00a0/\u00a02017", ["V/0989/2017"]),
            ("V/45/2016", ["V/0045/2016"]),
            ("VorlageV/0143/2018", ["V/0143/2018"]),
            ("Vorlage: V/0103/2019.", ["V/0103/2019"]),
            ("https://example.org/digitalisierung/ratsbezug/V/0989/2017", ["V/0989/2017"]),
        ],
    )
    def test_finds_each_spelling(self, text: str, expected: list[str]) -> None:
        assert found(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "für die Jahre 2019/2020",
            "0989/2017",
            "MV/0989/2017",
            "V/0989/20171",
            "V/09891/2017",
            "V/0000/2017",
            "V-2-2019",
            "V/0989/3017",
            "archiv/0989/2017",
            "V/0989",
            "",
        ],
    )
    def test_finds_nothing_else(self, text: str) -> None:
        assert found(text) == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("V/0143/2018-2019", ["V/0143/2018"]),
            ("V/0143/2018/1a", ["V/0143/2018"]),
            ("V/0143/2018/0144/2018", ["V/0143/2018"]),
            ("V/0143/2018 1 Stück", ["V/0143/2018"]),
        ],
    )
    def test_takes_no_supplement_for_granted(self, text: str, expected: list[str]) -> None:
        assert found(text) == expected

    def test_keeps_spelling_and_place(self) -> None:
        text = "Nach V-0989-2017/1. Erg. gilt"
        (item,) = parse_references(text, "Rat der Stadt Hamm")
        assert item.original == "V-0989-2017/1. Erg."
        assert text[item.start : item.end] == item.original
        assert item.reference == CouncilReference(2017, 989, Kind.PAPER, 1, "Rat der Stadt Hamm")

    def test_gives_each_reference_once_when_asked(self) -> None:
        repeated = "V/0989/2017/1, V/0144/2018, V/0989/2017/1. Erg."
        assert [str(r) for r in distinct(parse_references(repeated))] == ["V/0989/2017/1", "V/0144/2018"]

    @given(references, surroundings, surroundings)
    def test_round_trip_in_surrounding_text(
        self, reference: CouncilReference, before: str, after: str
    ) -> None:
        text = f"{before} {reference} {after}"
        assert [i.reference for i in parse_references(text, reference.body)] == [reference]

    @given(
        st.lists(references, min_size=1, max_size=6), st.sampled_from(["/", ", ", " und ", ";", "", " u. "])
    )
    def test_glued_lists(self, many: list[CouncilReference], glue: str) -> None:
        assert found(glue.join(map(str, many))) == [str(r) for r in many]

    @given(references, slashes)
    def test_odd_slashes_and_small_letters(self, reference: CouncilReference, slash: str) -> None:
        paper = reference.paper
        assert found(str(paper).replace("/", slash).lower()) == [str(paper)]

    @given(references, hyphens)
    def test_odd_hyphens(self, reference: CouncilReference, hyphen: str) -> None:
        assert found(str(reference.paper).replace("/", hyphen)) == [str(reference.paper)]

    @given(references, st.sampled_from([". Erg.", ".Erg.", ". Ergänzung", "\u00a0Erg."]))
    def test_spelled_out_supplements(self, reference: CouncilReference, word: str) -> None:
        supplement = reference.supplement or 1
        assert found(f"{reference.paper}/{supplement}{word}") == [f"{reference.paper}/{supplement}"]

    @given(st.text(max_size=300))
    def test_never_raises_and_spans_are_true(self, text: str) -> None:
        items = parse_references(text)
        assert all(text[i.start : i.end] == i.original for i in items)
        assert all(a.end <= b.start for a, b in pairwise(items))


class TestNormalisedForm:
    @given(references)
    def test_is_read_back(self, reference: CouncilReference) -> None:
        assert parse_reference(str(reference), reference.body) == reference

    @pytest.mark.parametrize("text", ["V/0989/2017 ", "Vorlage V/0989/2017", "", "V/0989/2017 V/0144/2018"])
    def test_refuses_all_else(self, text: str) -> None:
        assert parse_reference(text) is None

    def test_orders_a_paper_before_its_supplements(self) -> None:
        texts = ["V/0989/2017/2", "V/0144/2018", "V/0989/2017", "V/0989/2017/1"]
        ordered = sorted((i for t in texts if (i := parse_reference(t))), key=lambda r: r.sort_key)
        assert [str(r) for r in ordered] == ["V/0989/2017", "V/0989/2017/1", "V/0989/2017/2", "V/0144/2018"]


class TestField:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("V/0989/2017", "V/0989/2017"),
            ("0989/2017", "V/0989/2017"),
            ("0989-2017", "V/0989/2017"),
            ("0989/2017/1", "V/0989/2017/1"),
            ("  0989/2017/1. Erg. ", "V/0989/2017/1"),
            ("Vorlage Nr. 0143/2018", "V/0143/2018"),
            ("0045/2016 (Antrag)", "R/0045/2016"),
            ("R/0045/2016 (Antrag)", "R/0045/2016"),
            ("Vorlage V/0143/2018", "V/0143/2018"),
            ("V/0143/2018 (V-0143-2018)", "V/0143/2018"),
        ],
    )
    def test_reads_one(self, text: str, expected: str) -> None:
        read = parse_reference_field(text)
        assert str(read.reference) == expected
        assert read.original == text.strip()
        assert read.warnings == ()

    @pytest.mark.parametrize(
        "text", ["Diverse Vorlagen", "diverse  Vorlagen, unter anderem", "Mehrere Ratsvorlagen"]
    )
    def test_allows_papers_without_a_number_and_warns(self, text: str) -> None:
        read = parse_reference_field(text, "Rat")
        assert read.reference == UnspecifiedReference("Rat")
        assert str(read.reference) == "Diverse Vorlagen"
        assert "numbers" in str(read.warnings[0])

    @pytest.mark.parametrize("text", ["", "Unsinn", "2019/2020", "0000/2017", "V/99", "x" * 100_000])
    def test_refuses_nonsense_and_says_what_is_allowed(self, text: str) -> None:
        with pytest.raises(ReferenceRefusedError) as refused:
            parse_reference_field(text)
        said = str(refused.value.message)
        assert "V/0989/2017" in said
        assert text[:20] in said
        assert len(said) < 400

    def test_refuses_several_in_one_row_and_names_them(self) -> None:
        with pytest.raises(ReferenceRefusedError, match=r"V/0143/2018, V/0144/2018"):
            parse_reference_field("V/0143/2018 und V/0144/2018")


class TestSearch:
    def test_a_bare_number_matches_any_kind(self) -> None:
        (pattern,) = search_patterns("0045/2016")
        assert pattern == ReferencePattern(None, 45, 2016)
        assert pattern.matches(CouncilReference(2016, 45, Kind.MOTION))
        assert pattern.matches(CouncilReference(2016, 45, Kind.PAPER))

    def test_a_full_number_matches_its_kind_only(self) -> None:
        (pattern,) = search_patterns("Vorlage: V/0103/2019")
        assert pattern.matches(CouncilReference(2019, 103, Kind.PAPER))
        assert not pattern.matches(CouncilReference(2019, 103, Kind.MOTION))

    @pytest.mark.parametrize("other", ["V/0143/2018", "V/0154/2018", "V/0144/2019", "V/0144/2018/1"])
    def test_neighbouring_numbers_are_others(self, other: str) -> None:
        (pattern,) = search_patterns("V/0144/2018")
        reference = parse_reference(other)
        assert reference is not None
        assert not pattern.matches(reference)

    def test_a_paper_stands_for_its_supplements_when_asked(self) -> None:
        (pattern,) = search_patterns("V-0989-2017")
        supplement = CouncilReference(2017, 989, Kind.PAPER, 1)
        assert pattern.matches(supplement, with_supplements=True)
        assert not pattern.matches(supplement)

    @pytest.mark.parametrize("text", ["2019/2020", "Breitband", "", "0989/2017 Breitband und mehr"])
    def test_other_words_ask_for_no_reference(self, text: str) -> None:
        assert search_patterns(text) == []


def test_finds_papers_without_a_number_in_a_text() -> None:
    match = find_unspecified("Breitbandausbau: Diverse Vorlagen, unter anderem:")
    assert match is not None
    assert match[0] == "Diverse Vorlagen"
    assert find_unspecified("Die Vorlagen") is None
