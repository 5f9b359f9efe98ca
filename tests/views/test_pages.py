"""The public pages, as text."""

from __future__ import annotations

import re
from html import unescape

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PAGES = (
    "/",
    "/digitalisierung",
    "/digitalisierung/definitionen",
    "/dataset/",
    "/organization/",
    "/user/login",
    "/about",
)

# words of titles, statements and steps that no English sentence has
GERMAN = re.compile(r"\b(?:und|der|die|das|für|wird|werden|mit|über|ist|nach|ab|zum|zur)\b")


class TestPages:
    @pytest.mark.parametrize("path", PAGES)
    def test_empty(self, app, path):
        """Every page stands on an empty catalogue, in German."""
        answer = app.get(path)
        assert answer.status_code == 200
        assert '<html lang="de"' in answer.body

    def test_empty_leads_nowhere_in_vain(self, app):
        """What pages of an empty catalogue link to is there: no file that is not published yet."""
        linked = {link for path in PAGES for link in re.findall(r'href="(/[^"#]*)', app.get(path).body)}
        client = app.test_client(use_cookies=False)
        told = {one: client.get(unescape(one)).status_code for one in linked}
        assert {one: status for one, status in told.items() if status >= 400} == {}

    @pytest.mark.parametrize("path", PAGES)
    def test_filled(self, app, demo, path):
        """And on a filled one, also in English."""
        assert app.get(path).status_code == 200
        assert '<html lang="en"' in app.get(f"/en{path}").body


class TestClothes:
    @pytest.mark.parametrize("path", [*PAGES, "/gibt-es-nicht"])
    def test_every_page_wears_them(self, app, path):
        """Header, colours and font are ours on the catalogue's own pages too, and come from here."""
        body = app.get(path).body
        assert 'class="dm-site-header"' in body
        theme = re.search(r'href="(/digitalisierung/aussehen/[^"]+\.css)"', body)
        assert theme
        look = app.get(theme[1]).body
        assert "--dm-primary:" in look
        font = re.search(r'src: url\("([^"]+\.woff2[^"]*)"\)', look)
        assert font
        assert font[1].startswith("/")
        assert app.get(font[1]).status_code == 200

    def test_no_foreign_logo(self, app):
        """CKAN's own logo does not stand for the city."""
        body = app.get("/").body
        assert "dm-brand-mark" in body
        assert "ckan-logo" not in body


class TestOverview:
    def test_rows_and_numbers(self, app, demo):
        """Seven measures, eleven papers, each once."""
        body = app.get("/digitalisierung").body
        assert body.count('class="dm-card dm-measure"') == 7
        assert ">11</a>" in body
        assert "V/0103/2019" in body

    @pytest.mark.parametrize("day", ["2018-03-14", "14.3.2018"])
    def test_on_a_day(self, app, demo, day):
        """On the day of the decision the strategy stood alone, planned."""
        body = app.get(f"/digitalisierung?stichtag={day}").body
        assert body.count('class="dm-card dm-measure"') == 1
        assert "geplant" in body
        assert "14. März 2018" in body

    @pytest.mark.parametrize("query", ["stichtag=gestern", "bekannt_am=x", "status=egal", "delayed=x"])
    def test_a_wrong_parameter(self, app, demo, query):
        """The page stands, and says at the field what is wrong."""
        answer = app.get(f"/digitalisierung?{query}")
        assert answer.status_code == 200
        assert "dm-error" in answer.body
        assert answer.body.count('class="dm-card dm-measure"') == 7

    def test_filters(self, app, demo):
        """Filters leave what fits."""
        assert app.get("/digitalisierung?status=paused").body.count('class="dm-card dm-measure"') == 0
        assert app.get("/digitalisierung?q=serviceportal").body.count('class="dm-card dm-measure"') == 1

    def test_the_list_of_the_dataset_type_leads_here(self, app, demo):
        """CKAN's own list of measures has no German words; what was looked for goes along."""
        answer = app.get("/digitalisierungsmassnahme/?q=serviceportal", follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("/digitalisierung?q=serviceportal")
        assert app.get("/digitalisierungsmassnahme/").body.count('class="dm-card dm-measure"') == 7

    def test_the_plot_has_its_table(self, app, demo):
        """Numbers of the plot stand in a table too."""
        body = app.get("/digitalisierung").body
        assert 'role="img" aria-labelledby="dm-plot-title dm-plot-text"' in body
        assert "<caption>" in body


def test_english_pages_say_what_is_german(app, demo):
    """Who hears an English page hears what stands in the catalogue as German; a German page says nothing."""
    for path in (
        "/",
        "/digitalisierung",
        "/digitalisierungsmassnahme/dms",
        "/digitalisierung/ratsbezug/V/0989/2017",
    ):
        assert ' lang="de"' not in app.get(path).body.replace('<html lang="de"', "")
        page = BeautifulSoup(app.get(f"/en{path}").body, "html.parser")
        heard = page.find("html")
        for text in page.find("main").find_all(string=GERMAN):
            spoken = next(one["lang"] for one in text.parents if one.get("lang"))
            # code is of no language
            assert spoken in {"de", "zxx"}, (text, text.parent, text.parent.parent)
        assert heard["lang"] == "en"


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_ckans_lists(app, office):
    """Arrows have names, no list loads at an arrow key, and each licence is offered once."""
    for number in range(22):
        factories.Dataset(name=f"daten-{number}", owner_org=office["id"])
    body = app.get("/dataset/").body
    assert "Nächste Seite" in body
    assert 'hx-trigger="change' not in body
    with app.flask_app.test_request_context("/"):
        titles = [title for _, title in tk.h.license_options()]
        assert len(titles) == len(set(titles))
        assert "cc-by" in dict(tk.h.license_options("cc-by"))
        assert "cc-by-4.0" in dict(tk.h.license_options("cc-by-4.0"))
    assert "None:" not in app.get("/dataset/?unbekannt=1").body


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_a_measure_without_more(app, make_measure):
    """One state is no plot, and no line begins with a colon."""
    make_measure(council_references=[{"reference": "V/0989/2017", "result": "Auftrag: prüfen"}])
    assert "dm-plot-drawing" not in app.get("/digitalisierung").body
    body = app.get("/digitalisierungsmassnahme/dms").body
    assert '<div class="dm-small">Auftrag: prüfen</div>' in body


class TestMeasure:
    def test_everything_of_the_record(self, app, demo):
        """What the record holds is on the page."""
        body = app.get("/digitalisierungsmassnahme/dms").body
        for text in (
            "Rechte- und Rollenkonzept",
            "ab dem dritten Quartal 2019",
            "V/0954/2018",
            "über 70 %",
            "Team Digitalisierung",
        ):
            assert text in body

    def test_history_in_words(self, app, demo):
        """Differences are told in words."""
        body = app.get("/digitalisierungsmassnahme/dms").body
        assert "in Vorbereitung → <ins>in Arbeit</ins>" in " ".join(body.split())

    def test_on_a_day(self, app, demo):
        """An earlier day shows what stood then."""
        body = app.get("/digitalisierungsmassnahme/wlan?stichtag=2019-10-01").body
        assert "dm-paused" in body
        assert app.get("/digitalisierungsmassnahme/wlan?stichtag=2018-03-14", status=404)

    def test_unknown(self, app):
        """An unknown measure is a friendly 404."""
        assert app.get("/digitalisierungsmassnahme/nirgends").status_code == 404

    def test_private_for_its_office_only(self, app, make_measure, personas):
        """A private measure has a page for its office and none for others."""
        make_measure(private=True)

        for persona, code in (
            ("editor", 200),
            ("coordinator", 200),
            ("other_editor", 404),
            ("stranger", 404),
        ):
            token = factories.APIToken(user=personas[persona])["token"]
            answer = app.get("/digitalisierungsmassnahme/dms", headers={"Authorization": token})
            assert answer.status_code == code, persona
        told = [app.get(f"/digitalisierungsmassnahme/{key}") for key in ("dms", "nie")]
        assert [one.status_code for one in told] == [404, 404]
        assert told[0].body.replace("dms", "nie") == told[1].body, "nobody is told that it is there"

    def test_the_dataset_page_leads_here(self, app, make_measure):
        """CKAN's address of the dataset leads to the measure's page."""
        make_measure()
        answer = app.get("/dataset/dms", follow_redirects=False)
        assert answer.status_code in {301, 302}
        assert answer.headers["Location"].endswith("/digitalisierungsmassnahme/dms")
