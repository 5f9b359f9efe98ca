"""Names that are cut short end behind a word."""

from __future__ import annotations

import pytest

from ckanext.digitalms.middleware.whole_words import shortened

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("Breitbandversorgungskonzept der Stadt", 22, "Breitbandversorgungskonzept..."),
        ("Breitbandversorgungskonzept", 22, "Breitbandversorgungskonzept"),
        ("Amt für Kommunikation und Recht", 22, "Amt für..."),
        ("kurz", 22, "kurz"),
        ("ein Wort, noch eines und mehr", 12, "ein Wort..."),
        ("", 3, ""),
        ("   ", 1, "   "),
    ],
)
def test_words_stay_whole(text: str, length: int, shown: str) -> None:
    assert shortened(text, length) == shown
