"""Code for a table: whatever its columns are called, each language reads the text that was meant."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.reuse.code import curl, m_text, power_query, python, r, r_text, written

pytestmark = pytest.mark.pure

HOSTILE = (
    "'; rm -rf / #",
    '"); quit() #',
    "`whoami`$(id)",
    "#(lf)",
    "a\nb\r\t\\",
    "ä€😀\u2028",
    "{x}%20",
    "\x00\x1b",
)
TYPES = ("string", "integer", "number", "boolean", "date", "datetime", "yearmonth")
TEXTS = st.text(max_size=40) | st.sampled_from(HOSTILE)


def fields(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "type": TYPES[place % len(TYPES)]} for place, name in enumerate(names)]


@given(TEXTS, TEXTS)
def test_curl(address: str, file: str) -> None:
    """One command of a shell with four arguments."""
    assert shlex.split(curl(address, file)) == ["curl", "-sfL", address, "-o", file]


@given(TEXTS, st.lists(TEXTS, min_size=1, unique=True))
@example(HOSTILE[1], list(HOSTILE))
def test_python(address: str, names: list[str]) -> None:
    """The interpreter asks for just this address and just these columns."""
    asked: dict[str, Any] = {}

    class Fake:
        @staticmethod
        def read_csv(told: str, **more: Any) -> str:
            asked.update(more, told=told)
            return ""

    text = python(address, fields(*names)).replace("import pandas as pd", "pd = fake")
    exec(compile(text, "code", "exec"), {"fake": Fake, "print": str})
    assert asked["told"] == address
    assert {*asked["dtype"], *asked["parse_dates"]} == set(names)
    assert text.isascii()


def test_python_reads_a_table(tmp_path: Path) -> None:
    """Keys stay texts, nothing is nothing, the word NA is a word, days are days."""
    path = tmp_path / "it's.csv"
    path.write_text(
        'ags,"a ""b""",share,yes,day\n05515000,1,97.5,true,2019-03-14\nNA,,,,\n', encoding="utf-8"
    )
    told = fields("ags", 'a "b"', "share", "yes", "day")
    found: dict[str, Any] = {"print": str}
    exec(compile(python(str(path), told), "code", "exec"), found)
    table = found["table"]
    assert list(table["ags"]) == ["05515000", "NA"]
    assert (table['a "b"'][0], table["share"][0], table["yes"][0]) == (1, 97.5, True)
    assert table["day"][0] == pd.Timestamp("2019-03-14")
    assert table.iloc[1, 1:].isna().all()


R_PART = re.compile(r'\\u\{([0-9a-f]{1,4})\}|\\U\{([0-9a-f]{1,8})\}|\\(["\\])|([^"\\])')


def read_r(text: str) -> str:
    """Read a text by R's rules (?Quotes): escapes are known, and no bare quote is within."""
    assert text[0] == text[-1] == '"'
    parts = list(R_PART.finditer(text[1:-1]))
    assert "".join(one.group() for one in parts) == text[1:-1]
    return "".join(chr(int(one[1] or one[2], 16)) if one[1] or one[2] else one[3] or one[4] for one in parts)


M_PART = re.compile(r'#\(#\)\(|#\(([0-9A-F]{8}|[0-9A-F]{4})\)|""|(#(?!\())|([^"#])')


def read_m(text: str) -> str:
    """Read a text by M's grammar (Power Query M formula language specification, 12.2.5)."""
    assert text[0] == text[-1] == '"'
    parts = list(M_PART.finditer(text[1:-1]))
    assert "".join(one.group() for one in parts) == text[1:-1]
    known = {"#(#)(": "#(", '""': '"'}
    return "".join(
        known.get(one.group()) or (chr(int(one[1], 16)) if one[1] else one.group()) for one in parts
    )


@given(TEXTS)
@example("#(#(#)(")
@example("##(lf)")
@example('\\"\\')
def test_texts_of_r_and_m(text: str) -> None:
    known = text.replace("\x00", "")  # which R does not know
    assert read_r(r_text(text)) == known
    assert read_m(m_text(text)) == text


@settings(max_examples=examples(30, 100))
@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=5))
def test_r_and_m_stay_in_balance(address: str, names: list[str]) -> None:
    """Outside its texts, code is the same whatever is in them; no line ends within a text."""
    for write, text in ((r, r_text), (power_query, m_text)):
        code = write(address, fields(*names))
        plain = write("address", fields(*("name" for _ in names)))
        for told in sorted({address, *names}, key=lambda one: len(text(one)), reverse=True):
            assert text(told) in code
        assert len(code.split("\n")) == len(plain.split("\n"))


def test_what_there_is() -> None:
    """The API first, where there is one; each with a name of its own for the page."""
    codes = written("https://example.org/a.csv?b=1", "a.csv", fields("a"), "https://example.org/api?x=1&y=2")
    assert [one.name for one in codes] == ["api", "curl", "python", "r", "m"]
    assert shlex.split(codes[0].text)[-1] == "https://example.org/api?x=1&y=2"
    assert [one.name for one in written("u", "f", fields("a"))] == ["curl", "python", "r", "m"]
