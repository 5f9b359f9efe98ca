"""Every reader is linear and has a budget: twice the input is twice the work, in calls and not in time."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import docx_files as dx
import odt_files
import openpyxl
import pdf_files
import pytest

from ckanext.digitalms.council import schemes
from ckanext.digitalms.council.reference import (
    ReferenceRefusedError,
    parse_reference_field,
    parse_references,
    search_patterns,
)
from ckanext.digitalms.council.unrecognised import unrecognised
from ckanext.digitalms.custom_tables import detection
from ckanext.digitalms.custom_tables.examination import examine
from ckanext.digitalms.custom_tables.schema_check import check_schema
from ckanext.digitalms.harvesters.parsers.areas import read_areas
from ckanext.digitalms.harvesters.parsers.coverage import read_coverage
from ckanext.digitalms.harvesters.parsers.progress import Catalogue, read_progress
from ckanext.digitalms.imports.difference import compare
from ckanext.digitalms.imports.reading import read_table
from ckanext.digitalms.logic import schema
from ckanext.digitalms.publishing.filters import asked
from ckanext.digitalms.reports import markup
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.odt import read_odt
from ckanext.digitalms.reports.office import read_docx
from ckanext.digitalms.reports.pdf import read_pdf
from ckanext.digitalms.search import query
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.validation import workbook_table
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.reading_xlsx import read_xlsx
from ckanext.digitalms.validation.table import Limits, UnreadableError
from ckanext.digitalms.wordings.reading import find_dates, read_wording

AUTO = Dialect.declared({})
LIMITS = Limits(10**8, 10**6)
CATALOGUE = Catalogue(frozenset({"dms"}), frozenset({"dms"}), date(2026, 1, 1))
WHOLE = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer"}], "primaryKey": "a"}
IDS = "measure_id,title,organisation,status,as_of"


def calls(work: Callable[[], Any]) -> int:
    """Count the calls that some work makes, those of functions in C as well."""
    count = 0

    def count_it(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(count_it)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def workbook(rows: int) -> bytes:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("Daten")
    sheet.append(["a", "b", "c"])
    for number in range(rows):
        sheet.append([number, f"x{number}", 1.5])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def imported(data: str) -> None:
    read = read_table(data.encode(), AUTO, LIMITS)
    compare(read, [])


def table(cell: str) -> str:
    return f"| Maßnahmen | Plan / Ist |\n|---|---|\n| x | {cell} |\n"


def ruled_pdf(rows: int) -> bytes:
    """A ruled table of so many rows, twenty a page."""
    pages = []
    for first in range(0, rows, 20):
        ys = [50 + 20.0 * n for n in range(min(20, rows - first) + 1)]
        words = [(x, y + 12, "x") for y in ys[:-1] for x in (52.0, 202.0)]
        pages.append(pdf_files.page(words, pdf_files.grid((50, 200, 350), ys)))
    return pdf_files.pdf(pages)


def full_page(words: int) -> bytes:
    """A page of so many words, with a table of one row above."""
    told = [(52.0, 60.0 + n, "x") for n in range(words)]
    return pdf_files.pdf([pdf_files.page(told, pdf_files.grid((50, 90, 200), (50, 60)))])


def with_every_scheme(work: Callable[[], Any]) -> None:
    """Work with all presets in use at once."""
    before = schemes.in_use()
    schemes.use(list(schemes.PRESETS.values()))
    try:
        work()
    finally:
        schemes.use(before)


def areas(count: int) -> bytes:
    told = [{"properties": {"AGS": f"{n:08d}", "GEN": "Ort"}} for n in range(count)]
    return json.dumps({"type": "FeatureCollection", "features": told}).encode()


READERS: dict[str, Callable[[int], Any]] = {
    "own CSV": lambda n: examine(("a;b\n" + "1;x\n" * n).encode(), "t.csv", AUTO, LIMITS),
    "own CSV, all wrong": lambda n: examine(
        ("a;b\n" + "1;x\n;\n" * n).encode(), "t.csv", AUTO, LIMITS, check_schema(WHOLE)
    ),
    "own CSV with long cells": lambda n: examine(f"a;b\n{'1.0,' * n};x\n".encode(), "t.csv", AUTO, LIMITS),
    "own JSON": lambda n: examine(
        json.dumps([{"a": k, "b": "x"} for k in range(n)]).encode(), "t", AUTO, LIMITS
    ),
    "workbook": lambda n: read_xlsx(workbook(n), AUTO, LIMITS),
    "progress": lambda n: read_progress(
        ("measure_id,as_of,progress_percent\n" + "dms,2019-03-14,5\n" * n).encode(),
        "t.csv",
        AUTO,
        LIMITS,
        CATALOGUE,
    ),
    "coverage": lambda n: read_coverage(
        ("AGS;300_30\n" + "".join(f"{k:08d};{k % 100},5\n" for k in range(n))).encode(),
        "t.csv",
        AUTO,
        LIMITS,
        {f"{k:08d}": "Ort" for k in range(n)},
    ),
    "coverage, all wrong": lambda n: read_coverage(
        ("AGS;300_30\n" + "5;101\n" * n).encode(), "t.csv", AUTO, LIMITS, {}
    ),
    "areas": lambda n: read_areas(areas(n)),
    "import of unknown keys": lambda n: imported(
        f"{IDS}\n" + "".join(f"m-{k},T,citeq,planned,2019-01-01\n" for k in range(n))
    ),
    "import of one key": lambda n: imported(f"{IDS}\n" + "m-1,T,citeq,planned,2019-01-01\n" * n),
    "import of equal steps": lambda n: imported(
        "measure_id,step_id,state,text\n" + "m-1,,pending,x\n" * n
    ),
    "pipes with stars": lambda n: markup.read_markup(table("**" * n)),
    "pipes with stars and spaces": lambda n: markup.read_markup(table("** " * n)),
    "pipes with words and stars": lambda n: markup.read_markup(table("a**b" * n)),
    "pipes with brackets": lambda n: markup.read_markup(table("![" * n)),
    "pipes with ticks": lambda n: markup.read_markup(table("`a`` " * n)),
    "pipe rows": lambda n: markup.read_markup(table("x") + "| a | b |\n" * n),
    "lines with stars": lambda n: markup.read_markup("**a __\n" * n),
    "tables that never close": lambda n: markup.read_markup("<table>\n" * n),
    "page": lambda n: markup.read_markup("<html><body>" + "<p>x<b>y</b></p>" * n),
    "page with breaks": lambda n: markup.read_markup("<html><body><p>" + "x<br>" * n),
    "report": lambda n: read_report(table("<br>".join(["Bis Ende 2019: umgesetzt"] * n)).encode(), "b.md"),
    "report in DOCX": lambda n: read_docx(
        dx.report(dx.tr("x", "y", dx.tc(dx.p("In Arbeit: a") * n)))
    ),
    "report in DOCX with controls": lambda n: read_docx(
        dx.report(dx.tr("x", dx.tc(dx.p(dx.sdt(dx.r("a")) * n))))
    ),
    "report in ODT": lambda n: read_odt(
        odt_files.odt(odt_files.table(odt_files.row("x", "y", odt_files.p("a") * n)))
    ),
    "report in PDF, ruled": lambda n: read_pdf(ruled_pdf(n)),
    "report in PDF, a page of words": lambda n: read_pdf(full_page(n)),
    "dates": lambda n: find_dates("bis Ende März 2019, 14.03.2019 " * n, None),
    "dates of every kind": lambda n: find_dates(
        "vom 1. bis 5. Mai, KW 12 bis 14, Ende III/2019/Anfang 2020, im Laufe des " * n, None
    ),
    "a wording of a date": lambda n: read_wording("bis spätestens zum Mai bis . , " * n, None),
    "references": lambda n: parse_references("V/0989/2017/V/0989/2017/1 V - 1 - " * n),
    "references of every scheme": lambda n: with_every_scheme(
        lambda: parse_references("Vorlage 0123/20, V/0989/2017 BV-1/20 Drs. 1/2 und 17/2020 " * n)
    ),
    "numbers of no scheme": lambda n: unrecognised(["Vorlage 17/2020, XY/0456/2021 Az. 1/20 " * n]),
    "search": lambda n: query.read('V/0989/2017 "a:b ' * n),
    "filter": lambda n: asked(ALL_TABLES["measures"], [("progress_percent", "5")] * n),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_twice_the_input_is_twice_the_work(name: str, ckan_config: Any) -> None:
    reader = READERS[name]
    reader(10)  # what is only made once
    small, large = calls(lambda: reader(300)), calls(lambda: reader(600))
    assert large <= 2.2 * small + 500


def test_a_csv_is_left_where_its_limit_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of too many rows is refused after as many rows as are allowed, however long it is."""
    limits = Limits(10**8, 100)

    def refused(rows: int) -> None:
        with pytest.raises(UnreadableError):
            detection.detect(("a;b\n" + "1;x\n" * rows).encode(), AUTO, limits)

    refused(200)
    assert calls(lambda: refused(20_000)) <= calls(lambda: refused(2_000)) + 100


def test_a_workbook_has_a_budget_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_table, "MAX_FILLED", 100)
    with pytest.raises(UnreadableError) as refused:
        read_xlsx(workbook(1000), AUTO, LIMITS)
    assert "more than 100 cells" in str(refused.value.findings[0].message)


def test_a_formula_without_a_value_is_still_seen() -> None:
    """A workbook is read a second time only if it has formulas."""
    made = openpyxl.Workbook()
    made.active.append(["a"])
    made.active.append(["=1+1"])
    out = io.BytesIO()
    made.save(out)
    found = read_xlsx(out.getvalue(), AUTO, LIMITS).findings
    assert [finding.cause.value for finding in found] == ["formula-without-value"]


@pytest.mark.parametrize("letter", [" ", "V", "1", "V/0989/2017 ", "diverse ", "("])
def test_a_reference_is_a_line(letter: str) -> None:
    """A text of a megabyte is no reference, and is not looked through."""
    long = letter * (10**6 // len(letter))
    with pytest.raises(ReferenceRefusedError):
        parse_reference_field(f"x{long}x")
    assert len(search_patterns(long)) <= 1


@pytest.mark.parametrize(
    ("told", "name", "limit"),
    [
        (lambda: schema.measure_list(), "reference", 1_000),
        (lambda: schema.measure_list(), "q", 1_000),
        (lambda: schema.report_import.reference(), "reference", 1_000),
        (lambda: schema.report_import.text(), "text", 200_000),
    ],
)
def test_texts_of_actions_have_a_length(told: Any, name: str, limit: int, app: Any) -> None:
    with app.flask_app.test_request_context():
        assert schema.validated({}, {name: "x" * limit}, told())[name]
        with pytest.raises(tk.ValidationError) as refused:
            schema.validated({}, {name: "x" * (limit + 1)}, told())
        assert str(limit) in refused.value.error_dict[name][0]
