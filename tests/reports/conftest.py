"""The real report, and the same in other forms made by the tests."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from bs4 import BeautifulSoup

SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "council-report-2019-03-14.md"
Rows = list[list[str]]


@pytest.fixture(scope="session")
def real_report() -> bytes:
    """Return the council report of Münster of 14.03.2019, which is not part of this repository."""
    if not SAMPLE.exists():
        pytest.skip(f"needs the real council report at {SAMPLE}")
    return SAMPLE.read_bytes()


@pytest.fixture(scope="session")
def other_report() -> bytes:
    return (Path(__file__).parents[1] / "data" / "report_other_city.html").read_bytes()


@pytest.fixture(scope="session")
def report_rows() -> Callable[[bytes], Rows]:
    """Read the table rows of a report in Markdown by themselves: the HTML of each cell."""

    def rows(content: bytes) -> Rows:
        lines = content.decode("utf-8").split("\n")
        return [line.split("\t") for line in lines if "\t" in line]

    return rows


@pytest.fixture(scope="session")
def as_docx() -> Callable[..., bytes]:
    """Make a DOCX of heading lines and table rows; ``merged`` merges cells top to bottom."""

    def make(lines: list[str], rows: Rows, merged: list[tuple[int, int, int]] | None = None) -> bytes:
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for number, row in enumerate(rows):
            for column, html in enumerate(row):
                _fill(table.cell(number, column), html)
        for column, first, last in merged or []:
            table.cell(first, column).merge(table.cell(last, column))
        out = BytesIO()
        document.save(out)
        return out.getvalue()

    return make


def _fill(cell: docx.table._Cell, html: str) -> None:
    soup = BeautifulSoup(html, "html.parser")
    parts = soup.find_all(["p", "li"]) or [soup]
    for place, part in enumerate(parts):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.add_run(part.get_text()).bold = part.find("b") is not None
        if part.name == "li":
            paragraph.style = "List Bullet"
