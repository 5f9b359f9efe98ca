"""Whoever looks at a past day stays in it: links, forms, redirects and downloads have it, or it is said."""

from __future__ import annotations

import json
import re
from collections import deque
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from lxml import html
from stored_state import STATE

from ckanext.digitalms import config
from ckanext.digitalms.publishing import releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

HOST = "http://test.ckan.net"
DAY = "2019-12-31"
TODAY = "Diese Seite zeigt immer den Stand von heute"
IN_ENGLISH = "This page is always of today"
SEEN = re.compile(r"Sie sehen den Stand vom 31\. Dezember 2019|You see the state of December 31, 2019")
TO_COME = "2130-01-01"
# what is the same on every day, or of a day of its own
NO_PAGES = re.compile(
    r"/(?:digitalisierung/(?:aussehen|schrift|api/openapi)|webassets|base|uploads|fonts|user/_?logout"
    r"|digitalisierung/daten/[a-z_]+/\d{4}-|digitalisierung/daten/datensatz/[^/]+\.|dataset/[^/]+/resource/[^/]+/download"
    r"|api/i18n|feeds|favicon|ckan\.ico|api/\d$)"
    r"|/digitalisierung/daten/[a-z_]+\.schema\.json"
)
FILES = re.compile(r"/digitalisierung/daten/[a-z_]+\.[a-z.]+$|/datastore/dump/")


@pytest.fixture
def filled(demo: Any, releases_of: Any) -> None:
    """The demo with its example history, its tables published, and a dataset beside them."""

    def make() -> None:
        releases.publish_all()
        factories.Dataset(name="hunde", owner_org=model.Group.get("opendata").id)

    STATE.once("a day to stay in", make, releases_of)


@pytest.fixture
def releases_of(tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    return tmp_path


def day_of(address: str) -> dict[str, str]:
    """Return the day in an address, under the names of pages or of actions."""
    asked = parse_qs(urlsplit(address).query)
    names = ("stichtag", "bekannt_am", "cut_off_date", "known_at")
    return {name: values[0] for name, values in asked.items() if name in names}


class Walk:
    """Follows links from page to page as a stranger, and notes where a day is lost."""

    def __init__(self, app: Any, day: dict[str, str], token: str = "") -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": token} if token else {}
        self.day = day
        self.lost: list[tuple[str, str]] = []
        self.seen: set[str] = set()
        self.codes: dict[str, int] = {}

    def begin(self, address: str, most: int) -> None:
        waiting = deque([address])
        while waiting and len(self.seen) < most:
            at = waiting.popleft()
            if self.kind(at) not in self.seen:
                self.seen.add(self.kind(at))
                waiting.extend(self.open(at))

    def kind(self, address: str) -> str:
        """Return what a page is one of: of pages that differ in a filter only one is visited."""
        parts = urlsplit(address)
        return f"{parts.path}?{'&'.join(sorted(parse_qs(parts.query)))}"

    def open(self, address: str) -> list[str]:
        model.Session.rollback()
        answer = self.client.get(address, headers=self.headers)
        self.codes[address] = answer.status_code
        if answer.status_code in {301, 302, 308}:
            return self.keep(address, [answer.headers["Location"]])
        if answer.mimetype != "text/html" or answer.status_code != 200:
            return []
        body = answer.get_data(as_text=True)
        if self.day and not (SEEN.search(body) or TODAY in body or IN_ENGLISH in body):
            self.lost.append((address, "says nothing of the day"))
        page = html.fromstring(body)
        links = [
            link.get("href")
            for link in page.xpath("//a[@href]")
            if link.text_content().strip() not in {"Heute zeigen", "Show today"}
        ]
        if TODAY in body or IN_ENGLISH in body:  # its files are of today as well
            links = [link for link in links if not FILES.search(urlsplit(link).path)]
        found = self.keep(address, links)
        for form in page.xpath("//form[@method='get']"):
            fields = {one.get("name"): one.get("value") for one in form.xpath(".//input[@name]")}
            if self.day.items() - fields.items() and "data-dm-try" not in form.attrib:
                self.lost.append((address, f"form {form.get('action')}"))
        return found

    def keep(self, page: str, links: list[str]) -> list[str]:
        found = []
        for link in links:
            address = urljoin(f"{HOST}{page}", link).partition("#")[0]
            if not address.startswith(HOST):
                continue
            inside = address.removeprefix(HOST)
            if NO_PAGES.match(re.sub(r"^/en(?=/)", "", urlsplit(inside).path)):
                continue
            if set(day_of(inside).values()) != set(self.day.values()):
                self.lost.append((page, inside))
            elif not inside.startswith("/api/"):
                found.append(inside)
        return found


class TestTheWholeWay:
    @pytest.mark.parametrize("asked", [{"stichtag": DAY}, {"stichtag": DAY, "bekannt_am": ""}])
    def test_no_link_loses_the_day(self, app, filled, asked):
        """From the overview through everything that it leads to, in both languages."""
        day = {name: text or config.today().isoformat() for name, text in asked.items()}
        walk = Walk(app, day)
        query = "&".join(f"{name}={value}" for name, value in day.items())
        walk.begin(f"/digitalisierung?{query}", 160)
        assert walk.lost == [], "\n".join(map(str, sorted(walk.lost)))
        assert {at: code for at, code in walk.codes.items() if code >= 400} == {}
        paths = {urlsplit(at).path for at in walk.codes}
        assert {
            "/",
            "/digitalisierung",
            "/digitalisierungsmassnahme/dms",
            "/digitalisierung/ratsbezug/",
            "/digitalisierung/ratsbezug/V/0989/2017",
            "/digitalisierung/daten/",
            "/digitalisierung/daten/measures.csv",
            "/digitalisierung/daten/measures.xlsx",
            "/digitalisierung/daten/steps.json",
            "/digitalisierung/daten/datapackage.json",
            "/digitalisierung/definitionen",
            "/digitalisierung/daten/measures/",
            "/en/digitalisierung",
            "/dataset/",
            "/organization/",
        } <= paths

    def test_nor_does_a_coordinators(self, app, filled, personas):
        """Her pages have more links; what changes something is done today, and says so."""
        token = factories.APIToken(user=personas["coordinator"])["token"]
        walk = Walk(app, {"stichtag": DAY}, token)
        walk.begin(f"/digitalisierung?stichtag={DAY}", 90)
        assert walk.lost == [], "\n".join(map(str, sorted(walk.lost)))
        assert {at: code for at, code in walk.codes.items() if code >= 400} == {}

    def test_today_has_no_day(self, app, filled):
        """Nothing of it on pages of today, and nothing to say."""
        for address in (
            "/",
            "/digitalisierung",
            "/digitalisierung/daten/",
            "/digitalisierungsmassnahme/dms",
            "/dataset/",
        ):
            body = app.get(address).body
            assert "stichtag=" not in body
            assert "bekannt_am=" not in body
            assert TODAY not in body
            assert TODAY not in app.get(f"{address}?stichtag=&bekannt_am=").body

    def test_the_table_is_the_page(self, app, filled):
        """What the overview of a day shows is what its buttons give."""
        page = BeautifulSoup(app.get(f"/digitalisierung?stichtag={DAY}").body, "html.parser")
        titles = [one.get_text() for one in page.select(".dm-measure h3")]
        link = page.find("a", string="Maßnahmen als JSON")["href"]
        rows = json.loads(app.get(link).data)
        assert [row["title"] for row in rows] == titles
        figures = {
            one.dt.get_text(strip=True): one.dd.get_text(strip=True)
            for one in page.select(".dm-figures > div")
        }
        assert figures["Maßnahmen"] == str(len(rows))
        assert figures["verspätet"] == str(sum(row["is_delayed"] for row in rows))
        one = BeautifulSoup(app.get(f"/digitalisierungsmassnahme/dms?stichtag={DAY}").body, "html.parser")
        told = json.loads(app.get(one.find("a", string="JSON")["href"]).data)["result"]
        assert (told["cut_off_date"], told["known_at"], told["judged_on"]) == (DAY, None, DAY)
        assert told["url"] == f"{HOST}/digitalisierungsmassnahme/dms"
        history = json.loads(app.get(one.find("a", string="Verlauf als JSON")["href"]).data)["result"]
        assert history["cut_off_date"] == DAY
        assert max(entry["as_of"] for entry in history["results"]) <= DAY


class TestLeads:
    @pytest.mark.parametrize(
        ("address", "place"),
        [
            ("/dataset/dms?{day}&x=1", "/digitalisierungsmassnahme/dms?{day}&x=1"),
            ("/digitalisierungsmassnahme/?{day}&q=a", "/digitalisierung?{day}&q=a"),
            ("/digitalisierungsmassnahme/hunde?{day}", "/dataset/hunde?{day}"),
            ("/digitalisierung/?{day}", "/digitalisierung?{day}"),
            ("/digitalisierung/daten?{day}", "/digitalisierung/daten/?{day}"),
            ("/digitalisierung/daten/measures?{day}", "/digitalisierung/daten/measures/?{day}"),
            (
                "/digitalisierung/ratsbezug/0989/2017?{day}&seite=1",
                "/digitalisierung/ratsbezug/V/0989/2017?{day}&seite=1",
            ),
            (
                "/digitalisierung/ratsbezug/?nummer=V/0989/2017&{day}",
                "/digitalisierung/ratsbezug/V/0989/2017?{day}",
            ),
            ("/about?{day}", "/digitalisierung/ueber?{day}"),
            ("/en/dataset/dms?{day}", "/en/digitalisierungsmassnahme/dms?{day}"),
            (
                "/en/digitalisierung/ratsbezug/0989/2017?{day}",
                "/en/digitalisierung/ratsbezug/V/0989/2017?{day}",
            ),
        ],
    )
    def test_with_the_day(self, app, filled, address, place):
        day = f"stichtag={DAY}&bekannt_am={config.today()}"
        answer = app.get(address.format(day=day), follow_redirects=False)
        assert answer.status_code in {301, 302, 308}
        assert urljoin(HOST, answer.headers["Location"]) == f"{HOST}{place.format(day=day)}"

    def test_nothing_leads_to_another_host(self, app, filled):
        """What stands beside the day is no argument of ours."""
        for asked in (
            "_external=1&_scheme=evil",
            "locale=en",
            "controller=a&action=b",
            "_anchor=x",
            "host=evil.example",
        ):
            answer = app.get(
                f"/digitalisierung/ratsbezug/0989/2017?{asked}&stichtag={DAY}", follow_redirects=False
            )
            assert (
                urljoin(HOST, answer.headers["Location"])
                == f"{HOST}/digitalisierung/ratsbezug/V/0989/2017?{asked}&stichtag={DAY}"
            )
            assert app.get(f"/digitalisierung?{asked}&stichtag={DAY}").status_code == 200


PAGES = (
    "/",
    "/digitalisierung",
    "/digitalisierungsmassnahme/dms",
    "/digitalisierung/ratsbezug/",
    "/digitalisierung/ratsbezug/V/0989/2017",
    "/digitalisierung/daten/",
)


class TestBadDays:
    @pytest.mark.parametrize("path", PAGES)
    def test_a_day_to_come(self, app, filled, path):
        """It is answered as such, and today is shown as today."""
        for name in ("stichtag", "bekannt_am"):
            body = app.get(f"{path}?{name}={TO_COME}").body
            assert "Der 1. Januar 2130 liegt in der Zukunft" in body
            assert "Sie sehen deshalb den Stand von heute" in body
            assert "Sie sehen den Stand vom" not in body
            # the same in the other language
            assert body.count(f"{name}={TO_COME}") == 1

    @pytest.mark.parametrize("path", PAGES)
    def test_no_day(self, app, filled, path):
        for asked in (
            "stichtag=gestern",
            "stichtag=2019-02-31",
            "bekannt_am=%00",
            f"stichtag={DAY}&stichtag=2020-01-01",
        ):
            body = app.get(f"{path}?{asked}").body
            assert "dm-error" in body
            assert "Sie sehen deshalb den Stand von heute" in body

    def test_one_that_can_be_read_stays(self, app, filled):
        body = app.get(f"/digitalisierung?stichtag={DAY}&bekannt_am=gestern").body
        assert SEEN.search(body)
        assert "„gestern“ ist weder Tag noch Zeitpunkt" in body
        assert "Sie sehen deshalb" not in body
        assert f"/digitalisierungsmassnahme/dms?stichtag={DAY}&quot;" not in body
        assert f'href="/digitalisierungsmassnahme/dms?stichtag={DAY}"' in body

    def test_before_everything(self, app, filled):
        early = "stichtag=1950-01-01&bekannt_am=1950-01-01"
        assert "An diesem Tag gab es keine Maßnahmen" in app.get(f"/digitalisierung?{early}").body
        assert app.get(f"/?{early}").status_code == 200
        assert "An diesem Tag zitierte keine" in app.get(f"/digitalisierung/ratsbezug/?{early}").body
        assert app.get(f"/digitalisierungsmassnahme/dms?{early}").status_code == 404
        assert app.get(f"/digitalisierung/ratsbezug/V/0989/2017?{early}").status_code == 404

    def test_pages_that_are_not_there(self, app, filled):
        """The way back has the day."""
        for path in ("/gibt-es-nicht", "/digitalisierung/gibt-es-nicht", "/digitalisierungsmassnahme/nichts"):
            answer = app.get(f"{path}?stichtag={DAY}")
            assert answer.status_code == 404
            assert f'href="/digitalisierung?stichtag={DAY}"' in answer.body

    def test_actions(self, app, filled):
        for action, told in (
            ("measure_list", {}),
            ("measure_show", {"id": "dms"}),
            ("measure_history", {"id": "dms"}),
            ("council_reference_list", {}),
        ):
            for name in ("cut_off_date", "known_at"):
                answer = app.post(f"/api/action/digitalms_{action}", json={**told, name: TO_COME})
                assert answer.status_code == 409
                assert "1. Januar 2130 liegt in der Zukunft" in json.loads(answer.data)["error"][name][0]

    def test_a_moment_of_tomorrow_elsewhere(self, app, filled):
        """A moment is of the city's day, whatever its time zone."""
        tomorrow = config.today() + timedelta(days=1)
        call = tk.get_action("digitalms_measure_list")
        with pytest.raises(tk.ValidationError):
            call({}, {"known_at": f"{tomorrow}T12:00:00+00:00"})
        assert call({}, {"known_at": f"{tomorrow}T00:30:00+14:00"})["known_at"]


class TestOfToday:
    def test_searches(self, app, filled):
        """CKAN would take the day for a filter and find nothing; its own links and forms keep it."""
        for path in ("/dataset/", "/organization/opendata"):
            body = app.get(f"{path}?q=Maßnahmen&stichtag={DAY}").body
            assert TODAY in body
            assert "Zurück zu den Maßnahmen am 31. Dezember 2019" in body
            assert f'<input type="hidden" name="stichtag" value="{DAY}">' in body
            assert "Keine Datensätze" not in body
            assert '<button class="btn btn-secondary" type="submit">' in body
            assert "&lt;button" not in body
            assert f"?stichtag={DAY}?" not in body

    def test_a_day_that_is_none(self, app, filled):
        body = app.get("/digitalisierung/definitionen?stichtag=gestern").body
        assert TODAY in body
        assert "Zurück zu den Maßnahmen" not in body

    def test_feeds_and_dumps_refuse_it(self, app, filled):
        for path in ("/feeds/dataset.atom", "/feeds/custom.atom", "/datastore/dump/x"):
            answer = app.get(f"{path}?stichtag={DAY}")
            assert answer.status_code == 400
            assert "immer der Stand von heute" in answer.body

    def test_forms_stay_in_their_language(self, app, filled):
        page = BeautifulSoup(
            app.get(f"/en/digitalisierung?stichtag={DAY}&status=planned&seite=2").body, "html.parser"
        )
        forms = page.select("main form[method=get]")
        assert {form["action"] for form in forms} == {"/en/digitalisierung"}
        choice = {one["name"]: one.get("value") for one in forms[0].select("input[name]")}
        assert choice == {"status": "planned", "stichtag": DAY, "bekannt_am": ""}
        assert page.find("a", string="Show today")["href"] == "/en/digitalisierung?status=planned"

    def test_whole_addresses_have_none(self, app, filled):
        body = app.get(f"/dataset/hunde?stichtag={DAY}").body
        assert f'<meta name="site-root" content="{HOST}/"' in body
