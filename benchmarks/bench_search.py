"""The search of the catalogue among many datasets, with facets, against the same question put to Solr alone.

``BENCH_DATASETS`` says among how many. They are made for the purpose and go straight into the index, as a
harvest would have written them; words are drawn so that few are frequent and most are rare.
"""

from __future__ import annotations

import os
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
import pytest
from ckan.lib.search.common import make_connection

from ckanext.digitalms.search.entries import of_dataset
from ckanext.digitalms.services import searched_pages

DATASETS = int(os.environ.get("BENCH_DATASETS", "10000"))
AT_ONCE = 2_000
MOST_TIMES, PROPOSAL_LIMIT = 3, 30
BEGINNINGS = (
    "Schul Verkehr Breit Glas Bürger Umwelt Wasser Stadt Kinder Sport Markt Haushalt Lärm Klima Rad Bau"
)
ENDINGS = (
    "ausbau amt plan netz daten versorgung wege bericht fläche messung statistik karte antrag portal halle"
)
QUESTIONS = (
    "Glasfaserausbau",
    "Verkehrsdaten 2019",
    "Klimabericht der Stadt",
    "Schulwege",
    "Wassermessung Bürgeramt",
    "schnelles Internet",
    "Marktplan",
    "Radwege Karte",
)
TYPED = ("ver", "glas", "klima", "schulw", "was")

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


def datasets() -> Iterator[dict[str, Any]]:
    """Make datasets as ``package_show`` gives them."""
    drawn = random.Random(2019)
    words = [begin + end for begin in BEGINNINGS.split() for end in ENDINGS.split()]
    words += [f"{word}{number}" for word in words for number in range(20)]
    weights = [1 / (place + 1) for place in range(len(words))]
    for number in range(DATASETS):
        chosen = drawn.choices(words, weights, k=40)
        year = 2000 + number % 25
        yield {
            "id": str(uuid.UUID(int=drawn.getrandbits(128))),
            "name": f"datensatz-{number}",
            "title": f"{chosen[0]} {chosen[1]} {year}",
            "notes": " ".join(chosen),
            "tags": [{"name": word} for word in chosen[:3]],
            "resources": [{"format": drawn.choice(("CSV", "JSON", "PDF", "WMS")), "name": chosen[2]}],
            "license_id": drawn.choice(("dl-by-de/2.0", "cc-by/4.0", "cc-zero/1.0")),
            "organization": {"name": f"amt-{number % 40}", "title": f"Amt {number % 40}"},
            "temporal_start": f"{year}-01-01",
            "state": "active",
            "private": False,
        }


def filled() -> None:
    """Write the entries."""
    waiting: list[dict[str, Any]] = []
    for dataset in datasets():
        waiting += [entry.document() for entry in of_dataset(dataset, ["public"])]
        if len(waiting) >= AT_ONCE:
            make_connection().add(waiting, commit=False)
            waiting = []
    make_connection().add(waiting, commit=True)
    searched_pages.refresh()
    make_connection().optimize(maxSegments=1)


def p95(work: Callable[[str], Any], asked: tuple[str, ...], times: int = 25) -> float:
    """Return the time in milliseconds that 95 of 100 answers keep to; a first round counts for nothing."""
    for one in asked:
        work(one)
    taken = []
    for _ in range(times):
        for one in asked:
            begin = time.perf_counter()
            work(one)
            taken.append((time.perf_counter() - begin) * 1000)
    return statistics.quantiles(taken, n=20)[-1]


def recorded(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[Any, Any]]]:
    """Return what each question asked Solr, by question."""
    told: dict[str, list[tuple[Any, Any]]] = {}
    search = pysolr.Solr.search
    for question in QUESTIONS:
        calls = told.setdefault(question, [])

        def note(solr: Any, q: Any, calls: Any = calls, **asked: Any) -> Any:
            calls.append((q, asked))
            return search(solr, q, **asked)

        with monkeypatch.context() as watched:
            watched.setattr(pysolr.Solr, "search", note)
            ask(question)
    return told


def ask(question: str) -> Any:
    """Ask the API."""
    return tk.get_action("digitalms_search")({"user": ""}, {"q": question, "limit": 20})


def propose(typed: str) -> Any:
    """Ask what somebody may be typing."""
    return tk.get_action("digitalms_search_propose")({"user": ""}, {"q": typed})


def test_search(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions with facets, the same to Solr alone, and proposals."""
    begin = time.perf_counter()
    filled()
    written = time.perf_counter() - begin
    calls = recorded(monkeypatch)
    connection = make_connection()

    def alone(question: str) -> None:
        # the question itself, which has the facets: the last but what looks for rows of tables
        q, asked = next(
            one for one in reversed(calls[question]) if "facet.query" in one[1] and one[1]["rows"]
        )
        connection.search(q, **asked)

    ours, theirs = p95(ask, QUESTIONS), p95(alone, QUESTIONS)
    proposed = p95(propose, TYPED)
    with capsys.disabled():
        print(f"\n{DATASETS} datasets written in {written:.0f} s")
        print("| work | ms (p95) | against | ratio | aim |\n|---|---|---|---|---|")
        times = f"{ours / theirs:.2f} | ≤ {MOST_TIMES}"
        print(f"| search with facets | {ours:.1f} | Solr alone {theirs:.1f} | {times} |")
        print(f"| proposals | {proposed:.1f} | – | – | ≤ {PROPOSAL_LIMIT} ms |")
    assert all(ask(question)["count"] for question in QUESTIONS[1:4])
