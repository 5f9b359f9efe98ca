"""What each reader of something from outside takes, for an input and for twice as much: CPU seconds, ratio.

That the work is linear is a test (``tests/validation/test_growth.py``, in calls); these are its seconds.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from typing import Any

import openpyxl

from ckanext.digitalms.council.reference import parse_references
from ckanext.digitalms.custom_tables.detection import detect
from ckanext.digitalms.custom_tables.examination import examine
from ckanext.digitalms.imports.difference import compare
from ckanext.digitalms.imports.reading import read_table
from ckanext.digitalms.reports import markup
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits, UnreadableError

AUTO = Dialect.declared({})
LIMITS = Limits(10**8, 200_000)


def workbook(rows: int) -> bytes:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("Daten")
    sheet.append([f"Spalte {place}" for place in range(20)])
    for number in range(rows):
        sheet.append([number * 20 + place if place % 2 else f"Wert {place}" for place in range(20)])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def imported(data: bytes) -> None:
    compare(read_table(data, AUTO, LIMITS), [])


def refused(data: bytes) -> None:
    try:
        detect(data, AUTO, Limits(10**8, 1_000))
    except UnreadableError:
        return
    raise AssertionError("it was read")


def measures(rows: int) -> bytes:
    told = (f"m-{number},Titel,citeq,planned,2019-01-01\n" for number in range(rows))
    return ("measure_id,title,organisation,status,as_of\n" + "".join(told)).encode()


def pipes(cell: str) -> str:
    return f"| Maßnahmen | Plan / Ist |\n|---|---|\n| x | {cell} |\n"


# for each: half of the size, what makes the input, what reads it
READERS: dict[str, tuple[int, Callable[[int], Any], Callable[[Any], Any]]] = {
    "own table, CSV, rows of 2 cells": (
        50_000,
        lambda n: ("a;b\n" + "1;x\n" * n).encode(),
        lambda data: examine(data, "t.csv", AUTO, LIMITS),
    ),
    "own table, CSV over its limit of 1,000 rows": (
        500_000,
        lambda n: ("a;b\n" + "1;x\n" * n).encode(),
        refused,
    ),
    "own table, JSON, objects": (
        50_000,
        lambda n: json.dumps([{"a": k, "b": "x"} for k in range(n)]).encode(),
        lambda data: examine(data, "t.json", AUTO, LIMITS),
    ),
    "own table, workbook, rows of 20 cells": (
        5_000,
        workbook,
        lambda data: examine(data, "t.xlsx", AUTO, LIMITS),
    ),
    "import of a table, unknown measures": (8_000, measures, imported),
    "report, “**” in a cell of a table of pipes": (
        20_000,
        lambda n: pipes("**" * n),
        markup.read_markup,
    ),
    "references in a text, characters": (100_000, lambda n: "V/0989/2017 " * (n // 12), parse_references),
}


def seconds(work: Callable[[Any], Any], data: Any) -> float:
    begin = time.process_time()
    work(data)
    return time.process_time() - begin


def test_readers() -> None:
    print("\n| reader | input | CPU seconds | twice the input | ratio |\n|---|---|---|---|---|")
    for name, (size, make, read) in READERS.items():
        once, twice = (seconds(read, make(count)) for count in (size, 2 * size))
        print(
            f"| {name} | {size} | {once:.2f} | {twice:.2f} | {twice / max(once, 0.001):.1f} × |", flush=True
        )
