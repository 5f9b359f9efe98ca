"""Figures by month: equal to what SQL and the search count, frozen, filled in; uses without persons."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms import config
from ckanext.digitalms.cli import digitalms
from ckanext.digitalms.model import CatalogueFigure, Release, UseCount
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.quality import months
from ckanext.digitalms.services.access import admission
from ckanext.digitalms.services.figures import kept, live, use

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "no_counts")

PAGE = "/digitalisierung/katalog-in-zahlen"


@pytest.fixture
def no_counts():
    """No counter of an earlier test."""

    def clear():
        client = connect_to_redis()
        for key in client.scan_iter(f"ckan:{tk.config['ckan.site_id']}:digitalms:use:*"):
            client.delete(key)

    clear()
    yield
    clear()


def figures(**asked):
    rows = call_action("digitalms_catalogue_figure_list", limit=1000, **asked)["results"]
    return {(one["figure"], one["key"]): (one["value"], one["total"]) for one in rows}


def counts():
    return {f"{kind} {key}": number for (kind, key), number in use.counts(months.of(config.today())).items()}


@pytest.fixture
def several(demo, office):
    """The demo with three datasets more, of which one is private."""
    resources = [
        {"url": "https://x.example/a.csv", "format": "csv"},
        {"url": "https://x.example/b", "format": "PDF"},
    ]
    factories.Dataset(name="eins", owner_org=office["id"], license_id="cc-by", resources=resources)
    factories.Dataset(name="zwei", owner_org=office["id"], license_id="", resources=resources[:1])
    factories.Dataset(name="geheim", title="Projekt Phönix", owner_org=office["id"], private=True)


@pytest.fixture
def waiting(make_measure):
    """A measure of an office that is not let in, with a file."""
    office = factories.Organization(name="wartendes-amt")
    admission.refuse(office["id"])
    model.repo.commit()
    files = [{"url": "https://x.example/plan.pdf", "name": "Plan"}]
    return make_measure(name="wartet", title="Zeppelinhafen", owner_org=office["id"], resources=files)


class TestPresent:
    def test_equal_to_other_counts(self, several):
        """What the page says is what SQL and the search count by themselves."""
        releases.publish()
        found = figures()
        select = "SELECT count(*) FROM package WHERE type = '{}' AND state = 'active' AND NOT private"
        for figure, kind in (("datasets", "dataset"), ("measures", "digitalisierungsmassnahme")):
            assert found[figure, "(all)"][0] == model.Session.scalar(sa.text(select.format(kind))), figure
        assert found["measures", "(all)"][0] == call_action("digitalms_measure_list")["count"]
        asked = {"fq": "dataset_type:dataset", "rows": 0, "facet.limit": -1}
        facets = ("res_format", "license_id", "organization")
        searched = call_action("package_search", **asked, **{"facet.field": list(facets)})
        assert found["datasets", "(all)"][0] == searched["count"]
        for figure, facet in zip(("format", "license", "office"), facets, strict=True):
            told = Counter(
                {
                    key.upper() if figure == "format" else key: n
                    for key, n in searched["facets"][facet].items()
                }
            )
            ours = {
                key: value for (name, key), (value, _) in found.items() if name == figure and key != "(none)"
            }
            assert ours == dict(told), figure
        assert found["license", "(none)"] == (1, None)

    def test_runs_of_sources(self, make_sources, office):
        """How many of the runs that ended this month had no error, by source and together."""
        make_sources(2, office["id"])
        runs = model.Session.scalar(
            sa.text(
                "SELECT count(*) FROM harvest_job WHERE status = 'Finished' "
                "AND to_char(finished AT TIME ZONE 'UTC' AT TIME ZONE :zone, 'YYYY-MM') = :month"
            ),
            {"zone": config.time_zone().key, "month": months.of(config.today())},
        )
        found = figures(figure="harvest")
        assert found["harvest", "(all)"][1] == runs
        assert sum(total for (_, key), (_, total) in found.items() if key != "(all)") == runs

    def test_private_is_in_none(self, several):
        rows = call_action("digitalms_catalogue_figure_list", limit=1000)["results"]
        assert not any("geheim" in str(one.values()) or "Phönix" in str(one.values()) for one in rows)

    def test_an_office_that_waits(self, several, waiting):
        """Its measures are counted nowhere, now and in the month that is kept; nor is a file of theirs."""
        use.count(use.DOWNLOADS, f"resource/{waiting['resources'][0]['id']}")
        public = call_action("digitalms_measure_list")["count"]
        found = figures()
        assert found["measures", "(all)"] == (public, None)
        assert found["quality", "not_judged"][0] == found["datasets", "(all)"][0] + public
        assert {key for name, key in found if name == "downloads"} == {"(all)"}
        kept.refresh(config.today())
        stored = {
            (one.figure, one.key): one.value for one in model.Session.scalars(sa.select(CatalogueFigure))
        }
        assert stored["measures", "(all)"] == public
        assert "wartet" not in {key for _, key in stored}

    def test_asked_for_less(self, several):
        assert {figure for figure, _ in figures(figure="format")} == {"format"}
        assert figures(month="1999-01") == {}
        for wrong in ({"figure": "anderes"}, {"month": "Mai"}, {"unbekannt": 1}):
            with pytest.raises(tk.ValidationError):
                call_action("digitalms_catalogue_figure_list", **wrong)

    def test_empty_catalogue(self):
        found = figures()
        assert found["datasets", "(all)"] == (0, None)
        assert found["quality", "(all)"] == (None, 0)
        assert found["downloads", "(all)"] == (0, None)


class TestMonths:
    def test_frozen(self, several):
        """An ended month is as it was counted last in it; later changes leave it alone."""
        kept.refresh(date(2026, 9, 29))
        call_action("package_delete", id="eins")
        kept.refresh(date(2026, 10, 1))
        september = self.stored("2026-09")
        assert september["datasets", "(all)"] == (2, True)
        assert self.stored("2026-10")["datasets", "(all)"] == (1, False)
        call_action("package_delete", id="zwei")
        kept.refresh(date(2026, 10, 2))
        assert self.stored("2026-09") == september
        assert self.stored("2026-10")["datasets", "(all)"] == (0, False)

    def test_filled_in(self, several):
        """What history knows of months that nobody counted stands there; the rest is empty, not 0."""
        kept.refresh(date(2026, 8, 15))
        kept.refresh(date(2026, 11, 3))
        assert self.stored("2026-08")["datasets", "(all)"] == (2, True)
        for month in ("2026-09", "2026-10"):
            told = self.stored(month)
            assert told["datasets", "(all)"] == told["complete", "(all)"] == (None, True)
            assert told["downloads", "(all)"] == (None, True)
            # the measures of the demo were made today, which is later
            assert told["measures", "(all)"][0] == len(
                live.StatementRow.catalogue(None, config.end_of_day(months.last_day(month)))
            )
        assert self.stored("2026-11")["measures", "(all)"][0] == 7

    def test_first_count_looks_back(self, several, monkeypatch):
        """An upgrade fills in from when on anything was said."""
        monkeypatch.setattr(kept, "_first", lambda month: months.before(month, 2))
        kept.refresh(date(2026, 11, 3))
        stored = sorted(set(model.Session.scalars(sa.select(CatalogueFigure.month))))
        assert stored == ["2026-09", "2026-10", "2026-11"]

    def test_begins_with_the_first_statement(self, several):
        kept.refresh(config.today())
        assert set(model.Session.scalars(sa.select(CatalogueFigure.month))) == {months.of(config.today())}

    def test_days_are_those_of_the_city(self):
        """In its zone the first month has begun, in that of the database, or in UTC, not yet."""
        moment = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
        told = [moment, moment.astimezone(ZoneInfo("America/New_York")), moment.replace(tzinfo=None)]
        assert {kept._day(one) for one in told} == {date(2026, 9, 1)}

    def stored(self, month):
        rows = model.Session.scalars(sa.select(CatalogueFigure).where(CatalogueFigure.month == month))
        return {(one.figure, one.key): (one.value, one.is_final) for one in rows}

    def test_of_a_day(self, several):
        """A past day shows the months that had ended by then."""
        kept.refresh(date(2026, 8, 15))
        kept.refresh(date(2026, 10, 2))
        rows = kept.until(date(2026, 9, 29))
        assert {one.month for one in rows} == {"2026-08"}
        assert kept.until(date(2026, 7, 1)) == []


class TestTables:
    def test_published(self, cli, several, app):
        """One command counts, judges and publishes; again it changes nothing; a day has what held then."""
        done = cli.invoke(digitalms, ["figures"])
        assert done.exit_code == 0, done.output
        assert "published, published" in done.output
        for name in ("catalogue_figures", "dataset_quality"):
            told = call_action(
                "datastore_search",
                resource_id=call_action("digitalms_table_list", limit=100)["results"][
                    -2 if name == "catalogue_figures" else -1
                ]["resource_id"],
            )
            assert told["total"] > 20, name
        held = releases.current("dataset_quality")
        address = "/digitalisierung/daten/dataset_quality"
        first = app.get(f"{address}/{held.release_id}/dataset_quality.csv").body
        earlier = sa.update(Release).where(Release.release_id == held.release_id)
        model.Session.execute(earlier.values(current_at=datetime(2026, 8, 1, tzinfo=UTC)))
        model.Session.commit()
        # the datasets of the two tables themselves are counted and judged by the next runs, and then it rests
        for _ in range(2):
            cli.invoke(digitalms, ["figures"])
        assert "unchanged, unchanged" in cli.invoke(digitalms, ["figures"]).output
        assert app.get(f"{address}.csv").body != first
        assert app.get(f"{address}.csv?stichtag=2026-08-02").body == first
        assert len(app.get(f"{address}.csv?stichtag=2026-07-02").body.splitlines()) == 1
        assert (
            len(
                app.get(
                    "/digitalisierung/daten/catalogue_figures.csv?bekannt_am=2026-08-02"
                ).body.splitlines()
            )
            == 1
        )

    def test_no_part_of_each_change(self, several):
        """Where nothing was counted there is no release, and the run of the measures leaves it alone."""
        releases.publish_all()
        assert releases.current("catalogue_figures") is None


class TestUses:
    def test_downloads(self, app, several):
        """A table, whole; no 304, no HEAD, no part from its middle, no schema, no robot."""
        releases.publish()
        address = "/digitalisierung/daten/measures.csv"
        etag = app.get(address).headers["ETag"]
        assert counts() == {"downloads measures": 1}
        app.get(address, headers={"If-None-Match": etag}, status=304)
        app.flask_app.test_client(use_cookies=False).head(address)
        app.get(address, headers={"Range": "bytes=10-20"}, status=206)
        app.get("/digitalisierung/daten/measures.schema.json")
        for robot in ("Googlebot/2.1", "Mozilla/5.0 (compatible; bingbot/2.0)", "UptimeRobot/2.0"):
            app.get(address, headers={"User-Agent": robot})
        app.get("/digitalisierung/daten/nirgends.csv", status=404)
        assert counts() == {"downloads measures": 1}
        app.get(address, headers={"Range": "bytes=0-20"}, status=206)
        app.get("/digitalisierungsmassnahme/dms.csv")
        assert counts() == {"downloads measures": 2, "downloads measure_files": 1}
        assert figures(figure="downloads") == {
            ("downloads", "(all)"): (3, None),
            ("downloads", "measures"): (2, None),
            ("downloads", "measure_files"): (1, None),
        }

    def test_who_is_signed_in(self, app, several, personas):
        releases.publish()
        token = factories.APIToken(user=personas["editor"])["token"]
        app.get("/digitalisierung/daten/measures.csv", headers={"Authorization": token})
        assert counts() == {}

    def test_reads(self, app, several):
        """By table where that is known, by action else; what was refused is none."""
        releases.publish()
        table = call_action("digitalms_table_list")["results"][0]["resource_id"]
        app.get(f"/api/3/action/datastore_search?resource_id={table}")
        app.post("/api/3/action/datastore_search", json={"resource_id": table})
        app.get("/api/3/action/digitalms_measure_list")
        app.get("/api/3/action/digitalms_measure_show?id=nirgends", status=404)
        assert figures(figure="api_reads") == {
            ("api_reads", "(all)"): (3, None),
            ("api_reads", "measures"): (2, None),
            ("api_reads", "digitalms_measure_list"): (1, None),
        }

    def test_what_the_action_was_given(self, app, several):
        """Not what else stands in the address; nor does a preflight count an action that is none."""
        releases.publish()
        table = call_action("digitalms_table_list")["results"][0]["resource_id"]
        body = {json.dumps({"resource_id": table, "limit": 1}): ""}  # as curl sends it
        for address in ("%00", "x" * 3000, "erfunden"):
            app.post(f"/api/3/action/datastore_search?resource_id={address}", data=body)
        app.post("/api/3/action/datastore_search", json={"id": table})
        app.flask_app.test_client(use_cookies=False).options("/api/3/action/digitalms_erfunden_list")
        assert counts() == {f"api_reads resource/{table}": 4}
        app.get("/api/3/action/datastore_search?resource_id=_table_metadata")
        assert counts()["api_reads action/datastore_search"] == 1

    def test_what_cannot_be_stored(self, app, several):
        """Nothing of that comes in, and where it stands in Valkey it is left out of page, copy and end."""
        month = months.of(config.today())
        use.count(use.READS, "resource/\ud800")
        wrong = ("\0", "x" * 3000)
        for key in wrong:
            use.count(use.READS, f"resource/{key}")
        use.count(use.READS, "measures")
        assert counts() == {"api_reads measures": 1}
        for key in wrong:
            connect_to_redis().hset(use._place(month), f"{use.READS}\tresource/{key}", 1)
        app.get(PAGE)
        assert figures(figure="api_reads")["api_reads", "(all)"] == (1, None)
        kept._end(month, config.today())
        assert [one.key for one in model.Session.scalars(sa.select(UseCount))] == ["measures"]
        assert counts() == {"api_reads measures": 1}

    def test_so_many_and_no_more(self, monkeypatch, several):
        """A month has an end; what is counted already goes on."""
        monkeypatch.setattr(use, "_MOST", 3, raising=False)  # one is the name of the counter
        for key in ("eins", "zwei", "drei", "eins", "vier"):
            use.count(use.DOWNLOADS, key)
        assert counts() == {"downloads eins": 2, "downloads zwei": 1}
        for words in ("freibad", "hallenbad", "hallenbad", "eisbahn", "skatepark", *["freibad"] * 5):
            use.nothing_found(words)
        assert connect_to_redis().hlen(f"{use._place(months.of(config.today()))}:codes") == 3
        assert counts() == {"downloads eins": 2, "downloads zwei": 1}

    def test_what_is_public_no_more(self, several):
        """Its name is told to nobody; the sum stays."""
        resource = call_action("package_show", id="eins")["resources"][0]["id"]
        use.count(use.DOWNLOADS, f"resource/{resource}")
        assert figures(figure="downloads")["downloads", "eins"] == (1, None)
        call_action("package_patch", id="eins", private=True)
        assert figures(figure="downloads") == {("downloads", "(all)"): (1, None)}

    def test_copied_and_lost(self, several):
        """Copied twice counts once; what Valkey lost after a copy stays, and a new counter is added."""
        month = months.of(config.today())
        for _ in range(3):
            use.count(use.DOWNLOADS, "measures")
        use.flush(month)
        use.flush(month)
        model.repo.commit()
        assert counts() == {"downloads measures": 3}
        use.count(use.DOWNLOADS, "measures")
        assert counts() == {"downloads measures": 4}
        use.forget(month)
        assert counts() == {"downloads measures": 3}
        use.count(use.DOWNLOADS, "measures")
        assert counts() == {"downloads measures": 4}
        use.flush(month)
        assert model.Session.query(UseCount).count() == 2

    def test_without_valkey(self, monkeypatch, several):
        """Where it is away nothing fails; what was copied is told."""
        use.count(use.DOWNLOADS, "measures")
        use.flush(months.of(config.today()))
        address = "redis://127.0.0.1:1/0?socket_connect_timeout=1"
        from redis import Redis

        monkeypatch.setattr(use, "connect_to_redis", lambda: Redis.from_url(address))
        use.count(use.DOWNLOADS, "measures")
        use.nothing_found("freibad")
        assert counts() == {"downloads measures": 1}


class TestSearches:
    def search(self, app, words, times=1):
        for _ in range(times):
            app.get("/digitalisierung/suche/", query_string={"q": words})

    def test_from_five_on(self, app, several):
        """Below that the words stand nowhere, not even in Valkey; from then on they are counted."""
        self.search(app, "Quastenflosser", 4)
        client = connect_to_redis()
        kept_words = [
            f"{key} {client.hgetall(key)}"
            for key in client.scan_iter(f"ckan:{tk.config['ckan.site_id']}:digitalms:use:*")
        ]
        assert kept_words
        assert not any("quastenflosser" in text.casefold() for text in kept_words)
        assert figures(figure="nothing_found") == {}
        self.search(app, "QUASTENFLOSSER", 2)
        assert figures(figure="nothing_found") == {("nothing_found", "quastenflosser"): (6, None)}
        assert figures(figure="searches") == {
            ("searches", "(all)"): (6, None),
            ("searches", "(none)"): (6, None),
        }

    def test_what_is_found(self, app, several):
        self.search(app, "Digitalisierung", 5)
        assert figures(figure="searches")["searches", "(none)"] == (0, None)
        assert figures(figure="nothing_found") == {}

    @pytest.mark.parametrize("words", ["erika@example.org", "0251 49 20 100", "phönix", "Erika Musterfrau"])
    def test_never(self, several, words):
        """Mail addresses, numbers, names of what is internal and of accounts are in no list."""
        factories.User(name="emuster", fullname="Erika Musterfrau")
        for _ in range(6):
            use.nothing_found(words)
        assert figures(figure="nothing_found") == {}
        kept.refresh(config.today())
        stored = model.Session.scalars(sa.select(CatalogueFigure.key)).all()
        assert not any(words.casefold() in key for key in stored)

    def test_titles_that_wait(self, several, waiting):
        """What is called like a measure of an office that is not let in is told by nobody's searches."""
        for _ in range(6):
            use.nothing_found("zeppelinhafen")
            use.nothing_found("freibad")
        assert figures(figure="nothing_found") == {("nothing_found", "freibad"): (6, None)}


class TestPage:
    def test_shows_what_is_counted(self, app, several):
        body = app.get(PAGE).body
        total = figures()["datasets", "(all)"][0]
        assert f"<dd>{total}</dd>" in body.replace("\n", "")
        assert "bisher" in body
        for name in ("datasets", "format", "license", "office", "age", "downloads", "nothing_found"):
            assert f'id="dm-{name}"' in body

    def test_empty(self, app):
        assert 'id="dm-datasets"' in app.get(PAGE).body
        assert 'id="dm-datasets"' in app.get(f"/en{PAGE}").body

    def test_of_a_day_before_counting(self, app, several):
        assert "dm-datasets" not in app.get(f"{PAGE}?stichtag=2019-03-14").body

    def test_over_time(self, app, several):
        """Several months are a line with its table; a gap is none."""
        kept.refresh(date(2026, 8, 15))
        kept.refresh(date(2026, 11, 3))
        page = BeautifulSoup(app.get(PAGE).body, "html.parser")
        assert page.select_one("#dm-line-measures-title")
        rows = page.select("section:has(#dm-datasets) table")[1].select("tr")
        assert [row.get_text(" ", strip=True) for row in rows][1:4] == [
            "August 2026 2",
            "September 2026 nicht bekannt",
            "Oktober 2026 nicht bekannt",
        ]
        early = BeautifulSoup(app.get(f"{PAGE}?stichtag=2026-09-10").body, "html.parser")
        assert "August 2026" in early.get_text()
        assert early.select_one("#dm-datasets").find_next("strong").get_text() == "2"

    def test_table(self, app, several):
        text = app.get(f"{PAGE}.csv?zahl=format").body
        assert text.splitlines()[0] == "month,figure,key,label,value,total,counted_on,is_final"
        assert {line.split(",")[1] for line in text.splitlines()[1:]} == {"format"}
        app.get(f"{PAGE}.csv?zahl=anderes", status=400)

    def test_many_offices(self, app, catalogue):
        """A hundred offices with long names: some are drawn, all are in the table."""
        for number in range(30):
            long = f"Amt für Angelegenheiten mit einem außerordentlich langen Namen, Nummer {number}"
            office = factories.Organization(name=f"amt-{number}", title=long)
            factories.Dataset(owner_org=office["id"], name=f"satz-{number}")
        body = app.get(PAGE).body
        assert "19 weitere" in body
        assert body.count("außerordentlich langen Namen, Nummer 29") >= 1

    def test_evidence(self, app, several):
        """Any measure that names the page among its links has it as evidence, and is named there."""
        site = tk.config["ckan.site_url"]
        user = factories.Sysadmin()["name"]
        link = {"title": "Der Katalog in Zahlen", "url": f"{site}{PAGE}"}
        call_action("package_patch", {"user": user}, id="dms", links=[link])
        assert "/digitalisierungsmassnahme/dms" in app.get(PAGE).body
