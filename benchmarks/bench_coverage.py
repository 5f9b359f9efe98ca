"""Coverage of 11,000 areas × 45 series, harvested and published, against DuckDB that only parses the file.

Run with ``script/benchmark``; ``BENCH_AREAS`` sets how many areas. Aim: at most 5 × the time of DuckDB.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import duckdb
import pytest
from peak import peak_memory

from ckanext.digitalms.publishing import releases
from ckanext.digitalms.tables.open_tables import COVERAGE_TABLES

AREAS = int(os.environ.get("BENCH_AREAS", "11000"))
CLASSES = {
    "alle Technologien": (1, 2, 6, 16, 30, 50, 100, 200, 400, 1000),
    "leitungsg. Technologien": (1, 2, 6, 16, 30, 50, 100, 200, 400, 1000),
    "mobile Technologien": (1, 2, 6),
    "DSL": (1, 2, 6, 16, 30, 50, 100, 200),
    "CATV": (1, 2, 6, 16, 30, 50, 100, 200, 400, 1000),
    "FTTH/B": (100, 200, 400, 1000),
}
pytestmark = [
    pytest.mark.ckan_config("ckanext.digitalms.publish_on_change", False),
    pytest.mark.usefixtures("with_plugins", "catalogue"),
]


def table(areas: int = AREAS) -> tuple[str, str]:
    """Return a table as the Breitbandatlas writes it, and its boundaries."""
    chance = random.Random(1)
    titles = [f"{word} ≥ {speed} Mbit/s" for word, speeds in CLASSES.items() for speed in speeds]
    lines = [";".join(f'"{title}"' for title in ("AGS", *titles))]
    keys = [f"{n:08d}" for n in range(1_001_000, 1_001_000 + areas)]
    for key in keys:
        shares: list[int] = []
        for speeds in CLASSES.values():
            shares += sorted((chance.randrange(10_001) for _ in speeds), reverse=True)
        lines.append(";".join((f'"{key}"', *(f"{share / 100:.2f}" for share in shares))))
    features = [{"properties": {"AGS": key, "GEN": f"Ort {key}"}} for key in keys]
    return "\n".join(lines) + "\n", json.dumps({"features": features})


def parsed(path: Path) -> float:
    """Return the seconds in which DuckDB reads the file, the best of three."""
    taken = []
    for _ in range(3):
        with duckdb.connect() as connection:
            begin = time.perf_counter()
            connection.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{path}', delim=';', header=true)")
            taken.append(time.perf_counter() - begin)
    return min(taken)


def test_harvest_and_publish(tmp_path: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path / "releases"))
    content, areas = table()
    path = tmp_path / "t.csv"
    path.write_text(content, "utf-8")
    alone = parsed(path)
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    told = {"edition": "2019-06", "customer": "private", "base": "households", "source": "Benchmark"}
    begin = time.perf_counter()
    delivery = tk.get_action("digitalms_delivery_create")(
        {"user": user}, {"kind": "coverage", "content": content, "areas": areas, **told}
    )
    harvested = time.perf_counter() - begin
    assert delivery["state"] == "accepted"
    begin = time.perf_counter()
    before, most, outcome = peak_memory(lambda: releases.publish(COVERAGE_TABLES))
    published = time.perf_counter() - begin
    assert outcome.change == "published"
    print(f"\n| coverage, {AREAS} areas x 46 columns | seconds | x DuckDB |\n|---|---|---|")
    rows = (("DuckDB alone", alone), ("harvested", harvested), ("published", published))
    for name, seconds in (*rows, ("both", harvested + published)):
        print(f"| {name} | {seconds:.2f} | {seconds / alone:.1f} |")
    print(f"memory of publishing: {before:.0f} MB before, {most:.0f} MB at most")
