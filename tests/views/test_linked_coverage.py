"""Measures that are linked to counted coverage: the figure, its series, and what a day could know."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from lxml import html

from ckanext.digitalms.services.reporting import material

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


def deliver(edition: str, share: str, neighbour: str = "80") -> str:
    return deliver_table(
        edition, f"AGS;alle Technologien ≥ 30 Mbit/s\n05515000;{share}\n05554004;{neighbour}\n"
    )


def deliver_table(edition: str, table: str) -> str:
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
    delivery = tk.get_action("digitalms_delivery_create")({"user": user}, told)
    assert delivery["state"] == "accepted"
    return str(delivery["id"])


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


def _page(app: Any, **asked: str) -> str:
    return str(app.get(PAGE, query_string=asked).body)


def test_what_was_known_stays(app, linked, personas):
    """Figures that were replaced are what was known then: on pages, in lists and for scripts."""
    deliver("2018-12", "95.5")
    before = datetime.now(UTC).isoformat()
    deliver("2018-12", "97.78")
    assert "97,78 %" in _page(app)
    assert "95,5 %" not in _page(app)
    assert "95,5 %" in _page(app, bekannt_am=before)
    assert "97,78 %" not in _page(app, bekannt_am=before)
    overview = app.get("/digitalisierung", query_string={"bekannt_am": before}).body
    assert "<strong>95,5 %</strong>" in overview
    asked = {"area_code": "05515000"}
    shown = tk.get_action("digitalms_coverage_show")
    assert [row["share_percent"] for row in shown({}, asked)["results"]] == [97.78]
    then = shown({}, {**asked, "known_at": before})
    assert (then["count"], [row["share_percent"] for row in then["results"]]) == (1, [95.5])
    assert shown({}, {**asked, "known_at": "2019-01-01"})["count"] == 0
    day = "2018-11-30"
    nothing = {"count": 0, "results": [], "next": None, "cut_off_date": day, "known_at": None}
    assert shown({}, {**asked, "cut_off_date": day}) == nothing
    assert shown({}, {**asked, "cut_off_date": "2018-12-01"})["count"] == 1


def test_an_edition_is_taken_back_and_counts_again(app, linked, personas):
    """By its page; the one that it took the place of counts in between."""
    deliver("2018-12", "95.5")
    delivery = deliver("2018-12", "97.78")
    headers = {"Authorization": factories.APIToken(user="coordinator")["token"]}
    changes = "/digitalisierung/zuletzt-geaendert"
    for place in (f"{changes}/", f"/digitalisierung/datenqualitaet/bericht/{delivery}"):
        assert "Zurücknehmen" in app.get(place, headers=headers).body
        app.post(f"{changes}/coverage/{delivery}/zuruecknehmen", headers=headers)
        assert "95,5 %" in _page(app)
        assert "97,78" not in _page(app)
        again = app.post(f"{changes}/coverage/{delivery}/zuruecknehmen", headers=headers).body
        assert "Keine Ausgabe dieser Lieferung gilt" in again
        assert "Wieder gelten lassen" in app.get(place, headers=headers).body
        app.post(f"{changes}/coverage/{delivery}/wieder-einsetzen", headers=headers)
        assert "97,78 %" in _page(app)
        assert "95,5" not in _page(app)


def test_an_edition_is_taken_back_by_nobody_else(linked, personas):
    """Neither by an editor nor by who delivered it and coordinates no more."""
    delivery = deliver("2018-12", "95.5")
    for action in ("digitalms_delivery_undo", "digitalms_delivery_redo"):
        for persona in ("stranger", "editor"):
            with pytest.raises(tk.NotAuthorized):
                tk.get_action(action)({"user": personas[persona], "ignore_auth": False}, {"id": delivery})


def test_what_took_its_place_since_is_kept(linked, personas):
    """Neither undo nor its reverse passes over a later delivery."""
    first, second = deliver("2018-12", "95.5"), deliver("2018-12", "96")
    undo = partial(tk.get_action("digitalms_delivery_undo"), {"user": "coordinator"})
    redo = partial(tk.get_action("digitalms_delivery_redo"), {"user": "coordinator"})
    with pytest.raises(tk.ValidationError, match="later one"):
        undo({"id": first})
    undo({"id": second})
    with pytest.raises(tk.ValidationError):
        redo({"id": first})
    undo({"id": first})
    shown = tk.get_action("digitalms_coverage_show")
    assert shown({}, {})["count"] == 0
    third = deliver("2018-12", "97")
    with pytest.raises(tk.ValidationError, match="Another edition"):
        redo({"id": second})
    undo({"id": third})
    redo({"id": first})
    redo({"id": second})
    assert [row["share_percent"] for row in shown({}, {"area_code": "05515000"})["results"]] == [96]


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


def test_what_a_link_leaves_open_is_several_series(app, make_measure):
    """No figure of one technology stands in the series of another, neither on the page nor in a report."""
    open_link = {**LINK, "technology": "", "customer": ""}
    make_measure(name="breitband", title="Breitband", coverage_links=[open_link])
    for edition, shares in (("2018-12", "90;70"), ("2019-06", "95,5;72,5")):
        deliver_table(
            edition, f"AGS;alle Technologien ≥ 30 Mbit/s;DSL ≥ 30 Mbit/s\n05515000;{shares}\n05554004;80;60\n"
        )
    cards = html.fromstring(app.get(PAGE).body).xpath("//h2[@id='versorgung']/following-sibling::section")
    told = [" ".join(card.xpath("string(.)").split()) for card in cards]
    assert len(told) == 2
    for text, technology, shares, others in (
        (told[0], "alle Technologien", ("95,5 %", "90 %"), ("72,5", "70 %")),
        (told[1], "DSL", ("72,5 %", "70 %"), ("95,5", "90 %")),
    ):
        assert f"mindestens 30 Mbit/s, {technology}, private Haushalte" in text
        assert all(share in text for share in shares)
        assert not any(share in text for share in others)
    counted = material.material(date(2019, 12, 31), None, None).coverage["breitband"]
    assert [[str(one.share_percent) for one in series.editions] for series in counted] == [
        ["90", "95.5"],
        ["70", "72.5"],
    ]
    assert ["DSL" in series.definition for series in counted] == [False, True]


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


class TestBreakOfTheSeries:
    """Since 2022 the figures are gathered in another way."""

    def test_it_is_marked_in_words_plot_and_table(self, app, linked):
        for edition, share in (("2019-06", "90"), ("2021-06", "92"), ("2023-06", "95")):
            deliver(edition, share)
        body = app.get(PAGE).body
        assert "Die Reihe bricht 2022: Seither werden die Zahlen anders erhoben" in body
        assert body.count('class="dm-break"') == 2
        assert ">Reihenbruch</text>" in body
        assert body.index("2021-06</th>") < body.index("<strong>Reihenbruch</strong></td>")
        assert body.index("<strong>Reihenbruch</strong></td>") < body.index("2023-06</th>")

    def test_editions_of_one_kind_have_none(self, app, linked):
        for edition, share in (("2019-06", "90"), ("2021-06", "92")):
            deliver(edition, share)
        body = app.get(PAGE).body
        assert "Reihenbruch" not in body

    def test_a_day_before_it_shows_none(self, app, linked):
        for edition, share in (("2019-06", "90"), ("2023-06", "95")):
            deliver(edition, share)
        assert "Reihenbruch" in app.get(PAGE).body
        assert "Reihenbruch" not in app.get(f"{PAGE}?stichtag=31.12.2019").body

    def test_the_terms_of_the_source_stand_with_the_figure(self, app, linked):
        deliver("2019-06", "90")
        body = app.get(PAGE).body
        assert "© Bundesnetzagentur · Quelle: Breitbandatlas | Gigabit-Grundbuch" in body
        assert "ein Lizenzcode ist nicht bestätigt" in body
