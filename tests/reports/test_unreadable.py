from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_importer import characters, fragments

from ckanext.digitalms.reports.document import ReportUnreadableError
from ckanext.digitalms.reports.files import MAX_TEXT, read_file
from ckanext.digitalms.reports.importer import MAX_MEASURES, read_report

HEADING = "Maßnahme\tRatsvorlagen: Ziele\tPlan / Ist\n"
relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def said(content: bytes) -> str:
    with pytest.raises(ReportUnreadableError) as refused:
        read_report(content, "report")
    return str(refused.value.message)


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


class TestSaysWhatWasFoundAndWhatToDo:
    @pytest.mark.parametrize("content", [b"", b"  \n\t ", b"\xef\xbb\xbf", b"\0\0\0"])
    def test_empty(self, content: bytes) -> None:
        assert "empty" in said(content)

    def test_broken_utf8(self) -> None:
        message = said("Zeile\nMaßnahme\tPlan\nÜ".encode("latin-1"))
        assert "UTF-8" in message
        assert "line 2" in message
        assert "0xDF" in message

    def test_declared_charset_is_honoured(self) -> None:
        page = (
            '<html><head><meta charset="iso-8859-1"></head><body><table><tr><th>Maßnahme<th>Plan / Ist</tr>'
            "<tr><td>Straßen<td>In Arbeit: Öffnung</tr></table></body></html>"
        )
        assert read_report(page.encode("latin-1"), "x.html").measures[0].title == "Straßen"

    def test_utf16(self) -> None:
        text = f"{HEADING}Straßen\t\tIn Arbeit: Öffnung\n"
        assert read_report(text.encode("utf-16"), "x.txt").measures[0].title == "Straßen"

    @pytest.mark.parametrize(
        ("content", "kind"),
        [(b"\x89PNG\r\n", "PNG"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "DOC"), (b"{\\rtf1 x}", "RTF")],
    )
    def test_other_kinds_of_file(self, content: bytes, kind: str) -> None:
        message = said(content)
        assert kind in message
        assert "DOCX" in message

    def test_binary(self) -> None:
        assert "place 3" in said(b"abc\0def")

    def test_no_table(self) -> None:
        message = said(b"Bericht\n\nNur Text.")
        assert "2 lines" in message
        assert "Plan / Ist" in message

    def test_no_heading(self) -> None:
        assert "Gremium | Datum" in said(b"Gremium\tDatum\nRat\t1.1.2020\n")

    def test_heading_only(self) -> None:
        assert "at least one measure" in said(HEADING.encode())

    def test_too_much_text(self) -> None:
        assert f"{MAX_TEXT // 10**6} MB" in said(b"x" * (MAX_TEXT + 1))

    def test_zip_bomb(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is refused for what it says of itself: nothing of it is unpacked."""
        bomb = archive(word__document_xml=b"", word__media__x=b"0" * (101 * 10**6))
        assert len(bomb) < 200_000
        monkeypatch.delattr(zipfile.ZipFile, "open")
        assert "101 MB" in said(bomb)

    def test_archive_that_is_no_docx(self) -> None:
        assert "no DOCX" in said(archive(**{"content.xml": b"<x/>"}))

    @pytest.mark.parametrize(
        "xml", [b"", b"<", b"<a/>", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
    )
    def test_archive_with_another_document(self, xml: bytes) -> None:
        assert "DOCX" in said(archive(**{"word/document.xml": xml, "[Content_Types].xml": xml}))

    def test_cut_docx(self, as_docx: Any) -> None:
        content = as_docx([], [["Maßnahme", "Plan / Ist"], ["Eins", "In Arbeit: A"]])
        for share in (0.1, 0.5, 0.9, 0.999):
            assert "damaged" in said(content[: int(len(content) * share)])

    def test_too_many_measures(self) -> None:
        rows = "".join(f"M{i}\t\tIn Arbeit: x\n" for i in range(MAX_MEASURES + 1))
        assert str(MAX_MEASURES) in said((HEADING + rows).encode())

    def test_too_many_columns(self) -> None:
        assert "40 columns" in said(b"\t".join([b"x"] * 50))

    def test_spans_without_end(self) -> None:
        row = "<tr>" + '<td rowspan="9999" colspan="9999">x</td>' * 3 + "</tr>"
        assert "40 columns" in said(f"<table>{row * 100}</table>".encode())


class TestNeverRaisesAnythingElse:
    @given(st.binary(max_size=400))
    @relaxed
    def test_any_bytes(self, content: bytes) -> None:
        self.read(content)

    @given(st.text(max_size=400))
    @relaxed
    def test_any_text(self, text: str) -> None:
        self.read(text.encode("utf-8", "surrogatepass"))

    @given(st.data())
    @relaxed
    def test_damaged_docx(self, as_docx: Any, data: st.DataObject) -> None:
        content = bytearray(
            as_docx(["Stand: 1.1.2020"], [["Maßnahme", "Plan / Ist"], ["Eins", "In Arbeit: A"]])
        )
        for _ in range(data.draw(st.integers(1, 6))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        self.read(bytes(content))

    @pytest.mark.parametrize(
        "text",
        [
            "<table>" * 3000,
            "<div>" * 20_000 + "x",
            "<li>" * 5000,
            ">" * 3000 + "a|b\n-|-\nc|d",
            "**" * 20_000,
            "wird " * 50_000,
            "V/0989/2017" * 20_000,
            "bis zum " * 30_000,
            "1" * 100_000,
            "a. " * 50_000 + "B",
            "Vision " * 30_000,
            "(" * 50_000,
        ],
    )
    def test_hostile_texts_are_cheap(self, text: str) -> None:
        started = time.process_time()
        self.read(text.encode())
        self.read(f"{HEADING}Eins {text}\t{text}\t{text}\n".encode())
        assert time.process_time() - started < 15

    @staticmethod
    def read(content: bytes) -> None:
        with suppress(ReportUnreadableError):
            read_report(content, "fuzz")


PIECES = st.sampled_from(
    [
        "Umgesetzt:",
        "In Arbeit: Netz.",
        "Ausstehend",
        "Vorlage",
        "V/0989/2017",
        "V/0989/2017/1. Erg.",
        "und",
        ":",
        "Vision 2022",
        "(Anlage zu V/0001/2020):",
        "„Zitat“",
        "siehe Breitband",
        "Ziel ist",
        "Diverse Vorlagen",
        "•",
        "- ",
        "1.",
        "<p>",
        "</p>",
        "<li>",
        "</li>",
        "<b>",
        "<br>",
        "nach den Sommerferien",
        "z. B.",
        "&amp;",
        "<i>x</i>",
        "für folgende Aufgaben eingerichtet:",
        "(",
        ")",
        "“",
        "Das Projekt ist abgeschlossen.",
        "3 Netze",
        "…",
    ]
)
cell_html = st.lists(PIECES, max_size=10).map(" ".join)


@given(st.lists(st.tuples(cell_html, cell_html, cell_html), min_size=1, max_size=4))
@relaxed
def test_every_character_is_accounted_for(rows: list[tuple[str, str, str]]) -> None:
    """Whatever stands in the cells: what was read is on the account, once."""
    content = (HEADING + "".join("\t".join(row) + "\n" for row in rows)).encode()
    try:
        read = read_report(content, "fuzz.md")
    except ReportUnreadableError:
        return
    visible = [cell.text for table in read_file(content).tables for cell in table.cells]
    assert characters(*fragments(read)) == characters(*visible)


def test_what_no_database_keeps_is_dropped() -> None:
    text = f"Betreff: A\x01B\n\n{HEADING}Ei\x00ns&#xD800;\x07\t\tIn Arbeit: \x1b[1mNetz\n"
    read = read_report(text.encode("utf-16"), "x.md")
    assert read.title == "AB"
    assert read.measures[0].title.startswith("Eins")
    assert read.measures[0].title.encode("utf-8")
    assert read.measures[0].steps[0].text == "[1mNetz"
