"""With Solr away everything is saved, told as saved, and found later."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan import model
from ckan.lib import jobs, search
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.search import deferred_indexing, index

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    deferred_indexing._asked_again["at"] = 0.0
    connect_to_redis().delete(deferred_indexing._key("ids"), deferred_indexing._key("job"))
    later = jobs.get_queue().scheduled_job_registry
    for one in later.get_job_ids():
        later.remove(one, delete_job=True)


def test_all_ways_of_changing_are_saved_and_followed(
    app: Any,
    personas: dict[str, str],
    make_measure: Any,
    solr_away: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """CKAN's actions, ours, and both by the API; Solr is waited for once. Then search has it all."""
    monkeypatch.setattr(deferred_indexing, "_PAUSE", 600)
    for name in ("eins", "zwei", "drei", "vier"):
        make_measure(name=name)
    key = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}

    def ask(action: str, **told: Any) -> dict[str, Any]:
        answer = app.post(f"/api/action/{action}", json=told, headers=key)
        assert answer.status_code == 200, answer.body
        return json.loads(answer.body)

    assert "search" not in ask("package_patch", id="eins", title="Zuvor")
    with solr_away():
        call_action("package_patch", id="eins", title="Ganz neu")
        answers = [
            ask("package_patch", id="zwei", title="Auch neu"),
            ask("package_create", name="fuenf", owner_org="opendata"),
            ask("digitalms_statement_create", id="drei", statement="Gesagt", as_of="2019-06-01"),
            ask("package_delete", id="vier"),
        ]
    asked = [
        one for one in caplog.records if (one.name, one.levelname) == (deferred_indexing.__name__, "ERROR")
    ]
    assert len(asked) == 1
    assert [answer.get("search") for answer in answers] == ["follows"] * 4
    assert model.Package.get("eins").title == "Ganz neu"
    assert model.Package.get("vier").state == "deleted"
    queue = jobs.get_queue()
    (job,) = (queue.fetch_job(one) for one in queue.scheduled_job_registry.get_job_ids())
    assert job.func is index.follow
    index.follow()
    found = {one["name"]: one["title"] for one in call_action("package_search", rows=50)["results"]}
    assert found["eins"] == "Ganz neu"
    assert found["zwei"] == "Auch neu"
    assert {"fuenf", "drei"} <= set(found)
    assert "vier" not in found
    assert index.compare().count == 0
    assert not connect_to_redis().exists(deferred_indexing._key("ids"))


def test_a_form_says_so(app: Any, personas: dict[str, str], make_measure: Any, solr_away: Any) -> None:
    make_measure(name="dms")
    key = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    form = {"as_of": "2019-07-01", "statement": "Neu", "status": "in_progress"}
    with solr_away():
        saved = app.post(
            "/digitalisierungsmassnahme/dms/neues", data=form, headers=key, follow_redirects=False
        )
        assert saved.status_code == 302, saved.body
    shown = app.get(saved.headers["Location"], headers=key).body
    assert "Das ist gespeichert. Die Suche ist zurzeit nicht erreichbar" in shown
    assert call_action("package_show", id="dms")["statement"] == "Neu"


def test_an_unanswered_search_is_503_with_a_sentence(app: Any, solr_away: Any) -> None:
    with solr_away():
        answer = app.get("/api/action/package_search", headers={"Accept-Language": "de"})
    assert answer.status_code == 503, answer.body
    assert json.loads(answer.body)["error"]["part"] == "search"
    assert answer.headers["Retry-After"]


def test_who_only_indexes_is_told(make_measure: Any, solr_away: Any) -> None:
    make_measure()
    with solr_away(), deferred_indexing.strict(), pytest.raises(search.SearchIndexError):
        search.rebuild("dms")
