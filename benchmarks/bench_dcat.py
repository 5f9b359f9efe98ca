"""10,000 datasets: all of the index written anew, and all of the catalogue as Turtle, each against its peer.

Run with ``script/benchmark benchmarks/bench_dcat.py``; ``BENCH_DATASETS`` sets how many datasets,
``BENCH_REBUILT`` how many are written to the index, and ``BENCH_THEIRS`` how many of these CKAN's own rebuild
writes (all, unless said: then its time is told for all).

The index: against ``ckan search-index rebuild``, which writes entries of the catalogue's own search with
each dataset, too; the search is asked all the while. The catalogue: against ckanext-dcat with its European
profile. Both read the same datasets from the index, 100 at once; ckanext-dcat then makes a graph of them and
writes it, as its view does. Beside it: how long a dataset's piece takes when it goes to the index, and SHACL
of one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import many_datasets
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.tests.helpers import call_action
from ckanext.dcat.processors import RDFSerializer

from ckanext.digitalms.dcat import catalogue, checking
from ckanext.digitalms.search import entry_index, rebuilding
from ckanext.digitalms.services.dcat import pages, pieces

COUNT = int(os.environ.get("BENCH_DATASETS", "10000"))
REBUILT = int(os.environ.get("BENCH_REBUILT", COUNT))
THEIRS = int(os.environ.get("BENCH_THEIRS", REBUILT))
FASTER, FASTER_INDEX = 10, 2
MOST_SECONDS_OF_SHACL = 0.5

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


def took(work: Callable[[], Any]) -> float:
    """Return seconds of processor time, which other work on the machine does not change."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def lasted(work: Callable[[], Any]) -> float:
    """Return seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def test_index(office: dict[str, Any], capsys: Any) -> None:
    many_datasets.make(REBUILT, office["id"])
    assert rebuilding.rebuild() == REBUILT
    watched = Watched()
    watched.start()
    ours = lasted(rebuilding.rebuild)
    watched.over.set()
    watched.join()
    some = list(model.Session.scalars(sa.select(model.Package.id).limit(THEIRS)))

    def rebuild() -> None:
        with entry_index.at_once():
            search.rebuild(package_ids=some, quiet=True)
            search.commit()

    theirs = lasted(rebuild) * REBUILT / len(some)
    least = min(watched.found, default=REBUILT)
    with capsys.disabled():
        print(
            f"\n{REBUILT} datasets written to the index: {ours:.0f} s, CKAN's own {theirs:.0f} s "
            f"(measured with {len(some)}): {theirs / ours:.1f} times as long, wanted {FASTER_INDEX}; asked "
            f"{len(watched.found)} times meanwhile, found {least}; load {os.getloadavg()[0]:.1f}"
        )
    assert least == REBUILT


def test_catalogue(app: Any, office: dict[str, Any], capsys: Any) -> None:
    many_datasets.index(COUNT, office["id"])
    last = -(-COUNT // catalogue.PAGE)

    def ours() -> None:
        for number in range(1, last + 1):
            assert app.get(f"/catalog.ttl?page={number}").status_code == 200

    def theirs() -> None:
        for number in range(last):
            asked = {"rows": catalogue.PAGE, "start": number * catalogue.PAGE}
            found = call_action("package_search", **asked)["results"]
            RDFSerializer(profiles=["euro_dcat_ap_3"]).serialize_catalog(dataset_dicts=found, _format="ttl")

    ours()
    quick, slow = min(took(ours) for _ in range(2)), took(theirs)
    told = call_action("package_search", rows=50)["results"]
    piece = median(took(lambda one=one: pieces.made(one)) for one in told)
    nodes = pages.whole(pieces.made(told[0]))
    checking.check(nodes)
    shacl = took(lambda: checking.check(nodes))
    with capsys.disabled():
        print(
            f"\n{COUNT} datasets as Turtle: {quick:.2f} s, ckanext-dcat {slow:.2f} s "
            f"({slow / quick:.1f} times as long); a piece {piece * 1000:.2f} ms; "
            f"SHACL of one dataset {shacl:.2f} s"
        )
    assert slow >= FASTER * quick
    assert shacl <= MOST_SECONDS_OF_SHACL
