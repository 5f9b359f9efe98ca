"""All datasets written to the index anew, against CKAN's own rebuild; the search is asked all the while.

Run with ``script/benchmark benchmarks/bench_reindex.py``; ``BENCH_DATASETS`` sets how many datasets, and
``BENCH_THEIRS`` how many of them CKAN's own writes (all, unless said: then its time is told for all).
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import many_datasets
import pytest
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection

from ckanext.digitalms.search import entry_index, rebuilding

COUNT = int(os.environ.get("BENCH_DATASETS", "10000"))
THEIRS = int(os.environ.get("BENCH_THEIRS", COUNT))
FASTER = 2

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


class Watched(threading.Thread):
    """Asks how many datasets are found, again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.found: list[int] = []
        self.over = threading.Event()

    def run(self) -> None:
        connection = make_connection()
        while not self.over.wait(0.2):
            self.found.append(connection.search("entity_type:package", rows=0).hits)


def test_reindex(office: dict[str, Any], capsys: Any) -> None:
    many_datasets.make(COUNT, office["id"])
    assert rebuilding.rebuild() == COUNT
    watched = Watched()
    watched.start()
    begin = time.perf_counter()
    rebuilding.rebuild()
    ours = time.perf_counter() - begin
    watched.over.set()
    watched.join()
    some = [package.id for package in model.Session.query(model.Package.id).limit(THEIRS)]
    begin = time.perf_counter()
    # as the command does: entries of the catalogue's own search are written with each dataset
    with entry_index.at_once():
        search.rebuild(package_ids=some, quiet=True)
        search.commit()
    theirs = (time.perf_counter() - begin) * COUNT / len(some)
    with capsys.disabled():
        print(
            f"\n{COUNT} datasets: {ours:.0f} s, CKAN's own {theirs:.0f} s (measured with {len(some)}; "
            f"{theirs / ours:.1f} times as long); asked {len(watched.found)} times meanwhile, "
            f"found at least {min(watched.found, default=COUNT)}; load {os.getloadavg()[0]:.1f}"
        )
    assert min(watched.found, default=COUNT) == COUNT
    assert theirs >= FASTER * ours
