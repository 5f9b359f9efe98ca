"""A report of many measures with long histories: the object, its forms, and the SQL statements that it takes.

Run with ``script/benchmark``; ``BENCH_MEASURES`` sets how many measures, each with ten Stands.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import many_measures
import pytest
from ckan import model
from sql_counting import counted

from ckanext.digitalms.model import CouncilReport
from ckanext.digitalms.reporting import canonical, html, package
from ckanext.digitalms.services.reporting.making import made

MEASURES = int(os.environ.get("BENCH_MEASURES", "500"))
STANDS = 10
pytestmark = [
    pytest.mark.ckan_config("ckanext.digitalms.publish_on_change", False),
    pytest.mark.usefixtures("with_plugins", "personas"),
]
LIKE = {
    "milestones": [{"title": "Start", "date_text": "bis Ende 2019", "latest": "2019-12-31"}],
    "goals": [{"year": "2019", "text": "Ein Ziel des Jahres", "state": "open"}],
    "indicators": [{"title": "Anteil", "value": "45.5", "unit": "%", "day": "2019-03-14", "target": "70"}],
    "vision": "Alles ist einmal da und elektronisch.",
    "notes": "Eine kurze Beschreibung der Maßnahme in einem Satz.",
}


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    done = work()
    return time.perf_counter() - begin, done


def test_report(make_measure: Callable[..., Any]) -> None:
    make_measure(**LIKE)
    many_measures.add("dms", MEASURES, STANDS)
    last = date(2019, 3, 14) + timedelta(weeks=STANDS)
    told = {"title": "Bericht", "as_of": last.isoformat(), "previous": "2019-03-21"}
    tk.get_action("digitalms_report_create")({"user": "coordinator"}, told)

    def build() -> Any:
        model.Session.rollback()  # what was read once is read again
        return made(model.Session.get(CouncilReport, "bericht"))

    times = [seconds(build) for _ in range(5)]
    _, statements = counted(build)
    report = times[-1][1].report
    forms = {
        "JSON": seconds(lambda: canonical.to_json(report))[0],
        "HTML": seconds(lambda: html.document(report))[0],
        "data package": seconds(lambda: package.package(report))[0],
    }
    print(f"\n| {len(report.measures)} measures, {MEASURES * STANDS} statements | seconds |\n|---|---|")
    print(f"| report object ({statements} SQL statements) | {min(t for t, _ in times):.2f} |")
    for name, took in forms.items():
        print(f"| {name} | {took:.2f} |")
