"""The long table of mobile coverage: time and memory of reading it, by its rows. No services are needed.

Run with ``python -P benchmarks/bench_mobile.py``: each size is read in a process of its own.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peak import peak_memory

from ckanext.digitalms.harvesters.parsers.mobile import read_mobile
from ckanext.digitalms.shared import Dialect, Limits

SIZES = (100_000, 1_000_000)
USES = (
    *("Autobahn", "Bahnstrecken", "Bundesstraßen", "Gewässer", "Gewerbliche Nutzfläche", "Kreisstraßen"),
    *("Landstraßen", "Landwirtschaftliche Flächen", "Wald-, Wiesenflächen", "Wasserstraßen", "Wohnbaufläche"),
)
TECHNOLOGIES = ("5G2", "LTE10", "LTE6", "LTE2", "Mobil Alle")
AREAS = 11_000


def write(path: Path, rows: int) -> None:
    """Write a table of so many rows: as many areas as that takes, and then kinds of area more."""
    chance, left, turn = random.Random(1), rows, 0
    with path.open("w", encoding="utf-8") as file:
        file.write("AGS;Technologie;Flaechenart;Flaechen Gruppe;Flaechen Gruppe Name;Verfügbarkeit\n")
        while left:
            for area in range(min(AREAS, left // 55 + 1)):
                for use in USES:
                    for place, technology in enumerate(TECHNOLOGIES):
                        if left:
                            name = f'"{use}{turn or ""}"'
                            share = (place + 1) * 20 - chance.randrange(2000) / 100
                            file.write(f"{1_001_000 + area:08d};{technology};{name};20;Fläche;{share:.2f}\n")
                            left -= 1
            turn += 1


def measured(path: Path) -> str:
    """Return what reading a file takes, in words."""
    known = {f"{1_001_000 + area:08d}": "Ort" for area in range(AREAS)}

    def read() -> int:
        with path.open("rb") as file:
            table = read_mobile(file, path.name, Dialect(), Limits(10**9, 2_000_000), known)
        assert table.parts, [str(one.message) for one in table.report.errors][:3]
        return table.report.rows

    begin = time.perf_counter()
    before, most, rows = peak_memory(read)
    seconds = time.perf_counter() - begin
    return f"{rows} rows: {seconds:.1f} s, {most - before:.0f} MB above the {before:.0f} MB at rest"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(measured(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as folder:
            for size in SIZES:
                table = Path(folder) / f"{size}.csv"
                write(table, size)
                subprocess.run([sys.executable, "-P", __file__, str(table)], check=True)
