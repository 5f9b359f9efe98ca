"""The page that compares two days, its files, and one field of a measure over all days."""

from __future__ import annotations

import csv
import io
import json

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import call_action
from stored_state import STATE

from ckanext.digitalms.services.reporting import files

pytestmark = pytest.mark.usefixtures("with_plugins", "year")

PAGE = "/digitalisierung/vergleich"
DAYS = {"von": "2019-03-14", "bis": "2020-03-14"}
FIELDS = "/digitalisierungsmassnahme/dms/felder"


@pytest.fixture
def year(make_measure):
    """A measure that went on within a year."""

    def make():
        milestone = {"id": "a1b2c3d4-0000-4000-8000-000000000001", "title": "Start", "latest": "2020-06-30"}
        made = make_measure(milestones=[milestone], vision="Alles digital", notes="<script>alert(1)</script>")
        steps = [{**made["steps"][0], "state": "done"}, made["steps"][1]]
        moved = {**milestone, "latest": "2020-09-30", "reason": "weil die Stelle unbesetzt ist"}
        call_action("package_patch", id="dms", as_of="2019-09-01", steps=steps, milestones=[moved])
        call_action("package_patch", id="dms", as_of="2019-10-01", vision="Alles einfach", notes="Kurz")

    STATE.once("a measure over a year", make)


def opened(app, path=PAGE, code=200, **asked):
    answer = app.get(path, query_string=asked, status=code)
    return BeautifulSoup(answer.body, "html.parser")


def main(page):
    return " ".join(page.select_one("main").get_text(" ").split())


class TestPage:
    def test_in_german(self, app):
        """Sentences with kinds, by measure, and what they come to."""
        text = main(opened(app, **DAYS))
        assert (
            "Vom 14.03.2019 bis zum 14.03.2020: ein Schritt umgesetzt, 2 Texte geändert, "
            "ein Termin um 92 Tage verschoben, weil die Stelle unbesetzt ist." in text
        )
        assert "verschoben „Start“ ist um 92 Tage verschoben, vom 30.06.2020 auf den 30.09.2020" in text
        assert "Vision: „Alles einfach“ statt „Alles digital“." in text

    def test_in_english(self, app):
        """The same in English."""
        assert "one date put off by 92 days" in main(opened(app, f"/en{PAGE}", **DAYS))

    def test_the_table_says_the_same(self, app):
        """A row for each change."""
        page = opened(app, **DAYS)
        assert len(page.select("table tbody tr")) == len(page.select(".dm-measures .dm-card > ul > li")) == 4

    def test_filters(self, app):
        """Each filter narrows, and is chosen in its field."""
        page = opened(app, **DAYS, art="moved")
        assert len(page.select("table tbody tr")) == 1
        assert page.select_one("#dm-art option[selected]")["value"] == "moved"
        assert "hat sich nichts geändert" in main(opened(app, **DAYS, organisation="anderes-amt"))
        assert "hat sich nichts geändert" in main(opened(app, **DAYS, status="done"))
        assert "Nur die Maßnahme" in main(opened(app, **DAYS, massnahme="dms"))

    def test_no_changes(self, app):
        """Nothing is said as such."""
        page = opened(app, von="2019-03-14", bis="2019-03-14")
        assert "Vom 14.03.2019 bis zum 14.03.2019 hat sich nichts geändert." in main(page)
        assert not page.select("table")

    def test_the_other_way_round(self, app):
        """Days in the wrong order are compared in the right one, and it is said."""
        page = opened(app, von=DAYS["bis"], bis=DAYS["von"])
        assert "Der erste Tag liegt nach dem zweiten" in main(page)
        assert page.select_one("#dm-von")["value"] == "2019-03-14"

    def test_on_a_past_day(self, app):
        """Whoever looks at a past day compares up to that day."""
        page = opened(app, stichtag="2019-09-15")
        assert (page.select_one("#dm-von")["value"], page.select_one("#dm-bis")["value"]) == (
            "2018-09-15",
            "2019-09-15",
        )
        assert "Die Maßnahme ist neu im Katalog." in main(page)

    def test_without_days(self, app):
        """The last year."""
        page = opened(app)
        assert page.select_one("#dm-von")["value"] < page.select_one("#dm-bis")["value"]

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"von": "gestern"}, "von"),
            ({"bis": "2999-01-01"}, "bis"),
            ({"von": "2019-02-30"}, "von"),
            ({"art": "unsinn"}, "art"),
            ({"status": "unsinn"}, "status"),
        ],
    )
    def test_bad_input(self, app, asked, field):
        """A sentence at the field, in which stands what was typed."""
        page = opened(app, **{**DAYS, **asked})
        assert page.select_one(f"#dm-{field}[aria-invalid=true]")
        assert page.select_one(f"#dm-{field}-error").get_text(strip=True)

    def test_an_unknown_measure(self, app):
        """Not found, with a sentence."""
        assert "gibt-es-nicht" in main(opened(app, **DAYS, massnahme="gibt-es-nicht", code=404))

    def test_the_way_there(self, app):
        """From the overview, and from the measure with that measure chosen."""
        links = [link["href"] for link in opened(app, "/digitalisierung").select("main a")]
        assert PAGE in links
        links = [link["href"] for link in opened(app, "/digitalisierungsmassnahme/dms").select("main a")]
        assert f"{PAGE}?massnahme=dms" in links
        assert FIELDS in links


class TestReports:
    def test_of_a_report(self, app, personas):
        """A report stands for its day; one that nobody else may see is none to others."""
        coordinator = {"user": personas["coordinator"]}
        made = {"title": "Bericht 2019", "as_of": "2019-09-15", "number": "V/0123/2019"}
        report = tk.get_action("digitalms_report_create")(coordinator, made)
        asked = {"von_bericht": report["name"], "bis": "2020-03-14"}
        token = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        page = BeautifulSoup(app.get(PAGE, query_string=asked, headers=token).body, "html.parser")
        assert page.select_one("#dm-von")["value"] == "2019-09-15"
        assert "2 Texte geändert" in main(page)
        field = BeautifulSoup(
            app.get(FIELDS, query_string={"feld": "vision"}, headers=token).body, "html.parser"
        )
        row = field.select("#felder tbody tr")[1]
        assert row.select_one("th").get_text(" ", strip=True) == "1. September 2019 Bericht 2019"
        assert "Es gibt keinen Bericht" in main(opened(app, **asked))
        app.get(f"{PAGE}.csv", query_string=asked, status=400)


class TestWhatReportsKnew:
    """Two reports are compared as each of them knew its day, not as it is known today."""

    @pytest.fixture
    def reports(self, personas, ckan_config, tmp_path, monkeypatch):
        """A report of each of two days, frozen, and corrections of both days since."""
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", str(tmp_path / "reports"))
        monkeypatch.setattr(files, "FORMATS", {"json": files.FORMATS["json"]})
        coordinator = {"user": personas["coordinator"]}

        def freeze(name, day):
            tk.get_action("digitalms_report_create")(dict(coordinator), {"title": name, "as_of": day})
            tk.get_action("digitalms_report_freeze")(dict(coordinator), {"id": name})

        freeze("erster", "2019-12-31")
        freeze("zweiter", "2020-03-14")
        call_action("package_patch", id="dms", vision="Später berichtigt", notes="Später beschrieben")
        freeze("dritter", "2020-03-14")

    def test_each_as_it_was_known(self, app, reports):
        asked = {"von_bericht": "erster", "bis_bericht": "zweiter"}
        page = opened(app, **asked)
        assert "Später" not in main(page)
        told = json.loads(app.get(f"{PAGE}.json", query_string=asked).body)
        assert [one for one in told["results"] if one["field"] in {"vision", "notes"}] == []
        assert told["from_known_at"] < told["known_at"]
        assert "Der erste Tag, wie sein Bericht ihn kannte" in main(page)

    def test_what_was_corrected_for_the_same_day(self, app, reports):
        """Two reports of one day differ by what was corrected between them, and by nothing else."""
        asked = {"von_bericht": "zweiter", "bis_bericht": "dritter"}
        told = json.loads(app.get(f"{PAGE}.json", query_string=asked).body)
        assert {one["field"] for one in told["results"]} == {"vision", "notes"}
        days = json.loads(
            app.get(f"{PAGE}.json", query_string={"von": "2020-03-14", "bis": "2020-03-14"}).body
        )
        assert days["results"] == []

    def test_the_other_way_round(self, app, reports):
        """Named in the wrong order each day still is as its report knew it."""
        page = opened(app, von_bericht="zweiter", bis_bericht="erster")
        assert "Später" not in main(page)
        link = page.select_one("main .dm-get a[href*='.json']")["href"]
        told = json.loads(app.get(link).body)
        assert (told["from"], told["to"]) == ("2019-12-31", "2020-03-14")
        assert told["from_known_at"] < told["known_at"]

    def test_files_and_filters_keep_the_reports(self, app, reports):
        page = opened(app, von_bericht="zweiter", bis_bericht="dritter")
        links = [link["href"] for link in page.select("main .dm-chips a, main .dm-get a")]
        assert len(links) >= 3
        assert all("von_bericht=zweiter" in link and "bis_bericht=dritter" in link for link in links)

    def test_a_moment_of_the_address_counts_before(self, app, reports):
        told = {"von_bericht": "zweiter", "bis_bericht": "dritter", "bekannt_am": "2019-01-01"}
        assert json.loads(app.get(f"{PAGE}.json", query_string=told).body)["results"] == []
        assert "wie sein Bericht" not in main(opened(app, **told))


class TestFiles:
    def test_csv(self, app):
        """A row for each change, with the values."""
        answer = app.get(f"{PAGE}.csv", query_string=DAYS)
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.body)))
        assert len(rows) == 4
        [moved] = [row for row in rows if row["kind"] == "moved"]
        assert (moved["before"], moved["after"], moved["days"]) == ("2020-06-30", "2020-09-30", "92")

    def test_json(self, app):
        """As the action gives it, with all changes."""
        told = json.loads(app.get(f"{PAGE}.json", query_string={**DAYS, "art": "moved"}).body)
        assert (told["count"], told["from"], told["to"]) == (1, "2019-03-14", "2020-03-14")

    @pytest.mark.parametrize(
        "asked",
        [{"von": "gestern"}, {"von": "2020-03-14", "bis": "2019-03-14"}, {"stichtag": "gestern"}, {"x": "1"}],
    )
    def test_bad_input(self, app, asked):
        """A program is told by the code, and why."""
        for form in ("csv", "json"):
            answer = app.get(f"{PAGE}.{form}", query_string=asked, status=400)
            assert answer.body.strip()


class TestField:
    def test_side_by_side(self, app):
        """Days are rows, the newest first, with what differs from the Stand before."""
        rows = [
            [cell.get_text(strip=True) for cell in row.select("th, td")]
            for row in opened(app, FIELDS, feld="vision").select("#felder tbody tr")
        ]
        assert rows == [
            ["1. Oktober 2019", "Alles einfach", "geändert"],
            ["1. September 2019", "Alles digital", "unverändert"],
            ["14. März 2019", "Alles digital", ""],
        ]

    def test_rows_of_a_list(self, app):
        """Each row of a list in words."""
        text = main(opened(app, FIELDS, feld="milestones"))
        assert "Start (Spätestens am 30.09.2020" in text
        assert "Start (Spätestens am 30.06.2020" in text

    def test_a_correction_takes_the_place(self, app):
        """Of two statements about a day the last one is shown."""
        call_action("package_patch", id="dms", vision="Alles leicht")
        page = opened(app, FIELDS, feld="vision")
        assert len(page.select("#felder tbody tr")) == 3
        assert "Alles einfach" not in main(page)

    @pytest.mark.parametrize("typed", ["unsinn", "contact_email", "<b>"])
    def test_an_unknown_field(self, app, typed):
        """A sentence, and a field that there is."""
        page = opened(app, FIELDS, feld=typed)
        assert page.select_one("#dm-feld-error")
        assert page.select("#felder tbody tr")

    def test_a_field_without_values(self, app):
        """It is said, and another one is shown."""
        assert "wurde von dieser Maßnahme nie genannt" in main(opened(app, FIELDS, feld="obstacles"))

    def test_on_a_past_day(self, app):
        """Up to that day, as every page."""
        page = opened(app, FIELDS, feld="vision", stichtag="2019-09-15")
        assert len(page.select("#felder tbody tr")) == 2

    def test_not_public(self, app):
        """A measure that is public no more is not found."""
        call_action("package_patch", id="dms", private=True)
        opened(app, FIELDS, code=404)
