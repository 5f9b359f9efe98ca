"""Numbers as people type them: what they say in one language, and what is not guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.figures import NumberForm, Typed, legible, number_of, read_amount, read_typed, write

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("mean", "shown"), [(10 / 3, 3.33333), (1234567.8914, 1234567.891), (0.0001 / 3, 0.0000333333), (0.0, 0)]
)
def test_a_mean_is_legible(mean: float, shown: float) -> None:
    assert legible(mean) == shown


NO_NUMBERS = [
    "1.2.3",
    "1,2,3",
    "--5",
    "-",
    "1e9",
    "٣",
    "１２",
    "NaN",
    "Infinity",
    "1_000",
    "0x10",
    "1 2",
    "1 25",
    "1.25.000",
    "1'25",
    "12,",
    ",",
    "",
    "fünf",
    "½",
    "9" * 16,
    "9" * 10_000,
    "1" + ".000" * 3_000,
]
numbers = st.decimals(min_value=-(10**14), max_value=10**14, allow_nan=False, allow_infinity=False, places=6)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.250", "1250"),
        ("1,25", "1.25"),
        ("1.250,5", "1250.5"),
        ("1 250", "1250"),
        ("1\u00a0250", "1250"),
        ("1\u202f250,75", "1250.75"),
        ("1'250", "1250"),
        ("1’250’000,5", "1250000.5"),
        ("1.250.000", "1250000"),
        ("1250", "1250"),
        ("  40 ", "40"),
        ("+7", "7"),
        ("-5", "-5"),
        ("−5,5", "-5.5"),
        ("007", "7"),
        ("05,5", "5.5"),
        ("0", "0"),
        ("1,250", "1.25"),
    ],
)
def test_german(text: str, number: str) -> None:
    assert read_typed(text, ",").value == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,250", "1250"), ("1.25", "1.25"), ("1,250.5", "1250.5"), ("1 250", "1250"), ("1.250", "1.25")],
)
def test_english(text: str, number: str) -> None:
    assert read_typed(text, ".").value == Decimal(number)


@pytest.mark.parametrize(
    ("text", "otherwise"), [("1.25", "1.25"), ("0.250", "0.25"), ("1,250.5", "1250.5"), ("12.5", "12.5")]
)
def test_asked(text: str, otherwise: str) -> None:
    """Nobody writes so with a decimal comma, so that it is not guessed what is meant."""
    assert read_typed(text, ",") == Typed(None, Decimal(otherwise))


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("decimal", [",", "."])
def test_no_number(text: str, decimal: str) -> None:
    assert read_typed(text, decimal) == Typed(None)
    assert read_amount(text, decimal) == Typed(None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.250.000 €", "1250000"),
        ("€ 1.250", "1250"),
        ("EUR 12,50", "12.5"),
        ("3,5 Mio. €", "3500000"),
        ("3,5 Mio", "3500000"),
        ("80 Tsd. Euro", "80000"),
        ("80 tausend", "80000"),
        ("1,2 Milliarden €", "1200000000"),
        ("2 Millionen", "2000000"),
        ("€", None),
        ("Mio. €", None),
        ("3,5 Mia.", None),
        ("3 € 5", None),
        ("zwei Mio.", None),
    ],
)
def test_amounts(text: str, number: str | None) -> None:
    assert read_amount(text, ",").value == (Decimal(number) if number else None)


@given(number=numbers, decimal=st.sampled_from(",."))
def test_what_is_written_is_read_again(number: Decimal, decimal: str) -> None:
    """A stored number that is shown and sent back unchanged stays, whatever else it could be."""
    assert read_typed(write(number, decimal), decimal).value == number


@given(
    number=numbers, decimal=st.sampled_from(",."), group=st.sampled_from(["", " ", "'", "\u00a0", "other"])
)
def test_with_thousands(number: Decimal, decimal: str, group: str) -> None:
    """In groups, as a spreadsheet and as Babel write it."""
    group = {",": ".", ".": ","}[decimal] if group == "other" else group
    english = f"{number:,f}"
    text = english.replace(",", "\0").replace(".", decimal).replace("\0", group)
    assert read_typed(text, decimal).value == number


@given(text=st.text(alphabet="0123456789.,' -+eE\u00a0", max_size=20), decimal=st.sampled_from(",."))
def test_never_two_meanings_in_one(text: str, decimal: str) -> None:
    """Both languages read the same text in exchanged roles, and nothing that is no number of theirs."""
    here, there = read_typed(text, decimal), read_typed(text, "." if decimal == "," else ",")
    if here.otherwise is not None:
        assert there.value == here.otherwise
    if here.value is not None:
        assert abs(here.value) < 10**15
        assert number_of(write(here.value, ".")) == here.value


@given(text=st.from_regex(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{1,18})?", fullmatch=True))
def test_forms_of_cells(text: str) -> None:
    """What a column takes that people read, too, is the same number."""
    for mark in ",.":
        strict, padded = NumberForm(mark).read(text), NumberForm(mark, is_padded=True).read(text)
        if strict is not None and padded is not None:
            assert strict == padded == read_typed(text, mark).value
