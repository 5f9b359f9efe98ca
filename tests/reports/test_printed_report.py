"""A report that is printed in whatever type says the same as its text: by tags, rules, or columns alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from printing import Type, print_page
from test_importer import ELEVEN, SEVEN, distinct_references, essence

from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.proposal import ProposedReport

pytestmark = pytest.mark.pure

LINES = "td, th { border: 1px solid black }"
TYPES = [Type(9), Type(11, 80), Type(13), Type(16, 90), Type(20, 62.5), Type(20)]
# of a city that does not exist; paragraphs with dashes, abbreviations and quotes where lines may end
OWN = (Path(__file__).parents[1] / "data" / "report_printed.html").read_text(encoding="utf-8")


def own_page(style: str) -> str:
    """Return the own report with a style."""
    return OWN.replace("</style>", f" {style}</style>", 1)


def real_page(report: bytes, style: str) -> str:
    """Lay the real report out as a page: its tables of tabs become tables of HTML."""
    out, rows = [], []
    for line in [*report.decode("utf-8").split("\n"), ""]:
        if "\t" in line:
            tag = "th" if line.startswith("Maßnahmen und") else "td"
            rows.append("".join(f"<{tag}>{cell}</{tag}>" for cell in line.split("\t")))
            continue
        if rows:
            out.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
            rows = []
        out.append(f"<p>{line}</p>" if line.strip() else "")
    rules = f"table {{ border-collapse: collapse }} td, th {{ vertical-align: top; width: 33% }} {style}"
    head = f"<meta charset=utf-8><style>{rules}</style>"
    return f"<!doctype html><html lang=de>{head}<body>{''.join(out)}</body></html>"


def letters(report: ProposedReport) -> list[str]:
    """Return all that a report says, letter by letter; a hyphen may part a word at the end of a line."""
    told = [one.text for one in (*report.fragments, *report.outside)]
    return sorted(c for text in told for c in text if not c.isspace() and c != "-")


class TestOwnReport:
    @pytest.mark.parametrize(
        ("style", "kind"), [*(("", one) for one in TYPES), *((LINES, one) for one in TYPES[1::2])], ids=str
    )
    def test_the_proposal_is_the_same_in_any_type(self, tmp_path: Path, style: str, kind: Type) -> None:
        told = read_report(OWN.encode(), "b.html")
        assert len(told.measures) == 5
        found = read_report(print_page(own_page(style + kind.style), tmp_path, tagged=False), "b.pdf")
        assert essence(found) == essence(told)
        assert any("no lines" in str(one) for one in found.warnings) is (not style)


class TestRealReport:
    @pytest.mark.parametrize(
        ("style", "kind", "tagged"),
        [(LINES, Type(16), True), ("", Type(16), True), *((LINES, one, False) for one in TYPES[::2]),
         *(("", one, False) for one in TYPES[1::2])],
        ids=str,
    )  # fmt: skip
    def test_the_proposal_is_the_same(
        self, real_report: bytes, tmp_path: Path, style: str, kind: Type, tagged: bool
    ) -> None:
        found = read_report(
            print_page(real_page(real_report, style + kind.style), tmp_path, tagged=tagged), "b.pdf"
        )
        assert [m.title for m in found.measures] == SEVEN
        assert distinct_references(found) == ELEVEN
        assert essence(found) == essence(read_report(real_report, "b.md"))
        assert str(found.report_date) == "2019-03-14"
        # what was put together over the break of a page is asked
        assert any("goes on" in str(one) for one in found.warnings) is not tagged
        assert any("no lines" in str(one) for one in found.warnings) is (not tagged and not style)

    def test_all_text_is_on_the_account(self, real_report: bytes, tmp_path: Path) -> None:
        page = read_report(real_page(real_report, "").encode(), "b.html")
        paper = read_report(print_page(real_page(real_report, Type(16).style), tmp_path), "b.pdf")
        assert letters(page) == letters(paper)
