"""Keys that are made of titles."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.measures.keys import RESERVED, free_key

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Straßen & Öffnung", [], "strassen-oeffnung"),
        ("WLAN", ["wlan"], "wlan-2"),
        ("WLAN", ["wlan", "wlan-2", "wlan-4"], "wlan-3"),
        ("Edit", [], "edit-2"),
        ("🏛️🚀", [], "massnahme"),
        ("🏛️", ["massnahme"], "massnahme-2"),
        ("Übergrößenträger für das Öffnen", [], "uebergroessentraeger-oeffnen"),
        ("x" * 500, ["x" * 40], "x" * 38 + "-2"),
        ("X", [], "massnahme-x"),
        ("!!!", [], "massnahme"),
        ("Die", [], "die"),
        ("Modellprojekt: Verbesserung der Mobilfunkversorgung", [], "modellprojekt-verbesserung"),
        ("ä" * 100, [], "ae" * 20),
        ("ä" * 100, ["ae" * 20], "ae" * 19 + "-2"),
    ],
)
def test_keys(title: str, taken: list[str], expected: str) -> None:
    assert free_key(title, taken) == expected


@given(title=st.text(max_size=600), number=st.integers(0, 30))
def test_every_title_has_keys(title: str, number: int) -> None:
    """Whatever a title is, its keys are ones, and each is there once."""
    taken: set[str] = set()
    for _ in range(number + 1):
        key = free_key(title, taken)
        assert re.fullmatch(r"[a-z0-9-]{2,40}", key)
        assert key not in taken | RESERVED
        taken.add(key)
