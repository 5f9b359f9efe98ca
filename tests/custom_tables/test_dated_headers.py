"""Days or years above the titles of columns, as statistics write them: both rows are proposed."""

from __future__ import annotations

import pytest

from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

KREISE = (
    "Tabelle 4711\nEinwohner;;;\nFortschreibung;;;\n;;31.12.2019;31.12.2020\n;;Anzahl;Anzahl\n"
    "01;Nord;10;11\n02;Süd;12;13\n03;West;14;15\n"
)
SCHULEN = "Schulen der Stadt\n;2023;2024\nStadtteil;Schulen;Schulen\nNord;3;4\nSüd;5;6\nWest;1;2\n"
TAGE = "Messung;;\n;2024-01-31;2024-02-29\n;Grad;Grad\nMitte;1;2\nHafen;3;4\nWald;0;1\n"


def found(text: str, **said: str) -> Examined:
    return examine(text.encode(), "t.csv", Dialect.declared(said), Limits(10**6, 1000))


@pytest.mark.parametrize(
    ("text", "rows", "titles"),
    [
        (KREISE, "4-5", ["", "", "31.12.2019 › Anzahl", "31.12.2020 › Anzahl"]),
        (SCHULEN, "2-3", ["Stadtteil", "2023 › Schulen", "2024 › Schulen"]),
        (TAGE, "2-3", ["", "2024-01-31 › Grad", "2024-02-29 › Grad"]),
    ],
)
def test_both_rows_are_proposed(text: str, rows: str, titles: list[str]) -> None:
    raw = found(text).raw
    assert raw
    assert {name: list(told) for name, told in raw.headers}[rows] == titles
    chosen = found(text, header=rows)
    assert chosen.is_valid
    assert chosen.raw
    assert list(chosen.raw.header) == titles


@pytest.mark.parametrize(
    "text",
    [
        "Ort;Tag;Zahl\nNord;31.12.2019;1\nSüd;31.12.2020;2\n",
        "Tag;Von;Bis\n;01.01.2024;31.01.2024\n;01.02.2024;29.02.2024\n",
    ],
)
def test_rows_of_days_are_no_header(text: str) -> None:
    raw = found(text).raw
    assert raw
    assert raw.headers == ()
    assert raw.header_row == 1
