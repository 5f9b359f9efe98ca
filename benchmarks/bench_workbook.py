"""A workbook of ten columns on the repair bench: examined and previewed, and one answer, beside pandas.

``python -P benchmarks/bench_workbook.py [rows]`` needs no services. The file is written as Excel writes it
(texts in a part of their own, a format for days and shares); pandas with openpyxl only reads the same file,
in a process of its own in the same run.
"""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ckanext.digitalms.custom_tables.examination import examine
from ckanext.digitalms.custom_tables.preview import preview_of
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

LIMITS = Limits(10**8, 250_000)
TITLES = ("Kennung", "Schule", "Stadtteil", "Tag", "Anteil", "Kosten", "Anzahl", "AGS", "Bemerkung", "Stand")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.{kind}+xml"/>'
        for name, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
        )
    )
    + "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{KINDS}"><sheets>'
    '<sheet name="Daten" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="r1" Type="{KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{KINDS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="r3" Type="{KINDS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/styles.xml": f"<styleSheet {MAIN}><fonts><font/></fonts>"
    "<fills><fill><patternFill/></fill></fills><borders><border/></borders>"
    '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="10"/></cellXfs></styleSheet>',
}


def workbook(rows: int) -> bytes:
    """Return a workbook with a header and so many rows of texts, days, shares and keys."""
    rng, texts = random.Random(14), dict[str, int]()

    def text(value: str) -> tuple[str, str]:
        return f"{texts.setdefault(value, len(texts))}", ' t="s"'

    lines = [[text(title) for title in TITLES]]
    for number in range(rows):
        cells = [
            text(f"S-{number:06}"),
            text(f"Schule am Platz Nr. {rng.randrange(50_000)}"),
            text(f"Stadtteil {rng.randrange(60)}"),
            (f"{42_000 + rng.randrange(4_000)}", ' s="1"'),
            (f"{rng.randrange(1000) / 1000}", ' s="2"'),
            (f"{round(rng.random() * 1e5, 2)}", ""),
            (f"{rng.randrange(5_000)}", ""),
            text("05515000"),
            text("geprüft" if number % 7 == 0 else "offen"),
            text("31.12.2025"),
        ]
        lines.append(cells)
    sheet = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + place)}{number}"{told}><v>{value}</v></c>'
            for place, (value, told) in enumerate(cells)
        )
        + "</row>"
        for number, cells in enumerate(lines, 1)
    )
    strings = "".join(f"<si><t>{value}</t></si>" for value in texts)
    parts = {
        **PARTS,
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, HEAD + part)
    return out.getvalue()


def ours(path: Path, **said: Any) -> None:
    """Examine and preview a file."""
    found = examine(path.read_bytes(), path.name, Dialect.declared(said), LIMITS)
    assert found.is_valid
    assert preview_of(found)["rows"]


def theirs(path: Path) -> None:
    """Only read a file."""
    import pandas as pd

    pd.read_excel(path, engine="openpyxl", dtype=str)


def measured(work: Any) -> str:
    """Return CPU seconds of this process, and by the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return f"{time.process_time() - cpu:.2f} s CPU ({time.perf_counter() - clock:.2f} s by the clock)"


def peak() -> str:
    """Return the most memory that this process held."""
    import resource

    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB"


def main() -> None:
    """Print the figures, each reader in a process of its own."""
    if len(sys.argv) > 2:
        path = Path(sys.argv[2])
        print(sys.argv[1], measured(lambda: (ours if sys.argv[1] == "ours" else theirs)(path)), peak())
        if sys.argv[1] == "ours":
            print("an answer", measured(lambda: ours(path, forms="Anzahl = text")))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with TemporaryDirectory() as folder:
        path = Path(folder, "schulen.xlsx")
        path.write_bytes(workbook(rows))
        print(f"{rows} rows × {len(TITLES)}, {path.stat().st_size / 1e6:.1f} MB", flush=True)
        for who in ("ours", "pandas"):
            subprocess.run([sys.executable, "-P", __file__, who, str(path)], check=True)


if __name__ == "__main__":
    main()
