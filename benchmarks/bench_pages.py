"""Pages of a catalogue that has grown, against an empty page of the same look, and actions against CKAN's.

``BENCH_MEASURES`` and ``BENCH_STATEMENTS`` say how large (200 × 50; 2000 × 20 is the other row of the docs).
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import many_measures
import pytest
from ckan.tests import factories
from sql_counting import counted

MEASURES = int(os.environ.get("BENCH_MEASURES", "200"))
STATEMENTS = int(os.environ.get("BENCH_STATEMENTS", "50"))
EMPTY = "/digitalisierung/barrierefreiheit"
PAGES = (
    ("overview", "/digitalisierung", 3),
    ("measure", "/digitalisierungsmassnahme/massnahme-0007", 3),
    ("council reference", "/digitalisierung/ratsbezug/V/0954/2018", None),
)
pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


def typical(work: Callable[[], Any]) -> float:
    """Return the median of five runs, in milliseconds, after two that count for nothing."""
    taken = []
    for _ in range(7):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken[2:])


def test_pages(app: Any, personas: dict[str, str], make_measure: Any, capsys: Any) -> None:
    """Each page as a stranger, as an editor, and again with its ETag."""
    make_measure()
    many_measures.add("dms", MEASURES, STATEMENTS)
    client = app.test_client(use_cookies=False)
    token = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    lines = [
        f"\n{MEASURES} measures × {STATEMENTS} statements",
        "| page | ms | SQL | ratio | limit |",
        "|---|---|---|---|---|",
    ]
    empty = typical(lambda: client.get(EMPTY))
    lines.append(f"| empty page | {empty:.0f} | {counted(lambda: client.get(EMPTY))[1]} | 1 | – |")
    for name, path, limit in PAGES:
        for who, headers in (("", {}), (", editor", token)):
            answer, statements = counted(lambda path=path, headers=headers: client.get(path, headers=headers))
            assert answer.status_code == 200
            taken = typical(lambda path=path, headers=headers: client.get(path, headers=headers))
            lines.append(
                f"| {name}{who} | {taken:.0f} | {statements} | {taken / empty:.1f} | {limit or '–'} |"
            )
        tag = {"If-None-Match": client.get(path).headers.get("ETag", "")}
        again = typical(lambda path=path, tag=tag: client.get(path, headers=tag))
        code = client.get(path, headers=tag).status_code
        lines.append(f"| {name}, revalidated ({code}) | {again:.0f} | | | 20 ms |")
    context = {"user": "", "ignore_auth": True}
    stock = typical(lambda: tk.get_action("package_show")(dict(context), {"id": "massnahme-0007"}))
    for action, told in (
        ("digitalms_measure_show", {"id": "massnahme-0007"}),
        ("digitalms_measure_history", {"id": "massnahme-0007"}),
        ("digitalms_measure_list", {}),
    ):
        taken = typical(lambda action=action, told=told: tk.get_action(action)(dict(context), dict(told)))
        lines.append(f"| {action} | {taken:.0f} | | {taken / stock:.1f} × package_show | 3 × for show |")
    with capsys.disabled():
        print("\n".join(lines))
