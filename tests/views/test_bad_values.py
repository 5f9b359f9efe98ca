"""Addresses and parameters that nobody means: a sentence, and never a server error."""

from __future__ import annotations

import json
import urllib.parse

import pytest
from ckan.tests import factories

DEEP = "[" * 900 + "]" * 900
HUGE = str(10**30)
PAGES = (
    "/digitalisierung?bekannt_am=9999-12-31",
    "/digitalisierung?stichtag=9999-12-31&bekannt_am=0001-01-01",
    "/digitalisierung?stichtag=0001-01-01",
    "/digitalisierung/vergleich?bis=0001-06-01",
    "/digitalisierung/vergleich?von=2019-01-01&bis=0001-01-01",
    "/digitalisierung/vergleich?von=0001-01-01&bis=9999-12-31",
    "/digitalisierung/vergleich.csv?bis=0001-06-01",
    "/digitalisierung/vergleich.json?bis=0001-06-01",
    "/digitalisierung/aenderungen?bekannt_am=0001-01-01",
    "/digitalisierung/meilensteine?since=0001-01-01&until=9999-12-31",
    "/digitalisierung/meilensteine.ics?since=0001-01-01&until=9999-12-31",
    "/digitalisierung/daten/measures.csv?as_of=0001-01-01..9999-12-31",
    "/digitalisierung/daten/measures?as_of=0001-01-01..9999-12-31",
    "/digitalisierungsmassnahme/dms?bekannt_am=9999-12-31",
    "/digitalisierung/daten/measures.csv?title=" + urllib.parse.quote("Łódź"),
    "/digitalisierung/daten/measures.json?title=" + urllib.parse.quote("Łódź \U0001f600"),
    f"/digitalisierung/daten/measures.csv?progress_percent={HUGE}",
    "/user/login?came_from=%5C%5Cevil",
    "/user/login?came_from=//evil.example",
    f"/dataset/?page={HUGE}",
    f"/organization/?page={HUGE}",
    f"/group/?page=-{HUGE}",
)
CALLS = (
    ("digitalms_measure_list", {"known_at": "0001-01-01T00:00:00+14:00"}),
    ("digitalms_measure_list", {"known_at": "9999-12-31"}),
    ("digitalms_measure_list", {"known_at": "9999-12-31T23:59:59-14:00"}),
    ("digitalms_measure_list", {"cut_off_date": "9999-12-31"}),
    ("digitalms_comparison_show", {"from": "0001-01-01", "to": "9999-12-31"}),
    ("digitalms_date_read", {"text": "nach dem laufenden Jahr", "as_of": "9999-12-31"}),
    ("digitalms_date_read", {"text": "vor dem laufenden Jahr", "as_of": "0001-01-01"}),
    ("digitalms_date_read", {"text": "in 99 Jahren", "as_of": "2199-12-31"}),
    ("digitalms_catalogue_figure_list", {"month": "0000-01"}),
    ("digitalms_catalogue_figure_list", {"month": "9999-12"}),
    ("digitalms_milestone_list", {"since": "0001-01-01", "until": "9999-12-31"}),
    ("digitalms_sitting_list", {"since": "0001-01-01", "until": "9999-12-31"}),
    ("digitalms_measure_list", {"offset": 10**30}),
    ("digitalms_measure_list", {"offset": HUGE}),
    ("digitalms_measure_list", {"reference": []}),
    ("digitalms_measure_list", {"q": []}),
    ("digitalms_measure_list", {"q": {"a": 1}}),
    ("digitalms_council_reference_show", {"reference": []}),
    ("harvest_job_list", {}),
    ("harvest_jobs_run", {}),
    ("package_collaborator_list", {}),
    ("package_collaborator_list", {"id": "dms"}),
    ("package_collaborator_list", {"id": "nein"}),
    ("organization_list", {"offset": HUGE, "limit": 1}),
    ("send_mail", {"id": "x"}),
    ("InactiveSource", {}),
)


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_bad_values(app, personas, make_measure):
    """Each of them, as anybody and as somebody."""
    make_measure()
    keys = [{}, {"Authorization": factories.APIToken(user=personas["editor"])["token"]}]
    found = []
    for headers in keys:
        for path in PAGES:
            answer = app.get(path, headers=headers, follow_redirects=False)
            found.append((path, answer.status_code))
        for action, data in CALLS:
            told = {**headers, "Content-Type": "application/json"}
            answer = app.post(f"/api/action/{action}", data=json.dumps(data), headers=told)
            found.append((f"{action} {data}", answer.status_code))
        deep = app.post("/api/action/package_search", data=f'{{"q": {DEEP}}}', headers=told)
        found.append(("deep", deep.status_code))
    assert [one for one in found if one[1] >= 500] == []
