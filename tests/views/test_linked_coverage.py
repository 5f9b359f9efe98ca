"""Measures that are linked to counted coverage: the figure, its series, and what a day could know."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PAGE = "/digitalisierungsmassnahme/breitband"
LINK = {
    "area_code": "05515000",
    "technology": "all",
    "speed_mbit_s": "30",
    "customer": "private",
    "base": "households",
}
AREAS = json.dumps(
    {
        "features": [
            {"properties": {"AGS": key, "GEN": name}}
            for key, name in (("05515000", "Münster"), ("05554004", "<b>Ahaus"))
        ]
    }
)


def deliver(edition: str, share: str, neighbour: str = "80") -> None:
    table = f"AGS;alle Technologien ≥ 30 Mbit/s\n05515000;{share}\n05554004;{neighbour}\n"
    told = {
        "kind": "coverage",
        "content": table,
        "areas": AREAS,
        "edition": edition,
        "customer": "private",
        "base": "households",
        "source": "© Bundesnetzagentur",
    }
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    assert tk.get_action("digitalms_delivery_create")({"user": user}, told)["state"] == "accepted"


@pytest.fixture
def linked(make_measure: Any) -> Any:
    """The broadband measure, linked to Münster."""
    return make_measure(name="breitband", title="Breitband", coverage_links=[LINK])


def test_without_an_edition(app, linked):
    body = app.get(PAGE).body
    assert "05515000: mindestens 30 Mbit/s, alle Technologien, private Haushalte" in body
    assert "Noch hat keine Ausgabe eine Zahl dazu" in body


def test_the_counted_figure_and_its_series(app, linked):
    """The newest edition is told with its definition and source; a second one moves the plot."""
    deliver("2018-12", "95.5")
    first = app.get(PAGE).body
    assert "95,5 %" in first
    assert "Ausgabe 2018-12" in first
    assert first.count('r="5" fill') == 0  # a plot with one point says nothing
    deliver("2019-06", "97.78")
    second = app.get(PAGE).body
    assert '<strong class="dm-lead">97,78 %</strong>' in second
    assert "Ausgabe 2019-06" in second
    assert second.count('r="5" fill') == 2
    assert "/digitalisierung/definitionen#coverage" in second
    assert "© Bundesnetzagentur" in second
    overview = app.get("/digitalisierung").body
    assert "<strong>97,78 %</strong> mindestens 30 Mbit/s, alle Technologien" in overview


@pytest.mark.parametrize("day", ["2019-04-01", "1.4.2019"])
def test_a_day_knows_the_editions_until_then(app, linked, day):
    deliver("2018-12", "95.5")
    deliver("2019-06", "97.78")
    past = app.get(f"{PAGE}?stichtag={day}").body
    assert "95,5 %" in past
    assert "97,78" not in past


def test_an_edition_without_a_figure_is_a_gap(app, linked):
    """Zero in all technologies is no figure: no dot, a word in the table, and the former figure stays."""
    deliver("2018-12", "95.5")
    call_action("package_patch", id="breitband", coverage_links=[{**LINK, "area_code": "05554004"}])
    deliver("2019-06", "97.78", neighbour="0")
    body = app.get(PAGE).body
    assert '<strong class="dm-lead">80 %</strong>' in body
    assert body.count('r="5" fill') == 0
    assert "nicht gemessen" in body
    assert "<b>Ahaus" not in body


def test_the_form_keeps_the_link(app, linked, personas):
    """What the form shows is what it saves; a wrong key is said at its field."""
    headers = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    edit = "/digitalisierungsmassnahme/edit/breitband"
    row = linked["coverage_links"][0]
    data = {
        "title": "Breitband",
        "owner_org": linked["owner_org"],
        "status": "planned",
        "as_of": "2019-05-01",
    }
    data |= {f"coverage_links__0__{name}": value for name, value in row.items()}
    app.post(edit, data=data, headers=headers, follow_redirects=False)
    assert call_action("package_show", id="breitband")["coverage_links"] == [row]
    body = app.post(edit, data={**data, "coverage_links__0__area_code": "5515000"}, headers=headers).body
    assert "field-coverage_links__0__area_code-error" in body
    assert call_action("package_show", id="breitband")["coverage_links"] == [row]
