"""What is doubtful about a cited paper is said in words; what is sure is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.digitalms.council.doubts import doubt, names_no_paper

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("reference", "original", "decided_on"),
    [
        ("V/0989/2017", "V/0989/2017", None),
        ("V/0989/2017/1", "V/0989/2017, 1. Ergänzung", date(2018, 1, 10)),
        ("V/0989/2017", None, date(2017, 12, 13)),
        ("R/0045/2016", "Antrag 0045/2016", None),
        ("V/0989/2017", "Vorlage Nr. 0989/2017", None),
        ("V/0001/2026", "V/0001/2026", None),
        ("Diverse Vorlagen", "diverse Vorlagen", None),
        (None, None, None),
        ("", "", None),
    ],
)
def test_sure(reference: str | None, original: str | None, decided_on: date | None) -> None:
    """A paper that is named, and papers that are said not to be."""
    assert doubt(reference, original, decided_on, TODAY) is None


@pytest.mark.parametrize(
    ("reference", "original", "decided_on", "said"),
    [
        ("V/0989/2017", "0989/2017", None, "“0989/2017” was read as V/0989/2017"),
        ("V/0989/2027", "V/0989/2027", None, "of a year to come"),
        ("V/0989/2017", "V/0989/2017", date(2016, 12, 31), "before its year"),
        ("irgendwas", "irgendwas", None, "is no number"),
        ("x" * 1000, None, None, "is no number"),
    ],
)
def test_doubtful(reference: str, original: str | None, decided_on: date | None, said: str) -> None:
    """A kind that was guessed, days that cannot be, and what is no number."""
    found = doubt(reference, original, decided_on, TODAY)
    assert found is not None
    assert said in str(found)
    assert len(str(found)) < 200


def test_papers_that_are_not_named() -> None:
    """Only the words that stand for them."""
    assert names_no_paper("Diverse Vorlagen")
    assert not names_no_paper("V/0989/2017")
    assert not names_no_paper(None)
