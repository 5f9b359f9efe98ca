"""The tables of a report for offices: CSV for Excel and a workbook say what the CSV for programs says."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sample_reports
from frictionless import Package

from ckanext.digitalms.reporting import data_tables, office_tables, package
from ckanext.digitalms.reporting.report import Report

pytestmark = pytest.mark.pure

REPORTS = {
    "demo": sample_reports.demo(),
    "nasty": sample_reports.nasty(),
    "empty": dataclasses.replace(sample_reports.demo(), measures=(), papers=(), consultations=(), notes=()),
}


def german(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return {True: "ja", False: "nein"}[value]
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)


def plain(text: str) -> str:
    return text.removeprefix("'")


@pytest.mark.parametrize("name", REPORTS)
def test_csv_for_excel(name: str) -> None:
    for table in data_tables.tables(REPORTS[name]):
        content = office_tables.for_excel(table).decode("utf-8-sig")
        titles, *rows = csv.reader(io.StringIO(content, newline=""), delimiter=";")
        assert titles == [title for _, _, title in table.fields]
        assert [[plain(cell) for cell in row] for row in rows] == [
            [plain(german(value)) for value in row] for row in table.rows
        ]


@pytest.mark.parametrize("name", REPORTS)
def test_workbook(name: str) -> None:
    """Each table is a sheet; numbers and days are such, texts are texts."""
    told = data_tables.tables(REPORTS[name])
    book = openpyxl.load_workbook(io.BytesIO(office_tables.workbook(REPORTS[name])))
    assert len(book.sheetnames) == len(told)
    for sheet, table in zip(book, told, strict=True):
        titles, *rows = sheet.iter_rows(values_only=True)
        assert list(titles) == [title for _, _, title in table.fields]
        rows = [row for row in rows if any(cell is not None for cell in row)]
        assert len(rows) == len(table.rows)
        for row, values in zip(rows, table.rows, strict=True):
            for cell, value in zip(row, values, strict=True):
                assert same(cell, value), (table.name, cell, value)


def same(cell: Any, value: Any) -> bool:
    if value is None or value == "":
        return cell is None
    if isinstance(value, bool) or (isinstance(value, date) and value.year < 1901):
        return bool(cell == german(value))
    if isinstance(value, date):
        return isinstance(cell, datetime) and cell.date() == value
    if isinstance(value, int | Decimal):
        return isinstance(cell, int | float) and abs(Decimal(str(cell)) - value) < Decimal("0.000001")
    return isinstance(cell, str) and squeezed(plain(cell)) == squeezed(plain(value))


def squeezed(text: str) -> str:
    # a workbook writes some signs as codes, and keeps no carriage return
    plain_text = re.sub(r"_x[0-9A-F]{4}_", "", text)
    return "".join(each for each in plain_text if each.isprintable() and each != " ")


def test_same_report_same_bytes() -> None:
    report = REPORTS["demo"]
    assert office_tables.workbook(report) == office_tables.workbook(report)
    with zipfile.ZipFile(io.BytesIO(office_tables.workbook(report))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("name", ["demo", "empty"])
def test_package_describes_all_of_them(tmp_path: Path, name: str) -> None:
    """Frictionless finds nothing; every table is there three times, with the same rows."""
    report: Report = REPORTS[name]
    with zipfile.ZipFile(io.BytesIO(package.package(report))) as archive:
        archive.extractall(tmp_path)
    made = Package(str(tmp_path / "datapackage.json"))
    verdict = made.validate()
    assert verdict.valid, verdict.flatten(["rowNumber", "fieldName", "note"])
    for table in data_tables.tables(report):
        for resource in (table.name, f"{table.name}-excel"):
            assert len(made.get_resource(resource).read_rows()) == len(table.rows)
    assert (tmp_path / made.get_resource("tabellen").path).read_bytes() == office_tables.workbook(report)
