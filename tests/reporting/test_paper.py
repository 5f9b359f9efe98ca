"""The report as PDF: accessible and archivable by veraPDF's judgement, with every value, always the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import read_back
import sample_reports
from hypothesis import Phase, given, settings
from read_back import not_found, pdf_text, verapdf
from suite_settings import examples

from ckanext.digitalms import isolated
from ckanext.digitalms.reporting import characters, gaps, pdf
from ckanext.digitalms.reporting.blocks import Grid, Heading, Paragraph
from ckanext.digitalms.reporting.layout import VERY_LONG, lay_out
from ckanext.digitalms.reporting.report import Report

pytestmark = pytest.mark.pure

NO_MEASURES = dataclasses.replace(sample_reports.demo(), measures=(), consultations=(), papers=(), annex=())
LONG_TEXT = dataclasses.replace(
    sample_reports.demo(),
    introduction="Ein Satz über die Lage. " * 4200,
    measures=(
        dataclasses.replace(sample_reports.demo().measures[0], statement="Noch ein Satz dazu. " * 5200),
    ),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Report, Path]]:
    """Render the reports that the tests below look at, once."""
    folder = tmp_path_factory.mktemp("reports")
    reports = {
        "demo": sample_reports.demo(),
        "nasty": sample_reports.nasty(),
        "lonely": sample_reports.lonely(),
        "no-measures": NO_MEASURES,
        "long-text": LONG_TEXT,
        "no-parts": dataclasses.replace(sample_reports.demo(), sections=()),
    }
    made = {}
    for name, report in reports.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(pdf.render(report))
        made[name] = report, path
    return made


@pytest.mark.long
def test_verapdf_finds_nothing(files: dict[str, tuple[Report, Path]], tmp_path: Path) -> None:
    said = verapdf([path for _, path in files.values()], tmp_path)
    assert {Path(path).stem: verdicts for path, verdicts in said.items()} == {
        name: {"PASS"} for name in files
    }


@pytest.mark.parametrize("name", ["demo", "nasty", "lonely", "no-measures", "long-text", "no-parts"])
def test_every_value_is_read_back(files: dict[str, tuple[Report, Path]], name: str) -> None:
    report, path = files[name]
    assert not_found(report, pdf_text(path.read_bytes())) == set()
    assert read_back.links(report) <= read_back.pdf_links(path.read_bytes())


def test_the_comparison_would_see_a_value_that_is_missing(files: dict[str, tuple[Report, Path]]) -> None:
    report, path = files["demo"]
    other = dataclasses.replace(report, outlook="Etwas anderes")
    assert not_found(other, pdf_text(path.read_bytes())) == {"Etwas anderes"}
    assert len(read_back.values(report)) > 150


def test_only_our_typefaces_are_embedded(files: dict[str, tuple[Report, Path]]) -> None:
    assert read_back.font_names(files["demo"][1].read_bytes()) == {"SourceSans3-Roman", "NotoSans-Regular"}
    assert read_back.font_names(files["nasty"][1].read_bytes()) == {
        "SourceSans3-Roman",
        "NotoSans-Regular",
        "NotoSansArabic-Regular",
        "Assistant-ExtraLight",
    }


def test_the_same_report_is_the_same_bytes(files: dict[str, tuple[Report, Path]]) -> None:
    report, path = files["demo"]
    assert pdf.render(report) == path.read_bytes()
    assert b"2019-03-14T16:30:00" in path.read_bytes()


def test_head_and_pages_are_those_of_a_paper(files: dict[str, tuple[Report, Path]]) -> None:
    text = pdf_text(files["demo"][1].read_bytes())
    first = text[: text.index("Inhalt")]
    for words in ("citeq", "14.03.2019", "Team Digitalisierung, digitalisierung@example.org", "V/0217/2019"):
        assert words in first
    assert "Öffentliche Berichtsvorlage" in first
    assert first.index("Betrifft") < first.index("Beratungsfolge") < first.index("Rat")


def test_sections_come_in_the_order_of_the_report() -> None:
    turned = dataclasses.replace(sample_reports.demo(), sections=sample_reports.SECTIONS[::-1])
    headings = [each.text for each in lay_out(turned).blocks if isinstance(each, Heading) and each.level == 1]
    assert headings[3:] == [each.title for each in turned.sections]


def test_a_long_report_has_contents_and_a_very_long_one_those_of_its_parts() -> None:
    short = dataclasses.replace(NO_MEASURES, decision="", reasons="", finances="")
    assert lay_out(short).contents_depth == 0
    assert lay_out(sample_reports.demo()).contents_depth == 2
    assert lay_out(sample_reports.many(VERY_LONG)).contents_depth == 1


def test_short_rows_are_kept_together_and_long_ones_parted() -> None:
    (table,) = (
        each for each in lay_out(LONG_TEXT).blocks if isinstance(each, Grid) and "Vision" in each.title
    )
    assert [row.is_kept for row in table.rows] == [False]
    goals = next(each for each in lay_out(sample_reports.demo()).blocks if isinstance(each, Grid))
    assert all(row.is_kept for row in goals.rows)


def test_what_needs_too_much_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MEMORY_MB", 250)
    with pytest.raises(isolated.IsolatedError, match="250 MB of memory"):
        pdf.render(sample_reports.many(300))


def test_limits_mean_the_same_on_many_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread of typst's takes address space, however little it does."""
    monkeypatch.setenv("RAYON_NUM_THREADS", "64")
    for name in (b"RAYON_NUM_THREADS", b"MALLOC_ARENA_MAX"):
        assert isolated.run("os:getenvb", name, seconds=5, memory_mb=500) == b"2"


@given(report=sample_reports.any_report())
@settings(max_examples=examples(6, 30), deadline=None, phases=[Phase.explicit, Phase.generate])
def test_any_report_is_set(report: Report) -> None:
    content = pdf.render(report)
    assert not_found(report, pdf_text(content)) == set()


class TestCharacters:
    def test_what_no_typeface_has_is_replaced_and_told(self) -> None:
        text = "Rakete 🚀🚀, 漢"
        assert characters.printable(text) == "Rakete □□, □"
        told = [(each.character, each.name, each.count) for each in characters.missing([text])]
        assert told == [("🚀", "ROCKET", 2), ("漢", "CJK UNIFIED IDEOGRAPH-6F22", 1)]

    def test_what_is_for_no_reader_is_left_out(self) -> None:
        assert characters.printable("a\x00\x1b\ue000\u202e\ufeff\u200db") == "ab"
        assert characters.missing(["\x00\ue000\u200d"]) == []

    def test_what_is_written_otherwise_in_unicode_is_shown(self) -> None:
        assert characters.printable("𝐀 ﬁ a\u0308") == "A ﬁ ä"

    @pytest.mark.parametrize("text", ["ÄÖÜäöüß€§°–„“…", "Łódź, Đà Nẵng", "Ελλάδα", "Москва", "مرحبا", "שלום"])
    def test_scripts_of_the_citys_people_are_there(self, text: str) -> None:
        assert characters.printable(text) == text

    def test_line_ends_are_one(self) -> None:
        assert characters.printable("a\r\nb\u2028c\x85d\te") == "a\nb\nc\nd e"

    def test_endless_words_get_places_to_break(self) -> None:
        word = characters.breakable("x" * 500)
        assert word.replace("\u200b", "") == "x" * 500
        assert max(map(len, word.split("\u200b"))) <= 28
        assert characters.breakable("Donaudampfschifffahrt") == "Donaudampfschifffahrt"


def test_nothing_in_a_text_is_a_command() -> None:
    words = '#import "/etc/passwd" #panic("x") $ \\ *a* = b'
    paper = lay_out(dataclasses.replace(NO_MEASURES, introduction=words))
    assert Paragraph(words) in paper.blocks
    assert words.replace(" ", "") in pdf_text(pdf.of_paper(paper)).replace(" ", "")


def test_a_measure_with_signs_that_cannot_be_shown_is_a_gap() -> None:
    measure = {"measure_id": "m", "title": "Rakete 🚀", "steps": [{"text": "漢 und 🚀"}], "status": None}
    (gap,) = gaps._characters(measure)
    assert gap.key == "characters:m:"
    assert str(gap.message).startswith("🚀 (ROCKET), 漢 (CJK")
    assert list(gaps._characters({**measure, "title": "Łódź", "steps": []})) == []
