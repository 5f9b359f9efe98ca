"""Numbers and years in forms: read and shown as the language of the page writes them."""

from __future__ import annotations

import html
import re

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

NEW = "/digitalisierungsmassnahme/new"
EDIT = "/digitalisierungsmassnahme/edit/dms"
NEWS = "/digitalisierungsmassnahme/dms/neues"
BULK = "/digitalisierung/mehrere-aendern/"


@pytest.fixture
def post(app, personas):
    """Post a form as a coordinator; return the page that follows, as people read it."""
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}

    def send(address, **fields):
        return html.unescape(app.post(address, data=fields, headers=headers).body)

    send.headers = headers
    return send


def typed(office, **more):
    base = {"title": "DMS", "name": "dms", "owner_org": office["id"], "status": "planned"}
    return {**base, "as_of": "2019-03-14", **more}


def figure(value, **more):
    told = {"title": "Arbeitsplätze", "value": value, "day": "2019-03-01", "origin": "typed", **more}
    return {f"indicators__0__{name}": text for name, text in told.items()}


class TestGerman:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1.250", "1250"),
            ("1,25", "1.25"),
            ("1.250,5", "1250.5"),
            ("1 250", "1250"),
            ("1\u00a0250", "1250"),
            ("1'250", "1250"),
            ("-3,5", "-3.5"),
            ("12 %", "12"),
        ],
    )
    def test_a_figure(self, post, office, text, value):
        """What is published is what was meant."""
        post(NEW, **typed(office, **figure(text)))
        assert call_action("package_show", id="dms")["indicators"][0]["value"] == value
        assert call_action("digitalms_measure_show", id="dms")["indicators"][0]["value"] == float(value)

    def test_said_on_the_page(self, post, office):
        """What somebody could have meant otherwise is told as it was read."""
        body = post(NEW, **typed(office, funding_amount="3,5 Mio. €", weight="2", **figure("1.250")))
        assert "„1.250“ als 1250" in body
        assert "„3,5 Mio. €“ als 3500000" in body
        assert "„2“" not in body

    @pytest.mark.parametrize("text", ["1.25", "12.5", "0.250", "1,250.5"])
    def test_asked(self, post, office, text):
        """Nothing is saved, and what was typed stands in the form."""
        body = post(NEW, **typed(office, **figure(text)))
        assert f"„{text}“ lässt sich auf zwei Arten lesen" in body
        assert f'value="{text}"' in body
        assert not call_action("package_search", include_private=True)["count"]

    @pytest.mark.parametrize("text", ["1.2.3", "1,2,3", "--5", "1e9", "٣", "１２", "NaN", "9" * 10_000])
    def test_no_number(self, post, office, text):
        body = post(NEW, **typed(office, **figure(text)))
        assert f"„{text[:40]}“ ist keine Zahl: Geben Sie Ziffern ein, etwa 40 oder 12,5." in body
        assert f'value="{text}"' in body

    def test_shown_again(self, app, post, make_measure):
        """A stored number is written with a comma, and saving the form as it is changes nothing."""
        make_measure(
            progress_percent="12.5", weight="1.125", funding_amount="1250.5", vision_year="2022",
            indicators=[{"title": "x", "value": "1.25", "target": "1250", "day": "2019-03-01"}],
        )  # fmt: skip
        before = call_action("package_show", id="dms")
        body = app.get(EDIT, headers=post.headers).body
        fields = {
            html.unescape(name): html.unescape(value)
            for name, value in re.findall(r'name="([a-z_0-9]+)"[^>]*? value="([^"]*)"', body)
            if "NEW" not in name
        }
        assert fields["progress_percent"] == "12,5"
        assert fields["weight"] == "1,125"
        assert fields["indicators__0__value"] == "1,25"
        assert fields["indicators__0__target"] == "1250"
        assert fields["vision_year"] == "2022"
        told = {"status": "in_progress", "owner_org": before["owner_org"], "indicators__0__origin": "typed"}
        post(EDIT, **{**fields, **told, "stand": "correction"})
        after = call_action("package_show", id="dms")
        for name in ("progress_percent", "weight", "funding_amount", "indicators", "vision_year"):
            assert after[name] == before[name]

    def test_what_is_new(self, app, post, make_measure):
        """The short form."""
        make_measure(progress_percent="12.5")
        assert 'value="12,5"' in app.get(NEWS, headers=post.headers).body
        told = {"as_of": "2019-06-01", "shown": "2019-06-01", "status": "in_progress", "statement": "Neu."}
        assert "auf zwei Arten" in post(NEWS, **told, progress_percent="13.5")
        post(NEWS, **told, progress_percent="13,5 %")
        assert call_action("package_show", id="dms")["progress_percent"] == "13.5"

    def test_several_at_once(self, post, make_measure):
        """The bulk change."""
        make_measure()
        told = {"measure": "dms", "stand": "new", "as_of": "2019-06-01"}
        assert "auf zwei Arten" in post(BULK, **told, progress_percent="33.5")
        body = post(BULK, **told, progress_percent="33,5")
        assert "Eine Zeile ändert etwas" in body
        assert re.search(r"33[.,]5", body)

    @pytest.mark.parametrize("year", ["26", "3019"])
    def test_years(self, post, office, year):
        """A year that cannot be meant is refused, as a year and within a day."""
        fields = {"goals__0__text": "x", "goals__0__year": year, "vision_year": year}
        days = {"milestones__0__title": "x", "milestones__0__latest": f"14.03.{year}"}
        body = post(NEW, **typed(office, **fields, **days))
        assert body.count(f"Das Jahr {year} kann nicht gemeint sein") == 6  # at the field and in the box
        assert body.count(f'value="{year}"') == 2


class TestEnglish:
    def test_the_english_way(self, app, post, office):
        """A form in English, which stays English."""
        body = post(f"/en{NEW}", **typed(office, **figure("1,250.5")))
        assert call_action("package_show", id="dms")["indicators"][0]["value"] == "1250.5"
        assert "Numbers were read" not in body
        assert 'value="1250.5"' in app.get(f"/en{EDIT}", headers=post.headers).body

    def test_asked(self, post, office):
        body = post(f"/en{NEW}", **typed(office, **figure("1,25")))
        assert "can be read in two ways: write 1.25, or 125 without" in body

    def test_its_form_stays_in_its_language(self, app, post, make_measure):
        """Whatever is typed into it is read as its page writes numbers."""
        make_measure()
        for address in (NEW, EDIT, NEWS, BULK):
            body = app.get(f"/en{address}", headers=post.headers).body
            form = re.search(r'<form class="dm-(?:form|card)[^>]*>', body)[0]
            assert "action=" not in form or 'action="/en/' in form, address
