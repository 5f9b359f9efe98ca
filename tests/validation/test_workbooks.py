"""Workbooks as a person sees them: numbers by their format, nothing hidden, merged cells, the right sheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.dialect import TAKEN_IN, Dialect
from ckanext.digitalms.validation.number_formats import shown
from ckanext.digitalms.validation.reading_xlsx import read_xlsx
from ckanext.digitalms.validation.table import Limits, RawTable, UnreadableError, Unusable

pytestmark = pytest.mark.pure

LIMITS = Limits(max_bytes=10**6, max_rows=1000)
MAIN, STRICT = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_KINDS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def saved(
    change: Callable[[Any], None], rows: Any = (("Ort", "Zahl"), ("A", 1), ("B", 2), ("C", 3))
) -> bytes:
    """Return a workbook of some rows that was changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, change: Callable[[str, str], str], more: dict[str, str] | None = None) -> bytes:
    """Return a workbook whose parts were changed as text, and which has some more."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part).decode()))
        for name, text in (more or {}).items():
            new.writestr(name, text)
    return out.getvalue()


def read(data: bytes, **declared: str) -> RawTable:
    return read_xlsx(data, Dialect.declared(declared), LIMITS)


def cells(raw: RawTable) -> list[tuple[object, ...]]:
    return [row.cells for row in raw.rows]


def said(raw: RawTable | UnreadableError) -> list[tuple[Cause, str]]:
    return [(one.cause, str(one.message)) for one in raw.findings]


@pytest.mark.parametrize(
    ("stored", "code", "seen"),
    [
        # shares: only a sign of percent that is no text multiplies
        ("12.5", '0.0" %"', "12.5"), ("12.5", "0.0\\%", "12.5"),
        ("0.125", "0.0%", "12.5"), ("0.5", "0%%", "5000"),
        # zeros and signs that the format puts there
        ("5515000", "00000000", "05515000"), ("42", "00000", "00042"), ("0", "000", "000"),
        ("123456", "000", "123456"), ("4811234", "000-0000", "481-1234"), ("7", '"AZ "000', "AZ 007"),
        # signs around a number are no part of it
        ("1234.5", "#,##0.00 [$€-407]", "1234.5"), ("5", '##" Stück"', "5"),
        ("-3", "#,##0;[Red]-#,##0", "-3"), ("0", '#,##0;-#,##0;"–"', "0"),
        ("0", '_-* #,##0\\ "€"_-;-* #,##0\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "0"),
        ("12", "0.0E+00", "12"), ("0.5", "# ?/?", "0.5"), ("17", "@", "17"), ("17", "General", "17"),
        # words in place of numbers
        ("1", '"ja";;"nein"', "ja"), ("0", '"ja";;"nein"', "nein"),
        # times of day and durations
        ("0.354166666666667", "hh:mm", "08:30"), ("0.0625", "mm:ss", "30:00"),
        ("0.25", "h:mm:ss", "06:00:00"), ("1.75", "[h]:mm", "42:00"), ("-0.5", "[h]:mm", "-12:00"),
        ("30", "[hh]:mm:ss", "720:00:00"), ("1.5", "[mm]:ss", "2160:00"), ("2.5", "[h]", "60"),
        ("43538", "yyyy", "2019"),
    ],
)  # fmt: skip
def test_numbers_by_their_format(stored: str, code: str, seen: str) -> None:
    found = shown(Decimal(stored), code)
    assert found.is_understood
    value = found.value.normalize() if isinstance(found.value, Decimal) else found.value
    assert (f"{value:f}" if isinstance(value, Decimal) else value) == seen


@pytest.mark.parametrize(
    ("stored", "code", "seen"),
    [
        ("43538", "dd.mm.yyyy", date(2019, 3, 14)),
        ("43538", "[$-407]d. mmmm yyyy;@", date(2019, 3, 14)),
        ("43538.75", "dd.mm.yyyy", date(2019, 3, 14)),
        ("43538.75", "dd.mm.yy hh:mm", datetime(2019, 3, 14, 18, 0)),
        ("43538", "d/m/yy h:mm AM/PM", date(2019, 3, 14)),
        ("5", ";;;", None),
    ],
)
def test_days_by_their_format(stored: str, code: str, seen: object) -> None:
    assert shown(Decimal(stored), code).value == seen


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("1234567", "0.0,,"), ("1234567", "#,##0,"), ("7", "[>100]0;00"), ("43538", "[DBNum1]yyyy"),
        ("1e30", "dd.mm.yyyy"), ("0.5", "dd.mm.yyyy"), ("-5", "000"), ("1.5", "0000"), ("5", "[27]"),
    ],
)  # fmt: skip
def test_what_is_not_understood(stored: str, code: str) -> None:
    """The stored number stays, and it is said."""
    assert shown(Decimal(stored), code).is_understood is False
    assert shown(Decimal(stored), code).value == Decimal(stored)


@settings(max_examples=examples(300))
@given(st.decimals(-(10**9), 10**9, places=6), st.text('0#?.,%E+-;[]hmsdy"\\ _*€$@GeneralA/P', max_size=12))
def test_no_format_breaks_it(number: Decimal, code: str) -> None:
    found = shown(number, code)
    assert found.is_understood or found.value == number


def test_a_format_that_is_not_known_is_named() -> None:
    def scaled(book: Any) -> None:
        for place in ("B2", "B3"):
            book.active[place].number_format = "0,"

    raw = read(saved(scaled))
    assert cells(raw)[0] == ("A", Decimal(1))
    assert (
        Cause.CELL_FORMAT,
        "How “0,” shows a number is not known: the stored numbers of B2, B3 are taken.",
    ) in said(raw)


class TestHidden:
    def change(self, book: Any) -> None:
        sheet = book.active
        sheet["C1"], sheet["C2"], sheet["C3"], sheet["C4"] = "Notiz", "x", "y", "z"
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions["F"].hidden = True  # in which nothing stands
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[9].hidden = True

    def test_it_is_left_out_and_named(self) -> None:
        raw = read(saved(self.change))
        assert raw.header == ("Ort", "Notiz")
        assert [(row.number, *row.cells) for row in raw.rows] == [(2, "A", "x"), (4, "C", "z")]
        assert said(raw) == [
            (Cause.HIDDEN, "Hidden columns were left out: B (Zahl)."),
            (Cause.HIDDEN, "Hidden rows were left out: 3."),
        ]

    def test_it_is_taken_in(self) -> None:
        raw = read(saved(self.change), hidden=TAKEN_IN)
        assert raw.header == ("Ort", "Zahl", "Notiz")
        assert cells(raw)[1] == ("B", Decimal(2), "y")
        assert said(raw)[0] == (Cause.HIDDEN, "Hidden columns were taken in: B (Zahl).")

    def test_the_header_may_be_below(self) -> None:
        """A hidden first row is no header."""

        def change(book: Any) -> None:
            book.active.row_dimensions[1].hidden = True

        raw = read(saved(change, [("intern", "x"), ("Ort", "Zahl"), ("A", 1)]))
        assert (raw.header, raw.header_row) == (("Ort", "Zahl"), 2)

    def test_all_of_it(self) -> None:
        def change(book: Any) -> None:
            for number in range(1, 5):
                book.active.row_dimensions[number].hidden = True

        with pytest.raises(UnreadableError) as refused:
            read(saved(change))
        assert "is hidden" in str(refused.value.findings[0].message)

    def test_rows_below_that_are_hidden_by_default(self) -> None:
        """Offices hide all that they do not use; what stands in the sheet is seen."""

        def change(name: str, text: str) -> str:
            return text.replace("<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ')

        assert len(read(rewritten(saved(lambda book: None), change)).rows) == 3


class TestMerged:
    def test_downwards_each_row_has_the_value(self) -> None:
        def change(book: Any) -> None:
            book.active.merge_cells("A2:A3")
            book.active.merge_cells("A5:A9")  # a block below, in whose rows nothing else stands
            book.active["A5"] = "Quelle"

        raw = read(saved(change, [("Ort", "Zahl"), ("A", 1), (None, 2), ("C", 3)]))
        assert cells(raw)[:3] == [("A", Decimal(1)), ("A", Decimal(2)), ("C", Decimal(3))]
        assert cells(raw)[3] == ("Quelle", None)
        assert said(raw) == [
            (Cause.MERGED, "Merged cells: each row of A2:A3 has the value that is shown once.")
        ]

    def test_across_it_stands_once(self) -> None:
        raw = read(
            saved(lambda book: book.active.merge_cells("A2:B2"), [("Ort", "Zahl"), ("A", None), ("C", 3)])
        )
        assert cells(raw) == [("A", None), ("C", Decimal(3))]
        assert said(raw) == []


class TestSheets:
    def book(self, book: Any) -> None:
        first = book.active
        first.title, first.sheet_state = "Rohdaten", "hidden"
        book.create_sheet("Deckblatt")
        book.create_sheet("Tabelle")["A1"] = "Ort"
        book["Tabelle"]["A2"] = "Münster"
        book.create_sheet("Legende")["A1"] = "x"

    def test_the_first_that_is_seen_and_holds_anything(self) -> None:
        raw = read(saved(self.book))
        assert (raw.header, cells(raw)) == (("Ort",), [("Münster",)])
        assert raw.dialect.sheet == "Tabelle"
        assert raw.sheets == ("Rohdaten", "Deckblatt", "Tabelle", "Legende")
        assert said(raw) == [
            (Cause.OTHER_SHEETS, "Only the sheet “Tabelle” was read, not Legende."),
            (Cause.HIDDEN, "Hidden sheets were not read: Rohdaten."),
        ]

    @pytest.mark.parametrize("title", ["Rohdaten", " rohdaten ", "ROHDATEN"])
    def test_one_is_named(self, title: str) -> None:
        """Also a hidden one, since somebody says so."""
        assert read(saved(self.book), sheet=title).header == ("Ort", "Zahl")

    def test_there_is_none_of_that_name(self) -> None:
        with pytest.raises(UnreadableError) as refused:
            read(saved(self.book), sheet="Tabelle1")
        assert "Rohdaten, Deckblatt, Tabelle, Legende" in str(refused.value.findings[0].message)


def strict(name: str, text: str) -> str:
    """Write a part as ISO 29500 strict does; days are text there."""
    text = text.replace(MAIN, STRICT).replace(KINDS, STRICT_KINDS)
    return re.sub(r'<c r="A2"[^>]*>.*?</c>', '<c r="A2" t="d"><v>2019-03-14T00:00:00</v></c>', text)


def test_the_strict_form() -> None:
    raw = read(rewritten(saved(lambda book: None), strict))
    assert (raw.header, cells(raw)[0]) == (("Ort", "Zahl"), (date(2019, 3, 14), Decimal(1)))


def test_texts_that_cells_share() -> None:
    """Runs of other looks are one text, how a word is pronounced is none, and escapes are undone."""
    texts = (
        "<si><r><rPr><b/></rPr><t>Mün</t></r><r><t>ster</t></r></si>"
        '<si><t xml:space="preserve"> zwei_x000D_Zeilen </t><rPh sb="0" eb="1"><t>tswai</t></rPh></si>'
    )

    def change(name: str, text: str) -> str:
        if name.endswith("workbook.xml.rels"):
            told = f'<Relationship Id="rId99" Type="{KINDS}/sharedStrings" Target="/xl/texte.xml"/>'
            return text.replace("</Relationships>", f"{told}</Relationships>")
        for place, old in enumerate(("A", "B")):
            text = text.replace(f't="inlineStr"><is><t>{old}</t></is>', f't="s"><v>{place}</v>')
        return text

    part = {"xl/texte.xml": f'<sst xmlns="{MAIN}">{texts}</sst>'}
    found = cells(read(rewritten(saved(lambda book: None), change, part)))
    assert [row[0] for row in found] == ["Münster", " zwei\rZeilen ", "C"]


def test_days_from_1904() -> None:
    def change(book: Any) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.active["B2"] = date(2019, 3, 14)

    assert cells(read(saved(change)))[0] == ("A", date(2019, 3, 14))


def test_formulas() -> None:
    """By their stored value; an empty text is one; none at all is said with its place."""

    def change(name: str, text: str) -> str:
        if not name.endswith("sheet1.xml"):
            return text
        values = {"B2": "<f>1+1</f><v>2</v>", "B3": "<f>1+2</f>", "B4": '<f>""</f><v></v>'}
        for place, inner in values.items():
            kind = ' t="str"' if place == "B4" else ""
            text = re.sub(rf'<c r="{place}"[^>]*>.*?</c>', f'<c r="{place}"{kind}>{inner}</c>', text)
        return text

    raw = read(rewritten(saved(lambda book: None), change))
    assert cells(raw) == [("A", Decimal(2)), ("B", Unusable("=1+2")), ("C", None)]
    assert [(one.cause, one.row, one.field) for one in raw.findings] == [(Cause.FORMULA, 3, "B3")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="3"', '<row r="2"'),
        ('t="inlineStr"><is><t>B</t></is>', 't="s"><v>99</v>'),
        ('t="inlineStr"><is><t>B</t></is>', 't="s"><v>x</v>'),
        ("</worksheet>", ""),
    ],
)
def test_broken_parts_are_refused(old: str, new: str) -> None:
    """Rows out of order, a text that is none, an end that is missing."""

    def change(name: str, text: str) -> str:
        return text.replace(old, new, 1) if name.endswith("sheet1.xml") else text

    with pytest.raises(UnreadableError) as refused:
        read(rewritten(saved(lambda book: None, [("Ort",), ("A",), ("B",)]), change))
    assert refused.value.findings[0].cause is Cause.XLSX_BROKEN


@pytest.mark.parametrize("first", [0, -9])
def test_a_hidden_column_that_is_none_is_refused(first: int) -> None:
    """It is so before the columns from there on are gone through, which may be any number of them."""

    def change(name: str, text: str) -> str:
        hidden = f'<cols><col min="{first}" max="1" hidden="1"/></cols><sheetData>'
        return text.replace("<sheetData>", hidden, 1) if name.endswith("sheet1.xml") else text

    with pytest.raises(UnreadableError) as refused:
        read(rewritten(saved(lambda book: None), change))
    text = f"The workbook is damaged: there is no column {first}."
    assert said(refused.value) == [(Cause.XLSX_BROKEN, text)]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 31)).map(lambda one: one.replace(microsecond=0)),
)


def expected(value: Any) -> object:
    """Return what a person sees of a value as openpyxl writes it."""
    if isinstance(value, datetime):
        return value if value.time() != time() else value.date()
    if isinstance(value, float):
        value = float(f"{value:.16g}")  # which is what openpyxl writes
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(f"{value:.15g}")
    return value


@settings(max_examples=examples(60))
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_was_written_is_read(rows: list[list[Any]]) -> None:
    """Every cell as another library wrote it."""
    rows = [["x", *row] for row in rows]
    data = saved(lambda book: None, [("T", "A", "B", "C"), *rows])
    assert cells(read(data)) == [tuple(map(expected, row)) for row in rows]


def test_durations_of_another_library() -> None:
    def change(book: Any) -> None:
        book.active["B2"], book.active["B3"] = timedelta(hours=42), time(8, 30)

    assert cells(read(saved(change)))[:2] == [("A", "42:00:00"), ("B", "08:30:00")]
