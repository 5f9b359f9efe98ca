"""Text files as programs of other times and places write them: what was recognised is said, and is right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.custom_tables.detection import detect
from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.validation.dialect import Dialect, decode
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

LIMITS = Limits(10**6, 1000)
PLACES = "Ort;Preis\nMünster;5\nKöln;7\n"


def look(data: bytes, **declared: str) -> Examined:
    return examine(data, "tabelle.csv", Dialect.declared(declared), LIMITS)


def table(found: Examined) -> list[tuple[object, ...]]:
    assert found.raw is not None, found.report.findings
    return [found.raw.header, *(row.cells for row in found.raw.rows)]


@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("utf-16", "utf-16"),
        ("cp850", "cp850"),
        ("cp1252", "cp1252"),
        ("utf-8-sig", "utf-8-sig"),
    ],
)
def test_encodings(written: str, encoding: str) -> None:
    found = look(PLACES.encode(written))
    assert table(found) == [("Ort", "Preis"), ("Münster", "5"), ("Köln", "7")]
    assert (found.report.dialect["encoding"], found.report.dialect["delimiter"]) == (encoding, ";")


def test_the_euro_sign_tells_two_encodings_apart() -> None:
    """Byte A4 without any that only Windows uses is ISO 8859-15; else it is a sign of Windows."""
    assert table(look("Preis\n5 €\nfür\n".encode("iso8859-15")))[1] == ("5 €",)
    assert table(look("Preis\n5 €\n„für“\n".encode("cp1252")))[1] == ("5 €",)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp437"])
@pytest.mark.parametrize("word", ["Köln", "städtische", "Grün", "grüße"])
def test_another_code_page_is_never_taken_for_one_of_ours(encoding: str, word: str) -> None:
    """What is read at all is read as it was written; MS-DOS in America wrote German letters as in Europe."""
    decoded = decode(f"Ort;Zahl\n{word};1\n".encode(encoding), Dialect())
    assert decoded.findings or word in decoded.text


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Ort|Wert\nA|1\nB|2\n", [("Ort", "Wert"), ("A", "1"), ("B", "2")]),
        # commas of sentences cut nothing
        (
            "Anmerkung\nBau am Markt, Ost\nNord, Süd\n",
            [("Anmerkung",), ("Bau am Markt, Ost",), ("Nord, Süd",)],
        ),
        ('"Anmerkung"\n"Markt, Ost"\n"Nord, Süd"\n', [("Anmerkung",), ("Markt, Ost",), ("Nord, Süd",)]),
        # lines that are quoted as a whole
        ('"Ort;Text"\n"Münster;""a;b"""\n"Köln;x"\n', [("Ort", "Text"), ("Münster", "a;b"), ("Köln", "x")]),
        ('"Ort,Wert"\n"A,1"\n', [("Ort", "Wert"), ("A", "1")]),
        # a sign before a text is a part of it
        ("Wert\n'-5\n'=1\n", [("Wert",), ("'-5",), ("'=1",)]),
    ],
)
def test_delimiters(text: str, rows: list[Any]) -> None:
    assert table(look(text.encode())) == rows


@pytest.mark.parametrize(
    ("data", "rows", "said"),
    [
        ('[{"a": 1}]', [("a",), (1,)], []),
        ('{"a": 1}\n\n{"a": 2}\n', [("a",), (1,), (2,)], []),
        ('{"data": [{"a": 1}]}', [("a",), (1,)], ["data"]),
        ('{"result": {"fields": [{"id": "a"}], "records": [{"a": 1}]}}', [("a",), (1,)], ["result.records"]),
        (
            '{"type": "FeatureCollection", "features": [{"geometry": null, "properties": {"a": 1}}]}',
            [("a",), (1,)],
            ["features"],
        ),
    ],
)
def test_json(data: str, rows: list[Any], said: list[str]) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-le"):
        found = look(data.encode(encoding))
        assert table(found) == rows
        assert [one.found for one in found.report.findings if one.cause.value == "json-part"] == said


@pytest.mark.parametrize(
    "data", ['{"a": [{"x": 1}], "b": [{"x": 2}]}', '{"a": 1}', '{"a": 1}\n{"a": \n', "{}\n[]\n"]
)
def test_json_that_is_no_table(data: str) -> None:
    """Two lists that may be meant are not chosen from."""
    assert look(data.encode()).raw is None


@settings(max_examples=examples(100))
@given(
    st.lists(st.lists(st.integers(0, 999), min_size=2, max_size=4), min_size=2, max_size=6).filter(
        lambda rows: len({len(row) for row in rows}) == 1
    ),
    st.sampled_from([";", ",", "\t", "|"]),
)
def test_lines_quoted_as_a_whole(rows: list[list[int]], delimiter: str) -> None:
    """They are what they would be without the quotation marks."""
    header = [f"Spalte {place}" for place in range(len(rows[0]))]
    lines = [delimiter.join(map(str, row)) for row in [header, *rows]]
    plain, quoted = "\n".join(lines), "\n".join(f'"{line}"' for line in lines)
    one, other = (detect(text.encode(), Dialect(), LIMITS) for text in (plain, quoted))
    assert (one.header, one.rows, one.dialect) == (other.header, other.rows, other.dialect)


@settings(max_examples=examples(100))
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    )
)
def test_any_json(value: Any) -> None:
    """Read or refused, and nothing else."""
    found = look(json.dumps(value).encode())
    assert found.raw is not None or found.report.findings
