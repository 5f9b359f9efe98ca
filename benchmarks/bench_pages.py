"""Pages of a catalogue that has grown, against an empty page of the same look, and actions against CKAN's.

``BENCH_MEASURES`` and ``BENCH_STATEMENTS`` say how large (200 × 50; 2000 × 20 is the other row of the docs).
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import ckan.plugins.toolkit as tk
import many_measures
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from sql_counting import counted

MEASURES = int(os.environ.get("BENCH_MEASURES", "200"))
STATEMENTS = int(os.environ.get("BENCH_STATEMENTS", "50"))
EMPTY = "/digitalisierung/barrierefreiheit"
PAGES = (
    ("overview", "/digitalisierung"),
    ("measure", "/digitalisierungsmassnahme/massnahme-0007"),
    ("council reference", "/digitalisierung/ratsbezug/V/0954/2018"),
)
ACTIONS = (
    ("digitalms_measure_show", {"id": "massnahme-0007"}),
    ("digitalms_measure_history", {"id": "massnahme-0007"}),
    ("digitalms_measure_list", {}),
)
pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


def typical(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the medians of seven runs after two that count for nothing, in milliseconds.

    The first is what the process itself works, which other work beside hardly changes; the second is what
    somebody waits, the database's part too.
    """
    worked, waited = [], []
    for _ in range(9):
        begin, begun = time.process_time(), time.perf_counter()
        work()
        worked.append((time.process_time() - begin) * 1000)
        waited.append((time.perf_counter() - begun) * 1000)
    return statistics.median(worked[2:]), statistics.median(waited[2:])


def anew(client: Any, path: str, headers: dict[str, str]) -> Callable[[], Any]:
    """Return what asks for a page that nobody has had: each time by another address."""
    numbers = count()
    return lambda: client.get(f"{path}?nr={next(numbers)}", headers=headers)


def done(action: str, told: dict[str, Any]) -> Callable[[], Any]:
    """Return what calls an action in a transaction of its own, as each request has one."""

    def call() -> Any:
        model.Session.remove()
        return tk.get_action(action)({"user": "", "ignore_auth": True}, dict(told))

    return call


def test_pages(app: Any, personas: dict[str, str], make_measure: Any, capsys: Any) -> None:
    """Each page as a stranger, as an editor, and again with its ETag."""
    make_measure()
    many_measures.add("dms", MEASURES, STATEMENTS)
    model.Session.execute(sa.text("ANALYZE"))  # as PostgreSQL does by itself after a while
    model.Session.commit()
    client = app.test_client(use_cookies=False)
    token = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    lines = [
        f"\n{MEASURES} measures × {STATEMENTS} statements",
        "| page | ms of work | ms of waiting | SQL | ratio of work |",
        "|---|---|---|---|---|",
    ]
    empty, _ = typical(lambda: client.get(EMPTY))

    def line(name: str, work: Callable[[], Any], peer: float, sql: int | str = "") -> None:
        worked, waited = typical(work)
        lines.append(f"| {name} | {worked:.0f} | {waited:.0f} | {sql} | {worked / peer:.1f} |")

    line("empty page", lambda: client.get(EMPTY), empty, counted(lambda: client.get(EMPTY))[1])
    for name, path in PAGES:
        for who, headers in (("", {}), (", editor", token)):
            ask = anew(client, path, headers)
            answer, statements = counted(ask)
            assert answer.status_code == 200
            line(f"{name}{who}", ask, empty, statements)
        tag = {"If-None-Match": client.get(path).headers.get("ETag", "")}
        line(f"{name}, kept", lambda path=path: client.get(path), empty)
        code = client.get(path, headers=tag).status_code
        line(f"{name}, asked again ({code})", lambda path=path, tag=tag: client.get(path, headers=tag), empty)
    stock, _ = typical(done("package_show", {"id": "massnahme-0007"}))
    line("`package_show`", done("package_show", {"id": "massnahme-0007"}), stock)
    for action, told in ACTIONS:
        line(f"`{action}`", done(action, told), stock)
    with capsys.disabled():
        print("\n".join(lines))
