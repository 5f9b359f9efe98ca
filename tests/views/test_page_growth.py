"""The SQL statements of our pages: as many for forty measures with ten Stands as for five with three."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import many_measures
import pytest
from ckan.tests import factories
from sql_counting import counted

from ckanext.digitalms.services import kept

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

# what a page may take for a stranger, and for who is signed in (of these CKAN takes 5 to know a token)
PAGES = {
    "/": (4, 10),
    "/digitalisierung": (8, 13),
    "/digitalisierungsmassnahme/massnahme-0003": (8, 32),
    "/digitalisierungsmassnahme/massnahme-0003/felder": (8, 15),
    "/digitalisierungsmassnahme/massnahme-0003/kennzahlen": (13, 25),
    "/digitalisierung/vergleich": (8, 14),
    "/digitalisierung/aenderungen": (9, 15),
    "/digitalisierung/ratsbezug/": (4, 10),
    "/digitalisierung/ratsbezug/V/0954/2018": (4, 10),
    "/digitalisierung/daten/": (8, 12),
    "/digitalisierung/datenqualitaet/": (8, 16),
    "/digitalisierung/organisationen/": (4, 10),
    "/digitalisierung/zuletzt-geaendert/": (4, 12),
    "/digitalisierung/berichte/": (6, 12),
    "/digitalisierung/berichtsvorlage/": (4, 10),
    "/digitalisierung/berichte/bericht/vorschau": (6, 20),
    "/digitalisierung/berichte/bericht/luecken": (6, 20),
    "/digitalisierung/katalog-in-zahlen": (20, 26),
    "/digitalisierung/meilensteine": (6, 12),
    "/digitalisierung/einbetten/statusverlauf": (6, 6),
    "/digitalisierung/einbetten/massnahme/massnahme-0003": (6, 6),
    "/digitalisierung/suche/?q=Massnahme": (4, 14),
    "/digitalisierung/suche/woerter/": (4, 12),
    "/digitalisierung/sitzungen/": (4, 12),
    "/digitalisierung/schreibtisch/": (4, 33),
    "/digitalisierung/schreibtisch/measures": (4, 11),
}
READERS = ("anonymous", "editor", "coordinator")
LINK = {
    "area_code": "05515000",
    "technology": "all",
    "speed_mbit_s": "30",
    "customer": "private",
    "base": "households",
}


def test_statements(
    app: Any, personas: dict[str, str], make_measure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No page takes more of them the more measures there are, and the longer their histories."""
    make_measure(coverage_links=[LINK])
    report = {"title": "Bericht", "previous": "2019-01-01"}
    tk.get_action("digitalms_report_create")({"user": personas["coordinator"]}, report)
    client = app.test_client(use_cookies=False)
    headers = {reader: _token(personas[reader]) for reader in READERS}
    found: dict[tuple[str, str], list[int]] = {}
    for first, measures, stands in ((0, 5, 3), (5, 35, 10)):
        many_measures.add("dms", measures, stands, first)
        # what others write meanwhile, in other databases of the same server, is nothing of these pages
        monkeypatch.setattr(kept, "snapshot", lambda first=first: str(first))
        for path in PAGES:
            for reader, told in headers.items():
                # another address each time: what was made before is given to strangers, and of a page that
                # knows no session to everybody
                paths = iter(f"{path}?nr={first}{one}{reader}" for one in "ab")
                client.get(next(paths), headers=told)
                answer, count = counted(lambda paths=paths, told=told: client.get(next(paths), headers=told))
                assert answer.status_code in {200, 403}, path
                found.setdefault((path, reader), []).append(count)
    assert {key: counts for key, counts in found.items() if counts[1] > counts[0]} == {}
    allowed = {(path, reader): PAGES[path][reader != "anonymous"] for path, reader in found}
    assert {key: counts[1] for key, counts in found.items() if counts[1] > allowed[key]} == {}


def _token(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]} if user else {}
