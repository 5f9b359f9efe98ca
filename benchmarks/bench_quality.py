"""The points of all datasets, and the catalogue counted, by the number of datasets.

Run with ``script/benchmark benchmarks/bench_quality.py``; ``BENCH_QUALITY`` sets how many datasets. Half of
them are judged before the others are made: twice as many take twice as long, and what has not changed is only
read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests.helpers import call_action

from ckanext.digitalms import config
from ckanext.digitalms.services.figures import live
from ckanext.digitalms.services.quality import kept

COUNT = int(os.environ.get("BENCH_QUALITY", "1000"))
MOST_MILLISECONDS = 50  # for each dataset

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


def took(work: Callable[[], Any]) -> float:
    """Return seconds of processor time, which other work on the machine does not change."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def make(numbers: range, office: str) -> None:
    for number in numbers:
        call_action(
            "package_create",
            name=f"datensatz-{number}",
            title=f"Datensatz {number}",
            notes="Ein Satz über die Daten.",
            owner_org=office,
            license_id="dl-de-by-2.0",
            area_code="05515000",
            tags=[{"name": "Verkehr"}],
            resources=[
                {"url": f"https://x.example/{number}.{ending}", "format": ending.upper(), "name": ending}
                for ending in ("csv", "json", "xlsx")
            ],
        )


def test_all_datasets(office: dict[str, Any]) -> None:
    make(range(COUNT // 2), office["id"])
    half = took(kept.refresh)
    make(range(COUNT // 2, COUNT), office["id"])
    other_half = took(kept.refresh)
    again = took(kept.refresh)
    counted = took(lambda: live.counted(config.today()))
    each = 1000 * (half + other_half) / COUNT
    print(
        f"\n{COUNT} datasets judged: {each:.1f} ms each (the first half {half:.1f} s, the other "
        f"{other_half:.1f} s); none changed {again:.2f} s; the catalogue counted {counted:.2f} s"
    )
    assert each <= MOST_MILLISECONDS
