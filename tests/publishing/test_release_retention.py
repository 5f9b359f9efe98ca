"""Old releases go by a rule; the current one and cited ones stay, and an address says what became of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.publishing.retention import MONTHLY, NONE, YEARLY, Rule

NOW = datetime(2027, 3, 15, 12, tzinfo=UTC)
DATA = "/digitalisierung/daten"


def days(*ago: int) -> list[tuple[str, datetime]]:
    return [(str(number), NOW - timedelta(days=number)) for number in ago]


@pytest.mark.parametrize(
    ("rule", "made", "gone"),
    [
        (Rule(0, NONE), [1, 5000], []),
        (Rule(-1, NONE), [1, 5000], []),
        (Rule(30, NONE), [1, 29, 31, 400], ["400", "31"]),
        # 15 February and 1 February; 31 and 10 January
        (Rule(20, MONTHLY), [1, 28, 42, 43, 64], ["64", "42"]),
        # two of 2026, one of 2025
        (Rule(20, YEARLY), [74, 100, 300, 500], ["300", "100"]),
        (Rule(30, MONTHLY), [], []),
    ],
)
def test_the_rule(rule, made, gone):
    assert rule.leaves_out(days(*made), NOW) == gone


def test_a_month_is_the_citys():
    """Half past eleven in the evening of 31 January in UTC is February in Münster."""
    made = [
        ("a", datetime(2027, 1, 31, 22, 30, tzinfo=UTC)),
        ("b", datetime(2027, 1, 31, 23, 30, tzinfo=UTC)),
    ]
    assert Rule(20, MONTHLY).leaves_out(made, NOW) == []


def set_age(release_id: str, days: int) -> None:
    release = model.Session.get(Release, release_id)
    assert release
    release.created_at = datetime.now(UTC) - timedelta(days=days)
    model.Session.commit()


@pytest.fixture
def three(once_published, make_measure, open_data) -> list[str]:
    """Return three releases, the oldest first; the last is the current one."""

    def make() -> list[str]:
        make_measure()
        made = []
        for percent in ("10", "20", "30"):
            told = {"id": "dms", "as_of": "2019-06-01", "progress_percent": percent}
            tk.get_action("digitalms_statement_create")({"ignore_auth": True, "user": ""}, told)
            made.append(str(releases.publish().release_id))
        for age, release_id in zip((500, 400, 300), made, strict=True):
            set_age(release_id, age)
        return made

    return list(once_published("three releases", make))


def cite(user: str, release_id: str, place: str) -> dict[str, str]:
    told = {"release_id": release_id, "cited_in": place}
    answer: dict[str, str] = tk.get_action("digitalms_release_cite")({"user": user}, told)
    return answer


class TestThinning:
    def test_all_stay_without_a_rule(self, three):
        assert release_retention.remove_old() == []
        assert len(releases.finished()) == 3

    @pytest.mark.ckan_config("ckanext.digitalms.releases.keep_days", 30)
    @pytest.mark.ckan_config("ckanext.digitalms.releases.then_keep", "none")
    def test_the_current_one_and_cited_ones_stay(self, three, personas, releases_at, app, assert_whole):
        assert cite(personas["coordinator"], three[0], " V/0123/2027 ")["cited_in"] == "V/0123/2027"
        assert release_retention.remove_old() == [three[1]]
        assert [release.release_id for release in releases.finished()] == [three[2], three[0]]
        assert not (releases_at / three[1]).exists()
        assert_whole()
        answer = app.get(f"{DATA}/measures/{three[1]}/measures.csv", status=410)
        assert "entfernt" in answer.body
        page = app.get(f"{DATA}/measures/").body
        assert "V/0123/2027" in page
        assert three[1] not in page
        # what is not cited any more goes with the next run
        assert cite(personas["coordinator"], three[0], "")["cited_in"] == ""
        assert release_retention.remove_old() == [three[0]]
        assert release_retention.remove_old() == []

    @pytest.mark.ckan_config("ckanext.digitalms.releases.keep_days", 30)
    @pytest.mark.ckan_config("ckanext.digitalms.releases.then_keep", "none")
    def test_a_crash_leaves_no_folder(self, three, releases_at, monkeypatch):
        """Killed between the row and the folder."""
        with monkeypatch.context() as patch:
            patch.setattr("ckanext.digitalms.publishing.folders.Folders.remove", lambda *args: None)
            release_retention.remove_old()
        assert (releases_at / three[0]).exists()
        release_retention.remove_old()
        assert not (releases_at / three[0]).exists()
        assert releases.problems() == []

    @pytest.mark.ckan_config("ckanext.digitalms.releases.keep_days", 30)
    def test_redaction_passes_over_what_is_gone(self, three, personas, make_measure):
        release_retention.remove_old()
        history = tk.get_action("digitalms_measure_history")({"user": personas["sysadmin"]}, {"id": "dms"})
        told = {"statement_id": history["results"][0]["statement_id"], "path": "title", "reason": "Person"}
        tk.get_action("digitalms_redact")({"user": personas["sysadmin"]}, told)
        assert all(release.manifest["notes"] for release in releases.finished())


class TestReleaseCite:
    def test_coordinator_on_the_page(self, three, app, personas):
        token = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        assert 'name="cited_in"' in app.get(f"{DATA}/measures/", headers=token).body
        app.post(f"{DATA}/measures/{three[0]}/", data={"cited_in": "V/0123/2027"}, headers=token)
        assert "V/0123/2027" in app.get(f"{DATA}/measures/").body

    def test_nobody_else(self, three, personas, app):
        for name in ("editor", "stranger"):
            with pytest.raises(tk.NotAuthorized):
                cite(personas[name], three[0], "V/1/2027")
        assert 'name="cited_in"' not in app.get(f"{DATA}/measures/").body

    def test_what_is_not_there(self, three, personas):
        with pytest.raises(tk.ObjectNotFound):
            cite(personas["coordinator"], "gibt-es-nicht", "V/1/2027")


def seen(app: Any, address: str) -> BeautifulSoup:
    return BeautifulSoup(app.get(address).body, "lxml")


class TestLook:
    """A release is looked into like the newest one, at an address of its own."""

    PAGE = "/digitalisierung/tabelle/status_series"

    def test_a_former_one(self, three, app):
        """Its rows, its files, its code; each click stays in it, and it is no page for search engines."""
        progress = "progress_percent.not="
        page = seen(app, f"{self.PAGE}?_fassung={three[0]}&{progress}&columns=progress_percent")
        assert [one.get_text(strip=True) for one in page.select(".dm-look tbody td")] == ["10"]
        assert "nicht die neueste" in page.select_one(".dm-note").get_text()
        newest = page.select_one(".dm-note a")["href"]
        assert "_fassung" not in newest
        assert "nicht die neueste" not in seen(app, newest).get_text()
        assert page.select_one("meta[name=robots]")["content"] == "noindex"
        ways = [one["href"] for one in page.select(".dm-sort, .dm-column a, .dm-chips a")]
        assert ways
        assert all(f"_fassung={three[0]}" in one for one in ways)
        files = [one["href"] for one in page.select(".dm-get a")]
        assert all(f"/status_series/{three[0]}/status_series." in one for one in files)
        assert "10" in app.get(next(one for one in files if ".csv?" in one)).body
        code = " ".join(one.get_text() for one in page.select("textarea"))
        assert f"/{three[0]}/status_series.csv" in code
        assert f"einbetten/tabelle/status_series?{progress}" in code
        form = page.select_one("form.dm-filter")
        assert form.select_one("input[name=_fassung]")["value"] == three[0]

    def test_the_list_leads_there(self, three, app):
        """The newest one says that it is, and keeps its address."""
        page = seen(app, f"{DATA}/status_series/")
        ways = [one["href"] for one in page.select("a[href*=_fassung]")]
        assert [one.rpartition("=")[2] for one in ways] == three[::-1]
        assert "Sie ist die neueste" in seen(app, ways[0]).select_one(".dm-note").get_text()

    def test_a_plot_and_what_is_embedded(self, three, app):
        """Plots and frames have the release, too."""
        asked = f"_fassung={three[1]}&_diagramm=bar&_x=progress_percent"
        page = seen(app, f"{self.PAGE}?{asked}")
        numbers = next(one["href"] for one in page.select(".dm-plot a") if "diagramm.csv" in one["href"])
        assert "30," not in app.get(numbers).body
        assert "20," in app.get(numbers).body
        embedded = "/digitalisierung/einbetten/tabelle/status_series"
        assert "30" not in seen(app, f"{embedded}?_fassung={three[1]}&columns=progress_percent").get_text()
        assert app.get(f"{embedded}/diagramm?{asked}").status_code == 200
        for path in (embedded, f"{embedded}/diagramm"):
            app.get(f"{path}?_fassung=gibtesnicht&_diagramm=bar&_x=as_of", status=404)

    def test_what_was_blanked_is_told(self, three, app):
        """As the list of releases says it."""
        release = model.Session.get(Release, three[0])
        note = {"at": "2026-11-02T09:00:00+00:00", "change": "blanked", "reason": "Ein Name"}
        release.manifest = {**release.manifest, "notes": [note]}
        model.Session.commit()
        page = seen(app, f"{self.PAGE}?_fassung={three[0]}")
        assert "unkenntlich gemacht: Ein Name" in page.select_one(".dm-note").get_text()
        assert "Ein Name" not in seen(app, f"{self.PAGE}?_fassung={three[1]}").get_text()

    def test_what_is_no_release_of_it(self, three, app):
        """Another word, ten thousand letters, another table's release; a day changes nothing in a release."""
        progress = "progress_percent.not="
        for wrong in ("gibtesnicht", f"{three[0]}%20x"):
            app.get(f"{self.PAGE}?_fassung={wrong}", status=404)
        for wrong in ("x" * 10_000, "%00"):
            app.get(f"{self.PAGE}?_fassung={wrong}", status=400)
        app.get(f"/digitalisierung/tabelle/coverage?_fassung={three[0]}", status=404)
        app.get(f"/digitalisierung/tabelle/gibtesnicht?_fassung={three[0]}", status=404)
        page = seen(app, f"{self.PAGE}?_fassung={three[0]}&stichtag=2019-03-20&{progress}")
        assert len(page.select(".dm-look tbody tr")) == 1
        assert "den Stand von heute" in page.get_text()
        assert all("stichtag=2019-03-20" in one["href"] for one in page.select(".dm-sort"))
        assert not any("stichtag" in one["href"] for one in page.select(".dm-get a"))

    @pytest.mark.ckan_config("ckanext.digitalms.releases.keep_days", 30)
    @pytest.mark.ckan_config("ckanext.digitalms.releases.then_keep", "none")
    def test_one_that_is_gone(self, three, app):
        """Its page says so, as its files do."""
        assert release_retention.remove_old() == three[:2]
        for path in ("", "/diagramm.csv"):
            answer = app.get(f"{self.PAGE}{path}?_fassung={three[0]}&_diagramm=bar&_x=as_of", status=410)
            assert "wurde am" in answer.body
