"""Lines that belong together."""

from __future__ import annotations

import pytest

from ckanext.digitalms.reports.broken_lines import joined

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Ein-", "führung"], "Einführung"), (["Daten-", "und Aktenführung"], "Daten- und Aktenführung"),
        (["MS-", "internen"], "MS-internen"), (["E-", "Akte"], "E-Akte"), (["5-", "Jahre"], "5-Jahre"),
        (["Ende", "."], "Ende."), (["zwei", "Wörter"], "zwei Wörter"), ([], ""),
    ],
)  # fmt: skip
def test_lines_are_joined_as_they_are_read(lines: list[str], expected: str) -> None:
    assert joined(lines) == expected
