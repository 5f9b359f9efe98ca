"""What has not changed is not made again, and whatever changes is seen with the next request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.digitalms import config
from ckanext.digitalms.logic.action import comparison
from ckanext.digitalms.views import overview

OVERVIEW, MEASURE = "/digitalisierung", "/digitalisierungsmassnahme/dms"
PAGES = (OVERVIEW, MEASURE)
pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.fixture
def read(app: Any, make_measure: Any) -> Callable[..., Any]:
    """Open a page as a browser without cookies."""
    make_measure()
    client = app.test_client(use_cookies=False)
    return lambda path, json=None, **headers: client.get(
        path, json=json, headers=headers, follow_redirects=False
    )


def act(action: str, /, **told: Any) -> Any:
    return tk.get_action(action)({"ignore_auth": True, "user": ""}, told)


# PostgreSQL itself and other processes of the suite write, too, in other databases of the same server: then a
# page is made once more
TRIES = 40


def _written_elsewhere() -> None:
    """Let PostgreSQL's snapshot be another one."""
    with model.meta.engine.begin() as other:
        other.execute(sa.text("CREATE TEMPORARY TABLE elsewhere (id integer)"))
        other.execute(sa.text("DROP TABLE elsewhere"))


@pytest.mark.parametrize("path", [*PAGES, "/digitalisierung/einbetten/massnahme/dms"])
def test_what_is_known_is_not_sent_again(read: Any, path: str) -> None:
    """A browser asks with the mark of its copy; another reader gets the same page."""
    first = read(path)
    _written_elsewhere()
    again, other = read(path, **{"If-None-Match": first.headers["ETag"]}), read(path)
    assert (again.status_code, again.data) == (304, b"")
    assert (other.status_code, other.data) == (200, first.data)
    for name in ("ETag", "Content-Security-Policy", "Cache-Control", "Content-Type"):
        assert other.headers[name] == first.headers[name]


# the comparison as data
DATA = (
    "/digitalisierung/vergleich.csv?von=2019-01-01&bis=2019-12-31",
    "/digitalisierung/vergleich.json?von=2019-01-01&bis=2019-12-31",
    "/api/action/digitalms_comparison_show?from=2019-01-01&to=2019-12-31",
)


class TestData:
    @pytest.mark.parametrize("path", DATA)
    def test_what_is_known_is_not_sent_again(self, read: Any, path: str) -> None:
        """Its mark is that of its content, whatever else was written meanwhile."""
        first = read(path)
        act("organization_patch", id="citeq", description="Anderes")
        again, other = read(path, **{"If-None-Match": first.headers["ETag"]}), read(path)
        assert (again.status_code, again.data) == (304, b"")
        assert (other.status_code, other.data) == (200, first.data)
        for name in ("ETag", "Content-Type", "Content-Disposition", "Cache-Control"):
            assert other.headers.get(name) == first.headers.get(name)

    @pytest.mark.parametrize("path", DATA)
    def test_a_change_is_seen_at_once(self, read: Any, path: str) -> None:
        before = read(path)
        told = {"id": "dms", "as_of": "2019-06-01", "status": "in_progress", "statement": "Neu gesagt"}
        act("digitalms_statement_create", **told)
        after = read(path, **{"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert after.data != before.data

    def test_the_api_computes_nothing_twice(self, read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Strangers get the copy; who is signed in is answered anew."""
        made = []
        usual = comparison.compared
        monkeypatch.setattr(comparison, "compared", lambda *days: made.append(days) or usual(*days))
        bodies = {read(DATA[2]).data for _ in range(TRIES)}
        assert len(bodies) == 1
        assert 0 < len(made) < TRIES
        count = len(made)
        key = {"Authorization": factories.APIToken(user=factories.User()["name"])["token"]}
        read(DATA[2], **key)
        read(DATA[2], **key)
        assert len(made) == count + 2

    def test_a_question_in_the_body_is_not_kept(self, read: Any) -> None:
        """The address is the same for all of them, and none is the answer of the next."""
        path, _ = DATA[2].split("?")
        days = ({"from": "2019-01-01", "to": "2019-12-31"}, {"from": "2017-01-01", "to": "2018-12-31"})
        for asked in (*days, *days):
            told = read(path, json=asked).json["result"]
            assert (told["from"], told["to"]) == (asked["from"], asked["to"])
        assert read(path).status_code == 409

    def test_what_is_refused_is_not_kept(self, read: Any) -> None:
        for _ in range(2):
            answer = read("/api/action/digitalms_comparison_show?from=gestern")
            assert (answer.status_code, "ETag" in answer.headers) == (409, False)


def test_it_is_made_once(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reader costs no view."""
    made = []
    usual = overview.kept_measures
    monkeypatch.setattr(
        overview, "kept_measures", lambda moment, **more: made.append(moment) or usual(moment, **more)
    )
    bodies = {read(OVERVIEW).data for _ in range(TRIES)}
    assert len(bodies) == 1
    assert 0 < len(made) < TRIES


def test_pages_are_told_apart(read: Any) -> None:
    """By address, question and language."""
    paths = (
        *PAGES,
        f"{OVERVIEW}?status=done",
        f"{OVERVIEW}?status=planned",
        f"/en{OVERVIEW}",
        f"/en{MEASURE}",
    )
    bodies = {path: read(path).data for path in paths}
    assert len(set(bodies.values())) == len(paths)
    assert {path: read(path).data for path in paths} == bodies


# what changes a page, and on which pages it is seen
CHANGES: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "a Stand": (
        lambda: act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="Neu gesagt"),
        PAGES,
    ),
    "an edit": (lambda: act("package_patch", id="dms", title="Anderer Titel"), PAGES),
    "a contact": (lambda: act("package_patch", id="dms", contact_function="Fachstelle 7"), (MEASURE,)),
    "an office": (lambda: act("organization_patch", id="citeq", title="Anderes Amt"), PAGES),
    "no longer public": (lambda: act("package_patch", id="dms", private=True), PAGES),
    "deleted": (lambda: act("package_delete", id="dms"), PAGES),
    "a new measure": (lambda: act("package_create", **_another()), (OVERVIEW,)),
    "a release": (lambda: act("digitalms_table_publish"), (OVERVIEW,)),
    "the name of the site": (
        lambda: act("config_option_update", **{"ckan.site_title": "Anderer Name"}),
        PAGES,
    ),
    "a row that somebody wrote by hand": (lambda: _by_hand(), (OVERVIEW,)),
}


def _another() -> dict[str, Any]:
    told = {"type": "digitalisierungsmassnahme", "owner_org": "citeq", "as_of": "2019-03-14"}
    return {**told, "name": "wlan", "title": "WLAN", "status": "planned"}


def _by_hand() -> None:
    model.Session.execute(sa.text("UPDATE \"group\" SET title = 'Von Hand'"))
    model.Session.commit()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen_at_once(read: Any, name: str, tmp_path: Any, ckan_config: Any) -> None:
    """Whoever wrote it, with the next request."""
    ckan_config["ckanext.digitalms.release_path"] = str(tmp_path)
    change, pages = CHANGES[name]
    before = {path: read(path) for path in pages}
    change()
    for path in pages:
        after = read(path, **{"If-None-Match": before[path].headers["ETag"]})
        assert after.status_code != 304, path
        assert after.data != before[path].data, path


def test_a_change_counts_when_it_is_committed(read: Any) -> None:
    """What another connection has written and not yet committed is nobody's page."""
    first = read(OVERVIEW)
    with model.meta.engine.connect() as other:
        with other.begin():
            other.execute(sa.text("UPDATE \"group\" SET title = 'Noch offen'"))
            assert b"Noch offen" not in read(OVERVIEW).data
        assert b"Noch offen" in read(OVERVIEW).data
    assert read(OVERVIEW, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_days_and_options_count(read: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """At midnight, and with what the configuration says, a page is another one."""
    marks = [read(OVERVIEW).headers["ETag"]]
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.theme.primary", "#123456")
    marks.append(read(OVERVIEW).headers["ETag"])
    monkeypatch.setattr(config, "today", lambda: date(2030, 1, 1))
    marks.append(read(OVERVIEW).headers["ETag"])
    assert len(set(marks)) == 3


def test_nothing_of_accounts_is_kept(app: Any, read: Any, personas: dict[str, str], sign_in: Any) -> None:
    """Neither for them nor for others: their pages have what only they see."""
    stranger = read(MEASURE)
    token = factories.APIToken(user=personas["editor"])["token"]
    own = read(MEASURE, Authorization=token, **{"If-None-Match": stranger.headers["ETag"]})
    assert own.status_code == 200
    assert "ETag" not in own.headers
    assert own.data != stranger.data
    factories.User(name="leser", password="nur-im-test-2019")
    browser = app.test_client()
    sign_in(browser, "leser")
    signed_in = browser.get(MEASURE)
    assert "ETag" not in signed_in.headers
    assert b"leser" in signed_in.data
    assert read(MEASURE).data == stranger.data


def test_what_is_not_there_is_not_kept(read: Any) -> None:
    """A page that may come has no mark."""
    answer = read("/digitalisierungsmassnahme/wlan")
    assert answer.status_code == 404
    assert "ETag" not in answer.headers
