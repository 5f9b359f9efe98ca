"""The whole catalogue as Turtle, all pages together, against ckanext-dcat with its European profile.

Run with ``script/benchmark benchmarks/bench_dcat.py``; ``BENCH_DCAT`` sets how many datasets. Both read the
same datasets from the index, 100 at once; ckanext-dcat then makes a graph of them and writes it, as its view
does. Beside it: how long a dataset's piece takes when it goes to the index, and SHACL of one dataset.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import many_datasets
import pytest
from ckan.tests.helpers import call_action
from ckanext.dcat.processors import RDFSerializer

from ckanext.digitalms.dcat import catalogue, checking
from ckanext.digitalms.search import rebuilding
from ckanext.digitalms.services.dcat import pages, pieces

COUNT = int(os.environ.get("BENCH_DCAT", "10000"))
FASTER = 10
MOST_SECONDS_OF_SHACL = 0.5

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


def took(work: Callable[[], Any]) -> float:
    """Return seconds of processor time, which other work on the machine does not change."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def test_the_whole_catalogue(app: Any, office: dict[str, Any]) -> None:
    many_datasets.make(COUNT, office["id"])
    rebuilding.rebuild()
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
    print(
        f"\n{COUNT} datasets: {quick:.2f} s, ckanext-dcat {slow:.2f} s ({slow / quick:.1f} times as long); "
        f"a piece {piece * 1000:.2f} ms; SHACL of one dataset {shacl:.2f} s"
    )
    assert slow >= FASTER * quick
    assert shacl <= MOST_SECONDS_OF_SHACL
