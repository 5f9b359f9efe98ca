"""A table goes out, is edited in a spreadsheet, and comes back by the page: one change, which is put back."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_checks import violations
from loading import follow

from ckanext.digitalms.tables.open_tables import TABLES

SOFFICE = shutil.which("soffice")
# a LibreOffice without Calc reads no workbooks
HAS_CALC = SOFFICE is not None and Path(SOFFICE).resolve().with_name("libsclo.so").exists()
NO_CALC = "no LibreOffice Calc here: apt-get install libreoffice-calc"
UPLOAD = "/digitalisierung/datenqualitaet/tabelle-einlesen/"
TITLE = "Akten, die niemand mehr trägt"
WIDTHS = (1280, 390)


def publish(page: Any) -> None:
    """Publish the open tables by the page's button."""
    page.goto("/digitalisierung/daten/")
    follow(page.locator("form[method=post][action$='/digitalisierung/daten/'] button"))


def downloaded(page: Any, table: str) -> bytes:
    """Return a table as everybody gets it."""
    answer = page.request.get(f"/digitalisierung/daten/{table}.xlsx")
    assert answer.ok
    return bytes(answer.body())


def edited(content: bytes) -> bytes:
    """Return the workbook with another title of the first measure, as a person types it into the cell."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == "title")
    sheet.cell(2, column).value = TITLE
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def saved_by_libreoffice(contents: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Let LibreOffice open workbooks, and save them as its own format and as XLSX again."""
    for name, content in contents.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    for source, target in (("xlsx", "ods"), ("ods", "xlsx")):
        files = [str(folder / f"{name}.{source}") for name in contents]
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [
            str(SOFFICE),
            profile,
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(folder),
            *files,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: (folder / f"{name}.xlsx").read_bytes() for name in contents}


def hand_in(page: Any, content: bytes, name: str) -> None:
    page.goto(UPLOAD)
    page.set_input_files("[name=upload]", {"name": name, "mimeType": "", "buffer": content})
    page.check("#dm-stand-correction")
    follow(page.locator("main form.dm-card button[type=submit]"))


def faults(page: Any) -> list[str]:
    """What axe finds and what scrolls sideways, wide and narrow."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        found += [violation["id"] for violation in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"scrolls sideways at {width}")
    return found


@pytest.mark.parametrize(
    "program",
    [
        "openpyxl",
        pytest.param(
            "libreoffice",
            marks=pytest.mark.skipif(not HAS_CALC, reason=NO_CALC),
        ),
    ],
)
def test_one_cell_is_one_change(filled: str, visit: Any, dataset: Any, tmp_path: Path, program: str) -> None:
    page = visit(filled, "koordinator")
    publish(page)
    content = edited(downloaded(page, "measures"))
    if program == "libreoffice":
        content = saved_by_libreoffice({"measures": content}, tmp_path)["measures"]
    hand_in(page, content, "tabelle.xlsx")
    rows = page.locator("#dm-changes ~ .table-responsive tbody tr")
    assert rows.count() == 1
    assert TITLE.split()[-1] in rows.first.inner_text()
    assert faults(page) == []
    key = rows.first.locator("th").inner_text()
    before = dataset(key)["title"]
    assert before != TITLE

    follow(page.get_by_role("button", name="Übernehmen"))
    assert dataset(key)["title"] == TITLE
    assert faults(page) == []
    follow(page.get_by_role("button", name="Zurücknehmen"))
    assert dataset(key)["title"] == before
    assert faults(page) == []


@pytest.mark.skipif(not HAS_CALC, reason=NO_CALC)
def test_libreoffice_saves_every_table_as_it_was(filled: str, visit: Any, tmp_path: Path) -> None:
    page = visit(filled, "koordinator")
    publish(page)
    saved = saved_by_libreoffice({table: downloaded(page, table) for table in TABLES}, tmp_path)
    for table, content in saved.items():
        hand_in(page, content, "egal.bin")
        assert page.locator("#dm-changes, #dm-findings").count() == 0, table
        assert "nichts geändert" in page.locator("main").inner_text(), table


def test_what_is_refused_and_several_at_once(filled: str, visit: Any, dataset: Any) -> None:
    page = visit(filled, "koordinator")
    assert faults_of(page, UPLOAD) == []
    hand_in(page, b"measure_id;status;vision\ndms;fertig;x\nwlan;planned;y\n", "kaputt.csv")
    assert page.get_by_role("button", name="Übernehmen").count() == 0
    assert "fertig" in page.locator("main").inner_text()
    assert faults(page) == []

    page.goto("/digitalisierung")
    follow(page.get_by_role("link", name="Mehrere Maßnahmen ändern"))
    assert faults(page) == []
    page.check("input[value=wlan]")
    page.check("input[value=dms]")
    page.fill("[name=update_due]", "2027-03-01")
    page.check("#dm-stand-correction")
    follow(page.locator("main form.dm-card button[type=submit]"))
    follow(page.get_by_role("button", name="Übernehmen"))
    assert [dataset(key)["update_due"] for key in ("dms", "wlan")] == ["2027-03-01"] * 2
    follow(page.get_by_role("button", name="Zurücknehmen"))
    assert "2027-03-01" not in str([dataset(key).get("update_due") for key in ("dms", "wlan")])


def faults_of(page: Any, address: str) -> list[str]:
    page.goto(address)
    return faults(page)
