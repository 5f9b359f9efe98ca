"""Old releases go by a rule; the current one and cited ones stay, and an address says what became of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import ckan.plugins.toolkit as tk
import pytest
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
        assert "removed" in answer.body or "entfernt" in answer.body
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
