"""Citations: what is told comes back by the rules of each format, whatever stands in a title."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.digitalms.reuse.citation import Cited, bibtex, csl, ris, sentence

pytestmark = pytest.mark.pure

CITED = Cited(
    "measures",
    "Digitalisierungsmaßnahmen",
    "Stadt Münster",
    date(2026, 11, 29),
    "2026-11-29T070000-ab12cd34",
    "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    "https://example.org/daten/measures/2026-11-29T070000-ab12cd34/measures.csv?status=done",
    "status=done",
)
TEXTS = st.text(max_size=60).filter(lambda text: text.strip())


def test_sentence() -> None:
    assert sentence(CITED, "Version 1 vom 29.11.2026.") == (
        "Stadt Münster (2026): Digitalisierungsmaßnahmen. Version 1 vom 29.11.2026. Datenlizenz Deutschland "
        f"– Namensnennung – Version 2.0. {CITED.address}"
    )


@given(TEXTS)
@example("A_B {C} 100 % \\input{/etc/passwd} $x$ ~^&#")
def test_bibtex(title: str) -> None:
    """Braces are in balance, and no letter that TeX takes for a command stands by itself."""
    text = bibtex(replace(CITED, title=title))
    assert text.startswith("@misc{measures-2026-11-29,\n")
    assert f"  url = {{{CITED.address}}}" in text
    (line,) = [line for line in text.split("\n") if line.startswith("  title")]
    depth, escaped = 0, False
    for letter in line:
        if escaped:
            escaped = False
            continue
        escaped = letter == "\\"
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
        assert letter not in "$&#%_~^"
    assert depth == 0


@given(TEXTS, TEXTS)
@example("a\r\nER  - \r\nTY  - BOOK", "x")
def test_ris(title: str, publisher: str) -> None:
    """One entry; each line a tag and its text, whatever line ends stand in a title."""
    lines = ris(replace(CITED, title=title, publisher=publisher)).split("\r\n")
    assert [line[:6] for line in lines[:3]] == ["TY  - ", "AU  - ", "TI  - "]
    assert lines[-2:] == ["ER  - ", ""]
    assert all(line[2:6] == "  - " for line in lines[:-1])
    assert sum(line.startswith("TY  - ") for line in lines) == 1


@given(TEXTS)
def test_csl(title: str) -> None:
    (told,) = json.loads(csl(replace(CITED, title=title)))
    assert (told["type"], told["title"]) == ("dataset", " ".join(title.split()))
    assert told["issued"] == {"date-parts": [[2026, 11, 29]]}
    assert (told["URL"], told["version"]) == (CITED.address, CITED.version)
