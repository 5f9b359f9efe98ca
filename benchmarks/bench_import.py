"""A changed table of many measures comes back: against CKAN's own action for each of them.

Run with ``script/benchmark``; ``BENCH_MEASURES`` sets how many measures.
"""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

MEASURES = int(os.environ.get("BENCH_MEASURES", "1000"))
PATCHED = 100
pytestmark = [
    pytest.mark.ckan_config("ckanext.digitalms.publish_on_change", False),
    pytest.mark.usefixtures("with_plugins", "personas"),
]


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    done = work()
    return time.perf_counter() - begin, done


def table(rows: Iterable[dict[str, Any]]) -> bytes:
    told = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(told[0]))
    writer.writeheader()
    writer.writerows(told)
    return out.getvalue().encode()


def imported(user: str, content: bytes) -> tuple[float, float]:
    """Return the seconds of the preview and of taking over."""
    act, context = tk.get_action("digitalms_table_import"), {"user": user}
    told = {"content": content, "filename": "table.csv", "table": "measures", "dry_run": True}
    preview, shown = seconds(lambda: act(dict(context), told))
    assert not shown["counts"]["refused"], shown["findings"][:3]
    taking, done = seconds(lambda: act(dict(context), {"import_id": shown["id"]}))
    assert (done["state"], len(done["changes"])) == ("accepted", MEASURES)
    return preview, taking


def test_import() -> None:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    new = {"organisation": "citeq", "status": "planned", "as_of": "2019-01-01"}
    made = imported(
        user, table({"measure_id": f"m-{n}", "title": f"Maßnahme {n}", **new} for n in range(MEASURES))
    )
    said = {"status": "in_progress", "as_of": "2019-06-01"}
    changed = imported(user, table({"measure_id": f"m-{n}", **said} for n in range(MEASURES)))
    patch, context = tk.get_action("package_patch"), {"user": user}
    patched, _ = seconds(
        lambda: [
            patch(dict(context), {"id": f"m-{n}", "statement": "Neu", "as_of": "2019-09-01"})
            for n in range(PATCHED)
        ]
    )
    print(f"\n| {MEASURES} measures | preview | taking over | a measure |\n|---|---|---|---|")
    for work, (preview, taking) in (("new", made), ("changed", changed)):
        each = (preview + taking) / MEASURES
        print(f"| {work} | {preview:.1f} s | {taking:.1f} s | {each * 1000:.0f} ms |")
    ratio = (patched / PATCHED) / (changed[1] / MEASURES)
    print(f"| `package_patch` for each | | | {patched / PATCHED * 1000:.0f} ms: {ratio:.1f} × taking over |")
