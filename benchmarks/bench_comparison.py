"""Two days compared in a catalogue of 500 measures with 20,000 statements, asked by 20 readers at once.

``BENCH_MEASURES`` and ``BENCH_STATEMENTS`` (of each measure) say how large. Aim: p95 of 150 ms.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import many_measures
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from sql_counting import counted

MEASURES = int(os.environ.get("BENCH_MEASURES", "500"))
STATEMENTS = int(os.environ.get("BENCH_STATEMENTS", "40"))
READERS, ASKED = 20, 400
DAYS = {"from": "2019-05-01", "to": "2020-01-31"}
PAGE = "/digitalisierung/vergleich"
pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

# of every measure: a step is done half way, a date moves twice, a number grows
_GOES_ON = """
ALTER TABLE digitalms_statement DISABLE TRIGGER USER;
UPDATE digitalms_statement SET content = content || jsonb_build_object(
    'steps', jsonb_build_array(
        jsonb_build_object('id', 's1', 'text', 'Rechte und Rollen',
            'state', CASE WHEN as_of < DATE '2019-09-01' THEN 'in_progress' ELSE 'done' END)),
    'milestones', jsonb_build_array(
        jsonb_build_object('id', 'm1', 'title', 'Portal online', 'reason', 'weil Stellen fehlen',
            'latest', CASE WHEN as_of < DATE '2019-07-01' THEN '2020-06-30'
                           WHEN as_of < DATE '2019-10-01' THEN '2020-09-30' ELSE '2020-12-31' END),
        jsonb_build_object('id', 'm2', 'title', 'Schulung', 'latest', '2019-12-31')),
    'indicators', jsonb_build_array(
        jsonb_build_object('id', 'i1', 'title', 'Arbeitsplätze', 'value', as_of - DATE '2019-01-01',
            'unit', 'Plätze', 'day', as_of::text)));
ALTER TABLE digitalms_statement ENABLE TRIGGER USER;
ANALYZE
"""


def _ordered(times: list[float]) -> str:
    quantiles = statistics.quantiles(times, n=20)
    return (
        f"median {statistics.median(times):.0f} ms, p95 {quantiles[18]:.0f} ms, longest {max(times):.0f} ms"
    )


def _by_readers(ask: Callable[[], Any]) -> list[float]:
    """Return how long each of many asked, 20 at a time, in milliseconds."""

    def once(_: int) -> float:
        begun = time.perf_counter()
        ask()
        return (time.perf_counter() - begun) * 1000

    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(once, range(ASKED)))


def test_comparison(app: Any, make_measure: Any, capsys: Any) -> None:
    """Alone and anew, and by 20 readers: the page, and the answer of the API."""
    make_measure()
    many_measures.add("dms", MEASURES, STATEMENTS)
    model.Session.execute(sa.text(_GOES_ON))
    model.Session.commit()
    lines = [f"\n{MEASURES} measures, {MEASURES * STATEMENTS} statements, {READERS} readers"]
    asked = {**DAYS, "limit": 100}

    def anew() -> Any:
        # whatever is written makes what was kept old
        model.Session.execute(sa.text("SELECT txid_current()"))
        model.Session.commit()
        return call_action("digitalms_comparison_show", **asked)

    times = []
    for _ in range(8):
        begun = time.perf_counter()
        found, queries = counted(anew)
        times.append((time.perf_counter() - begun) * 1000)
    lines.append(f"anew, alone: {_ordered(times)}; {found['count']} changes, {queries} SQL statements")
    api = "/api/action/digitalms_comparison_show?from={from}&to={to}&limit=100&offset={offset}"
    numbers = count()

    def client() -> Any:
        return app.test_client(use_cookies=False)

    def ask_api() -> None:
        assert client().get(api.format(**DAYS, offset=next(numbers) % 500)).status_code == 200

    def ask_page() -> None:
        address = f"{PAGE}?von={DAYS['from']}&bis={DAYS['to']}&seite={next(numbers) % 5 + 1}"
        assert client().get(address).status_code == 200

    for name, ask in (("API", ask_api), ("page", ask_page)):
        ask()
        lines.append(f"{name}, {READERS} readers: {_ordered(_by_readers(ask))}")
    with capsys.disabled():
        print("\n".join(lines))
