"""Which files DuckDB may read itself: looked at piece by piece, with the same answer as in one piece."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.digitalms.validation import cells

pytestmark = pytest.mark.pure

LINES = st.lists(
    st.lists(
        st.sampled_from(["a", "", '"q"', '"x\ny"', '"x""y"', '"\r\n"', 'a"b', '"open', "ü"]), min_size=1
    ),
    max_size=6,
)
BYTES = st.lists(st.sampled_from([b"a", b",", b'"', b"\r", b"\n", b"\r\n"]), max_size=30).map(b"".join)
# a line of the one sort of line end; quotes only around a whole cell
CELL = rb'(?:[^"\r\n,]*|"(?:[^"]|"")*")'
LINE = rb"(?!%b)%b(?:,%b)*" % (b"%b", CELL, CELL)


def conforms(data: bytes) -> bool:
    """Say by a plain grammar whether a file is as RFC 4180 says."""
    first = re.search(rb"\r?\n", data)
    end = first[0] if first else b"\n"
    line = LINE % end
    return bool(data) and re.fullmatch(rb"(?:%b%b)*(?:%b)?" % (line, end, line), data) is not None


def is_plain(data: bytes, window: int) -> bool:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "t.csv")
        path.write_bytes(data)
        patch.setattr(cells, "_WINDOW", window)
        return cells._is_plain(path, ",", "utf-8")


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(20, 60))
@example([["a", "a", "a", '"x""y"', '"x""y"']], "\r\n", True, 20)
@example([["a", '"\r\n"', "a", '"x""y"', '"x""y"'], ["a"]], "\n", True, 20)
def test_lines(lines: list[list[str]], end: str, ends: bool, window: int) -> None:
    data = (end.join(",".join(line) for line in lines) + end * ends).encode()
    assert is_plain(data, 10**6) == conforms(data)
    if conforms(data):
        assert is_plain(data, window)


@given(BYTES, st.integers(1, 30))
@example(b'a,"x\ny"\nb,c\n', 5)
@example(b"a\r\nb\r\n", 2)
@example(b"a\n\nb", 2)
def test_any_bytes(data: bytes, window: int) -> None:
    """What is no plain file is none in whatever pieces it is looked at."""
    assert is_plain(data, 10**6) == conforms(data)
    if not conforms(data):
        assert not is_plain(data, window)


def test_a_quote_that_nobody_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for to the end of the file: memory has its limit."""
    monkeypatch.setattr(cells, "_WINDOW", 1000)
    monkeypatch.setattr(cells.duck, "LINE", 5000)
    looked: list[int] = []
    whole = cells._whole_lines
    monkeypatch.setattr(cells, "_whole_lines", lambda window: looked.append(len(window)) or whole(window))
    path = tmp_path / "t.csv"
    path.write_bytes(b'a,"' + b"x\n" * 100_000)
    assert not cells._is_plain(path, ",", "utf-8")
    assert max(looked) < 10_000
