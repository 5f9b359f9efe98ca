"""Whoever takes a measure from the public is told where it stays, and a coordinator may take it out there."""

from __future__ import annotations

import json

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.digitalms.publishing import release_check, releases
from ckanext.digitalms.publishing import retention as release_retention

DATA = "/digitalisierung/daten"
PAGE = "/digitalisierungsmassnahme/dms/veroeffentlichungen"


def act(name, /, **values):
    return tk.get_action(name)({"ignore_auth": True, "user": ""}, values)


@pytest.fixture
def published(once_published, make_measure, open_data):
    """Two releases with a measure that has rows in every table, and one that is its child."""
    return once_published("a parent and its child", lambda: _two_releases(make_measure))


def _two_releases(make_measure):
    goal = {"id": "5f0f0b2e-0000-4000-8000-000000000001", "year": "2019", "text": "Ziel"}
    review = {"goal_id": goal["id"], "review_date": "2019-03-01", "outcome": "kept"}
    milestone = {"id": "5f0f0b2e-0000-4000-8000-000000000002", "title": "Start", "latest": "2019-05-01"}
    make_measure(goals=[goal], goal_reviews=[review], milestones=[milestone])
    make_measure(name="kind", title="Kind", parent_id="dms")
    releases.publish()
    shifted = [{**milestone, "latest": "2019-09-01", "reason": "krank"}]
    act("package_patch", id="dms", milestones=shifted, as_of="2019-06-01")
    releases.publish()
    release_retention.cite(releases.finished()[-1].release_id, "V/0123/2027")
    tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": "kind", "parent_id": "dms"})
    return [release.release_id for release in releases.finished()]


def rows_of(release, table):
    path = releases.all_folders().path(release.manifest) / f"{table}.json"
    return json.loads(path.read_bytes())


@pytest.mark.parametrize("how", ["private", "deleted", "purged"])
def test_it_stays_until_a_coordinator_takes_it_out(published, releases_at, app, personas, how):
    """By itself it stays; then it is in no table, and children, hashes, notes and the package say so."""
    refuse = {"user": personas["coordinator"]}
    with pytest.raises(tk.ValidationError, match=r"öffentlich|public"):
        tk.get_action("digitalms_release_remove_measure")(refuse, {"id": "dms", "reason": "x"})
    if how == "private":
        act("package_patch", id="dms", private=True)
    else:
        told = act("package_delete", id="dms")
        if how == "purged":
            told = act("dataset_purge", id="dms")
        where = {"stays_in": published, "remove_with": "digitalms_release_remove_measure"}
        assert told == where, "the API says where it stays"
    releases.publish()
    stays = act("digitalms_measure_release_list", id="dms")
    assert [one["release_id"] for one in stays["results"]] == published
    assert (stays["is_public"], stays["has_page"]) == (False, how == "private")
    former = [r for r in releases.finished() if r.release_id in published]
    assert [len(rows_of(r, "milestone_shifts")) for r in former] == [1, 0]
    assert all(rows_of(r, "goal_reviews") for r in former)
    with pytest.raises(tk.ValidationError):
        tk.get_action("digitalms_release_remove_measure")(refuse, {"id": "dms"})
    tried = tk.get_action("digitalms_release_remove_measure")(refuse, {"id": "dms", "dry_run": True})
    assert {r["release_id"]: r["cited_in"] for r in tried["releases"]} == {
        published[0]: "",
        published[1]: "V/0123/2027",
    }
    before = {r.release_id: r.content_hash for r in former}
    done = tk.get_action("digitalms_release_remove_measure")(refuse, {"id": "dms", "reason": "Irrtum"})
    assert [r["release_id"] for r in done["releases"]] == [r["release_id"] for r in tried["releases"]]
    for release in [r for r in releases.finished() if r.release_id in published]:
        folder = releases.all_folders().path(release.manifest)
        assert release.content_hash != before[release.release_id]
        assert [row["measure_id"] for row in rows_of(release, "measures")] == ["kind"]
        assert rows_of(release, "measures")[0]["parent_id"] is None
        for table in ("goals", "goal_reviews", "milestones", "milestone_shifts", "council_references"):
            kept = [row for row in rows_of(release, table) if row.get("measure_id") != "kind"]
            assert kept == [], table
        assert release.manifest["rows"]["measures"] == 1
        assert release_check.validate(folder).is_valid
        assert json.loads((folder / "datapackage.json").read_bytes())["notes"] == [
            {
                "change": "rows_removed",
                "at": release.manifest["notes"][0]["at"],
                "reason": "Irrtum",
            }
        ]
    assert releases.problems() == []
    assert releases.publish().change == "unchanged"
    assert "Irrtum" in app.get(f"{DATA}/measures/").body
    assert not tk.get_action("digitalms_release_remove_measure")(refuse, {"id": "dms", "dry_run": True})[
        "releases"
    ]


def test_of_an_office_that_is_let_in_no_longer(published, personas, office):
    """Its measures are public no more, so they may be taken out; once it is let in again, they are."""
    coordinator = {"user": personas["coordinator"]}
    asked = {"id": "dms", "dry_run": True}
    for is_let_in in (False, True):
        told = {"id": office["id"], "admitted": is_let_in}
        tk.get_action("digitalms_organisation_admit")(dict(coordinator), told)
        assert act("digitalms_measure_release_list", id="dms")["is_public"] is is_let_in
        if is_let_in:
            with pytest.raises(tk.ValidationError, match=r"öffentlich|public"):
                tk.get_action("digitalms_release_remove_measure")(dict(coordinator), dict(asked))
        else:
            tried = tk.get_action("digitalms_release_remove_measure")(dict(coordinator), dict(asked))
            assert {one["release_id"] for one in tried["releases"]} == set(published)


def test_the_page(published, app, personas, make_measure):
    """Editors are told, coordinators choose with a reason and a tick; nothing else changes anything."""
    token = {
        name: {"Authorization": factories.APIToken(user=personas[name])["token"]}
        for name in ("editor", "coordinator", "stranger")
    }
    assert app.get(PAGE, headers=token["stranger"], status=403)
    stored = act("package_show", id="dms")
    typed = {
        name: stored[name] for name in ("name", "title", "owner_org", "status", "statement") if name in stored
    }
    saved = app.post(
        "/digitalisierungsmassnahme/edit/dms",
        data={**typed, "private": "True", "as_of": "2019-07-01", "stand": "new"},
        headers=token["editor"],
        follow_redirects=False,
    )
    assert saved.status_code == 302
    shown = app.get("/digitalisierungsmassnahme/dms", headers=token["editor"]).body
    assert PAGE in shown
    editors = app.get(PAGE, headers=token["editor"]).body
    assert published[0] in editors
    assert "V/0123/2027" in editors
    assert 'name="reason"' not in editors
    assert 'name="reason"' in app.get(PAGE, headers=token["coordinator"]).body
    app.post(PAGE, data={"reason": "x", "confirm": "1"}, headers=token["editor"], status=403)
    for wrong in ({"reason": "Irrtum"}, {"confirm": "1"}):
        answer = app.post(PAGE, data=wrong, headers=token["coordinator"], follow_redirects=False)
        assert answer.status_code == 200
        assert "dm-field-wrong" in answer.body
    assert all(not release.manifest["notes"] for release in releases.finished())
    done = {"reason": "Irrtum", "confirm": "1"}
    answer = app.post(PAGE, data=done, headers=token["coordinator"], follow_redirects=False)
    assert answer.status_code == 302
    assert published[0] not in app.get(PAGE, headers=token["coordinator"]).body
    assert app.get(PAGE.replace("dms", "gibt-es-nicht"), headers=token["coordinator"], status=404)
