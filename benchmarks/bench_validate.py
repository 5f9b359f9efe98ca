"""Validation of a large table against frictionless alone, and against the same rules by hand in DuckDB.

Run with ``script/benchmark``; ``BENCH_ROWS`` sets how many rows. Aims for a table that is right:
≥ 20 × frictionless, ≤ 2 × by hand; one that is bad is judged by frictionless.
"""

from __future__ import annotations

import csv
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from frictionless.resources import TableResource
from peak import peak_memory

from ckanext.digitalms.validation import large_tables

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "area_code", "type": "string", "constraints": {"required": True, "pattern": "[0-9]{8}"}},
        {"name": "edition", "type": "string", "constraints": {"pattern": "[0-9]{4}-[0-9]{2}"}},
        {"name": "customer", "type": "string", "constraints": {"enum": ["private", "business"]}},
        {"name": "technology", "type": "string", "constraints": {"enum": ["dsl", "fttb"]}},
        {"name": "speed", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "share", "type": "number", "constraints": {"minimum": 0, "maximum": 100}},
        {"name": "state", "type": "string"},
        {"name": "name", "type": "string", "constraints": {"maxLength": 50}},
        {"name": "day", "type": "date"},
        {"name": "source", "type": "string"},
    ],
    "primaryKey": ["area_code"],
    "missingValues": [""],
}
BAD = {
    0: ["", "5515000", "05515abc", "00000001"],
    1: ["2019", "2019-6"],
    2: ["alle"],
    4: ["schnell", "-1", "1.5"],
    5: ["97,5", "100.01", "-0.1", "n/a"],
    7: ["Ü" * 51],
    8: ["31.12.2019", "2019-02-29"],
}
# the same rules as somebody writes them who has only this table
BY_HAND = """
WITH t AS (SELECT * FROM read_csv('{path}', auto_detect=false, header=true, delim=',', quote='"', escape='"',
    columns={{'area_code': 'VARCHAR', 'edition': 'VARCHAR', 'customer': 'VARCHAR', 'technology': 'VARCHAR',
              'speed': 'VARCHAR', 'share': 'VARCHAR', 'state': 'VARCHAR', 'name': 'VARCHAR',
              'day': 'VARCHAR', 'source': 'VARCHAR'}}))
SELECT count(*) FILTER (area_code IS NULL OR NOT regexp_full_match(area_code, '[0-9]{{8}}')),
       count(*) FILTER (NOT regexp_full_match(edition, '[0-9]{{4}}-[0-9]{{2}}')),
       count(*) FILTER (customer NOT IN ('private', 'business')),
       count(*) FILTER (technology NOT IN ('dsl', 'fttb')),
       count(*) FILTER (NOT regexp_full_match(speed, '[+-]?[0-9]+') OR TRY_CAST(speed AS BIGINT) < 0),
       count(*) FILTER (NOT regexp_full_match(share, '[+-]?[0-9]+([.][0-9]+)?')
                        OR TRY_CAST(share AS DECIMAL(31, 15)) NOT BETWEEN 0 AND 100),
       count(*) FILTER (length(name) > 50),
       count(*) FILTER (NOT regexp_full_match(day, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')
                        OR TRY_CAST(day AS DATE) IS NULL),
       count(*) - count(DISTINCT area_code)
FROM t
"""


def write(path: Path, rows: int, bad: int) -> None:
    chance = random.Random(rows + bad)
    wrong: dict[int, list[int]] = {}
    for _ in range(bad):
        wrong.setdefault(chance.randrange(rows), []).append(chance.choice(list(BAD)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field["name"] for field in SCHEMA["fields"]])
        for number in range(rows):
            row = [
                f"{number:08d}",
                f"2019-{number % 12 + 1:02d}",
                "private",
                "fttb",
                str(number % 1000),
                f"{number % 10001 / 100:.2f}",
                "measured",
                f"Münster {number % 300}",
                f"2019-06-{number % 28 + 1:02d}",
                "© BNetzA, dl-de/by-2-0",
            ]
            for place in wrong.get(number, ()):
                row[place] = chance.choice(BAD[place])
            writer.writerow(row)


def table(path: Path) -> TableResource:
    told = {"name": "t", "type": "table", "path": path.name, "encoding": "utf-8", "schema": SCHEMA}
    dialect = {"csv": {"delimiter": ","}}
    made = TableResource.from_descriptor({**told, "dialect": dialect}, basepath=str(path.parent))
    assert isinstance(made, TableResource)
    return made


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    done = work()
    return time.perf_counter() - begin, done


def by_hand(path: Path) -> float:
    def work() -> Any:
        with duckdb.connect() as connection:
            return connection.execute(BY_HAND.format(path=path)).fetchall()

    return min(seconds(work)[0] for _ in range(3))


def ours(path: Path) -> tuple[float, large_tables.Verdict]:
    runs = [seconds(lambda: large_tables.validate(table(path))) for _ in range(3)]
    return min(runs, key=lambda run: run[0])


@pytest.mark.parametrize("bad", [0, 100, 100_000])
def test_validate(tmp_path: Path, bad: int) -> None:
    path = tmp_path / "t.csv"
    write(path, ROWS, bad * ROWS // 1_000_000)
    before, most, (fast, verdict) = peak_memory(lambda: ours(path))
    hand = by_hand(path)
    alone, slow = seconds(lambda: large_tables.validate_by_frictionless(table(path)))
    assert verdict.counts == slow.counts
    assert (verdict.fallback is None) == (bad == 0)  # frictionless judges what is bad
    print(f"\n| {ROWS} x 10 rows, {bad} bad cells | seconds | ours is |\n|---|---|---|")
    print(f"| ours ({before:.0f} MB before, {most:.0f} at most) | {fast:.2f} | |")
    print(f"| frictionless alone | {alone:.1f} | {alone / fast:.1f} x faster |")
    print(f"| by hand in DuckDB | {hand:.2f} | {fast / hand:.1f} x slower |")


def test_growth(tmp_path: Path) -> None:
    speeds, memory = {}, {}
    for rows in (10_000, 100_000, 1_000_000, 3_000_000):
        path = tmp_path / f"{rows}.csv"
        write(path, rows, 0)
        before, most, (fast, verdict) = peak_memory(lambda path=path: ours(path))
        assert verdict.fallback is None
        speeds[rows], memory[rows] = rows / fast, most - before
    shown = ", ".join(
        f"{rows}: {speed:.0f} rows/s, + {memory[rows]:.0f} MB" for rows, speed in speeds.items()
    )
    print(f"\nvalidation grows: {shown}; {speeds[1_000_000] / speeds[100_000]:.0%} of the speed at 100,000")
